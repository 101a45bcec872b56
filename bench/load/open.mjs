// The open loop: requests leave by the clock, whether or not earlier ones have been answered, and their time counts from
// when they should have left. So a server that stalls is charged for everybody who would have waited.
import http from 'node:http';
import { Worker } from 'node:worker_threads';

const RAMP_SECONDS = 0.3;
const NANOSECONDS_PER_MILLISECOND = 1e6;

/** Gives how many requests it sent, and p50 and p99 in milliseconds, the first moments left out. Throws unless every answer is 2xx. */
export async function openLoop(server, { rate, connections, seconds, nextRequest }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const { hostname, port } = new URL(server.url);
  const ramp = Math.ceil(rate * RAMP_SECONDS);
  const count = ramp + Math.ceil(rate * seconds);
  const times = [];
  try {
    const answers = [];
    await eachTick(rate, count, (index, intended) => {
      const { method, path, headers, body } = nextRequest();
      const length = body && { 'content-length': Buffer.byteLength(body) };
      const options = { agent, hostname, port, method, path, headers: { ...server.headers, ...headers, ...length } };
      answers.push(
        answerOf(options, body).then((status) => {
          if (status < 200 || status > 299) throw new Error(`${server.name} answered ${status}.`);
          if (index >= ramp) times.push(Number(process.hrtime.bigint() - intended) / NANOSECONDS_PER_MILLISECOND);
        }),
      );
      // Looked at below, all at once.
      answers.at(-1).catch(() => {});
    });
    await Promise.all(answers);
  } finally {
    agent.destroy();
  }
  times.sort((a, b) => a - b);
  const percentile = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return { requests: count, rate, p50: percentile(0.5), p99: percentile(0.99), longest: times.at(-1) };
}

/** Resolves with the status when the last byte has come. */
function answerOf(options, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      response.on('error', reject).on('end', () => resolve(response.statusCode));
      response.resume();
    });
    request.on('error', reject).end(body);
  });
}

/** Calls `tick` at constant intervals: timers of this thread know whole milliseconds only, so another one keeps time. */
async function eachTick(rate, count, tick) {
  const clock = new Worker(new URL('clock.mjs', import.meta.url), { workerData: { rate, count } });
  await new Promise((resolve, reject) => {
    clock.on('error', reject).on('exit', resolve);
    clock.on('message', ({ from, to, start }) => {
      for (let index = from; index < to; index += 1) tick(index, start + BigInt(Math.round((index * 1e9) / rate)));
    });
  });
}
