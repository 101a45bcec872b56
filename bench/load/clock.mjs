// A thread that sleeps until the next request is due and says so; those that are overdue are reported together.
import { parentPort, workerData } from 'node:worker_threads';

const { rate, count } = workerData;
const cell = new Int32Array(new SharedArrayBuffer(4));
const start = process.hrtime.bigint();

let told = 0;
while (told < count) {
  const elapsed = Number(process.hrtime.bigint() - start) / 1e9;
  const due = Math.min(count, Math.floor(elapsed * rate) + 1);
  if (due > told) parentPort.postMessage({ from: told, to: due, start });
  told = due;
  const pause = told / rate - Number(process.hrtime.bigint() - start) / 1e9;
  if (pause > 0) Atomics.wait(cell, 0, 0, pause * 1000);
}
