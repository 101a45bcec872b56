import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReceivedSpan, startCollector } from '../support/collector.js';
import { keptLog } from '../support/log-lines.js';
import { until } from '../support/processes.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const CLIENT = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/cb'] };
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const V1_CLIENT = '/v1/domain/:domain/client/:clientId';

describe('with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let server: TestServer;
  const kept = keptLog();
  const before = { ...process.env };

  beforeAll(async () => {
    collector = await startCollector();
    // OpenTelemetry reads its settings by itself.
    Object.assign(process.env, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'registry',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, DATABASE_POOL_SIZE: '2' };
    server = await startServer(settings, { log: kept.log });
  });
  afterAll(async () => {
    process.env = before;
    await server.stop();
    collector.stop();
  });

  /** The server's span of the request with this id, and what lies below it. */
  const traceOf = async (requestId: string): Promise<{ span: ReceivedSpan; statements: ReceivedSpan[] }> => {
    const find = () => collector.spans.find(({ attributes }) => attributes['clientele.request_id'] === requestId);
    await until(`the span of ${requestId} arrives`, () => find() !== undefined);
    const span = find()!;
    return { span, statements: collector.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId) };
  };
  const put = (name: string, headers: Record<string, string>) =>
    server.call('PUT', `/v1/domain/default/client/${name}?of=no-concern`, { body: CLIENT, headers });

  it('each request is a span by its route, in the caller’s trace', async () => {
    const headers = { 'x-request-id': 'traced', traceparent: `00-${TRACE}-${CALLER}-01` };
    expect((await put('traced', headers)).status).toBe(200);
    const { span } = await traceOf('traced');
    expect(span).toMatchObject({
      name: `PUT ${V1_CLIENT}`,
      kind: 2,
      traceId: TRACE,
      parentSpanId: CALLER,
      service: 'registry',
      attributes: {
        'http.request.method': 'PUT',
        'http.route': V1_CLIENT,
        'http.response.status_code': 200,
        'url.path': '/v1/domain/default/client/traced',
        'url.scheme': 'http',
        'clientele.dialect': 'v1',
        'clientele.request_id': 'traced',
        'clientele.credential_id': expect.stringMatching(/^[\da-f-]{36}$/),
      },
    });
    expect(JSON.stringify(span)).not.toContain('no-concern');
  });

  it('each statement is a span below its request, without what it was given', async () => {
    await put('stated', { 'x-request-id': 'stated' });
    const { span, statements } = await traceOf('stated');
    const insert = statements.find(({ name }) => name === 'INSERT clients');
    expect(insert).toMatchObject({
      kind: 3,
      traceId: span.traceId,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': 'INSERT',
        'db.query.text': expect.stringMatching(/insert into "?clients/i),
      },
    });
    expect(JSON.stringify(statements)).not.toMatch(/stated|a\.example\.com/);
  });

  it('statements stay with their requests, also when those wait for each other’s connections', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `crowd-${index}`);
    // Lists of domains are not joined: each has a statement of its own.
    const asked = names.map((name) => server.call('GET', '/v1/domain', { headers: { 'x-request-id': name } }));
    await Promise.all(asked);
    for (const name of names) {
      const { statements } = await traceOf(name);
      const found = statements.filter((statement) => statement.name === 'SELECT domains').length;
      expect([name, found]).toEqual([name, 1]);
    }
  });

  it('a statement that several requests share is a span of one of them', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `joined-${index}`);
    await Promise.all(names.map((name) => put(name, { 'x-request-id': name })));
    const traces = await Promise.all(names.map(traceOf));
    const inserts = traces.flatMap(({ statements }) => statements.filter(({ name }) => name === 'INSERT clients'));
    expect(inserts.length).toBeGreaterThan(0);
    expect(inserts.length).toBeLessThan(names.length);
    expect(inserts.length).toBe(new Set(inserts.map(({ spanId }) => spanId)).size);
  });

  it('statements stay with their request, also when its body came late', async () => {
    const body = JSON.stringify(CLIENT);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const head = ['host: x', `x-api-key: ${OPERATOR_KEY}`, 'x-request-id: late', `content-length: ${body.length}`];
    socket.write(`PUT /v1/domain/default/client/late HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`);
    await sleep(100);
    socket.write(body);
    await once(socket, 'data');
    socket.destroy();
    const { statements } = await traceOf('late');
    expect(statements.map(({ name }) => name)).toContain('INSERT clients');
  });

  it('statements in a transaction, too', async () => {
    const issued = await server.issue({ name: 'short-lived' });
    await server.call('DELETE', `/admin/credentials/${issued.id}`, { headers: { 'x-request-id': 'revoked' } });
    const { statements } = await traceOf('revoked');
    expect(statements.map(({ name }) => name)).toEqual(expect.arrayContaining(['UPDATE credentials', 'COMMIT']));
  });

  it('every log line of a request names its span', async () => {
    await put('logged', { 'x-request-id': 'logged', traceparent: `00-${TRACE}-${CALLER}-01` });
    const { span } = await traceOf('logged');
    expect(kept.linesOf('logged')).toMatchObject([{ msg: 'answered', traceId: TRACE, spanId: span.spanId }]);

    await server.database.query('alter table clients rename to clients_elsewhere');
    await server.call('GET', '/v1/domain/default/client', { headers: { 'x-request-id': 'failed' } });
    await server.database.query('alter table clients_elsewhere rename to clients');
    const { span: failed } = await traceOf('failed');
    const { traceId, spanId } = failed;
    expect(kept.linesOf('failed')).toMatchObject([
      { msg: 'a request failed unexpectedly', traceId, spanId },
      { msg: 'answered', traceId, spanId },
    ]);
  });

  it('log lines name the caller’s trace also when it is not sampled, and none for what is not traced', async () => {
    await put('unseen', { 'x-request-id': 'unseen', traceparent: `00-${TRACE}-${CALLER}-00` });
    expect(kept.linesOf('unseen')).toMatchObject([{ traceId: TRACE, spanId: expect.stringMatching(/^[\da-f]{16}$/) }]);
    await server.call('GET', '/health/live', { headers: { 'x-request-id': 'untraced' } });
    const lines = kept.linesOf('untraced');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toHaveProperty('traceId');
    expect(lines[0]).not.toHaveProperty('spanId');
  });

  it('what the caller does not sample is not sent, nor are probes and scrapes', async () => {
    await put('unsampled', { 'x-request-id': 'unsampled', traceparent: `00-${TRACE}-${CALLER}-00` });
    await server.call('GET', '/health/ready', { headers: { 'x-request-id': 'probe' } });
    await server.call('GET', '/metrics', { headers: { 'x-request-id': 'scrape' } });
    await server.call('GET', '/nowhere', { headers: { 'x-request-id': 'last' } });
    const { span } = await traceOf('last');
    expect(span).toMatchObject({ name: 'GET', attributes: { 'http.response.status_code': 404 } });
    expect(span.attributes).not.toHaveProperty(['http.route']);
    const ids = collector.spans.map(({ attributes }) => attributes['clientele.request_id']);
    for (const absent of ['unsampled', 'probe', 'scrape']) expect(ids).not.toContain(absent);
  });
});

describe('with a collector that is away', () => {
  const before = { ...process.env };
  afterAll(() => {
    process.env = before;
  });

  it('the server answers, and stops in time', async () => {
    const nowhere = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    Object.assign(process.env, nowhere, { OTEL_BSP_SCHEDULE_DELAY: '10', OTEL_EXPORTER_OTLP_TIMEOUT: '500' });
    const server = await startServer(nowhere);
    for (let request = 0; request < 5; request += 1) expect((await server.call('GET', '/clients')).status).toBe(200);
    const start = performance.now();
    await server.stop();
    expect(performance.now() - start).toBeLessThan(8000);
  });
});
