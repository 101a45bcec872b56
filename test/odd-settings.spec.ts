import pg from 'pg';
import { FeedReader } from './support/feed-reader.js';
import { ODD_SETTINGS, setDefaults } from './support/odd-settings.js';
import { until } from './support/processes.js';
import { createTestDatabase, DIRECT, type TestDatabase } from './support/test-database.js';
import { startServer, type TestServer } from './support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const NAME = 'Ärzte & 日本';

describe('on a database with settings of its own', () => {
  let database: TestDatabase;
  let server: TestServer;
  beforeAll(async () => {
    database = await createTestDatabase(DIRECT);
    await setDefaults(database, ODD_SETTINGS);
    server = await startServer({ RATE_LIMIT: '100000/60' }, { database });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const put = (clientId: string, body: object = MACHINE) =>
    server.call('PUT', `/v1/domain/default/client/${clientId}`, { body });
  const isNow = (date: string) => Math.abs(Date.parse(date) - Date.now()) < 60_000;

  /** A session that holds a lock, and behaves as any other. */
  const holding = async (sql: string) => {
    const holder = new pg.Client(database.superuserUrl);
    holder.on('error', () => {});
    await holder.connect();
    await holder.query(
      `set lock_timeout = 0; set idle_in_transaction_session_timeout = 0; set deadlock_timeout = '1h'`,
    );
    await holder.query('begin isolation level read committed');
    await holder.query(sql);
    return holder;
  };
  const letGo = async (holder: pg.Client) => {
    await holder.query('rollback');
    await holder.end();
  };
  const waitsForALock = (application: string) =>
    until('it waits for a lock', async () => {
      const found = await database.query(
        `select from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock' and datname = current_database()`,
        [application],
      );
      return found.length > 0;
    });

  it('the first start shows the operator’s credential, and a second one starts as well', async () => {
    expect((await server.call('GET', '/client', { key: server.operatorToken })).status).toBe(200);
    const second = await startServer({}, { database });
    expect((await second.call('GET', '/client')).status).toBe(200);
    await second.stop();
  });

  it('clients are written, read, listed, counted and removed as ever', async () => {
    const { clientSecret } = (await put('machine')).body;
    const verify = { body: { secret: clientSecret } };
    expect((await server.call('POST', '/v1/domain/default/client/machine/secrets/verify', verify)).body.valid).toBe(
      true,
    );
    const created = await server.call('POST', '/client', { body: { clientID: 'named', clientName: NAME } });
    expect([created.status, created.body.clientName, isNow(created.body.created)]).toEqual([201, NAME, true]);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const list = async (query: string) => (await server.call('GET', `/client?${query}`)).body;
    expect((await list(`createdFrom=${yesterday}&sort=-created&size=1`)).total).toBe(2);
    expect((await list(`createdTo=${yesterday}`)).total).toBe(0);
    expect((await list(`clientName~=${encodeURIComponent('ärzte & 日')}`)).total).toBe(1);
    expect((await server.call('DELETE', '/client?clientID=named')).status).toBe(204);
    expect((await list('')).total).toBe(1);
    const [{ expiresAt, createdAt } = {} as Record<string, string>] = (
      await server.call('GET', '/v1/domain/default/client/machine/secrets')
    ).body;
    expect([expiresAt, isNow(createdAt!)]).toEqual([null, true]);
  });

  it('domains, credentials, audit, feed, export and import are as ever', async () => {
    const feed = await FeedReader.open(server);
    expect((await server.call('POST', '/v1/domain', { body: { domain: 'odd.example.com' } })).status).toBe(201);
    const credential = (
      await server.call('POST', '/admin/credentials', { body: { name: NAME, domain: 'odd.example.com' } })
    ).body;
    const days = (Date.parse(credential.expiresAt) - Date.parse(credential.createdAt)) / 86_400_000;
    expect([isNow(credential.createdAt), days > 180 && days < 185]).toEqual([true, true]);

    const lines = ['a', 'b'].map((clientId) => JSON.stringify({ clientId, ...MACHINE, clientName: NAME })).join('\n');
    const send = (query = '') =>
      server.call('POST', `/admin/domains/odd.example.com/import${query}`, {
        key: credential.apiKey,
        body: `${lines}\n`,
        headers: { 'content-type': 'application/x-ndjson' },
      });
    expect([(await send('?dryRun=true')).status, (await send()).status, (await send()).status]).toEqual([
      200, 200, 200,
    ]);
    const { text } = await server.call('GET', '/admin/domains/odd.example.com/export');
    const [first] = text.split('\n');
    expect(JSON.parse(first!)).toMatchObject({ clientId: 'a', clientName: NAME });
    expect(isNow(JSON.parse(first!).createdAt)).toBe(true);

    const entries = (await server.call('GET', '/admin/audit?domain=odd.example.com')).body;
    expect(entries.map(({ action }: { action: string }) => action)).toEqual([
      'domain.created',
      'credential.created',
      'client.created',
      'client.created',
    ]);
    expect(entries.every(({ at }: { at: string }) => isNow(at))).toBe(true);
    await until('the feed has told it', () => feed.changes().length >= entries.length);
    feed.close();
    expect((await server.call('DELETE', '/v1/domain/odd.example.com')).status).toBe(202);
    expect((await server.call('GET', '/client', { key: credential.apiKey })).status).toBe(401);
  });

  it('sixty who write at once are all served', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => put(`machine-${n % 20}`, { ...MACHINE, scope: `s${n}` })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200));
  });

  it('a caller who waits for a lock gets it', async () => {
    await put('locked');
    const holder = await holding(`select from clients where client_id = 'locked' for update`);
    const answer = put('locked', { ...MACHINE, scope: 'waited' });
    await waitsForALock('clientele');
    await letGo(holder);
    expect((await answer).status).toBe(200);
  });

  it('a write that loses a deadlock is done again', async () => {
    await put('deadlocked');
    const holder = await holding(`select from client_secrets where client_id = 'deadlocked' for update`);
    const answer = server.call('POST', '/v1/domain/default/client/deadlocked/secrets', {
      body: { previousExpiresInSeconds: 0 },
    });
    await waitsForALock('clientele');
    // The server finds out that each waits for the other, since the holder does not look.
    await holder.query(`select from clients where client_id = 'deadlocked' for update`);
    await letGo(holder);
    expect([(await answer).status, (await answer).text]).toEqual([201, expect.stringContaining('clientSecret')]);
  });

  it('an import that loses a deadlock is done again', async () => {
    await put('imported');
    const holder = await holding(
      `select from domain_logs join domains on id = domain_id where name = 'default' for update of domain_logs`,
    );
    const answer = server.call('POST', '/admin/domains/default/import', {
      body: `${JSON.stringify({ clientId: 'imported', ...MACHINE, scope: 'again' })}\n`,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    await waitsForALock('clientele import');
    await holder.query(`select from clients where client_id = 'imported' for update`);
    await letGo(holder);
    expect([(await answer).status, (await answer).text]).toEqual([200, expect.stringContaining('"changed":1')]);
  });
});
