import { CATALOGUE } from '../../../src/dialects/accounts/accounts.errors.js';
import { RELATIONS } from '../../../src/dialects/accounts/accounts.hal.js';
import { API_CLIENT, LEGACY_CLIENT, PRIVATE_CLIENT, PUBLIC_CLIENT } from '../../support/accounts.js';
import { addressesIn, crawl, deadIn, expanded } from '../../support/crawl.js';
import { type Answer, startServer, type TestServer } from '../../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  for (const body of [LEGACY_CLIENT, PUBLIC_CLIENT, PRIVATE_CLIENT, API_CLIENT]) {
    await server.call('POST', '/client', { body });
  }
});
afterAll(() => server.stop());

const asOperator = (path: string): Promise<Answer> =>
  server.call('GET', path, { key: null, headers: { authorization: `Bearer ${server.operatorToken}` } });

const crawlFrom = (paths: readonly string[]) =>
  crawl(
    server.url,
    paths.map((path) => server.url + path),
    { authorization: `Bearer ${server.operatorToken}` },
  );

describe('no dead links', () => {
  it('from the root nothing answers 4xx, and nothing leads to a foreign host', async () => {
    const found = await crawlFrom(['/']);
    expect(deadIn(found)).toEqual([]);
    const reached = [
      '/',
      '/client',
      '/clients',
      '/client?clientID=my-app',
      '/schema-acc/client',
      '/schema-acc/clients',
      '/auth/public-key.pem',
      '/doc/rel/clients',
      '/doc/rel/acc/client',
      '/doc/rel/acc%2Fclient',
      '/doc/rel/auth/public-key',
      '/docs',
    ];
    expect([...found.keys()]).toEqual(expect.arrayContaining(reached.map((path) => server.url + path)));
  });

  it('from the page that a browser gets at the root nothing answers 4xx, and every document is reached', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const found = await crawl(server.url, [`${server.url}/`], headers);
    expect(deadIn(found)).toEqual([]);
    const reached = [
      ...['/doc', '/doc/errors', '/doc/rel/', '/doc/redirect-uris', '/docs', '/favicon.ico'],
      ...['accounts', 'v1', 'admin'].flatMap((name) => [
        `/docs/${name}`,
        `/openapi/${name}.json`,
        `/openapi/${name}.yaml`,
      ]),
      ...Object.keys(CATALOGUE).map((code) => `/doc/errors/${code}`),
      '/doc/errors/validation-failed',
      ...Object.keys(RELATIONS).map((relation) => `/doc/rel/${relation}`),
    ];
    expect([...found.keys()]).toEqual(expect.arrayContaining(reached.map((path) => server.url + path)));
  });

  it('from the pages of a list nothing answers 4xx, and all of them are reached', async () => {
    const found = await crawlFrom(['/clients?size=1', '/client?_list=true&size=3&sort=-created&clientName~=a']);
    expect(deadIn(found)).toEqual([]);
    const lists = [...found.keys()].filter((url) => url.includes('size=1') && url.includes('/clients'));
    const pages = lists.map((url) => new URL(url).searchParams.get('page'));
    // The second and the third have two addresses: behind the page before them, and before the one behind.
    expect(pages.sort()).toEqual(['2', '2', '3', '3', '4', null]);
  });

  it('a template leads to the same with every value filled in', async () => {
    const { body } = await asOperator('/');
    const byId = body._links['ec:client'].href.replace('{?clientID}', '?clientID=my-app');
    expect((await asOperator(byId.slice(server.url.length))).body).toMatchObject(LEGACY_CLIENT);
    const search = body._links.search.href.replace(/\{.*\}/, '?clientID=&callbackURL=&page=1&size=5&sort=clientID');
    expect((await asOperator(search.slice(server.url.length))).status).toBe(200);
  });

  it('from the answers of POST and PUT nothing answers 4xx', async () => {
    const post = await server.call('POST', '/client', { body: { clientID: 'crawled' } });
    const put = await server.call('PUT', '/client?clientID=crawled', { body: { clientName: 'Crawled' } });
    const links = [post.headers.get('location')!, ...addressesIn(post.body), ...addressesIn(put.body)];
    expect(links.length).toBeGreaterThan(5);
    const own = links.map((url) => {
      expect(url.startsWith(`${server.url}/`)).toBe(true);
      return url.slice(server.url.length);
    });
    expect(deadIn(await crawlFrom(own))).toEqual([]);
  });

  it.each([
    ['GET', '/nowhere'],
    ['PATCH', '/client'],
    ['GET', '/client?clientID=nobody'],
    ['GET', '/client?size=x&sort=y&z=1&clientNameFrom=1'],
    ['POST', '/client'],
    ['DELETE', '/client'],
  ])('what the problem of %s %s points to answers', async (method, path) => {
    const { status, body } = await server.call(method, path);
    expect(status).toBeGreaterThanOrEqual(400);
    const addresses = addressesIn(body);
    expect(addresses).toEqual(expect.arrayContaining([body.type, body._links.up.href]));
    expect(addresses.every((url) => url.startsWith(`${server.url}/`))).toBe(true);
    expect(deadIn(await crawlFrom(addresses.map((url) => url.slice(server.url.length))))).toEqual([]);
  });

  it('the curies expanded with nothing answers', async () => {
    const { body } = await asOperator('/');
    const { status } = await asOperator(expanded(body._links.curies.href).slice(server.url.length));
    expect(status).toBe(200);
  });
});

describe('the entry point', () => {
  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
  const get = (accept?: string, method = 'GET', path = '/') =>
    server.call(method, path, { key: null, headers: accept === undefined ? {} : { accept } });

  it.each([BROWSER, 'text/html', 'text/html; charset=utf-8', 'Text/HTML, application/hal+json;q=0.9'])(
    'is a page for callers who prefer HTML: %s',
    async (accept) => {
      for (const path of ['/', '/?utm_source=x']) {
        const { status, headers, text } = await get(accept, 'GET', path);
        expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
        expect(headers.get('vary')).toBe('Accept');
        expect(text).toContain('<h1>A client registry for OAuth</h1>');
        for (const api of ['accounts', 'v1', 'admin']) expect(text).toContain(`${api} API`);
      }
    },
  );

  it.each([undefined, '*/*', 'application/hal+json', 'application/json', 'text/html;q=0.5, */*', 'nonsense'])(
    'is HAL for everybody else: %s',
    async (accept) => {
      const { status, headers, body } = await get(accept);
      expect([status, headers.get('content-type')]).toEqual([200, 'application/hal+json; charset=utf-8']);
      expect(headers.get('vary')).toBe('Accept');
      expect(body._links['ec:clients'].href).toBe(`${server.url}/clients`);
    },
  );

  it('HEAD says what GET would', async () => {
    for (const accept of [BROWSER, '*/*']) {
      const [asked, read] = [await get(accept, 'HEAD'), await get(accept)];
      for (const name of ['content-type', 'vary', 'content-security-policy']) {
        expect([name, asked.headers.get(name)]).toEqual([name, read.headers.get(name)]);
      }
      expect(asked.text).toBe('');
    }
  });

  it('nothing else is a page because a browser asks, and no other method is', async () => {
    const problem = await server.call('GET', '/clients', { key: null, headers: { accept: BROWSER } });
    expect([problem.status, problem.body.code]).toEqual([401, 1400]);
    expect((await get(BROWSER, 'GET', '/nowhere')).body.code).toBe(1100);
    expect((await get(BROWSER, 'POST')).status).toBe(405);
  });
});

describe('the published pages (item 11 of the decisions)', () => {
  it.each(Object.keys(CATALOGUE))('/doc/errors/%s is there for everyone, with the title of the code', async (code) => {
    const { status, headers, text } = await server.call('GET', `/doc/errors/${code}`, { key: null });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(text).toContain(CATALOGUE[Number(code) as keyof typeof CATALOGUE][0]);
  });

  it.each(Object.keys(RELATIONS))('/doc/rel/%s is there for everyone, with and without escapes', async (relation) => {
    const plain = await server.call('GET', `/doc/rel/${relation}`, { key: null });
    const escaped = await server.call('GET', `/doc/rel/${encodeURIComponent(relation)}`, { key: null });
    expect([plain.status, escaped.status]).toEqual([200, 200]);
    expect(plain.headers.get('content-type')).toMatch(/^text\/html/);
    expect(escaped.text).toBe(plain.text);
  });

  it('a code or a relation that nobody prints → 404', async () => {
    for (const path of ['/doc/errors/1999', '/doc/errors/constructor', '/doc/rel/nope', '/doc/rel/constructor']) {
      expect((await server.call('GET', path, { key: null })).status).toBe(404);
    }
  });

  it.each([
    ['/doc/errors', ['/doc/errors/1100', '/doc/errors/validation-failed']],
    ['/doc/errors/', ['/doc/errors/1100', '/doc/errors/validation-failed']],
    ['/doc/rel', ['/doc/rel/client', '/doc/rel/acc/client/by-id']],
    ['/doc/rel/', ['/doc/rel/client', '/doc/rel/acc/client/by-id']],
    ['/doc', ['/docs/accounts', '/docs/v1', '/docs/admin', '/doc/errors', '/doc/rel/', '/doc/redirect-uris']],
    ['/doc/', ['/docs/accounts', '/docs/v1', '/docs/admin', '/doc/errors', '/doc/rel/', '/doc/redirect-uris']],
  ])('%s is a list with links', async (path, links) => {
    const { status, headers, text } = await server.call('GET', path, { key: null });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('<meta name="viewport"');
    const items = [...text.matchAll(/<li>.*?<\/li>/gs)].join('');
    for (const link of links) expect(items).toContain(`href="${link}"`);
  });

  it('the list of problems has each of them once', async () => {
    const { text } = await server.call('GET', '/doc/errors', { key: null });
    const links = [...text.matchAll(/href="\/doc\/errors\/([^"]+)"/g)].map(([, slug]) => slug);
    expect(new Set(links).size).toBe(links.length);
    expect(links).toEqual(expect.arrayContaining(Object.keys(CATALOGUE)));
  });

  it('/favicon.ico is an icon, which every page names', async () => {
    const { status, headers, text } = await server.call('GET', '/favicon.ico', { key: null });
    expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(text).toMatch(/^<svg /);
    for (const page of ['/doc', '/doc/errors/1100', '/doc/redirect-uris']) {
      expect((await server.call('GET', page, { key: null })).text).toContain('<link rel="icon" href="/favicon.ico">');
    }
  });

  it('the public key is the one that access tokens are signed with', async () => {
    const { status, text } = await server.call('GET', '/auth/public-key.pem', { key: null });
    expect(status).toBe(200);
    const { createPublicKey, verify } = await import('node:crypto');
    const [header, claims, signature] = server.operatorToken.split('.') as [string, string, string];
    const signed = Buffer.from(`${header}.${claims}`);
    const key = createPublicKey(text);
    expect(verify('sha512', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(verify('sha512', Buffer.from(`${header}.x`), key, Buffer.from(signature, 'base64url'))).toBe(false);
  });
});

describe('HAL', () => {
  it('is what clients come as, which the document says of the operations that answer with them', async () => {
    const { body } = await server.call('GET', '/openapi/accounts.json', { key: null });
    const answersIn = (operation: { responses: Record<string, { content?: object }> }) =>
      ['200', '201'].flatMap((status) => Object.keys(operation.responses[status]?.content ?? {}));
    const hal = Object.entries<Record<string, Parameters<typeof answersIn>[0]>>(body.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, operation]) =>
        answersIn(operation).includes('application/hal+json') ? [`${method} ${path}`] : [],
      ),
    );
    expect(hal.sort()).toEqual([
      'get /',
      ...['get /client', 'get /clients'],
      ...['post /client', 'post /clients'],
      ...['put /client', 'put /clients'],
    ]);
    expect((await asOperator('/clients')).headers.get('content-type')).toMatch(/^application\/hal\+json/);
  });
});
