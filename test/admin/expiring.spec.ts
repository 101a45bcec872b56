import { FeedReader } from '../support/feed-reader.js';
import { until } from '../support/processes.js';
import { expectProblem, expectViolations } from '../support/refusals.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';

const DAY_MS = 86_400_000;
const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const PUBLIC = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/cb'] };

interface Ending {
  readonly kind: string;
  readonly domain: string | null;
  readonly clientId: string | null;
  readonly name: string | null;
  readonly expiresAt: string;
}

let server: TestServer;
const path = (domain: string, id: string, rest = '') => `/v1/domain/${domain}/client/${id}${rest}`;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const daysUntil = (instant: string) => (Date.parse(instant) - Date.now()) / DAY_MS;
const namesIn = ({ body }: Answer): (string | null)[] => body.map(({ name, clientId }: Ending) => name ?? clientId);
const secretsOf = async (domain: string, id: string) => (await server.call('GET', path(domain, id, '/secrets'))).body;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe('GET /admin/expiring', () => {
  const list = (query = '', key?: string) => server.call('GET', `/admin/expiring${query}`, { key });
  const add = (domain: string, id: string, name: string, days: number, key?: string) =>
    server.call('POST', path(domain, id, '/secrets'), {
      body: { name, expiresAt: inDays(days), previousExpiresInSeconds: 30 * 86_400 },
      key,
    });
  /** What a credential of the subscription `acme` may do. */
  const keyOf = async (permissions: string[], domain?: string): Promise<string> =>
    (await server.issue({ name: `key ${permissions}`, subscription: 'acme', permissions, domain })).apiKey;
  let clerk: { id: string; apiKey: string };

  beforeAll(async () => {
    for (const [domain, subscription] of [
      ['shop', 'acme'],
      ['desk', 'acme'],
      ['theirs', 'stranger'],
    ]) {
      await server.call('POST', '/v1/domain', { body: { domain, subscription } });
      await server.call('PUT', path(domain!, 'app'), { body: MACHINE });
    }
    clerk = await server.issue({ name: 'clerk', subscription: 'acme', expiresAt: inDays(300) });
    await server.call('PUT', '/client?clientID=app', {
      key: (await server.issue({ name: 'namer', domain: 'shop', expiresAt: inDays(300) })).apiKey,
      body: { clientName: 'The Shop' },
    });
    await add('shop', 'app', 'second', 20.5, clerk.apiKey);
    await add('desk', 'app', 'first', 10);
    await add('theirs', 'app', 'not ours', 5);
    await add('shop', 'app', 'far', 200);
    await server.issue({ name: 'ci', domain: 'shop', permissions: [], expiresAt: inDays(15) });
    await server.issue({ name: 'everywhere', subscription: 'acme', permissions: [], expiresAt: inDays(16) });
    await server.database.query(
      `update clients set expires_at = now() + interval '1 day' from domains d
        where d.id = domain_id and d.name = 'desk' and client_id = 'app'`,
    );
    // The first secrets never end unless a rotation says so.
    await server.database.query(`update client_secrets set expires_at = null where name is null`);
  });

  it('tells what ends within a month, the soonest first, and who made it and when', async () => {
    const answer = await list();
    expect(answer.status).toBe(200);
    expect(namesIn(answer)).toEqual(['app', 'not ours', 'first', 'ci', 'everywhere', 'second']);
    const [client, , , ci, , second] = answer.body;
    expect(client).toEqual({
      kind: 'client',
      domain: 'desk',
      clientId: 'app',
      clientName: null,
      id: null,
      name: null,
      hint: '',
      expiresAt: expect.any(String),
      daysLeft: 0,
      createdBy: { id: expect.any(String), name: 'operator' },
      createdAt: expect.any(String),
    });
    expect(second).toEqual({
      kind: 'secret',
      domain: 'shop',
      clientId: 'app',
      clientName: 'The Shop',
      id: expect.any(String),
      name: 'second',
      hint: expect.stringMatching(/^[\w-]{4}$/),
      expiresAt: expect.any(String),
      daysLeft: 20,
      createdBy: { id: clerk.id, name: 'clerk' },
      createdAt: expect.any(String),
    });
    const [known] = (await secretsOf('shop', 'app')).filter(({ id }: { id: string }) => id === second.id);
    expect(second).toMatchObject({ hint: known.hint, expiresAt: known.expiresAt, createdAt: known.createdAt });
    expect(ci).toMatchObject({
      kind: 'credential',
      domain: 'shop',
      clientId: null,
      name: 'ci',
      daysLeft: 14,
      createdBy: { name: 'operator' },
    });
  });

  it('finds who made a secret that came with a client, or with an import', async () => {
    await server.call('PUT', path('desk', 'made'), { body: MACHINE, key: clerk.apiKey });
    await server.call('POST', '/admin/domains/desk/import', {
      body: `${JSON.stringify({ clientId: 'imported', ...MACHINE })}\n`,
      key: clerk.apiKey,
    });
    await server.database.query(
      `update client_secrets set expires_at = now() + interval '2 hours' where client_id in ('made', 'imported')`,
    );
    const answer = await list('?within=3h&domain=desk');
    expect(answer.body).toMatchObject([
      { kind: 'secret', createdBy: { id: clerk.id, name: 'clerk' } },
      { kind: 'secret', createdBy: { id: clerk.id, name: 'clerk' } },
    ]);
    await server.database.query(`update audit_entries set at = now() - interval '1 day' where client_id = 'made'`);
    expect((await list('?within=3h')).body.map(({ createdBy }: { createdBy: unknown }) => createdBy)).toContain(null);
    for (const id of ['made', 'imported']) await server.call('DELETE', path('desk', id));
  });

  it('within as many days or hours as is asked for', async () => {
    expect(namesIn(await list('?within=12d'))).toEqual(['app', 'not ours', 'first']);
    expect(namesIn(await list('?within=12h'))).toEqual([]);
    expect(namesIn(await list('?within=250d&domain=shop'))).toEqual(expect.arrayContaining(['far']));
  });

  it('of one domain', async () => {
    expect(namesIn(await list('?domain=shop'))).toEqual(['ci', 'second']);
    expect(namesIn(await list('?domain=desk'))).toEqual(['app', 'first']);
  });

  it('a tenant sees its own, and of that what it has the permission for', async () => {
    const [reader, keeper, both] = await Promise.all([
      keyOf(['clients:read']),
      keyOf(['credentials:write']),
      keyOf(['clients:read', 'credentials:write']),
    ]);
    expect(namesIn(await list('', reader))).toEqual(['app', 'first', 'second']);
    expect(namesIn(await list('', keeper))).toEqual(['ci', 'everywhere']);
    expect(namesIn(await list('', both))).toEqual(['app', 'first', 'ci', 'everywhere', 'second']);
    for (const domain of ['theirs', 'nobodys.example.com']) expectProblem(await list(`?domain=${domain}`, both), 404);
    expectProblem(await list('', await keyOf(['audit:read'])), 403);
  });

  it('a credential of one domain sees that one', async () => {
    const key = await keyOf(['clients:read', 'credentials:write'], 'shop');
    expect(namesIn(await list('', key))).toEqual(['ci', 'second']);
    expectProblem(await list('?domain=desk', key), 404);
  });

  it('a credential sees only those others that can do no more than itself', async () => {
    await server.issue({ name: 'mighty', domain: 'shop', permissions: ['audit:read'], expiresAt: inDays(3) });
    expect(namesIn(await list('?within=4d', await keyOf(['credentials:write'])))).toEqual([]);
    expect(namesIn(await list('?within=4d', await keyOf(['credentials:write', 'audit:read'])))).toEqual(['mighty']);
    // Who may write clients may also propose them.
    const propose = ['clients:propose'];
    await server.issue({ name: 'team', domain: 'shop', permissions: propose, expiresAt: inDays(3) });
    expect(namesIn(await list('?within=4d', await keyOf(['credentials:write', 'clients:write'])))).toEqual(['team']);
  });

  it('page by page, following the Link header, each once and in order, also of what ends at the same time', async () => {
    const instant = inDays(40);
    const body = Array.from(
      { length: 7 },
      (_, index) => `${JSON.stringify({ clientId: `many-${index}`, ...MACHINE })}\n`,
    );
    for (const domain of ['shop', 'desk']) {
      await server.call('POST', `/admin/domains/${domain}/import`, { body: body.join('') });
      await server.issue({ name: 'at that time', domain, permissions: [], expiresAt: instant });
    }
    await server.database.query(`update client_secrets set expires_at = $1 where client_id like 'many-%'`, [instant]);
    await server.database.query(`update clients set expires_at = $1 where client_id like 'many-%'`, [instant]);
    const both = await keyOf(['clients:read', 'credentials:write']);
    for (const [key, filter] of [
      [undefined, ''],
      [both, ''],
      [both, '&domain=shop'],
    ]) {
      const all = (await list(`?within=50d${filter}`, key)).body;
      expect(all.length).toBeGreaterThan(14);
      const seen: Ending[] = [];
      for (let next: string | undefined = `?within=50d&limit=3${filter}`; next !== undefined; ) {
        const page: Answer = await list(next, key);
        expect(page.body.length).toBeLessThanOrEqual(3);
        seen.push(...page.body);
        next = /<[^?]*(\?[^>]*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      }
      expect(seen).toEqual(all);
      const ends = all.map(({ expiresAt }: Ending) => expiresAt);
      expect(ends).toEqual([...ends].sort());
    }
  });

  it.each([
    ...['within=0d', 'within=30', 'within=d', 'within=30w', 'within=367d', 'within=9000h', 'within=1d&within=2d'],
    ...['within=-1d', 'within=1.5d', 'within=', 'limit=0', 'after=x', 'after=1-secret-x', 'after=1-client-app'],
    ...['after=1-credential-2-00000000-0000-4000-8000-000000000000', 'domain=a&domain=b'],
  ])('a bad query (%s) → 400', async (query) => {
    expectProblem(await list(`?${query}`), 400);
  });

  it.each([
    '1-secret-12345678-1234-4000-8000-000000000000',
    '1-credential-12345678-0000-4000-8000-000000000000',
    '1-client-1-2-3',
  ])('goes on behind any place (%s), also one where nothing is any more', async (place) => {
    const answer = await list(`?within=12d&after=${place}`);
    expect([answer.status, answer.body]).toEqual([200, (await list('?within=12d')).body]);
  });

  it('holds nothing that has ended, was revoked, or went with its domain', async () => {
    await server.call('POST', '/v1/domain', { body: { domain: 'short', subscription: 'acme' } });
    await server.call('PUT', path('short', 'app'), { body: MACHINE });
    await add('short', 'app', 'gone with its domain', 2);
    await server.issue({ name: 'gone, too', domain: 'short', permissions: [], expiresAt: inDays(2) });
    const { id } = await server.issue({ name: 'revoked', domain: 'shop', permissions: [], expiresAt: inDays(2) });
    expect(namesIn(await list('?within=60h'))).toEqual(['app', 'gone with its domain', 'gone, too', 'revoked']);
    await server.call('DELETE', `/admin/credentials/${id}`);
    await server.call('DELETE', '/v1/domain/short');
    expect(namesIn(await list('?within=60h'))).toEqual(['app']);
    await server.database.query(`update clients set expires_at = now() - interval '1 second' where client_id = 'app'`);
    expect(namesIn(await list('?within=60h'))).toEqual([]);
  });
});

describe('the rules of a domain', () => {
  const policy = (domain = 'ruled') => `/admin/domains/${domain}/policy`;
  const setAge = (maxSecretAgeDays: number | null) => server.call('PUT', policy(), { body: { maxSecretAgeDays } });
  const addTo = (id: string, body: object = {}) => server.call('POST', path('ruled', id, '/secrets'), { body });
  /** In how many days the newest secret of a client ends; null = never. */
  const lastsFor = async (id: string): Promise<number | null> => {
    const newest = (await secretsOf('ruled', id)).at(-1);
    return newest.expiresAt === null ? null : Math.round(daysUntil(newest.expiresAt));
  };
  let key: string;

  beforeAll(async () => {
    await server.call('POST', '/v1/domain', { body: { domain: 'ruled' } });
    key = (await server.issue({ domain: 'ruled' })).apiKey;
    await server.call('PUT', path('ruled', 'old'), { body: MACHINE });
  });

  it('are none at first, and are read as they were set', async () => {
    expect((await server.call('GET', policy())).body).toEqual({ maxSecretAgeDays: null });
    const set = await setAge(90);
    expect([set.status, set.body]).toEqual([200, { maxSecretAgeDays: 90 }]);
    expect((await server.call('GET', policy())).body).toEqual({ maxSecretAgeDays: 90 });
  });

  it('are in the audit, once for each change', async () => {
    await setAge(90);
    const entries = (await server.call('GET', '/admin/audit?domain=ruled')).body;
    const changes = entries.filter(({ action }: { action: string }) => action === 'domain.changed');
    expect(changes).toMatchObject([
      { clientId: null, dialect: 'admin', changes: { maxSecretAgeDays: { before: null, after: 90 } } },
    ]);
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['maxSecretAgeDays']],
    ['no day', { maxSecretAgeDays: 0 }, ['maxSecretAgeDays']],
    ['half a day', { maxSecretAgeDays: 0.5 }, ['maxSecretAgeDays']],
    ['more than ten years', { maxSecretAgeDays: 3651 }, ['maxSecretAgeDays']],
    ['a text', { maxSecretAgeDays: '90' }, ['maxSecretAgeDays']],
    ['an unknown rule', { maxSecretAgeDays: 90, colour: 'red' }, ['colour']],
  ])('are not %s', async (_, body, fields) => {
    expectViolations(await server.call('PUT', policy(), { body }), fields);
  });

  it('leave alone what is there, also when it is replaced', async () => {
    expect(await lastsFor('old')).toBeNull();
    await addTo('old', { previousExpiresInSeconds: 3600 });
    const [first, second] = await secretsOf('ruled', 'old');
    expect([daysUntil(first.expiresAt) < 1, Math.round(daysUntil(second.expiresAt))]).toEqual([true, 90]);
  });

  it.each<[string, (id: string) => Promise<Answer>]>([
    ['v1 makes with a client', (id) => server.call('PUT', path('ruled', id), { body: MACHINE })],
    [
      'v1 makes when a client becomes Confidential',
      async (id) => {
        await server.call('PUT', path('ruled', id), { body: PUBLIC });
        return server.call('PUT', path('ruled', id), { body: { ...PUBLIC, clientType: 'Confidential' } });
      },
    ],
    [
      'the accounts API makes',
      (id) => server.call('POST', '/clients', { key, body: { clientID: id, grantTypes: ['client_credentials'] } }),
    ],
    [
      'somebody chooses',
      (id) =>
        server.call('POST', '/clients', {
          key,
          body: { clientID: id, grantTypes: ['client_credentials'], clientSecret: 'a-secret-of-somebody' },
        }),
    ],
    [
      'an import makes',
      (id) =>
        server.call('POST', '/admin/domains/ruled/import', {
          body: `${JSON.stringify({ clientId: id, ...MACHINE })}\n`,
        }),
    ],
    [
      'a restored client gets',
      async (id) => {
        await server.call('PUT', path('ruled', id), { body: MACHINE });
        await server.call('DELETE', path('ruled', id));
        return server.call('POST', `/admin/domains/ruled/clients/${id}/restore`);
      },
    ],
  ])('hold for the secret that %s', async (what, make) => {
    const id = what.toLowerCase().replaceAll(' ', '-');
    expect([200, 201]).toContain((await make(id)).status);
    expect(await lastsFor(id)).toBe(90);
  });

  it('hold for a secret that is added, and its maker is told when it ends', async () => {
    await server.call('PUT', path('ruled', 'added'), { body: MACHINE });
    const { status, body } = await addTo('added');
    expect([status, Math.round(daysUntil(body.expiresAt))]).toEqual([201, 90]);
    expect((await addTo('added', { expiresAt: inDays(10) })).body.expiresAt.slice(0, 10)).toBe(inDays(10).slice(0, 10));
    const late = await addTo('added', { expiresAt: inDays(91) });
    expectViolations(late, ['expiresAt']);
    expect(late.text).toContain('90 days');
  });

  it('hold until they are taken back', async () => {
    await setAge(null);
    await server.call('PUT', path('ruled', 'free'), { body: MACHINE });
    expect(await lastsFor('free')).toBeNull();
    expect((await addTo('free', { expiresAt: inDays(1000) })).status).toBe(201);
  });

  it('need domains:read and domains:write', async () => {
    expectProblem(await server.call('GET', policy(), { key }), 403);
    expectProblem(await server.call('PUT', policy(), { key, body: { maxSecretAgeDays: 1 } }), 403);
  });
});

describe('reminders', () => {
  it('come by themselves, once, in the audit and in the feed: of what was made to last, not of what ends soon anyway', async () => {
    await server.call('POST', '/v1/domain', { body: { domain: 'told' } });
    await server.call('PUT', path('told', 'app'), { body: MACHINE });
    await server.call('PUT', '/admin/domains/told/policy', { body: { maxSecretAgeDays: 14 } });
    const add = (name: string, more: object = {}) =>
      server.call('POST', path('told', 'app', '/secrets'), { body: { name, ...more } });
    // Of these two nobody needs to be told: one ends in half a day from the start, and one was just replaced.
    await add('short', { expiresAt: inDays(0.5) });
    await add('replacing');
    const { id } = (await add('long')).body;
    const feed = await FeedReader.open(server, { query: '?domain=told' });
    await server.database.query(`update client_secrets set expires_at = now() + interval '7 days' where name = 'long'`);
    const reminders = () => feed.changes().flatMap(({ data }) => (data.action.endsWith('.expiring') ? [data] : []));
    await until('there is a reminder', () => reminders().length > 0);
    const value = (after: unknown) => ({ before: null, after });
    expect(reminders()).toEqual([
      {
        id: expect.any(String),
        at: expect.any(String),
        domain: 'told',
        credential: { id: null, name: 'server' },
        dialect: 'timekeeper',
        requestId: '-',
        action: 'secret.expiring',
        clientId: 'app',
        changes: { id: value(id), name: value('long'), expiresAt: value(expect.any(String)), days: value(7) },
      },
    ]);
    feed.close();
    const entries = (await server.call('GET', '/admin/audit?domain=told&clientId=app')).body;
    expect(entries.filter(({ action }: { action: string }) => action === 'secret.expiring')).toEqual(reminders());
  });
});
