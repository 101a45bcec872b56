// Loaded into a process by --import: how long its event loop stood still at most, and how much memory is in use. SIGUSR2
// writes that to the file in CHAOS_STALLS, and begins anew.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** In milliseconds; memory in MiB. */
export interface Stalls {
  readonly wall: number;
  readonly own: number;
  readonly memory: number;
}

const file = process.env.CHAOS_STALLS;
const TICK_MS = 10;
/** Of the event loop's thread, on Linux; its first number is for how many nanoseconds it has had a processor. */
const THREAD = `/proc/self/task/${process.pid}/schedstat`;
const tellsOfThread = existsSync(THREAD);
let most: Pick<Stalls, 'wall' | 'own'>;
let last: { readonly wall: number; readonly cpu: number };

/** Only what took processor time is the event loop's own: the rest is time that others had the processor. */
function tick() {
  const now = { wall: performance.now(), cpu: cpuMs() };
  const wall = now.wall - last.wall - TICK_MS;
  const own = Math.min(wall, now.cpu - last.cpu);
  most = { wall: Math.max(most.wall, wall), own: Math.max(most.own, own) };
  last = now;
}

/** Of the thread alone where that can be told: V8 compiles and collects garbage beside it, which holds up nothing. */
function cpuMs() {
  if (tellsOfThread) return Number.parseInt(readFileSync(THREAD, 'utf8'), 10) / 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What is left when the garbage is gone, which V8 otherwise leaves until it needs the room. */
function memoryInUse() {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 ** 2;
}

function beginAnew() {
  most = { wall: 0, own: 0 };
  last = { wall: performance.now(), cpu: cpuMs() };
}

if (file) {
  beginAnew();
  setInterval(tick, TICK_MS).unref();
  process.on('SIGUSR2', () => {
    writeFileSync(`${file}.new`, JSON.stringify({ ...most, memory: memoryInUse() } satisfies Stalls));
    renameSync(`${file}.new`, file);
    beginAnew();
  });
}
