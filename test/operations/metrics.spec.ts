import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Expiries } from '../../src/operations/metrics/expiries.js';
import { samplesOf, sumOf } from '../support/metrics.js';
import { until } from '../support/processes.js';
import { sendBytes } from '../support/raw-http.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const CLIENT = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/cb'] };
const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const V1_CLIENT = '/v1/domain/:domain/client/:clientId';
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe('GET /metrics', () => {
  let server: TestServer;
  const samples = async () => samplesOf((await server.call('GET', '/metrics', { key: null })).text);
  /** What has been counted of an answer is there a moment after the answer. */
  const requests = async (labels: Record<string, string>) => {
    await sleep(20);
    return sumOf(await samples(), 'clientele_http_requests_total', labels);
  };

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('is open, in the text format of Prometheus, and kept by no cache', async () => {
    const { status, headers, text } = await server.call('GET', '/metrics', { key: null });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toMatch(/^# HELP clientele_http_requests_total .+\n# TYPE clientele_http_requests_total counter$/m);
    expect(samplesOf(text).length).toBeGreaterThan(30);
  });

  it('counts answers by dialect, method, route template and status', async () => {
    const path = '/v1/domain/default/client/counted';
    await server.call('PUT', path, { body: CLIENT });
    await server.call('GET', path);
    await server.call('GET', path);
    await server.call('GET', path, { key: null });
    await server.call('GET', path, { key: 'clk_nobodys' });
    await server.call('GET', '/client?clientID=counted');
    await server.call('GET', '/admin/credentials');
    await server.call('GET', '/health/live');
    const v1 = { dialect: 'v1', route: V1_CLIENT };
    expect(await requests({ ...v1, method: 'PUT', status: '200' })).toBe(1);
    expect(await requests({ ...v1, method: 'GET', status: '200' })).toBe(2);
    expect(await requests({ ...v1, method: 'GET', status: '401' })).toBe(2);
    expect(await requests({ dialect: 'accounts', route: '/client', method: 'GET', status: '200' })).toBe(1);
    expect(await requests({ dialect: 'admin', route: '/admin/credentials', status: '200' })).toBe(1);
    expect(await requests({ dialect: 'operations', route: '/health/live' })).toBe(1);
  });

  it('has one label for whatever fits no route, however often somebody tries', async () => {
    const before = (await requests({ route: 'unknown' })) ?? 0;
    for (const path of ['/wp-login.php', '/v1/nothing', '/client/%ZZ', '/a?b=%', '/admin/x/y']) {
      await server.call('GET', path, { key: null });
    }
    await server.call('DELETE', '/health/live');
    await server.call('PROPFIND', '/client');
    expect(await requests({ route: 'unknown' })).toBe(before + 7);
    const unknown = (await samples()).filter(({ labels }) => labels.route === 'unknown').map(({ labels }) => labels);
    expect(new Set(unknown.map(({ dialect }) => dialect))).toEqual(new Set(['accounts', 'v1', 'admin', 'operations']));
    expect(new Set(unknown.map(({ method }) => method))).toEqual(new Set(['GET', 'DELETE', 'other']));
  });

  it('names no domain, client, credential or URL', async () => {
    await server.call('POST', '/v1/domain', { body: { domain: 'tenant.example.com', subscription: 'subscriber' } });
    const { id } = await server.issue({ name: 'credential-of-a-tenant', domain: 'tenant.example.com' });
    await server.call('PUT', '/v1/domain/tenant.example.com/client/client-of-a-tenant', { body: CLIENT });
    await server.call('GET', '/tenant-in-a-wrong-path');
    const { text } = await server.call('GET', '/metrics', { key: null });
    expect(text).not.toMatch(/tenant|subscriber/);
    expect(text).not.toContain(id);
  });

  it('has latencies in buckets from half a millisecond to 2.5 s', async () => {
    const labels = { dialect: 'v1', method: 'GET', route: V1_CLIENT };
    await server.call('GET', '/v1/domain/default/client/counted');
    const found = (await samples()).filter(
      ({ name, labels: { route, method } }) =>
        name === 'clientele_http_request_duration_seconds_bucket' && route === V1_CLIENT && method === 'GET',
    );
    const bounds = found.map((sample) => sample.labels.le);
    expect(bounds).toEqual('0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 +Inf'.split(' '));
    const counted = sumOf(await samples(), 'clientele_http_request_duration_seconds_count', labels);
    expect(counted).toBe(await requests(labels));
    expect(sumOf(await samples(), 'clientele_http_request_duration_seconds_sum', labels)).toBeGreaterThan(0);
  });

  it('tells how many requests are under way, also of callers who leave', async () => {
    const inFlight = async () => sumOf(await samples(), 'clientele_http_requests_in_flight');
    expect(await inFlight()).toBe(1);
    const { port } = new URL(server.url);
    const left = connect(Number(port), '127.0.0.1');
    left.write(
      `PUT /v1/domain/default/client/slow HTTP/1.1\r\nhost: x\r\nx-api-key: ${OPERATOR_KEY}\r\ncontent-length: 10\r\n\r\n`,
    );
    await until('the request is counted', async () => (await inFlight()) === 2);
    left.destroy();
    await until('it is counted no more', async () => (await inFlight()) === 1);
  });

  it('does so also of answers that wait behind another one on the same connection', async () => {
    const inFlight = async () => sumOf(await samples(), 'clientele_http_requests_in_flight');
    const { port } = new URL(server.url);
    const left = connect(Number(port), '127.0.0.1');
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\nx-api-key: ${OPERATOR_KEY}\r\n\r\n`;
    left.write(get('/admin/changes') + get('/client') + get('/client'));
    await until('the requests are counted', async () => (await inFlight()) === 4);
    left.destroy();
    await until('they are counted no more', async () => (await inFlight()) === 1);
  });

  it('does so also of a request whose connection is lost before it begins', async () => {
    const request = `GET /client HTTP/1.1\r\nhost: x\r\nx-api-key: ${OPERATOR_KEY}\r\n\r\n`;
    expect((await sendBytes(server.url, `${request}no request\r\n\r\n`)).status).toBe(400);
    const inFlight = async () => sumOf(await samples(), 'clientele_http_requests_in_flight');
    await until('it is counted no more', async () => (await inFlight()) === 1);
  });

  it('tells of the cache, the pool, the watch and the process', async () => {
    const path = '/v1/domain/default/client/cached';
    await server.call('PUT', path, { body: CLIENT });
    const hits = async () => sumOf(await samples(), 'clientele_cache_reads_total', { outcome: 'hit' })!;
    const before = await hits();
    for (let read = 0; read < 5; read += 1) await server.call('GET', path);
    expect(await hits()).toBeGreaterThanOrEqual(before + 4);
    const now = await samples();
    expect(sumOf(now, 'clientele_cache_clients')).toBeGreaterThan(0);
    expect(sumOf(now, 'clientele_cache_reads_total', { outcome: 'miss' })).toBeGreaterThanOrEqual(0);
    expect(sumOf(now, 'clientele_database_connections_max')).toBe(10);
    expect(sumOf(now, 'clientele_database_connections')).toBeGreaterThan(0);
    expect(sumOf(now, 'clientele_database_statements_waiting')).toBe(0);
    expect(sumOf(now, 'clientele_watch_current')).toBe(1);
    expect(sumOf(now, 'clientele_watch_age_seconds')).toBeLessThan(5);
    expect(sumOf(now, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(sumOf(now, 'process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(sumOf(now, 'nodejs_eventloop_lag_p99_seconds')).toBeDefined();
  });
});

describe('what expires within 30 days', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('is counted: credentials, and secrets by whether their client has another that lasts', async () => {
    await server.issue({ name: 'soon', domain: 'default', expiresAt: inDays(29) });
    await server.issue({ name: 'later', domain: 'default', expiresAt: inDays(31) });
    const { id } = await server.issue({ name: 'revoked', domain: 'default', expiresAt: inDays(2) });
    await server.call('DELETE', `/admin/credentials/${id}`);
    const client = '/v1/domain/default/client/';
    for (const name of ['lasting', 'rotated', 'ending']) await server.call('PUT', client + name, { body: MACHINE });
    await server.call('POST', `${client}rotated/secrets`, { body: { previousExpiresInSeconds: 3600 } });
    // A further secret makes those before it expire.
    for (const days of [3, 9]) {
      await server.call('POST', `${client}ending/secrets`, { body: { expiresAt: inDays(days) } });
    }
    const samples = async () => samplesOf((await server.call('GET', '/metrics', { key: null })).text);
    await until('they are counted', async () => sumOf(await samples(), 'clientele_credentials_expiring') !== undefined);
    const found = await samples();
    expect(sumOf(found, 'clientele_credentials_expiring')).toBe(1);
    expect(sumOf(found, 'clientele_secrets_expiring', { replaced: 'true' })).toBe(3);
    expect(sumOf(found, 'clientele_secrets_expiring', { replaced: 'false' })).toBe(1);
    expect(sumOf(found, 'clientele_expiring_age_seconds')).toBeGreaterThanOrEqual(0);
  });

  it('is counted at most once a minute, by nobody who waits, and stays known while the database is away', async () => {
    let now = 0;
    let asked = 0;
    let count = async () => ({ credentials: 1, replacedSecrets: 2, lastSecrets: 3 });
    const expiries = new Expiries(
      () => {
        asked += 1;
        return count();
      },
      () => now,
    );
    expect(expiries.last()).toBeUndefined();
    await sleep(0);
    for (now = 1000; now < 60_000; now += 1000) expect(expiries.last()).toMatchObject({ ageMs: now });
    expect(asked).toBe(1);
    count = () => Promise.reject(new Error('the database is away'));
    for (; now <= 150_000; now += 30_000) {
      expect(expiries.last()).toEqual({ counts: { credentials: 1, replacedSecrets: 2, lastSecrets: 3 }, ageMs: now });
      await sleep(0);
    }
    expect(asked).toBe(3);
  });
});

describe('while the database is away', () => {
  it('/metrics answers at once, and says so', async () => {
    const server = await startServer({ DATABASE_POOL_SIZE: '3' });
    try {
      await server.call('GET', '/metrics', { key: null });
      await cut(new URL(server.database.url).pathname.slice(1));
      await until('the watch is behind', async () => {
        const start = performance.now();
        const { status, text } = await server.call('GET', '/metrics', { key: null });
        expect(status).toBe(200);
        expect(performance.now() - start).toBeLessThan(1000);
        return sumOf(samplesOf(text), 'clientele_watch_current') === 0;
      });
      await until('its age grows', async () => {
        const { text } = await server.call('GET', '/metrics', { key: null });
        return sumOf(samplesOf(text), 'clientele_watch_age_seconds')! > 1;
      });
    } finally {
      await server.stop();
    }
  });
});

/** Lets nobody in any more, and sends away who is there. */
async function cut(database: string): Promise<void> {
  const client = new pg.Client(process.env.TEST_DATABASE_URL);
  await client.connect();
  await client.query(`alter database ${database} allow_connections false`);
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
  await client.end();
}
