// `npm run bench`: measures the product against floors and peers, interleaved in one run. README.md says how to read it.
import { prepare } from '../scripts/prepare.mjs';
import { readOptions } from './options.mjs';

const options = readOptions();
prepare();
// Only now: these need what prepare installs and builds.
const { Undo } = await import('./undo.mjs');
const kinds = {
  comparison: () => import('./comparison.mjs'),
  growth: () => import('./growth.mjs'),
  workers: () => import('./workers.mjs'),
  start: () => import('./start.mjs'),
  bulk: () => import('./bulk.mjs'),
  soak: () => import('./soak.mjs'),
  crowded: () => import('./crowded.mjs'),
  against: () => import('./against.mjs'),
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
  if (!isInterrupted) process.stderr.write(`\n${error.stack}\n`);
} finally {
  await undo.all();
}
