import type { Query } from '../bench/postgres.js';
import { Books } from './books.js';
import { Generations } from './generations.js';
import { Probes } from './probes.js';
import type { Outcome } from './report.js';
import type { Stage } from './stage.js';
import { statementsEnded, until } from './until.js';
import { Writers } from './writers.js';

const WRITES_BEFORE = 40;
/** From the kill on until reads are answered as ever. */
const READS_WITHIN_MS = 1000;
const WRITES_WITHIN_MS = 3000;

/** A primary and whoever follows it, which change places. */
export interface Pair {
  /** Leads to the primary of the moment. */
  readonly url: string;
  /** Each of them. */
  readonly urls: readonly string[];
  /** Asks whoever is the primary since the last fail-over. */
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Ends the primary. */
  kill(): Promise<void>;
  /** Settles when `url` leads to the other. */
  failOver(): Promise<void>;
  /** Settles when the two are a pair again. */
  rejoin(): Promise<void>;
}

/** Kills the primary under load, again and again; the second of the pair acknowledges with the first. */
export async function failover(stage: Stage, pair: Pair): Promise<Outcome> {
  const rounds = stage.size(5, 1);
  const server = await stage.product({ DATABASE_URL: pair.url, DATABASE_REPLICA_URLS: pair.urls.join() });
  const query: Query = (sql, values) => pair.query(sql, values);
  const books = new Books();
  const sum = { reads: 0, refused: 0, slowest: 0, away: 0, writes: 0, back: 0 };
  for (let round = 1; round <= rounds; round += 1) {
    stage.progress(`round ${round} of ${rounds}, ${books.acknowledged} writes acknowledged`);
    const writers = new Writers(() => server);
    const generations = new Generations(server, `w-counter-${round}`);
    await until('writes are acknowledged', () => writers.acknowledged.length >= WRITES_BEFORE);
    const probes = new Probes(server);
    await until('reads are answered', () => probes.answers.length > 10);

    const killed = performance.now();
    await pair.kill();
    await pair.failOver();
    const led = performance.now();
    const before = writers.acknowledged.length;
    await until('writes are taken', () => writers.acknowledged.length > before);
    const taken = performance.now() - led;
    await until('writes go on', () => writers.acknowledged.length > before + WRITES_BEFORE);
    await Promise.all([writers.stop(), probes.stop(), generations.stop()]);

    await statementsEnded(query);
    await books.check(query, writers);
    const away = probes.answers.filter(({ name, begun }) => name !== 'live' && begun > killed && begun < led);
    const bad = probes.bad();
    const slowest = Math.max(0, ...bad.map(({ ended }) => ended - killed));
    sum.reads += away.filter(({ isGood }) => isGood).length;
    sum.refused += bad.length;
    sum.slowest = Math.max(sum.slowest, slowest);
    sum.writes = Math.max(sum.writes, taken);
    sum.away = Math.max(sum.away, led - killed);
    sum.back += generations.wentBack.length;
    const fail = (sentence: string) => stage.failures.push(`failover ${round}: ${sentence}`);
    for (const problem of new Set([...writers.wrong, ...bad.flatMap(({ problem: each }) => each ?? [])])) fail(problem);
    for (const sentence of generations.wentBack.slice(0, 3)) fail(sentence);
    if (!away.some(({ isGood }) => isGood)) fail('no read was answered while the primary was away.');
    if (slowest > READS_WITHIN_MS) fail(`reads were refused ${Math.round(slowest)} ms after the kill.`);
    if (taken > WRITES_WITHIN_MS) fail(`writes took ${Math.round(taken)} ms to go on.`);
    await pair.rejoin();
  }
  const secrets = await books.verifySecrets(server);
  return {
    counts: {
      failovers: rounds,
      'writes acknowledged': books.acknowledged,
      'acknowledged writes lost': books.lost,
      'half done': books.halfDone,
      'primary away at most, ms': Math.round(sum.away),
      'reads answered while the primary was away': sum.reads,
      'reads refused': sum.refused,
      'last read refused after the kill, ms': Math.round(sum.slowest),
      'reads that went back': sum.back,
      'first write after the proxy led to the new primary, ms': Math.round(sum.writes),
      'secrets that verify at the end': secrets,
    },
    failures: books.failures,
  };
}
