import { usedByFamily } from '../cpu.mjs';
import { median } from '../numbers.mjs';
import { cannon } from './autocannon.mjs';
import { hasWrk, wrk } from './wrk.mjs';

export const generator = hasWrk ? 'wrk' : 'autocannon';
/** Of the processor time of which the figures speak; PostgreSQL's and the load's is all that they used meanwhile. */
const WHOSE = ['server', 'postgres', 'load'];

/**
 * Sends requests to servers of one group, over `connections` to each, for `seconds`, each as soon as the one before is
 * answered. Throws unless all is well answered. Gives the time of an answer in milliseconds (median and p99), answers per
 * second of all together, and microseconds of processor time per request for the servers, PostgreSQL and the load.
 * `isRepeatable`: whether a request can be sent again and still do the same. `most`: requests per second and server that
 * are to be prepared.
 */
export async function closedLoop(servers, { postgresPid, ...options }) {
  const loads = servers.map((server) => (hasWrk ? wrk : cannon)(server, options));
  const before = used(servers, postgresPid);
  const runs = await Promise.all(loads.map((send) => send()));
  const after = used(servers, postgresPid);
  const sum = (figure) => runs.reduce((total, run) => total + run[figure], 0);
  const requests = sum('requests');
  const perRequest = (whose) => after[whose] && (after[whose] - (before[whose] ?? 0)) / requests;
  const cpu = Object.fromEntries(WHOSE.map((whose) => [`${whose}Cpu`, perRequest(whose)]));
  const p50 = median(runs.map((run) => run.p50));
  return { requests, perSecond: sum('perSecond'), p50, p99: Math.max(...runs.map((run) => run.p99)), ...cpu };
}

function used(servers, postgresPid) {
  const times = servers.map(({ pid }) => usedByFamily(pid));
  return {
    server: times.includes(undefined) ? undefined : times.reduce((sum, time) => sum + time),
    postgres: usedByFamily(postgresPid),
    load: usedByFamily(process.pid, { living: false }),
  };
}
