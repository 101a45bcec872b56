import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { SwaggerPage } from '../support/swagger-page.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const CLIENT = '/v1/domain/{domain}/client/{clientId}';
const PREFIX = '/registry';

/** A proxy that has the server behind a prefix, which it takes off. */
async function startProxy(url: string): Promise<Server> {
  const proxy = createServer((request, response) => {
    const { method, headers } = request;
    const path = request.url!.startsWith(`${PREFIX}/`) ? request.url!.slice(PREFIX.length) : '/nothing/here';
    request.pipe(
      forward(`${url}${path}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  return proxy;
}

describeInBrowser('Swagger UI, used by an administrator', () => {
  let server: TestServer;
  let proxy: Server;
  let browser: Browser;

  beforeAll(async () => {
    // Nobody answers there.
    server = await startServer({ PUBLIC_URL: 'https://clients.invalid' });
    proxy = await startProxy(server.url);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    proxy?.close();
    await server?.stop();
  });
  const entries = async () => (await server.call('GET', '/admin/audit')).body;
  const proxied = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${PREFIX}`;
  /** Opened once: a page takes seconds, and keeps the key. Those of v1 and accounts are behind the proxy. */
  const pages = new Map<string, Promise<SwaggerPage>>();
  const pageOf = (name: string): Promise<SwaggerPage> => {
    const page = pages.get(name) ?? open(name);
    pages.set(name, page);
    return page;
  };
  const open = async (name: string) => {
    const context = await browser.newContext();
    if (name === 'admin') return SwaggerPage.open(context, `${server.url}/docs/admin`);
    if (name === 'v1') return SwaggerPage.open(context, `${proxied()}/docs/v1`);
    // By the link of another one, which need not be drawn for that.
    const page = await SwaggerPage.begin(context, `${proxied()}/docs/v1`);
    await page.follow(name);
    return page;
  };

  it.each([
    ['accounts', '/clients', { count: 0 }],
    ['v1', '/v1/domain', [{ domain: 'default' }]],
    ['admin', '/admin/credentials', [{ permissions: expect.any(Array) }]],
  ])(
    '/docs/%s: refused without a key, then authorised with it, it reads %s',
    async (name, route, body) => {
      const page = await pageOf(name);
      const read = await page.operation('GET', route);
      expect(await read.execute()).toMatchObject({ status: 401, body: { status: 401 } });
      await page.authorize(OPERATOR_KEY);
      expect(await read.execute()).toMatchObject({ status: 200, body });
    },
    60_000,
  );

  it.each<[api: string, operations: (readonly [method: string, route: string, identifiers: string[]])[]]>([
    [
      'v1',
      [
        ['DELETE', '/v1/domain/{domain}', ['domain']],
        ['DELETE', CLIENT, ['domain', 'clientId']],
        ['PUT', CLIENT, ['domain', 'clientId']],
      ],
    ],
    [
      'accounts',
      [
        ['PUT', '/client', ['clientID']],
        ['DELETE', '/client', ['clientID']],
      ],
    ],
    [
      'admin',
      [
        ['POST', '/admin/domains/{domain}/import', ['domain']],
        ['DELETE', '/admin/credentials/{id}', ['id']],
      ],
    ],
  ])(
    '/docs/%s: nothing is changed by one click, since it is for the administrator to say which one',
    async (name, operations) => {
      const page = await pageOf(name);
      const before = await entries();
      for (const [method, route, identifiers] of operations) {
        const operation = await page.operation(method, route);
        const filled = await operation.parameters();
        expect([method, route, ...identifiers.map((each) => filled[each])]).toEqual([
          method,
          route,
          ...identifiers.map(() => ''),
        ]);
        await operation.press();
      }
      expect(await entries()).toEqual(before);
    },
    60_000,
  );

  it('imports what it proposes once a domain is named, at first as a dry run', async () => {
    const operation = await (await pageOf('admin')).operation('POST', '/admin/domains/{domain}/import');
    expect(await operation.parameters()).toMatchObject({ dryRun: 'true', prune: 'false' });
    await operation.fill('domain', 'default');
    expect(await operation.execute()).toEqual({
      status: 200,
      body: [
        { dryRun: true, created: 1, changed: 0, removed: 0, unchanged: 0 },
        { action: 'created', clientId: 'my-app' },
      ],
    });
  }, 60_000);

  it('does not follow what has no end', async () => {
    const page = await pageOf('admin');
    expect(await (await page.operation('GET', '/admin/changes')).canExecute()).toBe(false);
    expect(await (await page.operation('GET', '/admin/audit')).canExecute()).toBe(true);
  }, 60_000);

  it('gives a line to each way to fail, which unfolds to an example', async () => {
    const operation = await (await pageOf('v1')).operation('DELETE', '/v1/domain/{domain}');
    expect(await operation.failures()).toEqual(['400', '401', '404', '409', '429', '500', '503']);
    expect(JSON.parse(await operation.unfold(409))).toMatchObject({ detail: 'The default domain cannot be deleted.' });
  }, 60_000);

  it('fits a phone', async () => {
    const page = await pageOf('admin');
    await page.operation('GET', '/admin/audit');
    expect(await page.widthOnPhone(390, 844)).toBe(390);
  }, 60_000);

  it('behind a proxy, by another name and with a prefix: calls that very server, and leads to the other pages', async () => {
    const [v1, accounts] = [await pageOf('v1'), await pageOf('accounts')];
    expect([v1.url, accounts.url]).toEqual([`${proxied()}/docs/v1`, `${proxied()}/docs/accounts`]);
    const domains = await v1.operation('GET', '/v1/domain');
    expect(await domains.execute()).toEqual({ status: 200, body: [{ domain: 'default' }] });
    const clients = await accounts.operation('GET', '/clients');
    expect((await clients.execute()).status).toBe(200);
  }, 60_000);
});
