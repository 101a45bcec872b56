import { KEY_TIMES, type KeyTimes } from '../../src/issuer-keys.js';
import { type Issuer, startIssuer } from '../support/issuer.js';
import { until } from '../support/processes.js';
import { expectAccountsError, expectProblem } from '../support/refusals.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';

const CLAIM = 'https://example.com/domain';
const [OWN, FOREIGN] = ['own.example.com', 'foreign.example.com'];
const PERMISSIONS = ['clients:read', 'clients:write', 'credentials:write'];
const CLIENT = { clientType: 'Confidential', grantType: 'ClientCredentials' };

let issuer: Issuer;
let server: TestServer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const trusting = (permissions = PERMISSIONS) =>
  JSON.stringify({ [issuer.url]: { jwksUrl: `${issuer.url}/jwks.json`, domainClaim: CLAIM, permissions } });

async function start(settings: Record<string, string> = {}, keyTimes: KeyTimes = KEY_TIMES): Promise<TestServer> {
  const started = await startServer({ TRUSTED_ISSUERS: trusting(), ...settings }, { keyTimes });
  for (const [domain, subscription] of [
    [OWN, 'acme'],
    [FOREIGN, 'other'],
  ]) {
    await started.call('POST', '/v1/domain', { body: { domain, subscription } });
  }
  return started;
}

const tokenFor = (to: TestServer, claims: object = {}, header = {}) =>
  issuer.sign({ aud: to.url, sub: 'alice', [CLAIM]: OWN, ...claims }, header);
const asBearer = (token: string, headers = {}) => ({
  key: null,
  headers: { authorization: `Bearer ${token}`, ...headers },
});

describe('a token of a trusted issuer', () => {
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('lets in to its domain, through both APIs, in either header', async () => {
    const token = await tokenFor(server);
    const put = await server.call('PUT', `/v1/domain/${OWN}/client/app`, { key: token, body: CLIENT });
    expect(put.status).toBe(200);
    for (const request of [{ key: token }, asBearer(token)]) {
      expect((await server.call('GET', '/client?clientID=app', request)).body.clientID).toBe('app');
      expect((await server.call('GET', `/v1/domain/${OWN}/client/app`, request)).status).toBe(200);
    }
    const change = { ...asBearer(token), body: { clientName: 'App' } };
    expect((await server.call('PUT', '/client?clientID=app', change)).body.clientName).toBe('App');
  });

  it('is in the audit by the names of the issuer and the subject', async () => {
    const { body } = await server.call('GET', `/admin/audit?domain=${OWN}&clientId=app`);
    expect(body).toHaveLength(2);
    for (const { credential } of body) {
      expect(credential).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: `${issuer.url} alice` });
    }
    expect(body[0].credential.id).toBe(body[1].credential.id);
  });

  it('is refused wherever a credential of ours with the same rights is, with the same answer', async () => {
    const token = await tokenFor(server);
    const { apiKey } = await server.issue({ domain: OWN, permissions: PERMISSIONS });
    const wordsOf = ({ status, text }: Answer) => `${status} ${text}`;
    for (const [method, path, body] of [
      ['GET', `/v1/domain/${FOREIGN}/client`],
      ['PUT', `/v1/domain/${FOREIGN}/client/app`, CLIENT],
      ['GET', '/v1/domain/nobodys.example.com/client'],
      ['GET', '/v1/domain/default/client'],
      ['GET', '/v1/domain'],
      ['POST', '/v1/domain', { subscription: 'acme' }],
      ['DELETE', `/v1/domain/${OWN}`],
      ['POST', `/v1/domain/${OWN}/client/app/secrets/verify`, { secret: 'x' }],
      ['GET', '/admin/audit'],
      ['POST', '/admin/credentials', { name: 'x', domain: FOREIGN, permissions: ['clients:read'] }],
      ['POST', '/admin/credentials', { name: 'x', subscription: 'other', permissions: ['clients:read'] }],
      ['POST', '/admin/credentials', { name: 'x', permissions: ['audit:read'] }],
    ] as const) {
      const headers = { 'x-request-id': 'the-same' };
      const answer = await server.call(method, path, { key: token, body, headers });
      expect([400, 401, 403]).toContain(answer.status);
      expect(wordsOf(answer)).toBe(wordsOf(await server.call(method, path, { key: apiKey, body, headers })));
    }
  });

  it('issues, sees and revokes credentials within its own rights', async () => {
    const key = await tokenFor(server);
    const body = { name: 'from outside', permissions: ['clients:read'] };
    const issued = await server.call('POST', '/admin/credentials', { key, body });
    expect(issued).toMatchObject({ status: 201, body: { domain: OWN, subscription: 'acme' } });
    const { body: listed } = await server.call('GET', '/admin/credentials', { key });
    expect(listed.every(({ domain }: { domain: string }) => domain === OWN)).toBe(true);
    expect((await server.call('DELETE', `/admin/credentials/${issued.body.id}`, { key })).status).toBe(204);
    const { body: audited } = await server.call('GET', `/admin/audit?domain=${OWN}`);
    const [{ credential }] = audited;
    expect((await server.call('DELETE', `/admin/credentials/${credential.id}`, { key })).status).toBe(404);
  });

  it('is not rotated here, and neither is what it has made beyond its own end', async () => {
    const key = await tokenFor(server);
    const rotate = (of: string) => server.call('POST', '/admin/credentials/self/rotation', { key: of });
    const refused = await rotate(key);
    expectProblem(refused, 409);
    expect(refused.body.detail).toContain('trusted issuer');
    const body = { name: 'from outside', permissions: ['clients:read'] };
    const { body: issued } = await server.call('POST', '/admin/credentials', { key, body });
    expect((await rotate(issued.apiKey)).body.expiresAt).toBe(issued.expiresAt);
  });

  it('grants nothing beyond its own end, and nothing at all when that is over', async () => {
    const now = Math.floor(Date.now() / 1000);
    const body = { name: 'from outside', permissions: ['clients:read'] };
    const issue = async (exp: number, more = {}) =>
      server.call('POST', '/admin/credentials', { key: await tokenFor(server, { exp }), body: { ...body, ...more } });
    const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
    expect((await issue(now + 600)).body.expiresAt).toBe(iso(now + 600));
    expect((await issue(now + 600, { expiresAt: iso(now + 300) })).body.expiresAt).toBe(iso(now + 300));
    expectProblem(await issue(now + 600, { expiresAt: iso(now + 601) }), 403);
    // Within the tolerance it is let in, for whatever else it may.
    const key = await tokenFor(server, { exp: now - 5 });
    expect((await server.call('GET', '/clients', { key })).status).toBe(200);
    expectProblem(await issue(now - 5), 401);
  });

  it('is refused with 1402 when it has expired, with 1401 when it is no good', async () => {
    const past = Math.floor(Date.now() / 1000) - 60;
    const expired = asBearer(await tokenFor(server, { exp: past }));
    expectAccountsError(await server.call('GET', '/clients', expired), 401, 1402);
    expectProblem(await server.call('GET', `/v1/domain/${OWN}/client`, expired), 401);
    for (const claims of [
      { aud: 'https://elsewhere.example.com' },
      { iss: 'https://elsewhere.example.com' },
      { [CLAIM]: 'nobodys.example.com' },
      { [CLAIM]: 'nul\0byte' },
      { sub: 'nul\0byte' },
      { padding: 'x'.repeat(4000) },
    ]) {
      const token = await tokenFor(server, claims);
      expectAccountsError(await server.call('GET', '/clients', asBearer(token)), 401, 1401);
    }
    const [header, claims] = (await tokenFor(server)).split('.');
    expectAccountsError(await server.call('GET', '/clients', asBearer(`${header}.${claims}.AAAA`)), 401, 1401);
  });

  it('is refused once its domain is gone', async () => {
    await server.call('POST', '/v1/domain', { body: { domain: 'short.example.com' } });
    const bearer = asBearer(await tokenFor(server, { [CLAIM]: 'short.example.com' }));
    expect((await server.call('GET', '/clients', bearer)).status).toBe(200);
    await server.call('DELETE', '/v1/domain/short.example.com');
    expectAccountsError(await server.call('GET', '/clients', bearer), 401, 1401);
  });

  it('has its own Idempotency-Keys: another subject, and the same one in another domain, ask anew', async () => {
    const headers = { 'idempotency-key': 'the-same-key-for-all' };
    const body = { name: 'keyed', permissions: ['clients:read'] };
    const add = async (claims: object) =>
      (await server.call('POST', '/admin/credentials', { ...asBearer(await tokenFor(server, claims), headers), body }))
        .body;
    const first = await add({});
    expect(first).toMatchObject({ domain: OWN, apiKey: expect.any(String) });
    expect(await add({})).toEqual(first);
    expect((await add({ sub: 'bob' })).id).not.toBe(first.id);
    expect(await add({ [CLAIM]: FOREIGN })).toMatchObject({ domain: FOREIGN });
  });
});

describe('the permissions of the setting', () => {
  beforeAll(async () => {
    server = await start({ TRUSTED_ISSUERS: trusting(['clients:read', 'clients:propose']), RATE_LIMIT: '3/60' });
  });
  afterAll(() => server.stop());

  it('are all that a caller has: 1410 for any other', async () => {
    const request = asBearer(await tokenFor(server));
    expectAccountsError(await server.call('DELETE', '/clients?clientID=app', request), 401, 1410);
    expect((await server.call('GET', '/clients', asBearer(await tokenFor(server)))).status).toBe(200);
  });

  it('let a subject change what it has proposed with another token, and nobody else', async () => {
    const put = async (sub: string, scope: string) => {
      const token = await tokenFor(server, { sub, jti: scope });
      return server.call('PUT', `/v1/domain/${OWN}/client/proposed`, { key: token, body: { ...CLIENT, scope } });
    };
    expect([await put('dora', 'a'), await put('dora', 'b')].map(({ status }) => status)).toEqual([200, 200]);
    expectProblem(await put('emil', 'c'), 401);
    expect(await server.database.query('select scope, suspension_reason from clients')).toEqual([
      { scope: 'b', suspension_reason: 'proposed' },
    ]);
  });

  it('each subject has a rate limit of its own, whatever token it brings', async () => {
    const list = async (claims: object) =>
      (await server.call('GET', '/clients', asBearer(await tokenFor(server, { ...claims, jti: Math.random() }))))
        .status;
    const [bob, carol] = [{ sub: 'bob' }, { sub: 'carol' }];
    expect([await list(bob), await list(bob), await list(bob), await list(bob)]).toEqual([200, 200, 200, 429]);
    expect(await list(carol)).toBe(200);
  });
});

describe('the keys of the issuer', () => {
  afterEach(() => server.stop());

  it('are read once for 200 requests, and seldom for a flood of made-up ones', async () => {
    server = await start();
    const before = await issuer.reads();
    const tokens = [await tokenFor(server), await tokenFor(server, { sub: 'bob' })];
    const list = async (n: number) => (await server.call('GET', '/clients', asBearer(tokens[n % 2]!))).status;
    const first = await list(0);
    const others = await Promise.all(Array.from({ length: 199 }, (_, n) => list(n + 1)));
    expect(new Set([first, ...others])).toEqual(new Set([200]));
    expect((await issuer.reads()) - before).toBe(1);
    const madeUp = await Promise.all(
      Array.from({ length: 100 }, (_, n) => tokenFor(server, {}, { kid: `made up ${n}` })),
    );
    const answers = await Promise.all(madeUp.map((token) => server.call('GET', '/clients', asBearer(token))));
    for (const answer of answers) expectAccountsError(answer, 401, 1401);
    expect((await issuer.reads()) - before).toBeLessThanOrEqual(3);
  });

  it('change: the new one counts at once, the old one no longer than the documented time', async () => {
    server = await start({}, { ...KEY_TIMES, maxAgeMs: 1000 });
    const old = asBearer(await tokenFor(server));
    expect((await server.call('GET', '/clients', old)).status).toBe(200);
    await issuer.rotate({ keepOld: true });
    expect((await server.call('GET', '/clients', asBearer(await tokenFor(server)))).status).toBe(200);
    expect((await server.call('GET', '/clients', old)).status).toBe(200);
    await issuer.rotate();
    await until('the old token is refused', async () => (await server.call('GET', '/clients', old)).status === 401);
    expectAccountsError(await server.call('GET', '/clients', old), 401, 1401);
    expect((await server.call('GET', '/clients', asBearer(await tokenFor(server)))).status).toBe(200);
  });
});

describe('the keys of an issuer that is away', () => {
  /** Has read them, and would read them again for every request. */
  let reader: TestServer;
  let [known, another, unread]: ReturnType<typeof asBearer>[] = [];
  beforeAll(async () => {
    [reader, server] = [await start({}, { ...KEY_TIMES, maxAgeMs: 1 }), await start()];
    known = asBearer(await tokenFor(reader));
    expect((await reader.call('GET', '/clients', known)).status).toBe(200);
    another = asBearer(await tokenFor(reader, { sub: 'bob' }));
    unread = asBearer(await tokenFor(server));
    await issuer.stop();
  });
  afterAll(async () => {
    await reader.stop();
    await server.stop();
  });

  it('count on, and all other requests are answered as ever', async () => {
    expect((await reader.call('GET', '/clients', known)).status).toBe(200);
    expect((await reader.call('GET', '/clients', another)).status).toBe(200);
    expect((await reader.call('GET', '/clients')).status).toBe(200);
  });

  it('are not known when it was never there: 503, which is not the caller’s fault', async () => {
    const refused = await server.call('GET', '/clients', unread);
    expectAccountsError(refused, 503, 1003);
    expect(refused.headers.get('retry-after')).toBe('1');
    expectProblem(await server.call('GET', `/v1/domain/${OWN}/client`, unread!), 503);
    expect((await server.call('GET', '/clients')).status).toBe(200);
    expect((await server.call('GET', '/health/ready', { key: null })).status).toBe(200);
  });
});
