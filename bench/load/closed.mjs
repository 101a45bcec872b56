import { usedByFamily } from '../cpu.mjs';
import { cannon } from './autocannon.mjs';
import { hasWrk, wrk } from './wrk.mjs';

export const generator = hasWrk ? 'wrk' : 'autocannon';

/**
 * Sends requests to a server over `connections` for `seconds`, each as soon as the one before is answered. Throws unless
 * all is well answered. Gives the median time of an answer in milliseconds, answers per second, and microseconds of
 * processor time per request for the server, PostgreSQL and the load. `isRepeatable`: whether a request can be sent
 * again and still do the same. `most`: requests per second that are to be prepared.
 */
export async function closedLoop(server, { postgresPid, ...options }) {
  let before;
  const begin = () => {
    before = used(server, postgresPid);
  };
  const run = await (hasWrk ? wrk : cannon)(server, { ...options, begin });
  const after = used(server, postgresPid);
  const perRequest = (whose) => after[whose] && (after[whose] - (before[whose] ?? 0)) / run.requests;
  return {
    ...run,
    serverCpu: perRequest('server'),
    postgresCpu: perRequest('postgres'),
    loadCpu: perRequest('load'),
  };
}

function used(server, postgresPid) {
  return {
    server: usedByFamily(server.pid),
    postgres: usedByFamily(postgresPid),
    load: usedByFamily(process.pid, { living: false }),
  };
}
