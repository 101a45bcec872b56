import autocannon from 'autocannon';
import { usedBy, usedByFamily } from './cpu.mjs';

const TIMEOUT_SECONDS = 10;

/**
 * Sends requests to a server over `connections` for `seconds`, each as soon as the one before is answered. Throws unless
 * every answer is 2xx. Gives the median time of an answer in milliseconds, answers per second, and microseconds of
 * processor time per request for the server, PostgreSQL and this process.
 */
export async function load(server, { connections, seconds, postgresPid, nextRequest }) {
  const times = [];
  let first = 0;
  let last = 0;
  const before = { server: usedBy(server.pid), postgres: usedByFamily(postgresPid), load: process.cpuUsage() };
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
  const perRequest = (used, usedBefore = 0) => used && (used - usedBefore) / times.length;
  const { user, system } = process.cpuUsage(before.load);
  return {
    requests: times.length,
    p50: times.sort((a, b) => a - b)[Math.floor(times.length / 2)],
    perSecond: ((times.length - 1) / (last - first)) * 1000,
    serverCpu: perRequest(usedBy(server.pid), before.server),
    postgresCpu: perRequest(usedByFamily(postgresPid), before.postgres),
    loadCpu: perRequest(user + system),
  };
}
