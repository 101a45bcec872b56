import { setTimeout as sleep } from 'node:timers/promises';
import { Books } from '../books.mjs';
import { Generations } from '../generations.mjs';
import { InstalledPostgres } from '../installed-postgres.mjs';
import { Probes } from '../probes.mjs';
import { statementsEnded, until } from '../until.mjs';
import { Way } from '../way.mjs';
import { Writers } from '../writers.mjs';

export const title = 'failover from a PostgreSQL to its synchronous replica';

const WRITES_BEFORE = 40;
/** How long nobody takes writes, as when somebody has to decide it. */
const AWAY_MS = 2000;
/** From the kill on until reads are answered as ever. */
const READS_WITHIN_MS = 1000;
const WRITES_WITHIN_MS = 3000;

export async function run(stage) {
  const rounds = stage.size(5, 1);
  let [primary, replica] = await Promise.all([machine(stage), machine(stage)]);
  primary.initialise();
  await primary.start();
  await join(primary, replica);
  const way = await Way.to(stage.undo, primary);
  const server = await stage.product({
    DATABASE_URL: primary.url().replace(primary.port, way.port),
    DATABASE_REPLICA_URLS: [primary, replica].map((each) => each.url()).join(),
  });
  const books = new Books();
  const sum = { reads: 0, refused: 0, slowest: 0, writes: 0, back: 0 };
  for (let round = 1; round <= rounds; round += 1) {
    stage.progress(`round ${round} of ${rounds}, ${books.acknowledged} writes acknowledged`);
    const writers = new Writers(() => server);
    const generations = new Generations(server, `w-counter-${round}`);
    await until('writes are acknowledged', () => writers.acknowledged.length >= WRITES_BEFORE);
    const probes = new Probes(server);
    await until('reads are answered', () => probes.answers.length > 10);

    const killed = performance.now();
    await primary.kill();
    await sleep(AWAY_MS);
    await replica.promote();
    way.lead(replica);
    const led = performance.now();
    const before = writers.acknowledged.length;
    await until('writes are taken', () => writers.acknowledged.length > before);
    const taken = performance.now() - led;
    await until('writes go on', () => writers.acknowledged.length > before + WRITES_BEFORE);
    await Promise.all([writers.stop(), probes.stop(), generations.stop()]);

    [primary, replica] = [replica, primary];
    const query = (sql, values) => primary.query(sql, values);
    await statementsEnded(query);
    await books.check(query, writers);
    const away = probes.answers.filter(({ name, begun }) => name !== 'live' && begun > killed && begun < led);
    const bad = probes.bad();
    const slowest = Math.max(0, ...bad.map(({ ended }) => ended - killed));
    sum.reads += away.filter(({ isGood }) => isGood).length;
    sum.refused += bad.length;
    sum.slowest = Math.max(sum.slowest, slowest);
    sum.writes = Math.max(sum.writes, taken);
    sum.back += generations.wentBack.length;
    const fail = (sentence) => stage.failures.push(`failover ${round}: ${sentence}`);
    for (const problem of new Set([...writers.wrong, ...bad.flatMap(({ problem: each }) => each ?? [])])) fail(problem);
    for (const sentence of generations.wentBack.slice(0, 3)) fail(sentence);
    if (!away.some(({ isGood }) => isGood)) fail('no read was answered while the primary was away.');
    if (slowest > READS_WITHIN_MS) fail(`reads were refused ${Math.round(slowest)} ms after the kill.`);
    if (taken > WRITES_WITHIN_MS) fail(`writes took ${Math.round(taken)} ms to go on.`);
    await join(primary, replica);
  }
  const secrets = await books.verifySecrets(server);
  return {
    counts: {
      failovers: rounds,
      'writes acknowledged': books.acknowledged,
      'acknowledged writes lost': books.lost,
      'half done': books.halfDone,
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

async function machine(stage) {
  const postgres = new InstalledPostgres(await stage.folder());
  await stage.undo.add(() => postgres.stop());
  return postgres;
}

/** `replica` follows from now on, and `primary` acknowledges nothing that it does not have. */
async function join(primary, replica) {
  replica.follow(primary, 'replica');
  await replica.start();
  const followers = () => primary.query('select sync_state from pg_stat_replication');
  await until('the replica follows', async () => (await followers()).length > 0);
  await primary.query(`alter system set synchronous_standby_names = 'replica'`);
  await primary.query('select pg_reload_conf()');
  await until('the replica is synchronous', async () => (await followers())[0]?.sync_state === 'sync');
}
