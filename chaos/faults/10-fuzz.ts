import { randomInt } from 'node:crypto';
import { memoryOf } from '../../bench/cpu.js';
import type { Server } from '../../bench/server.js';
import { call } from '../call.js';
import { type Flooded, flood, slowBody, slowHeaders } from '../fuzz/flood.js';
import { fuzz } from '../fuzz/fuzz.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';

export const title = 'hostile requests, slow ones, and floods of connections';

const MAX_CONNECTIONS = 500;
/** Silent connections at once, far more than are let in. */
const FLOOD = 2000;
const SLOW = 200;
/** The documented times (docs/security.md, Limits), with what a busy machine may add. */
const HEADERS_MS = 10_000;
const BODY_MS = 15_000;
const GRACE_MS = 4000;
/** The longest that somebody else may wait meanwhile. */
const PROBE_MS = 3000;
const SAMPLE_MS = 1000;
/** How much memory may rise from the second quarter, when caches are full, to the last. */
const MOST_GROWTH = 1.2;

export async function run(stage: Stage): Promise<Outcome> {
  const server = await stage.product({ MAX_CONNECTIONS: String(MAX_CONNECTIONS) });
  const failures: string[] = [];
  const counts = {
    ...(await hostile(stage, server, failures)),
    ...(await floods(stage, server, failures)),
  };
  const { status } = await call(server, 'GET', '/v1/domain/default/client?limit=1');
  if (status !== 200) failures.push(`Afterwards a good request is answered with ${status}.`);
  if (server.hasExited()) failures.push('The server is gone.');
  return { counts, failures };
}

async function hostile(stage: Stage, server: Server, failures: string[]) {
  const count = stage.size(100_000, 3000);
  const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));
  const samples: number[] = [];
  const sampling = setInterval(() => samples.push(memoryOf(server.pid)?.now ?? 0), SAMPLE_MS);
  const outcome = await fuzz(
    { url: server.url, key: server.headers['x-api-key']! },
    {
      count,
      seed,
      isAlive: () => !server.hasExited(),
      progress: (sent) => stage.progress(`${sent} of ${count} requests`),
    },
  );
  clearInterval(sampling);
  failures.push(...outcome.failures);
  return { ...outcome.counts, ...memory(samples, failures) };
}

function memory(samples: readonly number[], failures: string[]) {
  const quarter = Math.floor(samples.length / 4);
  const [early, late] = [median(samples.slice(quarter, 2 * quarter)), median(samples.slice(-quarter))];
  // Short runs end before the caches are full.
  if (quarter > 20 && early !== undefined && late !== undefined && late > early * MOST_GROWTH) {
    failures.push(`Memory rose from ${early.toFixed(0)} to ${late.toFixed(0)} MiB.`);
  }
  return { 'MiB, second quarter': early ?? 'unknown', 'MiB, last quarter': late ?? 'unknown' };
}

function median(values: number[]): number | undefined {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
}

async function floods(stage: Stage, server: Server, failures: string[]) {
  stage.progress(`${FLOOD} silent connections`);
  const silent = await flood(server, { count: FLOOD });
  stage.progress(`${SLOW} slow headers`);
  const headers = await flood(server, { count: SLOW, ...slowHeaders });
  stage.progress(`${SLOW} slow bodies`);
  const bodies = await flood(server, { count: SLOW, ...slowBody(server.headers['x-api-key']!) });
  const held = silent.times.filter((time) => time > HEADERS_MS / 2).length;
  if (held > MAX_CONNECTIONS) failures.push(`${held} connections were held, and only ${MAX_CONNECTIONS} may be.`);
  const endBy = (name: string, { times, probe, refused }: Flooded, limit: number) => {
    const last = times.at(-1)!;
    if (last > limit + GRACE_MS) failures.push(`${name}: the last connection ended after ${last.toFixed(0)} ms.`);
    if (refused > 0) failures.push(`${name}: ${refused} requests of somebody else failed.`);
    if (probe > PROBE_MS) failures.push(`${name}: somebody else waited ${probe.toFixed(0)} ms.`);
    return { [`${name}: ms until the last has ended`]: last, [`${name}: ms that others waited at most`]: probe };
  };
  return {
    'silent connections opened': FLOOD,
    'of them let in': held,
    ...endBy('silence', silent, HEADERS_MS),
    ...endBy('slow headers', headers, HEADERS_MS),
    ...endBy('slow bodies', bodies, BODY_MS),
  };
}
