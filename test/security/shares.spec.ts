import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { FeedReader } from '../support/feed-reader.js';
import { until } from '../support/processes.js';
import { expectAccountsError, expectProblem } from '../support/refusals.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';
import { upload } from '../support/upload.js';

/** What a tenant may do in its subscription. */
const ALL = ['clients:read', 'clients:write', 'secrets:verify', 'domains:read', 'credentials:write', 'audit:read'];

const MIB = 1024 * 1024;

describe('whatever one subscription takes, with however many credentials', () => {
  let server: TestServer;
  let modest: string;
  beforeAll(async () => {
    server = await startServer({}, { wireTimes: { pieceMs: 1000 }, answerBytes: { each: 24 * MIB, all: 48 * MIB } });
    for (const subscription of ['greedy', 'modest']) {
      for (const n of [1, 2, 3]) {
        await server.call('POST', '/v1/domain', { body: { domain: `${subscription}-${n}.example.com`, subscription } });
      }
    }
    modest = await keyOf('modest');
  });
  afterAll(() => server.stop());

  const keyOf = async (subscription: string) => (await server.issue({ subscription, permissions: ALL })).apiKey;
  const keysOf = (subscription: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => keyOf(subscription)));
  const expectTooMany = (answer: Answer, what: string) => {
    expectProblem(answer, 429);
    expect(answer.body.detail).toBe(`This subscription has too many ${what}.`);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  };

  it('others can follow changes', async () => {
    const keys = await keysOf('greedy', 6);
    const open = await Promise.all(
      keys.flatMap((key) => Array.from({ length: 16 }, () => FeedReader.open(server, { key }))),
    );
    const rest = await Promise.all(keys.slice(0, 4).map((key) => FeedReader.open(server, { key })));
    const readers = [...open, ...rest];
    expect(readers.map(({ response }) => response.statusCode)).toEqual(Array(100).fill(200));
    expectTooMany(
      await server.call('GET', '/admin/changes', { key: await keyOf('greedy') }),
      'streams of changes open',
    );
    const other = await FeedReader.open(server, { key: modest });
    expect(other.response.statusCode).toBe(200);
    for (const reader of [...readers, other]) reader.close();
  }, 30_000);

  it('others can import; and an import that nobody sends ends by itself, and leaves its place', async () => {
    const path = (subscription: string, n: number) => `/admin/domains/${subscription}-${n}.example.com/import`;
    const [one, another, third] = await keysOf('greedy', 3);
    const idle = [
      upload(`${server.url}${path('greedy', 1)}`, one),
      upload(`${server.url}${path('greedy', 2)}`, another),
    ];
    for (const each of idle) await each.send('{"clientId":');
    const isUnderWay = async () => {
      const rows = await server.database.query('select 1 from imports');
      return rows.length === 2;
    };
    await until('both are under way', isUnderWay);
    const body = JSON.stringify({ clientId: 'app', clientType: 'Confidential', grantType: 'ClientCredentials' });
    expectTooMany(await server.call('POST', path('greedy', 3), { key: third, body }), 'imports under way');
    expect((await server.call('POST', path('modest', 1), { key: modest, body })).status).toBe(200);
    for (const each of idle) {
      const { status, text } = await each.answer();
      expect([status, JSON.parse(text)]).toEqual([
        408,
        expect.objectContaining({ status: 408, title: expect.any(String) }),
      ]);
    }
    expect((await server.call('POST', path('greedy', 3), { key: third, body })).status).toBe(200);
  }, 30_000);

  it('others can have chosen secrets verified and set', async () => {
    const clientSecret = 'correct horse battery';
    const create = async (subscription: string, clientID: string) => {
      const { apiKey: key } = await server.issue({ domain: `${subscription}-1.example.com`, permissions: ALL });
      const body = { clientID, grantTypes: ['client_credentials'], clientSecret };
      return server.call('POST', '/clients', { key, body });
    };
    for (const subscription of ['greedy', 'modest']) await create(subscription, 'chosen');
    const verify = (subscription: string, key: string, secret = clientSecret) =>
      server.call('POST', `/v1/domain/${subscription}-1.example.com/client/chosen/secrets/verify`, {
        key,
        body: { secret },
      });
    const keys = await keysOf('greedy', 5);
    const burst = Promise.all(keys.flatMap((key) => Array.from({ length: 12 }, () => verify('greedy', key))));
    const other = await verify('modest', modest);
    const set = await create('modest', 'set');
    expect(other.body).toMatchObject({ valid: true });
    expect(set.status).toBe(201);
    const refused = (await burst).filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) expectTooMany(answer, 'chosen secrets to compare');
  }, 60_000);

  it('others find connections to the database, and so does what is quick', async () => {
    const keys = await Promise.all(
      [1, 2, 3].map(async (n) => (await server.issue({ domain: `greedy-${n}.example.com`, permissions: ALL })).apiKey),
    );
    const lock = new pg.Client(server.database.url).on('error', () => {});
    await lock.connect();
    await lock.query('begin; lock table clients');
    const slow = [
      (n: number) => `/clients?clientName~=${n}`,
      (n: number) => `/clients?sort=modified&page=${n + 1}`,
      (n: number) => `/clients?page=${n + 1000}`,
      (n: number) => `/clients?size=0&_${n}`,
    ];
    const refused: Answer[] = [];
    const served = Array.from({ length: 120 }, async (_, n) => {
      const answer = await server.call('GET', slow[n % slow.length]!(n), { key: keys[n % keys.length]! });
      if (answer.status !== 200) refused.push(answer);
    });
    const all = Promise.all(served);
    // If an assertion fails before they are answered, that is the failure to show.
    all.catch(() => {});
    await until('there is no place left', () => refused.length === 20);
    for (const answer of refused) expectAccountsError(answer, 429, 1451);
    const v1 = ['client?search=x', 'client?offset=9999&limit=5', 'client'].map(
      (path) => `/v1/domain/greedy-1.example.com/${path}`,
    );
    for (const path of [...v1, '/admin/domains/greedy-1.example.com/export', '/admin/audit', '/admin/credentials']) {
      expectTooMany(await server.call('GET', path, { key: keys[0]! }), 'reads under way that look through much');
    }
    const ofAll = await server.call('GET', '/v1/domain', { key: await keyOf('greedy') });
    expectTooMany(ofAll, 'reads under way that look through much');
    const [waiting] = await server.database.query<{ count: number }>(
      `select count(*)::int from pg_stat_activity
        where application_name = 'clientele' and wait_event_type = 'Lock' and datname = current_database()
          and query !~ 'suspended_until <= now|expires_at <= now|next_reminder_days'`,
    );
    // A third of the ten connections; what the server does by itself waits, too.
    expect(waiting).toEqual({ count: 3 });
    expect((await server.call('GET', '/admin/audit', { key: modest })).status).toBe(200);
    expect((await server.call('GET', '/v1/domain', { key: keys[0]! })).status).toBe(200);
    await lock.query('commit');
    await lock.end();
    await all;
    expect(refused).toHaveLength(20);
  }, 30_000);

  it('others are sent large answers: what is not read of them is bounded', async () => {
    const redirectUris = Array.from({ length: 8 }, (_, n) => `https://${n}.example.com/${'x'.repeat(1900)}`);
    const lines = Array.from({ length: 500 }, (_, n) =>
      JSON.stringify({ clientId: `large-${n}`, clientType: 'Public', grantType: 'AuthorizationCode', redirectUris }),
    );
    const keys: Record<string, string> = {};
    for (const subscription of ['greedy', 'modest']) {
      const domain = `${subscription}-1.example.com`;
      const body = lines.join('\n');
      expect((await server.call('POST', `/admin/domains/${domain}/import`, { body })).status).toBe(200);
      keys[subscription] = (await server.issue({ domain, permissions: ALL })).apiKey;
    }
    const path = '/clients?size=1000&clientID~=large';
    const unread = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
    unread.on('error', () => {});
    unread.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nx-api-key: ${keys.greedy}\r\n\r\n`);
    await once(unread, 'readable');
    const refused = await server.call('GET', path, { key: keys.greedy! });
    expectAccountsError(refused, 429, 1451);
    expect(refused.body.verbose).toBe('this subscription has too many large answers that wait to be read');
    expect(refused.headers.get('retry-after')).toBe('2');
    expect((await server.call('GET', '/clients?size=10', { key: keys.greedy! })).status).toBe(200);
    const other = await server.call('GET', path, { key: keys.modest! });
    expect([other.status, other.body.count]).toEqual([200, 500]);
    unread.destroy();
    await until('it is forgotten', async () => (await server.call('GET', path, { key: keys.greedy! })).status === 200);
  }, 60_000);
});
