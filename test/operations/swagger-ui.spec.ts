import type { Browser } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { SwaggerPage } from '../support/swagger-page.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

describeInBrowser('Swagger UI, used by an administrator', () => {
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it.each([
    ['accounts', '/clients', { count: 0 }],
    ['v1', '/v1/domain', [{ domain: 'default' }]],
    ['admin', '/admin/credentials', [{ permissions: expect.any(Array) }]],
  ])(
    '/docs/%s: refused without a key, then authorised with it, it reads %s',
    async (name, route, body) => {
      const page = await SwaggerPage.open(await browser.newContext(), `${server.url}/docs/${name}`);
      const read = await page.operation('GET', route);
      expect(await read.execute()).toMatchObject({ status: 401, body: { status: 401 } });
      await page.authorize(OPERATOR_KEY);
      expect(await read.execute()).toMatchObject({ status: 200, body });
    },
    60_000,
  );
});
