import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../bench/server.js';
import { openDataSource } from '../../libs/persistence/src/index.js';
import { call } from '../call.js';
import { type Earlier, earlierVersion } from '../earlier.js';
import { violationIn } from '../linearizability.js';
import type { Postgres } from '../postgres.js';
import { Registers } from '../registers.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';

export const title = 'two versions at once while the database is migrated, there and back';

const AT_ONCE = 5;
const SLOTS = 2;
const CLIENTS = 60;
const WORKERS = 8;
/** Until the requests that were on their way to a server that is to stop have been answered. */
const HANDOVER_MS = 1000;

export async function run(stage: Stage): Promise<Outcome> {
  const atOnce = await startAtOnce(stage);
  const earlier = await earlierVersion(stage);
  if (!earlier)
    return {
      ...atOnce,
      counts: {
        ...atOnce.counts,
        'NOT COVERED': 'two versions: none before this can run beside it, or there is no git history',
      },
    };
  const change = await changeVersions(stage, earlier);
  return {
    counts: { ...atOnce.counts, ...change.counts },
    failures: [...atOnce.failures, ...change.failures],
  };
}

/** Five instances on an empty database: each migration once, one operator, and all answer. */
async function startAtOnce(stage: Stage): Promise<Outcome> {
  const rounds = stage.size(5, 1);
  const failures: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    stage.progress(`${AT_ONCE} start at once, round ${round} of ${rounds}`);
    const postgres = await stage.postgres();
    const starting = Array.from({ length: AT_ONCE }, () => stage.product({ DATABASE_URL: postgres.url() }));
    const servers = await Promise.all(starting);
    const [sums] = await postgres.query<Record<'twice' | 'operators', number>>(`
      select (select count(*) - count(distinct name) from migrations)::int as twice,
             (select count(*) from credentials where subscription is null)::int as operators`);
    const { twice, operators } = sums!;
    if (twice !== 0 || operators !== 1)
      failures.push(`${twice} migrations ran twice, ${operators} operators were made.`);
    for (const server of servers) {
      const { status } = await call(server, 'GET', '/v1/domain/default/client');
      if (status !== 200) failures.push(`One of those that started at once answers ${status}.`);
    }
    for (const server of servers) await stage.kill(server);
    await postgres.stop();
  }
  return { counts: { [`${AT_ONCE} started at once on an empty database, times`]: rounds }, failures };
}

async function changeVersions(stage: Stage, { main, migration }: Earlier): Promise<Outcome> {
  const seconds = stage.size(15, 3);
  const postgres = await stage.postgres();
  const settings = { DATABASE_URL: postgres.url() };
  const old = () => stage.product(settings, { main });
  const present = () => stage.product(settings);
  const migrations = async () => (await postgres.query('select 1 from migrations')).length;
  const failures: string[] = [];
  const slots = [await old(), await old()];
  const options = {
    name: 'register',
    instances: SLOTS,
    clients: CLIENTS,
    workers: WORKERS,
  };
  // Promises are made to whoever talks to one process.
  const registers = new Registers(
    (n) => slots[n]!,
    options,
    (n) => String(slots[n]!.pid),
  );
  const before = await migrations();
  const phases: Record<string, number> = {};
  const phase = async (name: string, act: () => Promise<void>) => {
    stage.progress(name);
    const answered = registers.answers;
    await act();
    await sleep(seconds * 1000);
    phases[`answers while ${name}`] = registers.answers - answered;
  };
  /** The requests go to `next` instead of whoever stood there, who then stops. */
  const replace = async (slot: number, next: Server) => {
    const gone = slots.splice(slot, 1, next)[0]!;
    await sleep(HANDOVER_MS);
    if (!slots.includes(gone)) await gone.stop();
  };
  await phase('old servers serve', async () => {});
  await phase('a new one has migrated beside an old one', async () => replace(0, await present()));
  if ((await migrations()) !== before + 1) failures.push(`Not just ${migration} was run.`);
  await phase('new ones serve', async () => replace(1, await present()));
  await phase('an old one is back beside a new one', async () => replace(0, await old()));
  await phase('old ones serve on the new tables', async () => replace(1, await old()));
  failures.push(...(await totals(postgres)));
  await phase('the migration is undone under old ones', () => undoLast(postgres.url()));
  if ((await migrations()) !== before) failures.push(`${migration} was not undone.`);
  await phase('a new one has migrated once more', async () => replace(0, await present()));
  await registers.stop();
  failures.push(...(await totals(postgres)), ...registers.wrong.slice(0, 5));
  const culprits = registers.histories.map((history) => violationIn(history)).filter(Boolean);
  if (culprits.length > 0)
    failures.push(`${culprits.length} clients were not linearizable: ${JSON.stringify(culprits[0])}`);
  return {
    counts: {
      ...phases,
      'requests without an answer, or with a 503': registers.unanswered,
      'wrong answers': registers.wrong.length,
      violations: culprits.length,
    },
    failures,
  };
}

/** In one snapshot, so that it holds while clients come and go. */
async function totals(postgres: Postgres) {
  const [sums] = await postgres.query<Record<'counted' | 'there', number>>(
    `select (select coalesce(sum(clients), 0) from domain_logs)::int as counted, (select count(*) from clients)::int as there`,
  );
  const { counted, there } = sums!;
  return counted === there ? [] : [`The total says ${counted} clients, and there are ${there}.`];
}

async function undoLast(url: string) {
  const source = await openDataSource({ url, poolSize: 1, migrate: false });
  await source.undoLastMigration({ transaction: 'each' });
  await source.destroy();
}
