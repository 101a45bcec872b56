// `npm run bench`: measures the product against floors and peers, interleaved in one run. README.md says how to read it.
import { type Kind, type Options, readOptions } from './options.js';
import { Undo } from './undo.js';

const options = readOptions();
// Only the one that is asked for: some look at the machine as soon as they are loaded.
const kinds: Record<Kind, () => Promise<{ measure(undo: Undo, options: Options): Promise<void> }>> = {
  comparison: () => import('./comparison.js'),
  growth: () => import('./growth.js'),
  workers: () => import('./workers.js'),
  start: () => import('./start.js'),
  bulk: () => import('./bulk.js'),
  soak: () => import('./soak.js'),
  crowded: () => import('./crowded.js'),
  against: () => import('./against.js'),
};
const { measure } = await kinds[options.kind]();

const undo = new Undo();
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Whatever is under way fails once its servers are gone.
    isInterrupted = true;
    void undo.all();
  });
}
try {
  await measure(undo, options);
} catch (error) {
  process.exitCode = 1;
  if (!isInterrupted) process.stderr.write(`\n${(error as Error).stack}\n`);
} finally {
  await undo.all();
}
