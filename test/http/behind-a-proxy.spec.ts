import { decodeJwt } from 'jose';
import { apiClient } from '#api-client';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { type CommandLine, warmCommandLine } from '../support/command-line.js';
import { addressesIn, crawl, deadIn } from '../support/crawl.js';
import { type HttpProxy, startHttpProxy } from '../support/http-proxy.js';
import { sendBytes, sendRequest } from '../support/raw-http.js';
import { SwaggerPage } from '../support/swagger-page.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const KEY = ['x-api-key', OPERATOR_KEY] as const;

const PREFIX = '/registry';

let proxy: HttpProxy;
let server: TestServer;
/** The PUBLIC_URL. */
let base: string;
beforeAll(async () => {
  proxy = await startHttpProxy(PREFIX);
  base = proxy.url + PREFIX;
  server = await startServer({ PUBLIC_URL: base, KEEP_ALIVE_SECONDS: '620' });
  proxy.lead(server.url);
});
afterAll(async () => {
  await server.stop();
  await proxy.close();
});

let counter = 0;
async function newClient(): Promise<string> {
  const id = `client-${++counter}`;
  await server.call('PUT', `/v1/domain/default/client/${id}`, { body: MACHINE });
  return id;
}
/** Byte for byte, with these headers. */
const send = (method: string, target: string, headers: readonly (readonly [string, string])[], body?: string) =>
  sendRequest(server.url, { method, target, headers: [KEY, ...headers], body });

describe.each([
  ['joined', [['content-type', 'application/json, application/json']]],
  [
    'given twice',
    [
      ['content-type', 'application/json'],
      ['content-type', 'application/hal+json'],
    ],
  ],
  ['malformed', [['content-type', 'nonsense']]],
  ['empty', [['content-type', '']]],
  ['NDJSON', [['content-type', 'application/x-ndjson']]],
] as const)('a Content-Type that is %s says nothing where there is no body:', (_, headers) => {
  it.each([
    ['GET /', 'GET', () => '/'],
    ['GET of the accounts API', 'GET', (id: string) => `/client?clientID=${id}`],
    ['GET of the v1 API', 'GET', (id: string) => `/v1/domain/default/client/${id}`],
    ['GET of the admin API', 'GET', () => '/admin/credentials'],
    ['HEAD', 'HEAD', (id: string) => `/v1/domain/default/client/${id}`],
    ['OPTIONS', 'OPTIONS', () => '/client'],
  ])('%s → 200', async (_name, method, target) => {
    expect((await send(method, target(await newClient()), headers)).status).toBe(200);
  });

  it('DELETE of the accounts API → 204, also with the id in a body', async () => {
    expect((await send('DELETE', `/client?clientID=${await newClient()}`, headers)).status).toBe(204);
    const body = JSON.stringify({ clientID: await newClient() });
    expect((await send('DELETE', '/client', headers, body)).status).toBe(204);
  });

  it('DELETE of the v1 API → 204, also with a body that nobody asked for', async () => {
    for (const body of [undefined, '', '{}', 'nonsense']) {
      const target = `/v1/domain/default/client/${await newClient()}`;
      expect([body, (await send('DELETE', target, headers, body)).status]).toEqual([body, 204]);
    }
  });

  it('DELETE of the admin API → 204', async () => {
    const { id } = await server.issue({});
    expect((await send('DELETE', `/admin/credentials/${id}`, headers)).status).toBe(204);
  });

  it('POST that may go without a body → 201', async () => {
    for (const body of [undefined, '']) {
      expect((await send('POST', '/v1/domain', headers, body)).status).toBe(201);
      const secrets = `/v1/domain/default/client/${await newClient()}/secrets`;
      expect((await send('POST', secrets, headers, body)).status).toBe(201);
    }
  });

  it('a POST or PUT that needs a body is refused for having none (400), and not for its type', async () => {
    for (const [method, target] of [
      ['POST', '/client'],
      ['PUT', '/client?clientID=nobody'],
      ['PUT', '/v1/domain/default/client/nobody'],
      ['POST', '/admin/credentials'],
    ] as const) {
      expect([target, (await send(method, target, headers)).status]).toEqual([target, 400]);
    }
  });
});

describe('names of codings and media types have no case:', () => {
  const body = JSON.stringify(MACHINE);
  const provision = (...headers: readonly (readonly [string, string])[]) =>
    send('PUT', '/v1/domain/default/client/spelling', headers, body);

  it.each([
    ['Identity', 'content-encoding'],
    ['IDENTITY', 'content-encoding'],
    ['identity, Identity', 'content-encoding'],
    ['', 'content-encoding'],
    ['Application/JSON', 'content-type'],
    ['application/json; Charset=UTF-8', 'content-type'],
    ['APPLICATION/VND.Example+JSON;charset="utf-8"', 'content-type'],
  ])('%s as %s is accepted', async (value, name) => {
    expect((await provision([name, value])).status).toBe(200);
  });

  it('an import takes it, too', async () => {
    const line = JSON.stringify({ clientId: 'imported', ...MACHINE });
    const headers = [
      ['content-encoding', 'Identity'],
      ['content-type', 'APPLICATION/X-NDJSON'],
    ] as const;
    expect((await send('POST', '/admin/domains/default/import', headers, line)).status).toBe(200);
  });

  it.each(['gzip', 'GZIP', 'identity, gzip', 'br'])('a body in the coding %s is a 415', async (coding) => {
    expect((await provision(['content-encoding', coding])).status).toBe(415);
    expect((await send('POST', '/clients', [['content-encoding', coding]], '{}')).status).toBe(415);
  });

  it('a body in Chunked pieces is read', async () => {
    const headers = [KEY, ['transfer-encoding', 'Chunked']] as const;
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const target = '/v1/domain/default/client/spelling';
    const answer = await sendBytes(
      server.url,
      `PUT ${target} HTTP/1.1\r\nhost: x\r\nconnection: Close\r\n${head}\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
    expect(answer.status).toBe(200);
  });

  it('a scheme of authentication is known in any case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEARER']) {
      const headers = [['authorization', `${scheme} ${server.operatorToken}`]] as const;
      const answer = await sendRequest(server.url, { method: 'GET', target: '/clients', headers });
      expect([scheme, answer.status]).toEqual([scheme, 200]);
    }
  });

  it('a problem is told in the type that is asked for', async () => {
    const asked = [['accept', 'Application/JSON']] as const;
    const answer = await send('GET', '/client?clientID=nobody', asked);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
  });
});

describe('KEEP_ALIVE_SECONDS', () => {
  it('is how long a connection is kept for the next request', async () => {
    for (const path of ['/health/live', '/clients', '/nowhere']) {
      const { headers } = await server.call('GET', path);
      expect([headers.get('connection'), headers.get('keep-alive')]).toEqual(['keep-alive', 'timeout=620']);
    }
  });
});

describe.each([
  ['hands the prefix on', false],
  ['takes the prefix away', true],
])('behind a proxy that %s', (_, isStripping) => {
  let clientele: CommandLine;
  beforeAll(async () => {
    proxy.isStripping = isStripping;
    clientele = warmCommandLine(base);
    await Promise.all([newClient(), newClient()]);
  });

  const bearer = () => ({ authorization: `Bearer ${server.operatorToken}` });
  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
    fetch(base + path, {
      method,
      headers: { ...bearer(), ...headers },
      body: body && JSON.stringify(body),
      redirect: 'manual',
    });

  it('nothing that the entry point leads to is dead, or outside of the prefix', async () => {
    const found = await crawl(base, [`${base}/`, `${base}/clients?size=1`], bearer());
    expect(deadIn(found)).toEqual([]);
    expect(found.size).toBeGreaterThan(40);
  });

  it('nor is what the page of a browser leads to, the parts of Swagger UI among it', async () => {
    const found = await crawl(base, [`${base}/`], { accept: 'text/html' });
    expect(deadIn(found)).toEqual([]);
    const reached = [
      '/doc/errors/1100',
      '/doc/rel/acc/clients',
      '/docs/v1',
      '/docs/swagger-ui.css',
      '/openapi/v1.json',
    ];
    expect([...found.keys()]).toEqual(expect.arrayContaining(reached.map((path) => base + path)));
  });

  it('the prefix alone is the entry point, too', async () => {
    for (const path of ['', '/', '?x=1', '/?x=1']) {
      expect([path, await (await call('GET', path)).json()]).toEqual([
        path,
        { _links: expect.objectContaining({ self: { href: `${base}/` } }) },
      ]);
    }
  });

  it('what answers say of addresses is below the prefix: Location, Link, types of problems, ids of schemas', async () => {
    const clientID = `created-${++counter}`;
    const created = await call('POST', '/clients', {}, { clientID });
    expect(created.headers.get('location')).toBe(`${base}/client?clientID=${clientID}`);
    for (const path of ['/v1/domain/default/client?limit=1', '/admin/audit?limit=1']) {
      expect((await call('GET', path)).headers.get('link')).toMatch(`<${base}${path}&after=`);
    }
    expect(await (await call('GET', '/schema-acc/client')).json()).toMatchObject({ id: `${base}/schema-acc/client` });
    for (const path of ['/nowhere', '/v1/nowhere', '/admin/nowhere']) {
      const problem = (await (await call('GET', path)).json()) as { type: string };
      expect([...addressesIn(problem), problem.type].filter((url) => !url.startsWith(`${base}/doc/errors/`))).toEqual(
        path === '/nowhere' ? [`${base}/`] : [],
      );
    }
    const self = `${base}/clients?size=1&sort=-clientID`;
    expect(await (await fetch(self, { headers: bearer() })).json()).toMatchObject({ _links: { self: { href: self } } });
  });

  it('the page of all APIs leads to their documents', async () => {
    const page = await (await fetch(`${base}/docs`)).text();
    const urls = [...page.matchAll(/href="([^"]+)"/g)].map(([, url]) => new URL(url!, `${base}/docs`).href);
    expect(urls.filter((url) => url.startsWith(`${base}/openapi/`))).toHaveLength(6);
    for (const url of urls) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
  });

  it('methods are told, and refused, as without it', async () => {
    const preflight = await call('OPTIONS', '/clients', { origin: 'https://app.example.com' });
    expect([preflight.status, preflight.headers.get('allow')]).toEqual([200, 'DELETE, GET, HEAD, POST, PUT']);
    expect((await call('PATCH', '/clients')).status).toBe(405);
  });

  it('what was read, compressed on the way, can be changed under its tag', async () => {
    const path = `/v1/domain/default/client/${await newClient()}`;
    const read = await call('GET', path);
    const etag = read.headers.get('etag')!;
    expect(etag).toMatch(/^W\//);
    expect((await call('GET', path, { 'if-none-match': etag })).status).toBe(304);
    expect((await call('PUT', path, { 'if-match': etag }, { ...MACHINE, scope: 'openid' })).status).toBe(200);
    expect((await call('PUT', path, { 'if-match': etag }, { ...MACHINE, scope: 'lost' })).status).toBe(412);
  });

  it('an access token is issued by the PUBLIC_URL, path included', async () => {
    expect(decodeJwt(server.operatorToken).iss).toBe(base);
    expect((await call('GET', '/.well-known/jwks.json')).status).toBe(200);
  });

  it('the command line works', async () => {
    const name = isStripping ? 'stripped' : 'handed-on';
    const input = JSON.stringify([{ clientId: `by-${name}`, ...MACHINE }]);
    expect(await clientele(['apply', '-f', '-', '--yes'], { input })).toMatchObject({ code: 0 });
    const slash = { CLIENTELE_URL: `${base}/` };
    const { code, stdout } = await clientele(['client', 'list', '--json'], { env: slash });
    expect([code, stdout]).toEqual([0, expect.stringContaining(`by-${name}`)]);
    const exported = await clientele(['export', '--domain', 'default']);
    expect([exported.code, exported.stdout]).toEqual([0, expect.stringContaining(name)]);
  });

  it('the typed client works, with a slash at the end of the URL or without', async () => {
    for (const url of [base, `${base}/`]) {
      const { data, response } = await apiClient({ url, key: OPERATOR_KEY }).GET('/v1/domain');
      expect([response.status, data]).toEqual([200, expect.arrayContaining([{ domain: 'default' }])]);
    }
  });
});

describeInBrowser('Swagger UI behind a proxy', () => {
  it('calls below the prefix', async () => {
    const browser = await openBrowser();
    const page = await SwaggerPage.open(await browser.newContext(), `${base}/docs/v1`);
    await page.authorize(OPERATOR_KEY);
    expect(await (await page.operation('GET', '/v1/domain')).execute()).toMatchObject({ status: 200 });
    await browser.close();
  }, 60_000);
});

describe('without a proxy', () => {
  it('every path answers with the prefix and without it, for probes and callers on the same machine', async () => {
    for (const path of ['/health/ready', '/metrics', '/docs', '/doc', '/openapi/v1.json', '/v1/domain', '/clients']) {
      for (const target of [path, PREFIX + path]) {
        expect([target, (await server.call('GET', target)).status]).toEqual([target, 200]);
      }
    }
  });

  it.each([
    '/registryx/clients',
    '/registryclients',
    '/Registry/clients',
    '/other/registry/clients',
    '/registry/registry/clients',
  ])('what only looks like the prefix is none: %s', async (path) => {
    expect((await server.call('GET', path)).status).toBe(404);
  });

  it('a target in absolute form has the prefix, too', async () => {
    expect((await send('GET', `${base}/clients`, [])).status).toBe(200);
  });
});
