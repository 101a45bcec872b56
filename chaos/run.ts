// `npm run chaos`: breaks what the product stands on, and looks whether it keeps its promises. README.md says how.
import { readdirSync } from 'node:fs';
import { Undo } from '../bench/undo.js';
import { readOptions } from './options.js';
import { type Committed, type Counts, type Outcome, report } from './report.js';
import { Stage } from './stage.js';

const options = readOptions();
const names = readdirSync(new URL('faults/', import.meta.url))
  .filter((file) => /^\d\d-.+\.ts$/.test(file) && file.includes(options.filter))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
if (names.length === 0) {
  process.stderr.write(`No fault has "${options.filter}" in its name.\n`);
  process.exit(1);
}

/** Longer than any fault takes on a busy machine. */
const MOST_MINUTES = 60;

let isInterrupted = false;
let undo = new Undo();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Whatever is under way fails once its servers are gone.
    isInterrupted = true;
    void undo.all();
  });
}
const outcomes: Committed[] = [];
for (const name of names) {
  if (!isInterrupted) outcomes.push(await commit(name));
}
const file = report(outcomes, options);
process.stderr.write(`\nAll figures: ${file}\n`);
// A fault that broke off leaves its writers behind.
process.exit(isInterrupted || outcomes.some(({ failures }) => failures.length > 0) ? 1 : 0);

/** Runs one fault; whatever it throws is a failure like any other. */
async function commit(name: string): Promise<Committed> {
  undo = new Undo();
  const stage = new Stage(undo, name, options);
  const begin = performance.now();
  const limit = setTimeout(() => {
    stage.failures.push(`It took more than ${MOST_MINUTES} minutes.`);
    void undo.all();
  }, MOST_MINUTES * 60_000);
  let title = name;
  let counts: Counts = {};
  try {
    const fault: { title: string; run(stage: Stage): Promise<Outcome> } = await import(`./faults/${name}.js`);
    title = fault.title;
    const outcome = await fault.run(stage);
    counts = outcome.counts;
    stage.failures.push(...outcome.failures);
  } catch (error) {
    if (isInterrupted) stage.failures.push('Interrupted.');
    else stage.failures.push(`It broke off: ${(error as Error).stack}${stage.lastWords()}`);
  } finally {
    clearTimeout(limit);
    await undo.all();
    stage.progress('');
  }
  return { name, title, counts, failures: stage.failures, seconds: (performance.now() - begin) / 1000 };
}
