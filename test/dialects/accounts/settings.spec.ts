import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expectProblem, LEGACY_CLIENT } from '../../support/accounts.js';
import { startServer, type TestServer } from '../../support/test-server.js';

/** With a path, which is also the beginning of one of ours. */
const PUBLIC_URL = 'https://example.com/auth';

const log: string[] = [];
let server: TestServer;
/** What was logged at the start. */
let atStart: string;
beforeAll(async () => {
  const lines = new Writable({
    write(line, _encoding, done) {
      log.push(String(line));
      done();
    },
  });
  server = await startServer(
    { PUBLIC_URL, ALLOW_TOKEN_QUERY: 'true', ALLOW_HTTP_CALLBACKS: 'true' },
    { log: pino({ level: 'debug' }, lines) },
  );
  atStart = log.join('');
  await server.call('POST', '/client', { body: LEGACY_CLIENT });
  await server.call('POST', '/client', { body: { clientID: 'your-app' } });
});
afterAll(() => server.stop());

const withToken = (path: string, name = '_token') =>
  server.call('GET', `${path}${path.includes('?') ? '&' : '?'}${name}=${server.operatorToken}`, { key: null });

describe('with ALLOW_TOKEN_QUERY', () => {
  it('37. ?_token=<jwt> alone authenticates, and is not a filter', async () => {
    const { status, body } = await withToken('/client?_list=true');
    expect(status).toBe(200);
    expect(body.total).toBe(2);
    expect((await withToken('/client?clientID=my-app')).body).toMatchObject(LEGACY_CLIENT);
  });

  it('37. a bad one → 401/1401, an empty one → 401/1400', async () => {
    expectProblem(await server.call('GET', '/client?_token=a.e30.c', { key: null }), 401, 1401);
    expectProblem(await server.call('GET', '/client?_token=', { key: null }), 401, 1400);
  });

  it('37. opens no other API', async () => {
    for (const path of ['/v1/domain', '/v1/domain/default/client', '/admin/credentials']) {
      expect((await withToken(path)).status).toBe(401);
    }
  });

  it.each(['_token', '%5Ftoken', '_%74oken'])('6. %s is stripped from every link', async (name) => {
    for (const path of ['/client?size=1', '/clients?page=2&size=1', '/client']) {
      const { status, text } = await withToken(path, name);
      expect(status).toBe(200);
      expect(text.includes(server.operatorToken)).toBe(false);
      expect(text.match(/(_|%5F)(t|%74)oken=/i)).toBeNull();
    }
  });

  it.each(['_token', '%5Ftoken', '_%74oken'])('6. %s is stripped from the log', async (name) => {
    log.length = 0;
    await withToken(`/client?clientID=my-app&trace=${name.length}`, name);
    await withToken('/nowhere', name);
    await withToken('/client?size=x', name);
    expect(log.filter((line) => line.includes('answered'))).toHaveLength(3);
    expect(log.join('').includes(server.operatorToken)).toBe(false);
  });

  it('6. an error does not repeat it either', async () => {
    const { text } = await withToken('/client?nope=1');
    expect(text.includes(server.operatorToken)).toBe(false);
  });

  it('11. a header and a _token that name different credentials → 400/1211; the same one → 200', async () => {
    const { accessToken, apiKey } = await server.issue({});
    const headers = { authorization: `Bearer ${accessToken}` };
    const path = (token: string) => `/client?_list=true&_token=${token}`;
    expect((await server.call('GET', path(accessToken), { key: apiKey, headers })).status).toBe(200);
    expectProblem(await server.call('GET', path(server.operatorToken), { key: null, headers }), 400, 1211, '');
  });
});

describe('with ALLOW_HTTP_CALLBACKS', () => {
  it('plain http is let through, and nothing else', async () => {
    const callbackURL = 'http://old.example.com/callback';
    const path = '/client?clientID=your-app';
    expect((await server.call('PUT', path, { body: { callbackURL } })).body.callbackURL).toBe(callbackURL);
    for (const forbidden of [
      'javascript:alert(1)',
      'data:text/html,x',
      'ftp://old.example.com',
      'http://a@b.example.com',
    ]) {
      expectProblem(await server.call('PUT', path, { body: { callbackURL: forbidden } }), 400, 1311, 'callbackURL');
    }
  });
});

describe('with PUBLIC_URL', () => {
  /** Every value in a document under a name that makes it an address. */
  function addressesIn(value: unknown): string[] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, each]) =>
      ['href', 'profile', 'type', 'id'].includes(name) && typeof each === 'string' ? [each] : addressesIn(each),
    );
  }

  it('46. every href, profile, type and schema id starts with it, whatever the Host header says', async () => {
    const headers = { 'x-forwarded-host': 'evil.example.com', 'x-forwarded-proto': 'http' };
    const answers = [
      await server.call('GET', '/', { headers }),
      await server.call('GET', '/clients?size=1', { headers }),
      await server.call('GET', '/client?size=1&page=2', { headers }),
      await server.call('GET', '/client?clientID=my-app', { headers }),
      await server.call('GET', '/client?clientID=nobody', { headers }),
      await server.call('GET', '/nowhere', { headers, key: null }),
    ];
    for (const { body } of answers) {
      const addresses = addressesIn(body);
      expect(addresses.length).toBeGreaterThan(1);
      for (const address of addresses) expect(address.startsWith(`${PUBLIC_URL}/`)).toBe(true);
    }
    expect((await server.call('GET', '/schema-acc/client')).body.id).toBe(`${PUBLIC_URL}/schema-acc/client`);
    expect((await server.call('GET', '/schema-acc/clients')).body.id).toBe(`${PUBLIC_URL}/schema-acc/clients`);
  });

  it('whose path is also one of the server’s own, a line at the start says which proxy it needs', () => {
    expect(atStart).toContain(
      'The path in PUBLIC_URL, /auth, is also one of the server’s own: it works behind a proxy that hands it on',
    );
  });

  it('46. Location starts with it', async () => {
    const { headers } = await server.call('POST', '/client', { body: { clientID: 'their-app' } });
    expect(headers.get('location')).toBe(`${PUBLIC_URL}/client?clientID=their-app`);
  });
});
