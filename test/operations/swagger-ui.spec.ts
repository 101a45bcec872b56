import type { Browser } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
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
    ['accounts', '/clients', /"count": 0/],
    ['v1', '/v1/domain', /"default"/],
    ['admin', '/admin/credentials', /"permissions"/],
  ])('/docs/%s: refused without a key, then authorised with it, it reads %s', async (name, path, shown) => {
    const page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(`${server.url}/docs/${name}`);
    const operation = page.locator('.opblock-get', { has: page.locator(`[data-path="${path}"]`) });
    await operation.locator('.opblock-summary-control').click();
    /** The answer it shows, once it shows this status. */
    const execute = async (status: string) => {
      await operation.getByRole('button', { name: 'Execute' }).click();
      const answer = operation.locator('.live-responses-table .response');
      await answer.locator('.response-col_status', { hasText: status }).waitFor();
      return answer.innerText();
    };
    expect(await execute('401')).not.toMatch(shown);

    await page.getByRole('button', { name: 'Authorize' }).click();
    const form = page.locator('.dialog-ux form', { hasText: 'x-api-key' });
    await form.getByLabel('Value:').fill(OPERATOR_KEY);
    await form.getByRole('button', { name: 'Apply credentials' }).click();
    await form.getByRole('button', { name: 'Close' }).click();
    expect(await execute('200')).toMatch(shown);
  });
});
