// The closed loop where there is no wrk: costs about 50 µs of processor time a request.
import autocannon, { type Instance, type Request, type Result } from 'autocannon';
import type { Server } from '../server.js';
import type { Generated, LoadOptions } from './closed.js';

const TIMEOUT_SECONDS = 10;

/** Gives a function that sends requests. */
export function cannon(server: Server, options: LoadOptions): () => Promise<Generated> {
  return () => send(server, options);
}

async function send(server: Server, { connections, seconds, nextRequest }: LoadOptions): Promise<Generated> {
  const times: number[] = [];
  let first = 0;
  let last = 0;
  const run = autocannon({
    url: server.url,
    connections,
    duration: seconds,
    timeout: TIMEOUT_SECONDS,
    // How often it looks whether time is up.
    sampleInt: 10,
    requests: [
      {
        setupRequest: (request) => {
          const { headers, method, ...rest } = nextRequest();
          return {
            ...request,
            ...rest,
            method: method as Request['method'],
            headers: { ...server.headers, ...headers },
          };
        },
      },
    ],
    // It gives both, whatever its types say.
  }) as Promise<Result> & Instance;
  // Its own histogram knows whole milliseconds only.
  run.on('response', (_client, _status, _bytes, milliseconds) => {
    last = performance.now();
    if (times.length === 0) first = last;
    times.push(milliseconds);
  });
  const { errors, non2xx, statusCodeStats } = await run;
  if (errors > 0 || non2xx > 0 || times.length < 2) {
    const answers = Object.entries(statusCodeStats ?? {}).map(([status, { count }]) => `${count} × ${status}`);
    throw new Error(`${server.name} answered ${answers.join(', ') || 'nothing'}, with ${errors} connection errors.`);
  }
  times.sort((a, b) => a - b);
  return {
    requests: times.length,
    p50: times[Math.floor(times.length / 2)]!,
    p99: times[Math.floor(times.length * 0.99)]!,
    perSecond: ((times.length - 1) / (last - first)) * 1000,
  };
}
