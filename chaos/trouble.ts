import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '../bench/postgres.js';
import type { Environment, Server } from '../bench/server.js';
import { Books } from './books.js';
import type { Answer } from './call.js';
import { documentedSql } from './documented.js';
import { Gauge, type GaugeFigures } from './gauge.js';
import type { Postgres } from './postgres.js';
import { Probes } from './probes.js';
import type { Counts } from './report.js';
import type { Stage } from './stage.js';
import { statementsEnded, until } from './until.js';
import { Writers } from './writers.js';

/** Away, a 503 has to come within this; back, everything is as ever after that (spec/operations.md, Life cycle). */
export const ANSWER_MS = 2000;
export const RECOVERY_MS = 3000;
/** For what a busy machine adds of its own. */
export const SLACK_MS = 250;
const STALL_MS = 100;
/** What caches may take. */
const GROWTH_MIB = 24;
const WARM_UP_MS = 2000;
/** For whoever has removed clients by hand. */
const COUNTED_ANEW = documentedSql('BEGIN;\nLOCK TABLE domain_logs');

/** The product with a gauge in it, and its PostgreSQL. */
export interface Setting {
  readonly server: Server;
  readonly postgres: { readonly query: Query };
  readonly gauge: Gauge;
}

interface Trouble {
  readonly begin: () => unknown;
  readonly end: () => unknown;
  readonly seconds: number;
  /** A 503 has to come within so many milliseconds. */
  readonly within?: number;
}

/** Makes trouble under load, ends it, and holds the product to what must hold in any trouble. */
export async function trouble(
  stage: Stage,
  name: string,
  { server, postgres, gauge }: Setting,
  { begin, end, seconds, within = ANSWER_MS }: Trouble,
) {
  const books = new Books();
  const refused: { begun: number; ended: number }[] = [];
  const onAnswer = ({ status, ms }: Answer<unknown>) => {
    if (status === 503) refused.push({ begun: performance.now() - ms, ended: performance.now() });
  };
  const writers = new Writers(() => server, { onAnswer });
  const probes = new Probes(server);
  stage.progress(`${name}, for ${seconds} s`);
  await sleep(WARM_UP_MS);
  await gauge.begin();
  const acknowledged = writers.acknowledged.length;
  const from = performance.now();
  await begin();
  await sleep(seconds * 1000);
  const admitted = writers.acknowledged.length - acknowledged;
  await end();
  const back = performance.now();
  await sleep(RECOVERY_MS + SLACK_MS);
  const since = performance.now();
  await until('every probe is answered', () => probes.answers.filter(({ begun }) => begun > since).length >= 10);
  await Promise.all([writers.stop(), probes.stop()]);
  const figures = await gauge.end();
  const query: Query = (sql, values) => postgres.query(sql, values);
  await statementsEnded(query);
  await books.check(query, writers);
  await query(`delete from audit_entries where client_id is not null`);
  await query(`delete from client_secrets`);
  await query(`delete from clients`);
  await query(COUNTED_ANEW);

  const bad = probes.bad();
  const all = [...refused, ...bad];
  const slowest = Math.max(0, ...all.map(({ begun, ended }) => ended - begun));
  const recovery = Math.max(0, ...all.map(({ ended }) => ended - back));
  const fail = (sentence: string) => stage.failures.push(`${name}: ${sentence}`);
  for (const problem of new Set([...writers.wrong, ...bad.flatMap((each) => each.problem ?? [])])) fail(problem);
  for (const failure of books.failures) fail(failure);
  if (server.hasExited()) fail('the server ended.');
  if (slowest > within + SLACK_MS) fail(`a 503 took ${Math.round(slowest)} ms.`);
  if (recovery > RECOVERY_MS + SLACK_MS) fail(`there were 503s ${Math.round(recovery)} ms after its end.`);
  const counts = {
    'writes acknowledged meanwhile': admitted,
    'answers 503': all.filter(({ begun }) => begun >= from).length,
    'slowest 503, ms': Math.round(slowest),
    'last 503 after its end, ms': Math.round(recovery),
    'acknowledged writes lost': books.lost,
    ...judged(figures, fail),
  };
  const isUnavailable = (probe: string) =>
    bad.some((each) => each.name === probe && each.begun >= from && each.begun < back);
  return { counts: prefixed(name, counts), isUnavailable, fail, admitted };
}

/** What the gauge shows, held against what may be. */
export function judged({ stall, wall, idle, growth }: GaugeFigures, fail: (sentence: string) => void): Counts {
  if (stall > STALL_MS) fail(`the event loop stood still for ${Math.round(stall)} ms.`);
  if (growth > GROWTH_MIB) fail(`what is in memory grew by ${Math.round(growth)} MiB.`);
  return {
    'longest stall of its own, ms': Math.round(stall),
    'longest stall, ms (idle process)': `${Math.round(wall)} (${Math.round(idle)})`,
    'memory in use grew by, MiB': growth,
  };
}

/** The product, with a gauge in it, on a PostgreSQL that it reaches by `port`. */
export async function watchedProduct(
  stage: Stage,
  postgres: Postgres,
  port = postgres.port,
  env: Environment = {},
): Promise<Setting> {
  const url = new URL(postgres.url());
  url.port = String(port);
  return { postgres, ...(await watched(stage, { DATABASE_URL: url.href, ...env })) };
}

/** The product with a gauge in it. */
export async function watched(stage: Stage, env: Environment): Promise<Omit<Setting, 'postgres'>> {
  const folder = await stage.folder();
  const server = await stage.product({ ...Gauge.env(folder), ...env });
  return { server, gauge: await Gauge.start(stage, server, folder) };
}

export function prefixed(name: string, counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([label, figure]) => [`${name}: ${label}`, figure]));
}
