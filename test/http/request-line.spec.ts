import { originFormOf } from '../../src/http/request-line.js';
import { sendBytes } from '../support/raw-http.js';
import { expectAccountsError, expectProblem } from '../support/refusals.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

describe('the target in origin form', () => {
  it.each([
    ['/clients?x=1', '/clients?x=1'],
    ['//clients', '//clients'],
    ['http://a.com/clients?x=1', '/clients?x=1'],
    ['HTTPS://a.com:443/clients', '/clients'],
    ['http://a.com', '/'],
    ['http://a.com?x=http://b.com/y', '/?x=http://b.com/y'],
    ['/client?callbackURL=https://a.com/cb', '/client?callbackURL=https://a.com/cb'],
    // Refused, and on no path that there is.
    ['*', '/*'],
    ['ftp://a.com/clients', '/ftp://a.com/clients'],
  ])('%s is %s', (url, path) => {
    expect(originFormOf({ url })).toBe(path);
  });
});

// RFC 9112 §3.2
describe('the line and the host of a request', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ CORS_ORIGINS: 'https://app.example.com' });
    await server.call('POST', '/clients', { body: { clientID: 'known', callbackURL: 'https://a.com/cb' } });
  });
  afterAll(() => server.stop());

  const send = (line: string, hosts: readonly string[], more: readonly string[] = [`x-api-key: ${OPERATOR_KEY}`]) => {
    const lines = [line, ...hosts.map((host) => `host: ${host}`), 'origin: https://app.example.com', ...more];
    return sendBytes(server.url, Buffer.from(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`, 'latin1'));
  };
  /** In the form of the API that owns the path, with all that every answer has. */
  const expectRefused = (answer: Awaited<ReturnType<typeof send>>, dialect: 'v1' | 'accounts') => {
    if (dialect === 'v1') expectProblem(answer, 400);
    else expectAccountsError(answer, 400, 1211);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-request-id': expect.stringMatching(/^[\w-]{8,}$/),
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': 'https://app.example.com',
    });
  };

  it.each([
    [[]],
    [['a.com', 'a.com']],
    [['a.com', 'b.com']],
    [['']],
    [['a.com, b.com']],
    [['a.com,b.com']],
    [['a b.com']],
    [['http://a.com']],
    [['a.com/']],
    [['user@a.com']],
    [['a.com:65536']],
    [['a.com:port']],
    [['a.com:80:80']],
    [[':80']],
    [['[::g]']],
    [['[::1']],
    [['::1']],
    [['a%zz.com']],
    [['"a.com"']],
    [['a.com?']],
    [['a.com#']],
    [['ä.com']],
  ])('is refused with the hosts %j, by every method, with and without a key', async (hosts) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      expectRefused(await send(`${method} /v1/domain HTTP/1.1`, hosts), 'v1');
      expectRefused(await send(`${method} /clients HTTP/1.1`, hosts, []), 'accounts');
    }
    expectRefused(await send('GET http://a.com/v1/domain HTTP/1.1', hosts), 'v1');
    if (hosts.length > 0) expectRefused(await send('GET /v1/domain HTTP/1.0', hosts), 'v1');
  });

  it.each([
    'a.com',
    'A.COM:80',
    'a.com:',
    'a.com:65535',
    'my_server-1',
    '127.0.0.1:7472',
    '[::1]',
    '[::1]:80',
    'a%20b',
  ])('is taken with the host %s', async (host) => {
    expect((await send('GET /v1/domain HTTP/1.1', [host])).status).toBe(200);
    expect((await send('GET /v1/domain HTTP/1.0', [host])).status).toBe(200);
  });

  it('needs no host before HTTP/1.1', async () => {
    expect((await send('GET /v1/domain HTTP/1.0', [])).status).toBe(200);
  });

  it.each(['HTTP/2.0', 'HTTP/0.9'])('is refused in %s', async (version) => {
    expectRefused(await send(`GET /v1/domain ${version}`, ['a.com']), 'v1');
  });

  it('may name the server, whatever it calls it: that is neither looked at nor repeated', async () => {
    for (const base of ['http://elsewhere.example.com', 'HTTPS://elsewhere.example.com:1', server.url]) {
      expect((await send(`GET ${base}/v1/domain HTTP/1.1`, ['a.com'])).status).toBe(200);
      const list = await send(`GET ${base}/clients?size=1 HTTP/1.1`, ['a.com']);
      expect(list.body._links.self.href).toBe(`${server.url}/clients?size=1`);
      expect(list.text).not.toContain('elsewhere');
      expect((await send(`GET ${base} HTTP/1.1`, ['a.com'])).body._links.self.href).toMatch(server.url);
      expectProblem(await send(`GET ${base}/v1/nope HTTP/1.1`, ['a.com']), 404);
      expectProblem(await send(`PATCH ${base}/v1/domain HTTP/1.1`, ['a.com']), 405);
    }
  });

  it.each([
    'ftp://a.com/v1/domain',
    'ws://a.com/v1/domain',
    'javascript://a.com/v1/domain',
    'http:///v1/domain',
    'http://user:password@a.com/v1/domain',
    'http://a.com:99999/v1/domain',
    'http://a.com/v1/domain#part',
    '*',
    '*/v1/domain',
  ])('is refused with the target %s', async (target) => {
    for (const method of ['GET', 'PUT', 'PATCH', 'OPTIONS']) {
      if (method === 'OPTIONS' && target === '*') continue;
      const answer = await send(`${method} ${target} HTTP/1.1`, ['a.com']);
      expectRefused(answer, target.startsWith('http:') ? 'v1' : 'accounts');
    }
  });

  it('is refused with a fragment, wherever it stands', async () => {
    for (const target of ['/v1/domain#', '/v1/domain#/clients', '/v1/domain?x=1#y', '/v1/#domain']) {
      for (const method of ['GET', 'POST', 'OPTIONS'])
        expectRefused(await send(`${method} ${target} HTTP/1.1`, ['a.com']), 'v1');
    }
  });

  it('asks for the server as a whole with OPTIONS *', async () => {
    const answer = await send('OPTIONS * HTTP/1.1', ['a.com'], []);
    expect([answer.status, answer.text, answer.headers.get('allow')]).toEqual([200, '', null]);
  });

  it('has no parameters in its path: a semicolon is part of it', async () => {
    expectProblem(await send('GET /v1/domain;x=1 HTTP/1.1', ['a.com']), 404);
    expectAccountsError(await send('PATCH /clients;x HTTP/1.1', ['a.com']), 404, 1100);
    expect((await send('GET /clients?clientName=a;b HTTP/1.1', ['a.com'])).body.total).toBe(0);
  });

  it.each(['a.com:443', '/v1/domain', 'http://a.com/'])('asks for no tunnel: CONNECT %s is a 501', async (target) => {
    const answer = await send(`CONNECT ${target} HTTP/1.1`, ['a.com']);
    expect(answer.status).toBe(501);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('may expect what nobody knows, and is answered like any other', async () => {
    const expectation = 'expect: the-unexpected';
    const anonymous = await send('GET /v1/domain HTTP/1.1', ['a.com'], [expectation]);
    expectProblem(anonymous, 401);
    expect(anonymous.headers.get('x-content-type-options')).toBe('nosniff');
    const known = await send('GET /v1/domain HTTP/1.1', ['a.com'], [`x-api-key: ${OPERATOR_KEY}`, expectation]);
    expect(known.status).toBe(200);
  });

  it('has no Transfer-Encoding in HTTP/1.0, where proxies do not know of any: 400, and the connection ends', async () => {
    const more = [`x-api-key: ${OPERATOR_KEY}`, 'transfer-encoding: chunked'];
    expectRefused(await send('POST /v1/domain HTTP/1.0', ['a.com'], more), 'v1');
    expectRefused(await send('POST /clients HTTP/1.0', [], more), 'accounts');
  });

  it.each([
    'clients',
    'a.com:443',
    '\\clients',
    '?x=1',
    '',
    '/cli\u0001ents',
    '/cli\u007fents',
    '/cli\tents',
    '/clientsä',
  ])('is not even HTTP with the target %j', async (target) => {
    const answer = await send(`GET ${target} HTTP/1.1`, ['a.com']);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('names one caller: a second Authorization or x-api-key is not passed over in silence', async () => {
    for (const header of ['x-api-key: ', 'authorization: Bearer ']) {
      const lines = [`${header}${OPERATOR_KEY}`, `${header}nonsense`];
      for (const given of [lines, [...lines].reverse()]) {
        expectProblem(await send('GET /v1/domain HTTP/1.1', ['a.com'], given), 401);
      }
    }
  });

  it.each(['/', '/doc', '/doc/redirect-uris'])(
    'an answer that depends on Accept still depends on the origin: %s',
    async (path) => {
      const { headers } = await send(`GET ${path} HTTP/1.1`, ['a.com']);
      expect(headers.get('vary')?.split(', ').sort()).toEqual(['Accept', 'Origin']);
    },
  );
});
