import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '../call.js';
import { fill, smallDisk } from '../disk.js';
import { Line } from '../line.js';
import type { Postgres } from '../postgres.js';
import type { Counts, Outcome } from '../report.js';
import type { Stage } from '../stage.js';
import { judged, prefixed, type Setting, trouble, watchedProduct } from '../trouble.js';

export const title = 'the database in trouble';

/** A slow database may take as long for each of a request's statements, or for the writes that one waits for. */
const SLOW_MS = 2000;
const SLOWEST_MS = 8000;
/** Then a write may still be refused a connection, after 1.5 s (data-source.ts) and a quarter (patient-data-source.ts). */
const SLOWEST_REFUSAL_MS = SLOWEST_MS + 1750;
const CALLERS = 500;
/** Within which they come: what comes in the same turn of the event loop is read in one, however long that takes. */
const ARRIVAL_MS = 500;
/** In turn short enough for everybody to wait, and too long for most. */
const LOCK_SECONDS = [1, 4];
const READ_ONLY = 'alter system set default_transaction_read_only = on';
const AGAIN_WRITABLE = 'alter system reset default_transaction_read_only';

export async function run(stage: Stage): Promise<Outcome> {
  const postgres = await stage.postgres();
  const line = await Line.start(postgres.port);
  await stage.undo.add(() => line.end());
  const setting = await watchedProduct(stage, postgres, line.port);
  const counts: Record<string, string | number> = {};
  const away = async (name: string, begin: () => unknown, end: () => unknown = () => line.set()) => {
    const outcome = await trouble(stage, name, setting, { seconds: stage.size(60, 6), begin, end });
    Object.assign(counts, outcome.counts);
    for (const probe of ['ready', 'v1', 'accounts', 'list']) {
      if (!outcome.isUnavailable(probe)) outcome.fail(`${probe} was never unavailable.`);
    }
  };
  await away('away', () => line.set({ mode: 'cut' }));
  await away('silent', () => line.set({ mode: 'silent' }));
  await away(
    'frozen',
    () => postgres.freeze(),
    () => postgres.thaw(),
  );
  const slow = await trouble(stage, 'slow', setting, {
    seconds: stage.size(60, 15),
    begin: () => line.set({ delayMs: SLOW_MS }),
    end: () => line.set(),
    within: SLOWEST_REFUSAL_MS,
  });
  if (slow.admitted === 0) slow.fail('nothing at all was written.');
  const readOnly = await trouble(stage, 'read-only', setting, {
    seconds: stage.size(20, 3),
    begin: () => alter(postgres, READ_ONLY),
    end: () => alter(postgres, AGAIN_WRITABLE),
  });
  if (readOnly.isUnavailable('v1') || readOnly.isUnavailable('list')) readOnly.fail('reads were refused.');
  Object.assign(counts, slow.counts, readOnly.counts, await exhausted(stage, setting), await full(stage));
  return { counts, failures: [] };
}

async function alter(postgres: Postgres, sql: string) {
  await postgres.query(sql);
  await postgres.query('select pg_reload_conf()');
}

/** 500 callers, who all wait at once, while a lock holds up all ten connections. */
async function exhausted(stage: Stage, { server, postgres, gauge }: Setting) {
  const client = (n: number) => `/v1/domain/default/client/caller-${n}`;
  const body = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://app.example.com/'] };
  const sums = { answered: 0, refused: 0, slowest: 0, slowestRefusal: 0 };
  const fail = (sentence: string) => stage.failures.push(`exhausted: ${sentence}`);
  const rounds = stage.size(10, 2);
  await gauge.begin();
  for (let round = 1; round <= rounds; round += 1) {
    stage.progress(`pool exhausted, round ${round} of ${rounds}`);
    const held = postgres.query(`begin; lock table clients; select pg_sleep(${LOCK_SECONDS[round % 2]}); commit`);
    const callers = Array.from({ length: CALLERS }, async (_, n) => {
      await sleep((n / CALLERS) * ARRIVAL_MS);
      return call(server, 'PUT', client(n), { body: { ...body, scope: `s${round}-${n}` } });
    });
    const answers = await Promise.all(callers);
    await held;
    const rows = await postgres.query<{ client_id: string; scope: string }>(
      `select client_id, scope from clients where client_id like 'caller-%'`,
    );
    const stored = new Map(rows.map(({ client_id, scope }) => [client_id, scope]));
    for (const [n, { status, headers, ms, body: answer, error }] of answers.entries()) {
      sums.slowest = Math.max(sums.slowest, ms);
      if (status === 503 && headers.has('retry-after')) {
        sums.refused += 1;
        sums.slowestRefusal = Math.max(sums.slowestRefusal, ms);
      } else if (status !== 200) fail(`${status} ${JSON.stringify(error?.message ?? answer)}`);
      else if (stored.get(`caller-${n}`) === `s${round}-${n}`) sums.answered += 1;
      else fail(`what caller ${n} was told was written is not there.`);
    }
  }
  const figures = await gauge.end();
  if (sums.answered === 0) fail('nobody at all was answered.');
  if (sums.refused === 0) fail('everybody waited, however long that was.');
  if (sums.slowest > SLOWEST_MS) fail(`an answer took ${Math.round(sums.slowest)} ms.`);
  return prefixed('exhausted', {
    'callers answered right': sums.answered,
    'callers told to come again': sums.refused,
    'slowest answer, ms': Math.round(sums.slowest),
    'slowest 503, ms': Math.round(sums.slowestRefusal),
    ...judged(figures, fail),
  });
}

/** No room on the disk: PostgreSQL refuses what needs more, and ends when there is none for its log either. */
async function full(stage: Stage): Promise<Counts> {
  const folder = await smallDisk(stage);
  if (!folder) return { 'disk full': 'NOT COVERED: needs root, and Linux' };
  const postgres = await stage.postgres({ max_wal_size: '32MB', min_wal_size: '32MB' }, folder);
  const setting = await watchedProduct(stage, postgres);
  const ballast = path.join(folder, 'ballast');
  const outcome = await trouble(stage, 'disk full', setting, {
    seconds: stage.size(30, 5),
    begin: () => fill(ballast),
    end: async () => {
      rmSync(ballast);
      await postgres.start();
    },
  });
  if (existsSync(ballast)) outcome.fail('the disk is still full.');
  return outcome.counts;
}
