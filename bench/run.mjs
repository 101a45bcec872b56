// `npm run bench`: measures the product against its floors, interleaved in one run. README.md says how to read it.
// An argument names the operations to measure: `npm run bench -- "read one"`.
import { prepare } from '../scripts/prepare.mjs';

prepare();
// Only now: these need what prepare installs and builds.
const { compare, warmUp } = await import('./compare.mjs');
const { settings } = await import('./settings.mjs');
const { Stage } = await import('./stage.mjs');
const { saveResults, table } = await import('./table.mjs');
const { workloads } = await import('./workloads.mjs');

const chosen = workloads.filter(({ name }) => name.includes(process.argv[2] ?? ''));
if (chosen.length === 0) {
  process.stderr.write(`No operation has "${process.argv[2]}" in its name.\n`);
  process.exit(1);
}

const stage = new Stage(settings.clients);
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Whatever is under way fails once its servers are gone.
    isInterrupted = true;
    void stage.stop();
  });
}
try {
  await stage.start();
  await warmUp(stage, chosen);
  const rows = await compare(stage, chosen);
  process.stdout.write(`\n${table(rows)}\n`);
  process.stderr.write(`\nAll figures: ${saveResults(rows)}\n`);
} catch (error) {
  process.exitCode = 1;
  if (!isInterrupted) process.stderr.write(`\n${error.message}\n${stage.lastWords()}`);
} finally {
  await stage.stop();
}
