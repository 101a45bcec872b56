import { FeedReader } from '../support/feed-reader.js';
import { until } from '../support/processes.js';
import { startServer, type TestServer } from '../support/test-server.js';

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly changes: Record<string, { before: unknown; after: unknown }>;
}
/** What an entry belongs to: a domain and its subscription, a subscription alone, or the operator. */
interface Owner {
  readonly subscription: string | null;
  readonly domain?: string;
}
interface Viewer extends Owner {
  readonly query?: string;
  readonly key?: string;
}

const [OWN, SECOND, FOREIGN, SHORT] = ['own', 'second', 'foreign', 'short'] as const;
const ACME = { subscription: 'acme' };
const OF_OWN = { ...ACME, domain: OWN };
const CLIENT = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const READ = { permissions: ['audit:read'] };
const SUBSCRIPTION_OF: Record<string, string> = { [OWN]: 'acme', [SECOND]: 'acme', [FOREIGN]: 'stranger' };

const NAMES = [
  ...['operator', 'operator, of one domain', 'subscription', 'subscription, of one domain'],
  ...['domain', 'other domain', 'stranger', 'domain of a stranger'],
];

let server: TestServer;
let viewers: Record<string, Viewer>;
let start: string;
const live: Record<string, FeedReader> = {};
/** Every entry there is, in order, and whom it belongs to. */
const done: { readonly entry: Entry; readonly owner: Owner }[] = [];

const call = (method: string, path: string, body?: object) => server.call(method, path, { body });
const audit = async (query: string, key?: string): Promise<Entry[]> =>
  (await server.call('GET', `/admin/audit?${query}`, { key })).body;
const lastId = async (): Promise<string> => (await audit('limit=100')).at(-1)!.id;
const client = (domain: string, id: string) => `/v1/domain/${domain}/client/${id}`;
const bound = async (domain: string): Promise<string> => (await server.issue({ domain, ...READ })).id;

const OLDEST_KEY_ENDS = `update credentials set expires_at = now() + interval '20 days' where id = (select id from credentials where`;

/** Everything that anybody can do, what it leaves in the audit, and whom that belongs to. */
const DEEDS: readonly [what: string, deed: () => Promise<unknown>, actions: string[], owner: Owner][] = [
  ['creates a client', () => call('PUT', client(OWN, 'app'), CLIENT), ['client.created'], OF_OWN],
  [
    'changes a client',
    () => call('PUT', client(OWN, 'app'), { ...CLIENT, scope: 'orders' }),
    ['client.changed'],
    OF_OWN,
  ],
  ['adds a secret', () => call('POST', `${client(OWN, 'app')}/secrets`, {}), ['client.secret_added'], OF_OWN],
  [
    'removes a secret',
    async () => {
      const [{ id }] = (await call('GET', `${client(OWN, 'app')}/secrets`)).body;
      await call('DELETE', `${client(OWN, 'app')}/secrets/${id}`);
    },
    ['client.secret_removed'],
    OF_OWN,
  ],
  [
    'changes the rules of a domain',
    () => call('PUT', `/admin/domains/${OWN}/policy`, { maxSecretAgeDays: 90 }),
    ['domain.changed'],
    OF_OWN,
  ],
  [
    'has a secret that ends soon',
    () =>
      endSoon(
        `update client_secrets set expires_at = now() + interval '20 days', next_reminder_days = 30
          where id = (select id from client_secrets where client_id = 'app' order by created_at limit 1)`,
      ),
    ['secret.expiring'],
    OF_OWN,
  ],
  [
    'has a client that ends soon',
    () => endSoon(`update clients set expires_at = now() + interval '20 days' where client_id = 'app'`),
    ['client.expiring'],
    OF_OWN,
  ],
  [
    'imports a client',
    () =>
      server.call('POST', `/admin/domains/${OWN}/import`, {
        body: `${JSON.stringify({ clientId: 'imported', ...CLIENT })}\n`,
        headers: { 'content-type': 'application/x-ndjson' },
      }),
    ['client.created'],
    OF_OWN,
  ],
  ['deletes a client', () => call('DELETE', client(OWN, 'app')), ['client.deleted'], OF_OWN],
  ['issues a key of the subscription', () => server.issue({ ...ACME, ...READ }), ['credential.created'], ACME],
  ['issues a key of a domain', () => bound(OWN), ['credential.created'], OF_OWN],
  [
    'has a key of the subscription that ends soon',
    () => endSoon(`${OLDEST_KEY_ENDS} subscription = 'acme' and domain_id is null order by created_at limit 1)`),
    ['credential.expiring'],
    ACME,
  ],
  [
    'has a key of a domain that ends soon',
    () =>
      endSoon(
        `${OLDEST_KEY_ENDS} domain_id = (select id from domains where name = '${OWN}') order by created_at limit 1)`,
      ),
    ['credential.expiring'],
    OF_OWN,
  ],
  [
    'revokes a key of the subscription',
    async () => revoke((await server.issue({ ...ACME, ...READ })).id),
    ['credential.created', 'credential.revoked'],
    ACME,
  ],
  [
    'rotates a key of a domain, once while the previous one is good',
    async () => {
      const { apiKey: key } = await server.issue({ domain: OWN, ...READ });
      const rotate = () => server.call('POST', '/admin/credentials/self/rotation', { key });
      await rotate();
      await rotate();
    },
    ['credential.created', 'credential.rotated'],
    OF_OWN,
  ],
  [
    'rotates a key of the subscription',
    async () => {
      const { apiKey: key } = await server.issue({ ...ACME, ...READ });
      await server.call('POST', '/admin/credentials/self/rotation', { key });
    },
    ['credential.created', 'credential.rotated'],
    ACME,
  ],
  [
    'revokes a key of a domain, once however often it is asked to',
    async () => {
      const id = await bound(OWN);
      await revoke(id);
      await revoke(id);
    },
    ['credential.created', 'credential.revoked'],
    OF_OWN,
  ],
  [
    'revokes an operator',
    async () => {
      const [{ id }] = (await server.database.query<{ id: string }>(
        `insert into credentials (id, name, permissions, key_hash, key_hint)
         values (gen_random_uuid(), 'second operator', '{}', 'unknown', '0000') returning id`,
      )) as [{ id: string }];
      await revoke(id);
    },
    ['credential.revoked'],
    { subscription: null },
  ],
  [
    'creates a domain',
    () => call('POST', '/v1/domain', { domain: SHORT, ...ACME }),
    ['domain.created'],
    { ...ACME, domain: SHORT },
  ],
  [
    'deletes a domain, and with it its keys: those that are in force',
    async () => {
      await revoke(await bound(SHORT));
      await bound(SHORT);
      await bound(SHORT);
      await call('DELETE', `/v1/domain/${SHORT}`);
    },
    [
      ...['credential.created', 'credential.revoked', 'credential.created', 'credential.created'],
      ...['credential.revoked', 'credential.revoked', 'domain.deleted'],
    ],
    { ...ACME, domain: SHORT },
  ],
  [
    'does as much elsewhere',
    async () => {
      await revoke(await bound(SECOND));
    },
    ['credential.created', 'credential.revoked'],
    { ...ACME, domain: SECOND },
  ],
  [
    'and with others',
    async () => {
      await revoke(await bound(FOREIGN));
      await call('PUT', client(FOREIGN, 'theirs'), CLIENT);
    },
    ['credential.created', 'credential.revoked', 'client.created'],
    { subscription: 'stranger', domain: FOREIGN },
  ],
];

/** Waits for the reminder. */
async function endSoon(sql: string): Promise<void> {
  const before = await lastId();
  await server.database.query(sql);
  await until('there is a reminder', async () => (await audit(`after=${before}`)).length > 0);
}

function revoke(id: string) {
  return server.call('DELETE', `/admin/credentials/${id}`);
}

beforeAll(async () => {
  server = await startServer();
  for (const [domain, subscription] of Object.entries(SUBSCRIPTION_OF)) {
    await server.call('POST', '/v1/domain', { body: { domain, subscription } });
  }
  const keyOf = async (grant: object) => (await server.issue({ ...grant, ...READ })).apiKey;
  viewers = {
    operator: { subscription: null },
    'operator, of one domain': { subscription: null, domain: OWN, query: `domain=${OWN}` },
    subscription: { ...ACME, key: await keyOf(ACME) },
    'subscription, of one domain': { ...OF_OWN, query: `domain=${OWN}`, key: await keyOf(ACME) },
    domain: { ...OF_OWN, key: await keyOf({ domain: OWN }) },
    'other domain': { ...ACME, domain: SECOND, key: await keyOf({ domain: SECOND }) },
    stranger: { subscription: 'stranger', key: await keyOf({ subscription: 'stranger' }) },
    'domain of a stranger': { subscription: 'stranger', domain: FOREIGN, key: await keyOf({ domain: FOREIGN }) },
  };
  start = await lastId();
  for (const [name, { key, query = '' }] of Object.entries(viewers)) {
    live[name] = await FeedReader.open(server, { key, query: `?${query}`, lastEventId: start });
  }
});

afterAll(async () => {
  for (const reader of Object.values(live)) reader.close();
  await server.stop();
});

const maySee = (viewer: Viewer, owner: Owner) =>
  (viewer.subscription === null || viewer.subscription === owner.subscription) &&
  (viewer.domain === undefined || viewer.domain === owner.domain);

describe('the audit, when somebody', () => {
  it.each(DEEDS)('%s, has an entry for each change', async (_, deed, actions, owner) => {
    const before = await lastId();
    await deed();
    const entries = await audit(`after=${before}`);
    expect(entries.map(({ action }) => action)).toEqual(actions);
    done.push(...entries.map((entry) => ({ entry, owner })));
  });

  it('revokes a key, names it', () => {
    const idsOf = (action: string, side: 'before' | 'after') =>
      done.filter(({ entry }) => entry.action === action).map(({ entry }) => entry.changes.id![side]);
    expect(idsOf('credential.created', 'after')).toEqual(
      expect.arrayContaining(idsOf('credential.revoked', 'before').slice(-3)),
    );
  });
});

describe('whoever may see an entry is told, and nobody else:', () => {
  beforeAll(async () => {
    // Something for each at the end, behind which nobody waits for what does not come.
    for (const domain of Object.keys(SUBSCRIPTION_OF)) await call('PUT', client(domain, 'last'), CLIENT);
  });

  const isLast = ({ clientId, domain }: { clientId: string; domain: string }, viewer: Viewer) =>
    clientId === 'last' && domain === (viewer.domain ?? (viewer.subscription === 'acme' ? SECOND : FOREIGN));

  it.each(NAMES)('%s', async (name) => {
    const viewer = viewers[name]!;
    const { key, query = '' } = viewer;
    const expected = done.filter(({ owner }) => maySee(viewer, owner)).map(({ entry }) => entry);
    expect(expected.length).toBeGreaterThan(1);
    const listed = await audit(`after=${start}&${query}`, key);
    expect(listed.filter(({ clientId }: Entry & { clientId?: string }) => clientId !== 'last')).toEqual(expected);

    const late = await FeedReader.open(server, { key, query: `?${query}`, lastEventId: start });
    for (const reader of [live[name]!, late]) {
      await until('all is told', () => reader.changes().some(({ data }) => isLast(data, viewer)));
      // Whoever follows several domains is told again what came shortly before.
      const told = reader.changes().flatMap(({ data }) => (BigInt(data.id) > BigInt(start) ? [data] : []));
      expect(told.filter(({ clientId }) => clientId !== 'last')).toEqual(expected);
    }
    late.close();
  });
});
