// `npm run mutants`: changes the code, one small thing at a time, and looks whether the tests notice (docs/proof/mutants.md).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { install } from '../../scripts/prepare.mjs';

/** As much of Stryker's report as is read here. */
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

const FOLDER = 'test/mutants';
const CACHE = 'node_modules/.cache/mutants';
const REPORT = `${CACHE}/report.json`;
/** Of a hundred mutants of each file, at least so many have to be noticed. */
const LEAST = 85;
const NOTICED = ['Killed', 'Timeout'];
const UNNOTICED = ['Survived', 'NoCoverage'];

const OURS = ['--short', '--static'];
const words = process.argv.slice(2);
const others = words.filter((word) => !OURS.includes(word));
const env = {
  ...process.env,
  MUTANTS: words.includes('--short') ? 'short' : 'whole',
  MUTANTS_STATIC: String(words.includes('--static')),
};

install('what changes the code (80 MB, once)', FOLDER, '--ignore-scripts');
mkdirSync(CACHE, { recursive: true });
rmSync(REPORT, { force: true });
const program = `${FOLDER}/node_modules/@stryker-mutator/core/bin/stryker.js`;
const stryker = spawn(process.execPath, [program, 'run', `${FOLDER}/stryker.config.mjs`, ...others], {
  env,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stryker.kill(signal));
const [status]: (number | null)[] = await once(stryker, 'exit');
if (status !== 0) process.exit(status ?? 1);

const scores = Object.entries((JSON.parse(readFileSync(REPORT, 'utf8')) as Report).files).map(([file, { mutants }]) => {
  const count = (statuses: readonly string[]) => mutants.filter((mutant) => statuses.includes(mutant.status)).length;
  const [noticed, unnoticed] = [count(NOTICED), count(UNNOTICED)];
  return { file, noticed, of: noticed + unnoticed, percent: (100 * noticed) / (noticed + unnoticed || 1) };
});
const total = scores.reduce((sum, { of }) => sum + of, 0);
const below = scores.filter(({ of, percent }) => of > 0 && percent < LEAST);
for (const { file, noticed, of, percent } of below) {
  process.stderr.write(`${file}: ${noticed} of ${of} noticed, ${percent.toFixed(1)} %, less than ${LEAST} %\n`);
}
const noticed = scores.reduce((sum, each) => sum + each.noticed, 0);
process.stdout.write(`${noticed} of ${total} mutants noticed\n`);
process.exit(total > 0 && below.length === 0 ? 0 : 1);
