import { randomBytes, randomInt } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Query } from '../../bench/postgres.js';
import type { Server } from '../../bench/server.js';
import { BlockDisk } from '../block-disk.js';
import { Books } from '../books.js';
import { call } from '../call.js';
import { fill, smallDisk } from '../disk.js';
import { Embedded } from '../embedded.js';
import { cannotFail, FailingCalls, type Injection } from '../failing-calls.js';
import { DAMAGES, markOf, moveLog, overwrite, unacknowledged, usedUp } from '../log-files.js';
import type { Postgres } from '../postgres.js';
import { Probes } from '../probes.js';
import type { Counts, Outcome } from '../report.js';
import type { Stage } from '../stage.js';
import { prefixed, trouble, watched, watchedProduct } from '../trouble.js';
import { statementsEnded, until } from '../until.js';
import { Writers } from '../writers.js';

export const title = 'disks that fail, and disks that lie';

/** So that the log is soon full, and what is read is not all in memory. */
const SMALL = { max_wal_size: '64MB', min_wal_size: '32MB', shared_buffers: '512kB' };
/** Between two failures: PostgreSQL is up again, and has worked for a while. */
const BETWEEN_MS = 3000;
/** For so long calls may fail, until one does. */
const AT_MOST_MS = 500;
const WRITES = 50;
const LOG_MIB = 96;
const PAGE = 8192;
const DAMAGED = 512;
const FAILED = /could not (?:fsync|fdatasync|write|read|extend|open|access|stat)\b|PANIC/g;

export async function run(stage: Stage): Promise<Outcome> {
  const counts: Record<string, string | number> = {};
  for (const part of [failing, tornOff, exhausted, fullLog, tornLog, rotten, lying])
    Object.assign(counts, await part(stage));
  return { counts, failures: [] };
}

/** How system calls of PostgreSQL's processes fail. */
interface Failure extends Injection {
  /** Whose calls: those of all of its processes, or of the one that writes tables to the disk. */
  readonly whose?: 'checkpointer';
}

const SYNCS = 'fsync,fdatasync';
const WRITES_TO_FILES = 'pwrite64,pwritev';
const ONCE = 'when=1';

const FAILURES: Readonly<Record<string, Failure>> = {
  'fsync fails': { calls: SYNCS, how: `error=EIO:${ONCE}` },
  'fsync of tables fails': { calls: SYNCS, how: `error=EIO:${ONCE}`, whose: 'checkpointer' },
  'writes fail': { calls: WRITES_TO_FILES, how: `error=EIO:${ONCE}` },
  'no room for writes': { calls: WRITES_TO_FILES, how: `error=ENOSPC:${ONCE}` },
  'writes of tables fail': { calls: WRITES_TO_FILES, how: `error=EIO:${ONCE}`, whose: 'checkpointer' },
  'reads fail': { calls: 'pread64,preadv', how: 'error=EIO:when=1+5' },
};

/** System calls of PostgreSQL fail, again and again. */
async function failing(stage: Stage): Promise<Counts> {
  const reason = cannotFail();
  if (reason) return { 'system calls fail': `NOT COVERED: ${reason}` };
  const postgres = await stage.postgres(SMALL);
  const query: Query = (sql, values) => postgres.query(sql, values);
  const setting = await watchedProduct(stage, postgres);
  const counts: Record<string, string | number> = {};
  for (const [name, failure] of Object.entries(FAILURES)) {
    const before = complaints(postgres);
    let isOver = false;
    let repeating = Promise.resolve();
    const fail = async () => {
      const processes = failure.whose ? await pidsOf(query, failure.whose) : postgres.processes;
      const calls = new FailingCalls(processes, failure);
      await stage.undo.add(() => calls.end());
      // So that something is written to tables, too.
      await sleep(AT_MOST_MS);
      if (failure.whose) await query('checkpoint').catch(() => {});
      await calls.end();
    };
    const outcome = await trouble(stage, name, setting, {
      seconds: stage.size(20, 5),
      begin: () => {
        repeating = (async () => {
          for (; !isOver; await sleep(isOver ? 0 : BETWEEN_MS)) await fail();
        })();
      },
      end: async () => {
        isOver = true;
        await repeating;
        await accepting({ query, logFile: postgres.logFile });
      },
    });
    const failed = complaints(postgres) - before;
    if (failed === 0) outcome.fail('nothing failed.');
    if (outcome.admitted === 0) outcome.fail('nothing at all was written.');
    Object.assign(counts, outcome.counts, prefixed(name, { 'failures that PostgreSQL noted': failed }));
  }
  await over(setting.server, postgres);
  return counts;
}

/** The disk is gone with all that was not synced, as in a power cut, and comes back; PostgreSQL is started by us, or by the product. */
async function tornOff(stage: Stage): Promise<Counts> {
  const sums: Counts[] = [];
  const disk = await BlockDisk.make(stage);
  if (typeof disk === 'string') return { 'disk torn off': `NOT COVERED: ${disk}` };
  const postgres = await stage.postgres(SMALL, disk.folder);
  // Its data folder was made without waiting for the disk; the embedded one's below is not.
  disk.sync();
  const setting = await watchedProduct(stage, postgres);
  const rounds = stage.size(8, 1);
  for (let round = 1; round <= rounds; round += 1) {
    const outcome = await trouble(stage, 'disk torn off', setting, {
      seconds: 3,
      begin: () => disk.tearOff(),
      end: async () => {
        await postgres.kill();
        await disk.replace();
        await postgres.start();
      },
    });
    if (!outcome.isUnavailable('v1')) outcome.fail('reads went on.');
    sums.push(outcome.counts);
  }
  await over(setting.server, postgres);

  const own = await BlockDisk.make(stage);
  if (typeof own === 'string') return { 'disk torn off': `NOT COVERED: ${own}` };
  const folder = path.join(own.folder, 'product');
  const embedding = await embeddedIn(stage, folder);
  for (let round = 1; round <= rounds; round += 1) {
    const outcome = await trouble(stage, 'disk of the embedded one torn off', embedding, {
      seconds: 3,
      begin: () => own.tearOff(),
      end: async () => {
        await own.replace();
        await accepting(embedding.postgres);
      },
    });
    if (!outcome.isUnavailable('v1')) outcome.fail('reads went on.');
    sums.push(outcome.counts);
  }
  await over(embedding.server);
  return { ...sums.reduce(merged), 'disk torn off: times, each': rounds };
}

/** The disk has fewer blocks than it says, which ext4 and PostgreSQL hear when they sync. */
async function exhausted(stage: Stage): Promise<Counts> {
  const disk = await BlockDisk.make(stage);
  if (typeof disk === 'string') return { 'disk out of blocks': `NOT COVERED: ${disk}` };
  const postgres = await stage.postgres(SMALL, disk.folder);
  disk.sync();
  const setting = await watchedProduct(stage, postgres);
  const outcome = await trouble(stage, 'disk out of blocks', setting, {
    seconds: stage.size(20, 5),
    begin: () => {
      disk.exhaust();
      void usedUp((sql) => postgres.query(sql));
    },
    end: async () => {
      await postgres.kill();
      await disk.replace();
      await postgres.start();
    },
  });
  if (!outcome.isUnavailable('v1')) outcome.fail('nothing ever was unavailable.');
  await over(setting.server, postgres);
  return outcome.counts;
}

/** Only the disk of PostgreSQL's log is full. */
async function fullLog(stage: Stage): Promise<Counts> {
  const logs = [await smallDisk(stage, LOG_MIB), await smallDisk(stage, LOG_MIB)];
  if (!logs[0] || !logs[1]) return { 'log full': 'NOT COVERED: needs root, and Linux' };
  const seconds = stage.size(20, 5);

  const postgres = await stage.postgres(SMALL);
  await postgres.stop();
  moveLog(postgres.dataFolder, logs[0]);
  await postgres.start();
  const setting = await watchedProduct(stage, postgres);
  const ballasts = logs.map((folder) => path.join(folder!, 'ballast'));
  const outside = await trouble(stage, 'log full', setting, {
    seconds,
    begin: () => {
      fill(ballasts[0]!);
      void usedUp((sql) => postgres.query(sql));
    },
    end: async () => {
      rmSync(ballasts[0]!);
      await postgres.start();
    },
  });
  if (!outside.isUnavailable('v1')) outside.fail('nothing ever was unavailable.');
  await over(setting.server, postgres);

  const folder = await stage.folder();
  const first = await embeddedIn(stage, folder);
  await first.server.stop();
  const data = path.join(folder, 'postgres', 'data');
  appendFileSync(
    path.join(data, 'postgresql.conf'),
    Object.entries(SMALL)
      .map(([name, value]) => `\n${name} = ${value}`)
      .join(''),
  );
  moveLog(data, logs[1]);
  const embedding = await embeddedIn(stage, folder);
  const inside = await trouble(stage, 'log of the embedded one full', embedding, {
    seconds,
    begin: () => {
      fill(ballasts[1]!);
      void usedUp(embedding.postgres.query);
    },
    end: async () => {
      rmSync(ballasts[1]!);
      await accepting(embedding.postgres);
    },
  });
  if (!inside.isUnavailable('v1')) inside.fail('nothing ever was unavailable.');
  await over(embedding.server);
  return { ...outside.counts, ...inside.counts };
}

/**
 * PostgreSQL is killed, and the end of its log is damaged behind all that was acknowledged. Then damage that reaches
 * what was acknowledged, which the books have to find.
 */
async function tornLog(stage: Stage): Promise<Counts> {
  const postgres = await stage.postgres({ ...SMALL, shared_buffers: '128MB', bgwriter_lru_maxpages: 0 });
  const query: Query = (sql, values) => postgres.query(sql, values);
  const server = await stage.product({ DATABASE_URL: postgres.url() });
  const books = new Books();
  const sums = { damaged: 0, acknowledged: 0 };
  const rounds = stage.size(8, 1);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, damage] of Object.entries(DAMAGES)) {
      stage.progress(`log torn, ${name}, round ${round} of ${rounds}`);
      const writers = new Writers(() => server);
      await until('writes are acknowledged', () => writers.acknowledged.length >= WRITES);
      await writers.stop();
      await statementsEnded(query);
      const from = await markOf(postgres);
      const to = await unacknowledged(postgres, from);
      await postgres.kill();
      // What reaches into the next file stays as it is.
      const isInOneFile = from.file === to.file;
      if (isInOneFile) damage(from.file, from.offset + randomInt(to.offset - from.offset), to.offset);
      await postgres.start();
      await until('everything works again', async () => (await readiness(server)) === 200);
      const [rest] = await query<{ there: string | null }>(`select to_regclass('half_done')::text as there`);
      if (rest!.there) stage.failures.push(`log torn, ${name}: what nobody committed is there.`);
      sums.acknowledged += writers.acknowledged.length;
      await books.check(query, writers);
      for (const problem of new Set(writers.wrong)) stage.failures.push(`log torn, ${name}: ${problem}`);
      if (isInOneFile) sums.damaged += 1;
    }
  }
  stage.failures.push(...books.failures.map((failure) => `log torn: ${failure}`));

  stage.progress('log torn, and what was acknowledged with it');
  await query('checkpoint');
  const from = await markOf(postgres);
  const writers = new Writers(() => server);
  await until('writes are acknowledged', () => writers.acknowledged.length >= WRITES);
  await writers.stop();
  await stage.kill(server);
  await postgres.kill();
  overwrite(from.file, from.offset, randomBytes(readFileSync(from.file).length - from.offset));
  await postgres.start();
  const lost = new Books();
  const known = writers.acknowledged.length;
  await lost.check(query, writers);
  if (lost.lost === 0) stage.failures.push('log torn: what was acknowledged and is lost was not missed.');
  await postgres.stop();
  return prefixed('log torn', {
    times: sums.damaged,
    'writes acknowledged': sums.acknowledged,
    'acknowledged writes lost': books.lost,
    'half done': books.halfDone,
    'lost on purpose, and found by the books': `${lost.lost} of ${known}`,
  });
}

/** A page of a table comes back with other bytes than were written, which PostgreSQL knows by the page's checksum. */
async function rotten(stage: Stage): Promise<Counts> {
  stage.progress('page damaged');
  const postgres = await stage.postgres();
  const server = await stage.product({ DATABASE_URL: postgres.url() });
  const client = '/v1/domain/default/client/kept';
  const body = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://app.example.com/'] };
  await call(server, 'PUT', client, { body });
  const { body: before } = await call(server, 'GET', client);
  const [row] = await postgres.query<{ file: string }>(`select pg_relation_filepath('clients') as file`);
  const file = path.join(postgres.dataFolder, row!.file);
  await postgres.stop();
  const good = readFileSync(file);
  overwrite(file, PAGE - DAMAGED, randomBytes(DAMAGED));
  await postgres.start();
  const probes = new Probes(server);
  await until('the list is asked for', () => probes.answers.filter(({ name }) => name === 'list').length >= 50);
  const { status } = await call(server, 'GET', client);
  await probes.stop();
  const refused = probes.bad(0, 'list').length;
  await postgres.stop();
  overwrite(file, 0, good);
  await postgres.start();
  await until('everything works again', async () => (await readiness(server)) === 200);
  const after = await call(server, 'GET', client);
  const fail = (sentence: string) => stage.failures.push(`page damaged: ${sentence}`);
  for (const problem of new Set(probes.bad().flatMap((each) => each.problem ?? []))) fail(problem);
  if (refused === 0) fail('nothing failed.');
  if (status !== 503) fail(`the client on it was answered with ${status}.`);
  if (!isDeepStrictEqual(after.body, before)) fail(`afterwards the client is ${JSON.stringify(after.body)}.`);
  await over(server, postgres);
  return prefixed('page damaged', { 'lists answered with 503': refused });
}

/** Fsync says yes and does nothing (here: PostgreSQL does not even ask): the books have to find what a power cut takes. */
async function lying(stage: Stage): Promise<Counts> {
  const disk = await BlockDisk.make(stage);
  if (typeof disk === 'string') return { 'fsync lies': `NOT COVERED: ${disk}` };
  const postgres = await stage.postgres({ ...SMALL, fsync: 'off' }, disk.folder);
  const server = await stage.product({ DATABASE_URL: postgres.url() });
  disk.sync();
  const writers = new Writers(() => server);
  await until('writes are acknowledged', () => writers.acknowledged.length >= WRITES);
  disk.tearOff();
  await writers.stop();
  await stage.kill(server);
  await postgres.kill();
  await disk.replace();
  const known = writers.acknowledged.length;
  const books = new Books();
  const isBack = await postgres.start().then(
    () => true,
    () => false,
  );
  if (isBack) await books.check((sql, values) => postgres.query(sql, values), writers);
  if (isBack && books.lost === 0) stage.failures.push('fsync lies: what was lost was not missed.');
  await postgres.stop();
  const found = isBack ? `${books.lost} of ${known}` : 'all: PostgreSQL did not start';
  return { 'fsync lies: lost on purpose, and found by the books': found };
}

/** The product with the PostgreSQL of its own, which keeps its data in this folder. */
async function embeddedIn(stage: Stage, folder: string) {
  const product = await watched(stage, { DATA_DIR: folder });
  const embedded = new Embedded(folder);
  const query: Query = (sql, values) => embedded.query(sql, values);
  return { ...product, postgres: { query, logFile: path.join(embedded.folder, 'postgres.log') } };
}

async function accepting({ query, logFile }: { readonly query: Query; readonly logFile: string }): Promise<void> {
  const accepts = () =>
    query('select 1').then(
      () => true,
      () => false,
    );
  await until('PostgreSQL accepts connections', accepts).catch((error) => {
    throw new Error(`${error.message}; it said:\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
  });
}

async function over(server: Server, postgres?: Postgres) {
  await server.stop();
  await postgres?.stop();
}

/** How often PostgreSQL's own words tell of a failure. */
function complaints({ logFile }: Postgres): number {
  return readFileSync(logFile, 'utf8').match(FAILED)?.length ?? 0;
}

async function pidsOf(query: Query, type: string): Promise<number[]> {
  const sql = 'select pid from pg_stat_activity where backend_type = $1';
  return query<{ pid: number }>(sql, [type]).then(
    (rows) => rows.map(({ pid }) => pid),
    () => [],
  );
}

async function readiness({ url }: Server): Promise<number> {
  return fetch(`${url}/health/ready`).then(
    ({ status }) => status,
    () => 0,
  );
}

/** What two rounds counted together: the worst of times and sizes, the sum of the rest. */
function merged(one: Counts, other: Counts): Counts {
  const isMost = (label: string) => /, (?:ms|MiB)$/.test(label);
  return {
    ...one,
    ...Object.fromEntries(
      Object.entries(other).map(([label, figure]) => {
        const known = one[label];
        if (typeof known !== 'number' || typeof figure !== 'number') return [label, figure];
        return [label, isMost(label) ? Math.max(known, figure) : known + figure];
      }),
    ),
  };
}
