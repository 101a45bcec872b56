import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, BrowserContext } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { SwaggerPage } from '../support/swagger-page.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

// What is tried goes by clicks in the pages alone. `SCREENSHOTS=docs/swagger npm test --
// test/operations/admin-desk.spec.ts` takes the pictures of docs/swagger.md anew.

const HOST = 'localhost:7472';
const SITE = `http://${HOST}`;
const CLIENT = '/v1/domain/{domain}/client/{clientId}';
const MINE = 'newsletter';
/** As the page proposes it. */
const REGISTRATION = {
  clientType: 'Confidential',
  grantType: 'AuthorizationCode',
  redirectUris: ['https://my-app.example.com/callback'],
};
const SECRET = /^cls_[\w-]{40,}$/;

describeInBrowser('the administrator’s desk', () => {
  let server: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  const pages = new Map<string, SwaggerPage>();
  /** What the v1 page shows before it is given the key. */
  let refused: object;

  beforeAll(async () => {
    server = await startServer({ PUBLIC_URL: SITE });
    browser = await openBrowser({ [HOST]: server.url });
    context = await browser.newContext();
    refused = await (await operation('v1', 'GET', '/v1/domain')).execute();
    await (await pageOf('v1')).authorize(OPERATOR_KEY);
  }, 60_000);
  beforeEach(async () => {
    await server.call('DELETE', `/client?clientID=${MINE}`);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const pageOf = async (name: string) => {
    const page = pages.get(name) ?? (await SwaggerPage.open(context, `${SITE}/docs/${name}`));
    pages.set(name, page);
    return page;
  };
  const operation = async (name: string, method: string, route: string) =>
    (await pageOf(name)).operation(method, route);
  /** The client as somebody else has registered it; its secret. */
  const registered = async (id = MINE): Promise<string> => {
    const { body } = await server.call('PUT', `/v1/domain/default/client/${id}`, { body: REGISTRATION });
    return body.clientSecret;
  };
  /** On the v1 page, for the client of the tests. */
  const onMine = async (method: string, route = CLIENT) => {
    const found = await operation('v1', method, route);
    await found.fill('domain', 'default');
    await found.fill('clientId', MINE);
    return found;
  };
  const isGood = async (secret: string): Promise<boolean> => {
    const verify = await onMine('POST', `${CLIENT}/secrets/verify`);
    await verify.write(JSON.stringify({ secret }));
    const { status, body } = await verify.execute();
    expect(status).toBe(200);
    return body.valid;
  };

  it('authorises once, for all pages', async () => {
    expect(refused).toMatchObject({ status: 401, body: { title: 'Unauthorized' } });
    const domains = await operation('v1', 'GET', '/v1/domain');
    expect(await domains.execute()).toMatchObject({ status: 200, body: [{ domain: 'default' }] });
    const credentials = await operation('admin', 'GET', '/admin/credentials');
    expect(await credentials.execute()).toMatchObject({ status: 200, body: [{ permissions: expect.any(Array) }] });
  }, 60_000);

  it('registers a client on the v1 page, from the body that the page proposes', async () => {
    const put = await onMine('PUT');
    await put.pictureOfRequest('register');
    const answer = await put.execute('registered');
    expect(answer).toEqual({ status: 200, body: { clientSecret: expect.stringMatching(SECRET) } });
    expect(await put.execute()).toEqual({ status: 200, body: { clientSecret: null } });
  }, 60_000);

  it('is told every mistake in a body', async () => {
    const put = await onMine('PUT');
    const body = { ...JSON.parse(await put.body()), scope: 7, redirectUris: ['https://my-app.example.com/#top'] };
    await put.write(JSON.stringify(body, null, 2));
    const { status, body: problem } = await put.execute('mistaken');
    expect(status).toBe(400);
    expect(Object.keys(problem.errors).sort()).toEqual(['redirectUris[0]', 'scope']);
  }, 60_000);

  it('sees the client on the accounts page, in a list and by itself', async () => {
    await registered();
    const list = await operation('accounts', 'GET', '/clients');
    expect(await list.execute()).toMatchObject({ status: 200, body: { count: 1, total: 1 } });
    const read = await operation('accounts', 'GET', '/client');
    await read.fill('clientID', MINE);
    expect(await read.execute('read')).toMatchObject({
      status: 200,
      body: { clientID: MINE, callbackURL: 'https://my-app.example.com/callback', clientSecret: null },
    });
  }, 60_000);

  it('rotates its secret: both are listed, the older is still good, and neither is shown again', async () => {
    const older = await registered();
    const rotate = await onMine('POST', `${CLIENT}/secrets`);
    expect(JSON.parse(await rotate.body())).toMatchObject({ previousExpiresInSeconds: 86_400 });
    const answer = await rotate.execute('rotated');
    expect(answer).toMatchObject({ status: 201, body: { clientSecret: expect.stringMatching(SECRET) } });
    const secrets = [older, answer.body.clientSecret];
    expect(new Set(secrets).size).toBe(2);
    const list = await onMine('GET', `${CLIENT}/secrets`);
    const { status, body } = await list.execute('secrets');
    expect([status, body.length]).toEqual([200, 2]);
    for (const secret of secrets) expect(JSON.stringify(body)).not.toContain(secret);
    expect(await isGood(older)).toBe(true);
  }, 60_000);

  it('ends the older secret at once', async () => {
    const older = await registered();
    const rotate = await onMine('POST', `${CLIENT}/secrets`);
    await rotate.write('{ "previousExpiresInSeconds": 0 }');
    const { body } = await rotate.execute();
    expect(await isGood(older)).toBe(false);
    expect(await isGood(body.clientSecret)).toBe(true);
  }, 60_000);

  it('deletes the client, which is then gone from both APIs', async () => {
    await registered();
    const remove = await operation('accounts', 'DELETE', '/client');
    await remove.fill('clientID', MINE);
    expect(await remove.execute('deleted')).toEqual({ status: 204, body: undefined });
    const gone = { status: 404, body: { status: 404 } };
    expect(await (await onMine('GET')).execute()).toMatchObject(gone);
    expect(await remove.execute()).toMatchObject(gone);
  }, 60_000);

  it('finds on the admin page which secrets end within a month, and who made them, without filling in anything', async () => {
    const { apiKey } = await server.issue({ name: 'ci', domain: 'default' });
    await server.call('PUT', `/v1/domain/default/client/${MINE}`, { body: REGISTRATION, key: apiKey });
    const expiresAt = new Date(Date.now() + 12.5 * 86_400_000).toISOString();
    const name = 'rotation of spring';
    await server.call('POST', `/v1/domain/default/client/${MINE}/secrets`, { body: { name, expiresAt }, key: apiKey });
    const expiring = await operation('admin', 'GET', '/admin/expiring');
    const { status, body } = await expiring.execute('expiring');
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { kind: 'secret', clientId: MINE, daysLeft: 0, createdBy: { name: 'ci' } },
      { kind: 'secret', clientId: MINE, name, daysLeft: 12, createdBy: { name: 'ci' } },
    ]);
  }, 60_000);

  it('finds on the admin page who did what to a client', async () => {
    await registered('campaign');
    await server.call('POST', '/v1/domain/default/client/campaign/secrets');
    await server.call('DELETE', '/client?clientID=campaign');
    const audit = await operation('admin', 'GET', '/admin/audit');
    await audit.fill('clientId', 'campaign');
    const { status, body } = await audit.execute('audit');
    expect(status).toBe(200);
    expect(body.map(({ dialect, action }: Record<string, string>) => `${dialect}: ${action}`)).toEqual([
      'v1: client.created',
      'v1: client.secret_added',
      'accounts: client.deleted',
    ]);
  }, 60_000);
});

it('docs/swagger.md shows every picture that there is, and no other', () => {
  const shown = readFileSync('docs/swagger.md', 'utf8').matchAll(/!\[[^\]]+\]\(swagger\/([^)]+)\)/g);
  expect([...shown].map(([, file]) => file).sort()).toEqual(readdirSync('docs/swagger').sort());
});
