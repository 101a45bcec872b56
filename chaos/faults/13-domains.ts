import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '../../bench/postgres.js';
import { type CallOptions, call, type Target } from '../call.js';
import { DomainWriters } from '../domain-writers.js';
import { Follower } from '../follower.js';
import { grouped, type History, violationsIn } from '../incarnations.js';

export const title = 'domains that are deleted and made anew, under load, over three instances';

const INSTANCES = 3;
const WRITERS = 9;
/** Each of those who delete has domains of its own. */
const REALMS = [
  ['a.example.com', 'b.example.com'],
  ['c.example.com', 'd.example.com'],
];
/** Deleted at the end, and not made anew. */
const LAST_GONE = 'd.example.com';
/** For how long a domain is there at most, and for how long it is gone: often for too short a time to be noticed. */
const MOST_LIFE_MS = 1200;
const GONE_MS = [0, 0, 50, 1200];
/** After this long every instance knows everything. */
const SETTLED_MS = 1000;
/** How long the removal of what they leave may take. */
const PURGE_MS = 10_000;
const PURGE_PAUSE_MS = 100;
/** Of all secrets and credentials, the newest are tried; the last one of each client in any case. */
const TRIED = 2000;
const SENTENCES = 3;

const client = (domain: string, id: string) => `/v1/domain/${domain}/client/${id}`;

/** What this fault needs of the stage. */
interface Setting {
  size(full: number, short: number): number;
  progress(text: string): void;
  postgres(): Promise<{ url(): string; readonly query: Query }>;
  product(env: { readonly DATABASE_URL: string }): Promise<Target>;
}

type Seen = Pick<History['end'], 'views' | 'totals' | 'secrets' | 'credentials'>;
type Mutable<Part> = { -readonly [Name in keyof Part]: Part[Name] extends readonly (infer Each)[] ? Each[] : never };

/** A client as v1 shows it, or an export. */
type Shown = Readonly<Record<'clientId' | 'clientName' | 'clientType' | 'scope' | 'redirectUris', unknown>>;

export async function run(stage: Setting): Promise<{ counts: Record<string, number>; failures: string[] }> {
  const rounds = stage.size(100, 8);
  const postgres = await stage.postgres();
  const query: Query = (sql, values) => postgres.query(sql, values);
  const start = () => stage.product({ DATABASE_URL: postgres.url() });
  const servers = await Promise.all(Array.from({ length: INSTANCES }, start));
  const follower = new Follower(servers);
  const writers = new DomainWriters(servers, REALMS.flat(), WRITERS);
  let audit: { id: string; incarnation: string }[];
  let begun = 0;
  const renewing = async (domains: readonly string[]) => {
    for (const domain of domains) await writers.create(domain, 0);
    while (begun < rounds) {
      begun += 1;
      stage.progress(`round ${begun} of ${rounds}, ${writers.requests.length} answers`);
      await renew(writers, domains[randomInt(domains.length)]!);
    }
  };
  try {
    await Promise.all(REALMS.map(renewing));
    await sleep(SETTLED_MS);
    await writers.remove(LAST_GONE, randomInt(INSTANCES));
    await sleep(SETTLED_MS);
    await writers.stop();
    stage.progress(`looking at what is there after ${writers.requests.length} answers`);
    // Removes at its start what is left of domains that are gone.
    await start();
    audit = await query(`
      select coalesce(name, 'null') || ' ' || position as id, domain_id::text as incarnation
        from audit_entries left join domains on domains.id = domain_id order by position`);
    await follower.reaches(audit.at(-1)!.id.split(' ')[1]!);
    await sleep(SETTLED_MS);
  } finally {
    await Promise.all([writers.stop(), follower.stop()]);
  }
  const { entries: feed } = follower;
  const { requests } = writers;
  const end = { ...(await seen(servers, writers)), left: await left(query) };
  const violations = violationsIn({ feed, audit, requests, end });
  const byKind = grouped(violations, ({ kind }) => kind);
  const made = requests.filter(({ isDone, subjects }) => isDone && subjects.includes('domain.created'));
  const keys = requests.flatMap(({ key }) => key ?? []);
  return {
    counts: {
      'domains made anew': made.length - REALMS.flat().length,
      'writes acknowledged': requests.filter(({ isDone }) => isDone).length,
      'writes refused': requests.filter(({ isRefused }) => isRefused).length,
      'repeats with the same key': keys.length - new Set(keys).size,
      'entries followed': feed.length,
      'connections of the follower': follower.connections,
      'secrets and credentials tried': end.secrets.length + end.credentials.length,
      ...Object.fromEntries([...byKind].map(([kind, found]) => [kind, found.length])),
      violations: violations.length,
    },
    failures: [
      ...[...byKind.values()].flatMap((found) =>
        found.slice(0, SENTENCES).map(({ kind, sentence }) => `${kind}: ${sentence}`),
      ),
      ...follower.wrong.slice(0, SENTENCES),
    ],
  };
}

/** Deletes the domain on one instance and makes it anew on another. */
async function renew(writers: DomainWriters, domain: string) {
  const one = randomInt(INSTANCES);
  await sleep(randomInt(MOST_LIFE_MS));
  await writers.remove(domain, one);
  await sleep(GONE_MS[randomInt(GONE_MS.length)]);
  await writers.create(domain, (one + 1) % INSTANCES);
  await writers.issue(domain, (one + 2) % INSTANCES);
}

/** What all instances show, and which secrets and credentials they find good. */
async function seen(servers: readonly Target[], { credentials, requests }: DomainWriters): Promise<Seen> {
  const end: Mutable<Seen> = { views: [], totals: [], secrets: [], credentials: [] };
  const secrets = requests.flatMap(({ domain, secrets: told = {} }) =>
    Object.entries(told).map(([clientId, value]) => ({ domain, clientId, value })),
  );
  const keys = [...credentials].flatMap(([domain, issued]) =>
    issued.slice(-TRIED).map((each) => ({ domain, ...each })),
  );
  const last = new Map(secrets.map(({ domain, clientId }, index) => [`${domain}/${clientId}`, index]));
  const tried = secrets.filter(
    ({ domain, clientId }, index) => index >= secrets.length - TRIED || last.get(`${domain}/${clientId}`) === index,
  );
  await Promise.all(
    servers.map(async (server, instance) => {
      const where = `on instance ${instance}`;
      for (const domain of credentials.keys()) {
        end.views.push({ where, domain, clients: await clientsOf(server, domain) });
        end.views.push({ where: `exported ${where}`, domain, clients: await exportOf(server, domain) });
      }
      for (const { domain, clientId, value } of tried) {
        const path = `${client(domain, clientId)}/secrets/verify`;
        const { status, body } = await ask<{ valid: boolean }>(server, 'POST', path, { body: { secret: value } });
        end.secrets.push({ where, domain, clientId, value, isValid: status === 200 && body.valid });
      }
      for (const { domain, apiKey } of keys) {
        const caller = { ...server, headers: { 'x-api-key': apiKey } };
        const answer = await ask<{ total: number }>(caller, 'GET', '/clients?size=1');
        const isValid = answer.status === 200;
        if (isValid) end.totals.push({ where, domain, total: answer.body.total });
        end.credentials.push({ where, value: apiKey, isValid });
      }
    }),
  );
  return end;
}

/** Each client as it is read alone; undefined where there is no such domain. */
async function clientsOf(server: Target, domain: string) {
  const list = await ask<{ clientId: string }[]>(server, 'GET', `/v1/domain/${domain}/client`);
  if (list.status !== 200) return undefined;
  const clients = new Map<string, Partial<Shown>>();
  for (const { clientId } of list.body) {
    const { body } = await ask<Shown>(server, 'GET', client(domain, clientId));
    clients.set(clientId, { clientType: body.clientType, scope: body.scope, redirectUris: body.redirectUris });
  }
  return clients;
}

async function exportOf(server: Target, domain: string) {
  const { status, body } = await ask(server, 'GET', `/admin/domains/${domain}/export`);
  if (status !== 200) return undefined;
  // One line alone is JSON.
  const lines = typeof body === 'string' ? body.split('\n').filter(Boolean) : [JSON.stringify(body)];
  return new Map(
    lines.map((line) => {
      const { clientId, clientName, clientType, scope, redirectUris }: Shown & { clientId: string } = JSON.parse(line);
      return [clientId, { clientName, clientType, scope, redirectUris }];
    }),
  );
}

/** How many rows there are that should not be, once what deleted domains have left was removed. */
async function left(query: Query): Promise<Record<string, number>> {
  const count = async () => {
    const [counts] = await query<Record<string, number>>(`
      select (select count(*)::int from clients join domains on domains.id = domain_id
               where deleted_at is not null) as "clients of deleted domains",
             (select count(*)::int from client_secrets join domains on domains.id = domain_id
               where deleted_at is not null) as "secrets of deleted domains",
             (select count(*)::int from client_secrets left join clients using (domain_id, client_id)
               where clients.client_id is null) as "secrets without a client",
             (select count(*)::int
                from (select domain_id, clients as n from domain_logs where end_position is null) told
                full join (select domain_id, count(*) as n from clients group by domain_id) there using (domain_id)
               where coalesce(told.n, 0) <> coalesce(there.n, 0)) as "totals that are not exact"`);
    return counts!;
  };
  const end = performance.now() + PURGE_MS;
  let counts = await count();
  while (Object.values(counts).some((number) => number > 0) && performance.now() < end) {
    await sleep(PURGE_PAUSE_MS);
    counts = await count();
  }
  return counts;
}

async function ask<Body = unknown>(server: Target, method: string, path: string, options?: CallOptions) {
  const answer = await call<Body>(server, method, path, options);
  if (answer.status === 0 || answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer;
}
