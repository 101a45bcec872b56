// A thread that sleeps until the next request is due and says so; those that are overdue are reported together.
import { parentPort, workerData } from 'node:worker_threads';

/** How many a second, and how many in all. */
export interface Pace {
  readonly rate: number;
  readonly count: number;
}

/** That those with these numbers are due; the first was so at `start`, by `process.hrtime`. */
export interface Due {
  readonly from: number;
  readonly to: number;
  readonly start: bigint;
}

const { rate, count }: Pace = workerData;
const cell = new Int32Array(new SharedArrayBuffer(4));
const start = process.hrtime.bigint();

let told = 0;
while (told < count) {
  const elapsed = Number(process.hrtime.bigint() - start) / 1e9;
  const due = Math.min(count, Math.floor(elapsed * rate) + 1);
  if (due > told) parentPort!.postMessage({ from: told, to: due, start } satisfies Due);
  told = due;
  const pause = told / rate - Number(process.hrtime.bigint() - start) / 1e9;
  if (pause > 0) Atomics.wait(cell, 0, 0, pause * 1000);
}
