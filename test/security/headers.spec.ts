import { sendBytes, sendRequest } from '../support/raw-http.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';

const CLOSED = `default-src 'none'; frame-ancestors 'none'`;

describe('security headers', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    await server.call('PUT', '/v1/domain/default/client/app', {
      body: { clientType: 'Confidential', grantType: 'ClientCredentials' },
    });
  });
  afterAll(() => server.stop());

  const expectCommon = ({ headers }: Answer) => {
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    for (const name of ['server', 'x-powered-by', 'set-cookie', 'strict-transport-security']) {
      expect([name, headers.get(name)]).toEqual([name, null]);
    }
  };

  it.each<[string, string, string, string | null | undefined]>([
    ['a client', 'GET', '/v1/domain/default/client/app', undefined],
    ['a list', 'GET', '/clients', undefined],
    ['the entry point', 'GET', '/', null],
    ['a schema', 'GET', '/schema/client', null],
    ['an OpenAPI document', 'GET', '/openapi/v1.json', null],
    ['health', 'GET', '/health/live', null],
    ['keys', 'GET', '/.well-known/jwks.json', null],
    ['the icon', 'GET', '/favicon.ico', null],
    ['a preflight', 'OPTIONS', '/clients', null],
    ['a refused key', 'GET', '/clients', 'nonsense'],
    ['an unknown route', 'GET', '/nope', null],
    ['a wrong method', 'PATCH', '/clients', null],
  ])('%s: %s %s opens nothing in a browser', async (_, method, path, key) => {
    const answer = await server.call(method, path, { key });
    expectCommon(answer);
    expect(answer.headers.get('content-security-policy')).toBe(CLOSED);
  });

  it.each(['/client/%zz', '/v1/domain/%zz/client', '/nope%'])('a URL that no router can read: %s', async (target) => {
    const answer = await sendRequest(server.url, { method: 'GET', target });
    expectCommon(answer);
    expect(answer.headers.get('content-security-policy')).toBe(CLOSED);
  });

  it('what is not even HTTP', async () => {
    const answer = await sendBytes(server.url, 'nonsense\r\n\r\n');
    expect(answer.status).toBe(400);
    expectCommon(answer);
    expect(answer.headers.get('content-security-policy')).toBe(CLOSED);
  });

  it.each(['/docs', '/docs/v1', '/doc', '/doc/redirect-uris', '/doc/errors', '/doc/errors/1100', '/doc/rel/', '/'])(
    'a page for people runs scripts of this server only, and speaks to nobody else: %s',
    async (path) => {
      const answer = await server.call('GET', path, { key: null, headers: { accept: 'text/html' } });
      expect(answer.status).toBe(200);
      expectCommon(answer);
      const policy = answer.headers.get('content-security-policy')!.split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          `default-src 'none'`,
          `script-src 'self'`,
          `connect-src 'self' ${server.url}`,
          `base-uri 'none'`,
          `frame-ancestors 'none'`,
        ]),
      );
    },
  );

  it.each([
    ['GET', '/v1/domain/default/client/app'],
    ['GET', '/v1/domain/default/client'],
    ['GET', '/v1/domain/default/client/app/secrets'],
    ['GET', '/v1/domain'],
    ['GET', '/clients'],
    ['GET', '/admin/credentials'],
    ['GET', '/admin/audit'],
    ['DELETE', '/v1/domain/default/client/nobody'],
  ])('what only a caller may see, nobody may keep: %s %s', async (method, path) => {
    expect((await server.call(method, path)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('with PUBLIC_URL=https://example.com/registry', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ PUBLIC_URL: 'https://example.com/registry' });
  });
  afterAll(() => server.stop());

  it.each(['/', '/clients', '/nope', '/docs', '/client/%zz'])(
    'browsers come back over TLS only: %s',
    async (target) => {
      const { headers } = await sendRequest(server.url, { method: 'GET', target });
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    },
  );

  it('pages may call the server by its public name, whose path says nothing to browsers', async () => {
    const { headers } = await server.call('GET', '/registry/docs/v1', { key: null });
    expect(headers.get('content-security-policy')).toContain(`connect-src 'self' https://example.com;`);
  });
});
