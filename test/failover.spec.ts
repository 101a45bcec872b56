import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { samplesOf, sumOf } from './support/metrics.js';
import { type PrimaryAndReplica, query, startPrimaryAndReplica } from './support/primary-and-replica.js';
import { until } from './support/processes.js';
import { startTcpProxy, type TcpProxy } from './support/tcp-proxy.js';
import { OPERATOR_KEY, startServer, type TestServer } from './support/test-server.js';

const PUBLIC = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example/cb'] };
const portOf = (url: string) => Number(new URL(url).port);

describe('with a replica', () => {
  let pair: PrimaryAndReplica;
  let proxy: TcpProxy;
  let server: TestServer;
  let secret: string;

  const start = (settings: Record<string, string> = {}) => {
    const url = new URL(pair.primary.url());
    url.port = String(proxy.port);
    const database = {
      url: url.href,
      superuserUrl: pair.primary.superuserUrl(),
      query: async () => [],
      drop: async () => {},
    };
    return startServer(settings, { database });
  };
  const read = (path: string, key = OPERATOR_KEY) => server.call('GET', path, { key });
  const put = (clientId: string, body: object = PUBLIC) =>
    server.call('PUT', `/v1/domain/default/client/${clientId}`, { body });
  const ready = async () => {
    const { status, body } = await read('/health/ready');
    return `${status} ${body.status}`;
  };

  /** What /metrics tells of the replica. */
  const told = async () => {
    const samples = samplesOf((await server.call('GET', '/metrics', { key: null })).text);
    const of = (name: string) => sumOf(samples, `clientele_replica_${name}`, { replica: '1' });
    return { inUse: of('in_use'), isConnected: of('connections')! > 0, waiting: of('statements_waiting') };
  };

  beforeAll(async () => {
    pair = await startPrimaryAndReplica();
    proxy = await startTcpProxy(portOf(pair.primary.url()));
    server = await start({ DATABASE_REPLICA_URLS: pair.replica.url() });
    await put('app');
    secret = (await put('confidential', { ...PUBLIC, clientType: 'Confidential' })).body.clientSecret;
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await proxy.close();
    await pair.stop();
  }, 60_000);

  it('reads go on while the primary accepts no connections, also if it answers over those that exist', async () => {
    await pair.caughtUp();
    const other = await start({ DATABASE_REPLICA_URLS: pair.replica.url() });
    const isReady = async (expected: string) => (await other.call('GET', '/health/ready')).body.status === expected;
    const inside = new pg.Client(pair.primary.url());
    await inside.connect();
    pair.letIn(false);
    const isShut = () =>
      query(pair.primary, 'select 1').then(
        () => false,
        () => true,
      );
    await until('it is shut', isShut);
    // Not those over which it is watched.
    await inside.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'clientele'`);
    await until('a replica is asked', () => isReady('reading'));
    expect((await other.call('GET', '/v1/domain/default/client/app')).status).toBe(200);
    expect((await other.call('GET', '/client')).body.total).toBe(2);
    const change = { body: { ...PUBLIC, scope: 'refused' } };
    expect((await other.call('PUT', '/v1/domain/default/client/app', change)).status).toBe(503);

    pair.letIn(true);
    await inside.end();
    await until('it is back', () => isReady('ok'));
    expect((await other.call('PUT', '/v1/domain/default/client/app', { body: PUBLIC })).status).toBe(200);
    await other.stop();
  }, 60_000);

  it('reads go on while the primary is away, and writes are refused', async () => {
    const [known, revoked] = await Promise.all([server.issue({}), server.issue({})]);
    await server.call('DELETE', `/admin/credentials/${revoked.id}`);
    await pair.caughtUp();
    expect(await ready()).toBe('200 ok');
    expect(await told()).toEqual({ inUse: 0, isConnected: false, waiting: 0 });

    // What the replica has not replayed is as good as not received: older than a second, it is not to be seen.
    await query(pair.replica, 'select pg_wal_replay_pause()');
    await put('app', { ...PUBLIC, scope: 'last' });
    await sleep(2000);
    await pair.primary.stop();
    // What is remembered is answered for a moment.
    await until('reads are refused', async () => (await read('/v1/domain/default/client/app')).status === 503);
    expect(await ready()).toBe('503 unavailable');
    expect(await told()).toMatchObject({ inUse: 0 });
    await query(pair.replica, 'select pg_wal_replay_resume()');
    await until('reads are answered', async () => (await read('/v1/domain/default/client/app')).status === 200);

    expect(await ready()).toBe('200 reading');
    expect(await told()).toEqual({ inUse: 1, isConnected: true, waiting: 0 });
    expect((await read('/v1/domain/default/client/app')).body).toMatchObject({ scope: 'last' });
    expect((await read('/client?clientID=app')).body).toMatchObject({ clientID: 'app' });
    expect((await read('/client', known.apiKey)).body.total).toBe(2);
    expect((await read('/v1/domain/default/client')).body).toHaveLength(2);
    expect((await read('/v1/domain/default/client/nobody')).status).toBe(404);
    expect((await read('/v1/domain/default/client/app', revoked.apiKey)).status).toBe(401);
    expect((await read(`/admin/credentials/${known.id}`)).body).toMatchObject({ id: known.id });
    expect((await read('/admin/credentials?limit=3')).body).toHaveLength(3);
    expect((await read('/admin/audit?domain=default&clientId=app')).body.at(-1)).toMatchObject({
      changes: { scope: { after: 'last' } },
    });
    expect((await read('/admin/domains/default/clients/app/versions')).body).toHaveLength(2);
    expect((await read('/v1/domain')).body).toEqual([{ domain: 'default' }]);
    const verification = { body: { secret } };
    const path = '/v1/domain/default/client/confidential/secrets/verify';
    expect((await server.call('POST', path, verification)).body).toMatchObject({ valid: true });

    const refused = await Promise.all([
      // Unchanged, as far as a replica can tell.
      put('app', { ...PUBLIC, scope: 'last' }),
      put('new'),
      server.call('DELETE', '/v1/domain/default/client/app'),
      server.call('PUT', '/client?clientID=app', { body: { clientName: 'x' } }),
      server.call('POST', '/admin/credentials', { body: { name: 'x' } }),
    ]);
    expect(refused.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
      Array(5).fill([503, '1']),
    );
  }, 60_000);

  it('reads go on through the promotion, and writes where the proxy leads then', async () => {
    await pair.promote();
    expect((await read('/v1/domain/default/client/app')).status).toBe(200);
    expect((await put('new')).status).toBe(503);
    proxy.lead(portOf(pair.replica.url()));
    await until('writes are taken', async () => (await put('new')).status === 200);
    expect(await ready()).toBe('200 ok');
    expect(await told()).toMatchObject({ inUse: 0 });
    expect((await read('/v1/domain/default/client/new')).status).toBe(200);
    expect((await put('app')).status).toBe(200);
  }, 60_000);

  it('an old primary that came back is taken neither for the primary nor for a replica that was promoted', async () => {
    const standby = await pair.rejoin();
    // So that it has looked at the primary of now.
    await sleep(1500);
    proxy.lead(portOf(standby));
    await expect(start()).rejects.toThrow(/^DATABASE_URL leads to a standby, .*\.$/);
    await query(
      pair.replica,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'clientele%'`,
    );
    await until('writes are refused', async () => (await put('newer')).status === 503);
    // What is called its replica is the primary of now, which cannot be told from one that was left behind.
    await until('reads are refused', async () => (await read('/v1/domain/default/client/new')).status === 503);
    expect(await ready()).toBe('503 unavailable');

    proxy.lead(portOf(pair.replica.url()));
    await until('writes are taken', async () => (await put('newer')).status === 200);
  }, 60_000);
});
