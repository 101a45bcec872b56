import { CATALOGUE } from '../../../src/dialects/accounts/accounts.errors.js';
import { RELATIONS } from '../../../src/dialects/accounts/accounts.hal.js';
import { API_CLIENT, LEGACY_CLIENT, PRIVATE_CLIENT, PUBLIC_CLIENT } from '../../support/accounts.js';
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

/** RFC 6570 with no value for any variable. */
const expanded = (template: string) => template.replace(/\{[^}]*\}/g, '');

interface Node {
  readonly href?: unknown;
  readonly name?: unknown;
  readonly templated?: unknown;
}

/** The addresses in a document: what its links lead to, their profiles, and its own type. */
function addressesIn(value: unknown, relation = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { href, templated } = value as Node;
  const own = typeof href === 'string' && relation !== 'curies' ? [templated === true ? expanded(href) : href] : [];
  const named = Object.entries(value).flatMap(([name, each]) =>
    ['profile', 'type'].includes(name) && typeof each === 'string' && /^https?:/.test(each) ? [each] : [],
  );
  return [...own, ...named, ...Object.entries(value).flatMap(([name, each]) => addressesIn(each, name))];
}

/** The pages of the relations in a document, as its curies make them. */
function relationPagesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { _links: links, _embedded: embedded } = value as Record<string, Record<string, { href: string }> | undefined>;
  const curies = links?.curies?.href;
  const names = [...Object.keys(links ?? {}), ...Object.keys(embedded ?? {})].filter((name) => name.startsWith('ec:'));
  const pages = names.flatMap((name) =>
    [name.slice(3), encodeURIComponent(name.slice(3))].map((rel) => (curies ?? '').replace('{rel}', rel)),
  );
  return [...pages, ...Object.values(value).flatMap(relationPagesIn)];
}

/** The addresses in a page for people. */
function addressesInHtml(html: string, base: string): string[] {
  return [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, address]) => new URL(address!, base).href);
}

/** Everything that can be reached from these addresses, with how it answers. */
async function crawl(start: readonly string[]): Promise<Map<string, number | 'foreign'>> {
  const found = new Map<string, number | 'foreign'>();
  const queue = start.map((path) => server.url + path);
  for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
    url = url.split('#')[0]!;
    if (found.has(url)) continue;
    if (new URL(url).origin !== server.url) {
      found.set(url, 'foreign');
      continue;
    }
    const { status, headers, text } = await asOperator(url.slice(server.url.length));
    found.set(url, status);
    const type = headers.get('content-type') ?? '';
    const location = headers.get('location');
    if (location) queue.push(new URL(location, url).href);
    if (/\+json/.test(type)) queue.push(...addressesIn(JSON.parse(text)), ...relationPagesIn(JSON.parse(text)));
    if (/^text\/html/.test(type)) queue.push(...addressesInHtml(text, url));
  }
  return found;
}

const deadIn = (found: ReadonlyMap<string, number | 'foreign'>) =>
  [...found].filter(([, status]) => status === 'foreign' || status >= 400);

describe('no dead links', () => {
  it('from the root nothing answers 4xx, and nothing leads to a foreign host', async () => {
    const found = await crawl(['/']);
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

  it('from the pages of a list nothing answers 4xx, and all of them are reached', async () => {
    const found = await crawl(['/clients?size=1', '/client?_list=true&size=3&sort=-created&clientName~=a']);
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
    expect(deadIn(await crawl(own))).toEqual([]);
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
    expect(deadIn(await crawl(addresses.map((url) => url.slice(server.url.length))))).toEqual([]);
  });

  it('the curies expanded with nothing answers', async () => {
    const { body } = await asOperator('/');
    const { status } = await asOperator(expanded(body._links.curies.href).slice(server.url.length));
    expect(status).toBe(200);
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
