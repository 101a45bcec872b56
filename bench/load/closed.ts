import { usedByFamily } from '../cpu.js';
import { type Figure, median } from '../numbers.js';
import type { Request } from '../requests.js';
import type { Server } from '../server.js';
import { cannon } from './autocannon.js';
import { hasWrk, wrk } from './wrk.js';

export const generator = hasWrk ? 'wrk' : 'autocannon';

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  readonly nextRequest: () => Request;
  /** Whether a request can be sent again and still do the same. */
  readonly isRepeatable: boolean;
  /** Requests per second and server that are to be prepared. */
  readonly most?: number;
}

/** What a generator counts: times in milliseconds. */
export interface Generated {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** With microseconds of processor time per request; PostgreSQL's and the load's is all that they used meanwhile. */
export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50?: Figure;
  readonly p99?: Figure;
  readonly serverCpu?: Figure;
  readonly postgresCpu?: Figure;
  readonly loadCpu?: Figure;
}

type Used = Record<'server' | 'postgres' | 'load', number | undefined>;

/**
 * Sends requests to servers of one group, over `connections` to each, for `seconds`, each as soon as the one before is
 * answered. Throws unless all is well answered. Gives the time of an answer in milliseconds (median and p99), answers per
 * second of all together, and microseconds of processor time per request for the servers, PostgreSQL and the load.
 */
export async function closedLoop(
  servers: readonly Server[],
  { postgresPid, ...options }: LoadOptions & { readonly postgresPid: number },
): Promise<Load> {
  const loads = servers.map((server) => (hasWrk ? wrk : cannon)(server, options));
  const before = used(servers, postgresPid);
  const runs = await Promise.all(loads.map((send) => send()));
  const after = used(servers, postgresPid);
  const sum = (figure: 'requests' | 'perSecond') => runs.reduce((total, run) => total + run[figure], 0);
  const requests = sum('requests');
  const perRequest = (whose: keyof Used) => after[whose] && (after[whose] - (before[whose] ?? 0)) / requests;
  const cpu = {
    serverCpu: perRequest('server'),
    postgresCpu: perRequest('postgres'),
    loadCpu: perRequest('load'),
  };
  const p50 = median(runs.map((run) => run.p50));
  return { requests, perSecond: sum('perSecond'), p50, p99: Math.max(...runs.map((run) => run.p99)), ...cpu };
}

function used(servers: readonly Server[], postgresPid: number): Used {
  const times = servers.map(({ pid }) => usedByFamily(pid));
  return {
    server: times.reduce((sum, time) => (sum === undefined || time === undefined ? undefined : sum + time), 0),
    postgres: usedByFamily(postgresPid),
    load: usedByFamily(process.pid, { living: false }),
  };
}
