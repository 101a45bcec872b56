// The open loop: requests leave by the clock, whether or not earlier ones have been answered, and their time counts from
// when they should have left. So a server that stalls is charged for everybody who would have waited.
import http from 'node:http';
import { Worker } from 'node:worker_threads';
import type { Server } from '../server.js';
import type { Due, Pace } from './clock.js';
import type { LoadOptions } from './closed.js';

const RAMP_SECONDS = 0.3;
const NANOSECONDS_PER_MILLISECOND = 1e6;

export interface OpenLoad {
  readonly requests: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** Gives how many requests it sent, and p50 and p99 in milliseconds, the first moments left out. Throws unless every answer is 2xx. */
export async function openLoop(
  server: Server,
  {
    rate,
    connections,
    seconds,
    nextRequest,
  }: Pick<LoadOptions, 'connections' | 'seconds' | 'nextRequest'> & { readonly rate: number },
): Promise<OpenLoad> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const { hostname, port } = new URL(server.url);
  const ramp = Math.ceil(rate * RAMP_SECONDS);
  const count = ramp + Math.ceil(rate * seconds);
  const times: number[] = [];
  try {
    const answers: Promise<void>[] = [];
    await eachTick(rate, count, (index, intended) => {
      const { method, path, headers, body } = nextRequest();
      const length = body && { 'content-length': Buffer.byteLength(body) };
      const options = { agent, hostname, port, method, path, headers: { ...server.headers, ...headers, ...length } };
      const answered = answerOf(options, body).then((status) => {
        if (status < 200 || status > 299) throw new Error(`${server.name} answered ${status}.`);
        if (index >= ramp) times.push(Number(process.hrtime.bigint() - intended) / NANOSECONDS_PER_MILLISECOND);
      });
      answers.push(answered);
      // Looked at below, all at once.
      answered.catch(() => {});
    });
    await Promise.all(answers);
  } finally {
    agent.destroy();
  }
  times.sort((a, b) => a - b);
  const percentile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { requests: count, rate, p50: percentile(0.5), p99: percentile(0.99), longest: times.at(-1)! };
}

/** Resolves with the status when the last byte has come. */
function answerOf(options: http.RequestOptions, body: string | undefined) {
  return new Promise<number>((resolve, reject) => {
    const request = http.request(options, (response) => {
      response.on('error', reject).on('end', () => resolve(response.statusCode!));
      response.resume();
    });
    request.on('error', reject).end(body);
  });
}

/** Calls `tick` at constant intervals: timers of this thread know whole milliseconds only, so another one keeps time. */
async function eachTick(rate: number, count: number, tick: (index: number, intended: bigint) => void) {
  const clock = new Worker(new URL('clock.ts', import.meta.url), { workerData: { rate, count } satisfies Pace });
  await new Promise((resolve, reject) => {
    clock.on('error', reject).on('exit', resolve);
    clock.on('message', ({ from, to, start }: Due) => {
      for (let index = from; index < to; index += 1) tick(index, start + BigInt(Math.round((index * 1e9) / rate)));
    });
  });
}
