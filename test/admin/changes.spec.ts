import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { breakable } from '../support/breakable-database.js';
import { FeedReader } from '../support/feed-reader.js';
import { until } from '../support/processes.js';
import { expectProblem } from '../support/refusals.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';

const SECOND_MS = 1000;

let server: TestServer;
let other: TestServer;
const readers: FeedReader[] = [];

beforeAll(async () => {
  server = await startServer();
  other = await startServer({}, { database: server.database });
  await server.call('POST', '/v1/domain', { body: { domain: 'tenant.example.com', subscription: 'tenant' } });
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});
afterAll(async () => {
  await other.stop();
  await server.stop();
});

const follow = async (on = server, options: Parameters<typeof FeedReader.open>[1] = {}) => {
  const reader = await FeedReader.open(on, options);
  readers.push(reader);
  if (reader.response.statusCode === 200) await until('the stream has begun', () => reader.events.length > 0);
  return reader;
};
const put = (clientId: string, scope = 'openid', on = server, domain = 'default'): Promise<Answer> =>
  on.call('PUT', `/v1/domain/${domain}/client/${clientId}`, {
    body: { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/cb'], scope },
  });
const clientsIn = (reader: FeedReader) => reader.changes().flatMap(({ data }) => data.clientId ?? []);
const told = (reader: FeedReader, clientId: string) =>
  until(`${clientId} is told`, () => clientsIn(reader).includes(clientId));
const audit = async (query = '', after = '0'): Promise<{ id: string }[]> => {
  const entries: { id: string }[] = [];
  for (;;) {
    const { body } = await server.call('GET', `/admin/audit?after=${entries.at(-1)?.id ?? after}${query}`);
    entries.push(...body);
    if (body.length < 100) return entries;
  }
};
const ascending = (ids: string[]) => [...ids].sort((one, next) => Number(one) - Number(next));

describe('GET /admin/changes', () => {
  it('begins with now: with the position, and then tells each change as the audit has it', async () => {
    await put('before');
    await sleep(300);
    const reader = await follow();
    expect(reader.response.headers['content-type']).toBe('text/event-stream');
    expect(reader.response.headers['x-request-id']).toMatch(/./);
    expect(reader.response.headers['access-control-allow-origin']).toBe('*');
    const position = reader.events[0]!;
    expect(position).toEqual({
      retry: '1000',
      id: expect.stringMatching(/^\d+$/),
      event: 'position',
      data: { id: position.id },
    });
    await put('fresh');
    await told(reader, 'fresh');
    const [entry] = await audit('&clientId=fresh');
    expect(reader.changes()).toEqual([{ id: entry!.id, event: 'change', data: entry }]);
  });

  it('tells at once what this instance has written, and very soon what another one has', async () => {
    const [here, there] = [await follow(), await follow(other)];
    for (const on of [server, other]) {
      for (let n = 0; n < 5; n += 1) {
        const start = performance.now();
        await put(`quick-${n}`, `at-${start}`, on);
        await Promise.all(
          [here, there].map((reader) =>
            until('told', () => reader.changes().at(-1)?.data.changes.scope?.after === `at-${start}`),
          ),
        );
        expect(performance.now() - start).toBeLessThan(SECOND_MS);
      }
    }
  });

  it('resumes behind Last-Event-ID, on any instance, from the very beginning if that is 0', async () => {
    const all = await audit();
    for (const on of [server, other]) {
      const reader = await follow(on, { lastEventId: '0' });
      await until('all is told', () => reader.changes().length >= all.length);
      expect(reader.changes().map(({ data }) => data)).toEqual(all);
    }
    const own = await audit('&domain=default');
    const inQuery = await follow(server, { query: `?domain=default&lastEventId=${own.at(-3)!.id}` });
    await until('the rest is told', () => inQuery.changes().length >= 2);
    expect(inQuery.changes().map(({ data }) => data)).toEqual(own.slice(-2));
    const both = await follow(server, { query: '?domain=default&lastEventId=0', lastEventId: own.at(-2)!.id });
    await until('the last is told', () => both.changes().length >= 1);
    expect(both.changes().map(({ data }) => data)).toEqual(own.slice(-1));
  });

  it('across domains it resumes shortly before Last-Event-ID, and what is told again has the same id and domain', async () => {
    const all = await audit();
    const reader = await follow(server, { lastEventId: all.at(-1)!.id });
    await put('after');
    await told(reader, 'after');
    const again = reader.changes().map(({ data }) => data);
    expect(again.length).toBeGreaterThan(1);
    expect(again).toEqual([...all, ...(await audit('', all.at(-1)!.id))].slice(-again.length));
  });

  it('sends the entries of a domain in the order of its log, also beside a long write, and holds up no other domain', async () => {
    const [reader, ofDomain] = [await follow(), await follow(server, { query: '?domain=default' })];
    const slow = new pg.Client(server.database.url);
    await slow.connect();
    await slow.query('begin');
    await slow.query(`
      with log as (
        update domain_logs set position = position + 1
         where domain_id = (select id from domains where name = 'default') returning domain_id, position)
      insert into audit_entries (domain_id, position, credential_name, dialect, request_id, action, client_id, changes)
      select domain_id, position, 'test', 'v1', '-', 'client.changed', 'slow', '{}' from log`);
    const behind = put('behind');
    await put('elsewhere', 'openid', server, 'tenant.example.com');
    await told(reader, 'elsewhere');
    expect([clientsIn(reader), clientsIn(ofDomain)]).toEqual([['elsewhere'], []]);
    await slow.query('commit');
    await slow.end();
    await behind;
    await Promise.all([told(reader, 'behind'), told(ofDomain, 'behind')]);
    expect(clientsIn(reader)).toEqual(['elsewhere', 'slow', 'behind']);
    expect(clientsIn(ofDomain)).toEqual(['slow', 'behind']);
  });

  it('has no gap and no duplicate for a follower who changes instances while many write and connections are cut', async () => {
    const query = '?domain=default';
    const begin = (await follow(server, { query })).lastId();
    let isWriting = true;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 40; n += 1) await put(`many-${writer}-${n % 7}`, `s${n}`, n % 2 ? server : other);
    });
    const cutting = (async () => {
      while (isWriting) {
        await server.database.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'clientele watch' and datname = current_database()`,
        );
        await sleep(100);
      }
    })();
    const steady = await follow(other, { query, lastEventId: begin });
    const received: string[] = [];
    let at = begin;
    const hop = async (round: number) => {
      const reader = await follow(round % 2 ? server : other, { query, lastEventId: at });
      await sleep(60);
      reader.close();
      await reader.ended;
      received.push(...reader.changes().map(({ id }) => id!));
      at = received.at(-1) ?? at;
    };
    const done = Promise.all(writers).then(() => (isWriting = false));
    for (let round = 0; isWriting; round += 1) await hop(round);
    await Promise.all([done, cutting]);
    const expected = (await audit('&domain=default', begin)).map(({ id }) => id);
    for (let round = 0; received.length < expected.length && round < 50; round += 1) await hop(round);
    expect(expected.length).toBeGreaterThan(280);
    expect(received).toEqual(expected);
    await until('all is told', () => steady.changes().length >= expected.length);
    expect(steady.changes().map(({ id }) => id)).toEqual(expected);
  });

  it('is silent while the database is away, and goes on without a gap', async () => {
    const way = await breakable(server.database.url);
    const away = await startServer({ DATABASE_URL: way.url }, { database: server.database });
    const reader = await follow(away);
    way.cut();
    expect((await put('refused', 'openid', away)).status).toBe(503);
    await put('meanwhile');
    way.mend();
    await until('the database is back', async () => (await put('found', 'openid', away)).status === 200);
    await told(reader, 'found');
    expect(clientsIn(reader)).toEqual(['meanwhile', 'found']);
    await away.stop();
    way.close();
  });

  it('tells of the domain or the client that was asked for, and of what the credential may see', async () => {
    const { apiKey: tenants } = await server.issue({ subscription: 'tenant', permissions: ['audit:read'] });
    const { apiKey: bound } = await server.issue({ domain: 'default', permissions: ['audit:read'] });
    const [tenant, own, domain, client] = [
      await follow(server, { key: tenants }),
      await follow(server, { key: bound }),
      await follow(server, { query: '?domain=tenant.example.com' }),
      await follow(server, { query: '?clientId=ours-2' }),
    ];
    await put('ours-1');
    await put('theirs', 'openid', server, 'tenant.example.com');
    await put('ours-2');
    await put('theirs-too', 'openid', server, 'tenant.example.com');
    await Promise.all([told(tenant, 'theirs-too'), told(own, 'ours-2'), told(domain, 'theirs-too')]);
    await told(client, 'ours-2');
    expect(clientsIn(tenant)).toEqual(['theirs', 'theirs-too']);
    expect(clientsIn(domain)).toEqual(['theirs', 'theirs-too']);
    expect(clientsIn(own)).toEqual(['ours-1', 'ours-2']);
    expect(clientsIn(client)).toEqual(['ours-2']);
    const again = await follow(other, { key: tenants, lastEventId: '0' });
    await told(again, 'theirs-too');
    expect(new Set(again.changes().map(({ data }) => data.domain))).toEqual(new Set(['tenant.example.com', null]));
    expect(JSON.stringify(again.events)).not.toMatch(/ours|many|default/);
    const foreign = await server.call('GET', '/admin/changes?domain=default', { key: tenants });
    expectProblem(foreign, 404);
  });

  it('ends within a second, on every instance, when the credential is revoked or expires', async () => {
    const revoked = await server.issue({ permissions: ['audit:read'] });
    const streams = [await follow(server, { key: revoked.apiKey }), await follow(other, { key: revoked.apiKey })];
    await server.call('DELETE', `/admin/credentials/${revoked.id}`);
    let start = performance.now();
    expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual([true, true]);
    expect(performance.now() - start).toBeLessThan(1.5 * SECOND_MS);
    const expiresAt = new Date(Date.now() + 1500).toISOString();
    const { apiKey } = await server.issue({ permissions: ['audit:read'], expiresAt });
    const short = await follow(other, { key: apiKey });
    start = performance.now();
    expect(await short.ended).toBe(true);
    expect(performance.now() - start).toBeLessThan(3 * SECOND_MS);
  });

  it('lets a credential open twenty streams, and one more when one has ended', async () => {
    const { apiKey: key } = await server.issue({ permissions: ['audit:read'] });
    const open = await Promise.all(Array.from({ length: 20 }, () => follow(server, { key })));
    const refused = await server.call('GET', '/admin/changes', { key });
    expectProblem(refused, 429);
    expect(refused.headers.get('retry-after')).toBe('5');
    open[0]!.close();
    await until('there is room again', async () => (await follow(server, { key })).response.statusCode === 200);
  });

  it.each([
    ['a Last-Event-ID that is no number', { lastEventId: 'x' }],
    ['a Last-Event-ID that is too long', { lastEventId: '1'.repeat(19) }],
    ['a Last-Event-ID that no entry has had yet', { lastEventId: '9'.repeat(18) }],
    ['a bad lastEventId', { query: '?lastEventId=-1' }],
    ['two of them', { query: '?lastEventId=1&lastEventId=2' }],
    ['two domains', { query: '?domain=a&domain=b' }],
  ])('%s → 400', async (_, options) => {
    const { response } = await follow(server, options);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toMatch('application/problem+json');
  });

  it('needs audit:read', async () => {
    const { apiKey } = await server.issue({});
    expectProblem(await server.call('GET', '/admin/changes', { key: apiKey }), 403);
  });

  it('HEAD answers the headers alone', async () => {
    const { status, headers, text } = await server.call('HEAD', '/admin/changes');
    expect([status, headers.get('content-type'), text]).toEqual([200, 'text/event-stream', '']);
  });

  it('tells in ascending order whatever it tells', async () => {
    const reader = await follow(server, { lastEventId: '0' });
    await told(reader, 'theirs-too');
    const ids = reader.changes().map(({ id }) => id!);
    expect(ids).toEqual(ascending([...new Set(ids)]));
  });

  it('ends when the server stops, which waits for no reader', async () => {
    const third = await startServer({}, { database: server.database });
    const reader = await follow(third);
    const start = performance.now();
    await third.stop();
    expect(await reader.ended).toBe(true);
    expect(performance.now() - start).toBeLessThan(5 * SECOND_MS);
  });
});
