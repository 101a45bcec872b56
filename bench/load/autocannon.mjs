// The closed loop where there is no wrk: costs about 50 µs of processor time a request.
import autocannon from 'autocannon';

const TIMEOUT_SECONDS = 10;

/** Gives a function that sends requests. */
export function cannon(server, { connections, seconds, nextRequest }) {
  return () => send(server, { connections, seconds, nextRequest });
}

async function send(server, { connections, seconds, nextRequest }) {
  const times = [];
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
          const { headers, ...rest } = nextRequest();
          return { ...request, ...rest, headers: { ...server.headers, ...headers } };
        },
      },
    ],
  });
  // Its own histogram knows whole milliseconds only.
  run.on('response', (_client, _status, _bytes, milliseconds) => {
    last = performance.now();
    if (times.length === 0) first = last;
    times.push(milliseconds);
  });
  const { errors, non2xx, statusCodeStats } = await run;
  if (errors > 0 || non2xx > 0 || times.length < 2) {
    const answers = Object.entries(statusCodeStats).map(([status, { count }]) => `${count} × ${status}`);
    throw new Error(`${server.name} answered ${answers.join(', ') || 'nothing'}, with ${errors} connection errors.`);
  }
  times.sort((a, b) => a - b);
  return {
    requests: times.length,
    p50: times[Math.floor(times.length / 2)],
    p99: times[Math.floor(times.length * 0.99)],
    perSecond: ((times.length - 1) / (last - first)) * 1000,
  };
}
