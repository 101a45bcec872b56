// `npm run check`: everything that has to hold before a commit: format, lint, types, import rules, dead code, tests.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installExample } from './prepare.mjs';

/** Programs of packages, which Node can run wherever it runs. */
const program = (file: string) => path.join('node_modules', file);
const TSC = program('typescript/bin/tsc');

const STEPS: [name: string, program: string, ...args: string[]][] = [
  ['format and lint', program('@biomejs/biome/bin/biome'), 'check', '.'],
  ['types', TSC, '--noEmit', '-p', 'tsconfig.json'],
  ['types of the example', TSC, '--noEmit', '-p', installExample()],
  [
    'import rules',
    program('dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    'src',
    'libs',
  ],
  ['dead code', program('knip/bin/knip.js')],
  ['tests', 'scripts/run.mjs', program('jest/bin/jest.js')],
];

for (const [name, ...command] of STEPS) {
  process.stderr.write(`\n— ${name}\n`);
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`\n${name}: failed\n`);
    process.exit(1);
  }
}
