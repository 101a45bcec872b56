import { CATALOGUE } from '../../../src/dialects/accounts/accounts.errors.js';
import { expectProblem, LEGACY_CLIENT } from '../../support/accounts.js';
import { throughTheSdk } from '../../support/packages.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../../support/test-server.js';

const METHODS = ['DELETE', 'GET', 'OPTIONS', 'POST', 'PUT'];

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.call('POST', '/client', { body: LEGACY_CLIENT });
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string>, key: string | null = null) =>
  server.call('GET', path, { key, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const total = async (): Promise<number> => (await server.call('GET', '/client?size=1')).body.total;

describe('who may', () => {
  it.each([
    ['GET', '/client'],
    ['GET', '/client?clientID=my-app'],
    ['GET', '/clients?_list=true'],
    ['POST', '/client'],
    ['PUT', '/client?clientID=my-app'],
    ['DELETE', '/client?clientID=my-app'],
  ])('36. %s %s without a token → 401/1400', async (method, path) => {
    expectProblem(await server.call(method, path, { key: null }), 401, 1400);
  });

  it.each(['garbage', 'a.e30.c', 'a.b', 'clk_garbage', `${OPERATOR_KEY}x`, 'x'.repeat(5000)])(
    '36. garbage as a token → 401/1401: %s',
    async (token) => {
      expectProblem(await get('/client', bearer(token)), 401, 1401);
      expectProblem(await get('/client', { 'x-api-key': token }), 401, 1401);
    },
  );

  it('36. a token of the right form with another signature → 401/1401', async () => {
    const [header, claims, signature] = server.operatorToken.split('.') as [string, string, string];
    const turned = signature.split('').reverse().join('');
    expectProblem(await get('/client', bearer(`${header}.${claims}.${turned}`)), 401, 1401);
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expectProblem(await get('/client', bearer(`${none}.${claims}.${signature}`)), 401, 1401);
    expectProblem(await get('/client', bearer(`${none}.${claims}.`)), 401, 1401);
  });

  it('36. an expired token → 401/1402, in either form', async () => {
    const { id, accessToken, apiKey } = await server.issue({ expiresAt: '2099-01-01T00:00:00Z' });
    await server.database.query(`update credentials set expires_at = '2020-01-01' where id = $1`, [id]);
    expectProblem(await get('/client', bearer(accessToken)), 401, 1402);
    expectProblem(await get('/client', { 'x-api-key': apiKey }), 401, 1402);
  });

  it('36. a revoked token → 401/1401', async () => {
    const { id, accessToken } = await server.issue({});
    expect((await server.call('DELETE', `/admin/credentials/${id}`)).status).toBe(204);
    expectProblem(await get('/client', bearer(accessToken)), 401, 1401);
  });

  it('36. no permission → 401/1410 with the permission as detail, and nothing happens', async () => {
    const { apiKey: reader } = await server.issue({ permissions: ['clients:read'] });
    const { apiKey: stranger } = await server.issue({ permissions: ['domains:read'] });
    const before = await total();
    const body = { clientID: 'unwanted' };
    expect((await server.call('GET', '/client', { key: reader })).status).toBe(200);
    expectProblem(await server.call('GET', '/client', { key: stranger }), 401, 1410, 'clients:read');
    expectProblem(await server.call('POST', '/client', { key: reader, body }), 401, 1410, 'clients:write');
    for (const method of ['PUT', 'DELETE']) {
      const answer = await server.call(method, '/client?clientID=my-app', { key: reader, body: { clientName: 'x' } });
      expectProblem(answer, 401, 1410, 'clients:write');
    }
    expect((await server.call('GET', '/client?clientID=my-app')).body).toMatchObject({
      ...LEGACY_CLIENT,
      clientName: null,
    });
    expect(await total()).toBe(before);
  });

  it('either header takes either form', async () => {
    for (const headers of [
      bearer(server.operatorToken),
      bearer(OPERATOR_KEY),
      { 'x-api-key': server.operatorToken },
      { authorization: `bearer ${server.operatorToken}` },
    ]) {
      expect((await get('/client', headers)).status).toBe(200);
    }
  });

  it('two credentials in one request → 400/1211; the same one in both headers → 200', async () => {
    const { apiKey, accessToken } = await server.issue({});
    expectProblem(await get('/client', { 'x-api-key': OPERATOR_KEY, ...bearer(accessToken) }), 400, 1211, '');
    expectProblem(await get('/client', { 'x-api-key': apiKey, ...bearer(server.operatorToken) }), 400, 1211, '');
    expect((await get('/client', { 'x-api-key': apiKey, ...bearer(accessToken) })).status).toBe(200);
  });

  it('37. ?_token=<jwt> alone → 401/1400 unless it is allowed, and it is never a filter', async () => {
    expectProblem(await get(`/client?_token=${server.operatorToken}`, {}), 401, 1400);
    const { status, body } = await get(`/client?_token=${server.operatorToken}`, bearer(server.operatorToken));
    expect(status).toBe(200);
    expect(body.total).toBe(await total());
  });

  it('refusals have their order: route, method, authentication, size, rules', async () => {
    const big = JSON.stringify({ clientID: 'x', padding: 'x'.repeat(70_000) });
    expectProblem(await server.call('PATCH', '/nowhere', { key: null, body: '{bad' }), 404, 1100);
    expectProblem(await server.call('PATCH', '/client', { key: null, body: '{bad' }), 405, 1110);
    expectProblem(await server.call('POST', '/client', { key: null, body: big }), 401, 1400);
    expectProblem(await server.call('POST', '/client', { key: null, body: '{bad' }), 401, 1400);
    expectProblem(await server.call('PUT', '/client', { body: big }), 413, 1211);
    expectProblem(await server.call('POST', '/client', { body: { ...LEGACY_CLIENT, clientName: 5 } }), 400, 1211);
  });
});

describe('what is not there', () => {
  it.each(['PATCH', 'PROPFIND'])('38. %s → 405/1110 with the method as detail, and Allow', async (method) => {
    for (const path of ['/client', '/clients?clientID=my-app']) {
      const answer = await server.call(method, path);
      expectProblem(answer, 405, 1110, method);
      const allowed = answer.headers.get('allow')?.split(/, */) ?? [];
      expect(allowed).toEqual(expect.arrayContaining(['DELETE', 'GET', 'POST', 'PUT']));
      expect(allowed).not.toContain(method);
    }
  });

  it.each([
    '/',
    '/schema-acc/client',
    '/schema/clients',
    '/auth/public-key.pem',
    '/doc/errors/1211',
    '/doc/rel/acc/client',
  ])('38. POST %s → 405/1110, and Allow has GET alone of those that change', async (path) => {
    const answer = await server.call('POST', path, { body: {} });
    expectProblem(answer, 405, 1110, 'POST');
    expect(answer.headers.get('allow')).toMatch(/\bGET\b/);
    expect(answer.headers.get('allow')).not.toMatch(/POST|PUT|DELETE/);
  });

  it.each([
    '/nowhere',
    '/client/my-app',
    '/clients/',
    '/CLIENT',
    '/client.json',
    '/schema-acc',
    '/a/b/c/d',
    '/%2e%2e/x',
  ])('38. unknown path %s → 404/1100, never HTML or empty', async (path) => {
    expectProblem(await server.call('GET', path), 404, 1100);
    expectProblem(await server.call('POST', path, { key: null, body: '{bad' }), 404, 1100);
  });

  it.each(['/%', '/client%', '/%E0%A4%A', '/client?clientID=%', '/client?clientID=%E0%A4%A', '/client?size=%zz'])(
    'a bad escape → 400/1211: %s',
    async (path) => {
      expectProblem(await server.call('GET', path), 400, 1211, '');
    },
  );
});

describe('the problem document', () => {
  it('36. has all that the consumers print, and the request’s id', async () => {
    const answer = await server.call('GET', '/client?clientID=nobody', { headers: { 'x-request-id': 'my-request' } });
    expect(answer.body).toEqual({
      status: 404,
      code: 1102,
      title: expect.any(String),
      type: `${server.url}/doc/errors/1102`,
      detail: 'clientID',
      verbose: expect.stringMatching(/./),
      requestID: 'my-request',
      _links: {
        up: { href: `${server.url}/`, title: expect.any(String) },
        describedby: { href: `${server.url}/doc/errors/1102` },
      },
    });
    expect(answer.headers.get('x-request-id')).toBe('my-request');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['application/json', 'application/json'],
    ['application/json;q=0.9, text/plain', 'application/json'],
    ['Application/JSON', 'application/json'],
    ['application/json, application/problem+json', 'application/problem+json'],
    ['application/hal+json, application/json', 'application/problem+json'],
    ['application/json, */*', 'application/problem+json'],
    ['application/hal+json', 'application/problem+json'],
    ['*/*', 'application/problem+json'],
    ['text/html', 'application/problem+json'],
  ])('7. Accept: %s → %s with the same body', async (accept, type) => {
    for (const [path, key, code] of [
      ['/client?clientID=nobody', OPERATOR_KEY, 1102],
      ['/client', null, 1400],
      ['/nowhere', null, 1100],
      ['/client?size=x', OPERATOR_KEY, 1212],
    ] as const) {
      const { headers, body } = await get(path, { accept, 'x-request-id': 'same' }, key);
      expect(headers.get('content-type')?.split(';')[0]).toBe(type);
      expect(body).toEqual((await get(path, { 'x-request-id': 'same' }, key)).body);
      expect(body.code).toBe(code);
    }
  });

  it('a success never changes its type for Accept', async () => {
    const { headers } = await get('/client', { accept: 'application/json' }, OPERATOR_KEY);
    expect(headers.get('content-type')).toMatch(/^application\/hal\+json/);
  });
});

describe('the catalogue', () => {
  // The catalogue that the SDK translates with.
  const published: Record<string, { message: string; messageDE?: string; status: number }> =
    throughTheSdk('ec.errors/errorCodes.json');
  const codes = Object.entries(CATALOGUE).map(([code, [title]]) => ({ code, title, last: code.slice(1) }));

  it.each(codes)('39. $code: its last three digits are in the published catalogue', ({ code, last }) => {
    expect(code).toMatch(/^1\d{3}$/);
    expect(Object.keys(published)).toContain(last);
  });

  it.each(codes)('39. $code has the title of the published catalogue', ({ title, last }) => {
    expect(title).toBe(published[last]?.message);
  });

  it('39. what the server sends is in its catalogue, under that title', async () => {
    const key = OPERATOR_KEY;
    const answers = [
      await server.call('GET', '/nowhere'),
      await server.call('PATCH', '/client'),
      await server.call('GET', '/client', { key: null }),
      await server.call('GET', '/client?sort=x&page=x&x=1&clientNameTo=1', { key }),
      await server.call('POST', '/client', { body: LEGACY_CLIENT }),
      await server.call('POST', '/client', { body: { callbackURL: 'javascript:x', clientName: 1 } }),
      await server.call('DELETE', '/client'),
    ];
    const problems = answers.flatMap(({ body }) => [body, ...(body._embedded?.error ?? [])]);
    expect(problems.length).toBeGreaterThan(answers.length);
    for (const { code, title } of problems) expect(CATALOGUE[code as keyof typeof CATALOGUE]?.[0]).toBe(title);
  });
});

describe('CORS', () => {
  const preflight = {
    origin: 'https://editor.example.com',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'authorization,content-type,x-user-agent,if-match',
  };

  it.each([
    '/',
    '/client',
    '/clients',
    '/client?clientID=my-app',
    '/schema-acc/client',
    '/schema/clients',
    '/nowhere',
    '/client/%zz',
  ])('40. OPTIONS %s without a token → 200, echo of the request headers, the five methods, *', async (path) => {
    const { status, headers, text } = await server.call('OPTIONS', path, { key: null, headers: preflight });
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-methods')?.split(/, */).sort()).toEqual(METHODS);
    expect(headers.get('access-control-allow-headers')).toBe(preflight['access-control-request-headers']);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('40. OPTIONS that is no preflight → 200 with Allow', async () => {
    const { status, headers } = await server.call('OPTIONS', '/client', { key: null });
    expect(status).toBe(200);
    expect(headers.get('allow')?.split(/, */)).toEqual(expect.arrayContaining(['DELETE', 'GET', 'POST', 'PUT']));
    expect(headers.get('access-control-allow-origin')).toBe('*');
    const page = await server.call('OPTIONS', '/doc/rel/acc/client', { key: null });
    expect(page.headers.get('allow')).toBe('GET, HEAD');
  });

  it('41. CORS headers also on 200, 400, 401, 404, 405, 409, 413 and schema answers', async () => {
    const { origin } = preflight;
    const answers = [
      await get('/', { origin }),
      await get('/client', { origin }, OPERATOR_KEY),
      await get('/client?size=x', { origin }, OPERATOR_KEY),
      await get('/client', { origin }),
      await get('/client?clientID=nobody', { origin }, OPERATOR_KEY),
      await get('/nowhere', { origin }),
      await get('/schema-acc/client', { origin }),
      await server.call('PATCH', '/client', { headers: { origin } }),
      await server.call('POST', '/client', { headers: { origin }, body: LEGACY_CLIENT }),
      await server.call('POST', '/client', { headers: { origin }, body: 'x'.repeat(70_000) }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 401, 404, 404, 200, 405, 409, 413]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')?.split(/, */)).toEqual(
        expect.arrayContaining(['Allow', 'Location', 'ETag']),
      );
    }
  });
});
