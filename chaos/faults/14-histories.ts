import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '../../bench/postgres.js';
import type { Environment, Server } from '../../bench/server.js';
import { call, type Target } from '../call.js';
import { type Feed, findingsIn, type Told } from '../domain-histories.js';
import type { Entry, Value } from '../domain-log.js';
import { Follower } from '../follower.js';
import { grouped } from '../incarnations.js';
import { hasInstalledPrograms } from '../installed-postgres.js';
import { PromotedPair } from '../promoted-pair.js';
import type { Counts, Outcome } from '../report.js';
import { type Realm, Sessions } from '../sessions.js';
import type { Stage } from '../stage.js';
import type { Changes } from '../told.js';
import { prefixed, RECOVERY_MS } from '../trouble.js';
import { statementsEnded } from '../until.js';
import { cutWatches } from '../watches.js';

export const title = 'histories of whole domains over three instances';

const INSTANCES = 3;
const SESSIONS = 16;
const BETWEEN_KILLS_MS = 2000;
/** More than go in one batch of an export, or on a page. */
const CLIENTS = 240;
/** After this long every instance knows everything. */
const SETTLED_MS = 1000;
/** Whoever follows everything is told much of it again when he comes back, so he does so more seldom. */
const TOLD_AGAIN_MS = 8000;
const SENTENCES = 3;
const BASE = 'https://app.example.com/';

/** Who is asked, and what their database says. */
export interface Setting {
  /** An instance that ends is replaced here. */
  readonly servers: Target[];
  readonly query: Query;
  /** Settles when nothing is under way any more of those that were killed. */
  settle(): Promise<void>;
  progress(text: string): void;
}

/** Disturbs the servers until `isOver()`. */
type Harass = (isOver: () => boolean) => Promise<unknown>;

export async function run(stage: Stage): Promise<Outcome> {
  const seconds = stage.size(30, 5);
  const postgres = await stage.postgres();
  const start = () => stage.product({ DATABASE_URL: postgres.url() });
  const servers = await instancesOf(stage, { DATABASE_URL: postgres.url() });
  const query: Query = (sql, values) => postgres.query(sql, values);
  const setting = { servers, query };
  const cut = (isOver: () => boolean) => cutWatches(postgres, isOver);
  const killing = async (isOver: () => boolean) => {
    while (!isOver()) {
      await sleep(BETWEEN_KILLS_MS);
      const victim = randomInt(INSTANCES);
      await stage.kill(servers[victim]!);
      servers[victim] = await start();
    }
  };
  const counts: Record<string, string | number> = {};
  const failures: string[] = [];
  const under = async (how: string, where: Pick<Setting, 'servers' | 'query'>, harass: Harass, most = seconds) => {
    const progress = (text: string) => stage.progress(`${how}, ${text}`);
    const outcome = await recordAndJudge(
      { ...where, settle: () => statementsEnded(where.query), progress },
      how,
      most,
      harass,
    );
    Object.assign(counts, prefixed(how, outcome.counts));
    failures.push(...outcome.failures.map((each) => `${how}: ${each}`));
  };
  await under('undisturbed', setting, async () => {});
  await under('watch cut', setting, cut);
  await under('instances killed', setting, killing);
  await under('killed and cut', setting, (isOver) => Promise.all([killing(isOver), cut(isOver)]));
  for (const server of servers) await stage.kill(server);
  if (!hasInstalledPrograms())
    return { counts: { ...counts, 'failover: NOT COVERED': 'no PostgreSQL is installed' }, failures };
  const pair = await PromotedPair.start(stage);
  const replicated = await instancesOf(stage, { DATABASE_URL: pair.url, DATABASE_REPLICA_URLS: pair.urls.join() });
  const ofPair: Query = (sql, values) => pair.query(sql, values);
  const rounds = stage.size(3, 1);
  for (let round = 1; round <= rounds; round += 1) {
    const failOver = async () => {
      await sleep(SETTLED_MS);
      await pair.kill();
      await pair.failOver();
      await sleep(RECOVERY_MS);
    };
    await under(`failover ${round}`, { servers: replicated, query: ofPair }, failOver, stage.size(15, 8));
    await pair.rejoin();
  }
  return { counts, failures };
}

function instancesOf(stage: Stage, env: Environment): Promise<Server[]> {
  return Promise.all(Array.from({ length: INSTANCES }, () => stage.product(env)));
}

/** Records what sessions read and write of two new domains while the servers are disturbed, and judges it. */
export async function recordAndJudge(
  { servers, query, settle, progress }: Setting,
  name: string,
  seconds: number,
  harass: Harass,
): Promise<{ counts: Counts; failures: string[] }> {
  const slug = name.replaceAll(' ', '-');
  const realms = [
    await realmAt(servers[0]!, `${slug}-busy.example.com`, false),
    await realmAt(servers[0]!, `${slug}-whole.example.com`, true),
  ];
  const domains = realms.map(({ domain }) => domain);
  const feeds = [followed(servers, domains), followed(servers, domains.slice(0, 1), domains[0])];
  const sessions = new Sessions((n) => servers[n]!, { realms, instances: INSTANCES, sessions: SESSIONS });
  let logs: Map<string, Entry[]>;
  try {
    await sessions.start();
    const end = performance.now() + seconds * 1000;
    const disturbed = harass(() => performance.now() > end);
    while (performance.now() < end) {
      progress(`${sessions.operations.length} operations`);
      await sleep(SETTLED_MS);
    }
    await disturbed;
    await sessions.stop();
    await settle();
    await sleep(SETTLED_MS);
    progress('reading everything');
    await sessions.readAll();
    logs = new Map();
    for (const domain of domains) logs.set(domain, await logOf(query, domain));
    for (const { follower, feed } of feeds)
      for (const domain of feed.domains) await follower.reaches(logs.get(domain)!.at(-1)!.position);
  } finally {
    await Promise.all([sessions.stop(), ...feeds.map(({ follower }) => follower.stop())]);
  }
  const { operations, answers, unanswered, wrong } = sessions;
  progress(`judging ${operations.length} operations`);
  const begun = performance.now();
  const history = { logs, operations, feeds: feeds.map(({ feed }) => feed) };
  const found = findingsIn(history);
  const judgedIn = (performance.now() - begun) / 1000;
  // Shows that reads from memory are old at times, and that this is seen.
  const stale = findingsIn(history, { staleMs: 0 }).length - found.length;
  const byKind = grouped(found, ({ kind }) => kind);
  return {
    counts: {
      ...answers,
      'requests without an answer, or with a 503': unanswered,
      'entries in the logs': [...logs.values()].reduce((sum, { length }) => sum + length, 0),
      'events that followers were told': feeds.reduce((sum, { feed }) => sum + feed.told.length, 0),
      'clients read in an older state elsewhere': stale,
      'judged in, s': judgedIn,
      ...Object.fromEntries([...byKind].map(([kind, { length }]) => [kind, length])),
      findings: found.length,
    },
    failures: [
      ...[...byKind.values()].flatMap((each) =>
        each.slice(0, SENTENCES).map(({ kind, sentence }) => `${kind}: ${sentence}`),
      ),
      ...wrong.slice(0, SENTENCES),
      ...feeds.flatMap(({ follower }) => follower.wrong.slice(0, SENTENCES)),
    ],
  };
}

/** A new domain, with a credential. */
async function realmAt(server: Target, domain: string, isPruned: boolean): Promise<Realm> {
  await call(server, 'POST', '/v1/domain', { body: { domain } });
  const body = { name: domain, domain, permissions: ['clients:read', 'clients:write'] };
  const issued = await call<{ apiKey: string }>(server, 'POST', '/admin/credentials', { body });
  if (issued.status !== 201) throw new Error(`No credential for ${domain}: ${issued.status}`);
  return { domain, apiKey: issued.body.apiKey, clients: CLIENTS, isPruned };
}

/** Follows these domains: the only one, or everything. */
function followed(servers: readonly Target[], domains: readonly string[], only?: string) {
  const told: Told[] = [];
  const follower = new Follower(servers, {
    domain: only,
    mostMs: only === undefined ? TOLD_AGAIN_MS : undefined,
    mayBeAway: true,
    onChange: ({ id, domain, clientId, requestId, changes }, stream) => {
      if (domain === null || !domains.includes(domain)) return;
      const at = performance.now();
      told.push({ position: id, domain, clientId, requestId, ...valuesIn(changes), stream, at });
    },
  });
  const feed: Feed = {
    follower: only ? `who follows ${only}` : 'who follows all',
    isOnce: only !== undefined,
    domains,
    told,
  };
  return { follower, feed };
}

async function logOf(query: Query, domain: string): Promise<Entry[]> {
  const rows = await query<{ position: string; request_id: string; client_id: string | null; changes: Changes }>(
    `select position::text, request_id, client_id, changes from audit_entries join domains on domains.id = domain_id
      where name = $1 order by audit_entries.position`,
    [domain],
  );
  return rows.map(({ position, request_id, client_id, changes }) => ({
    position,
    requestId: request_id,
    clientId: client_id,
    ...valuesIn(changes),
  }));
}

/** A client's value is its redirect URI, which every write changes. */
function valuesIn({ redirectUris }: Changes): Pick<Entry, 'was' | 'value'> {
  const valueIn = (uris: unknown): Value => (Array.isArray(uris) ? String(uris[0]).slice(BASE.length) : null);
  return { was: valueIn(redirectUris?.before), value: valueIn(redirectUris?.after) };
}
