import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { type Site, startSite } from '../support/site.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const LISTED = 'http://editor.example';
const FOREIGN = 'http://stranger.example';
const BEARER = { authorization: `Bearer ${OPERATOR_KEY}`, 'x-user-agent': 'page' };

/** What the page tells its `fetch`. */
interface Init {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly credentials?: 'include';
}

describeInBrowser('CORS, as a page of another origin meets it', () => {
  let open: TestServer;
  let restricted: TestServer;
  let site: Site;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [open, restricted, site] = await Promise.all([
      startServer(),
      startServer({ CORS_ORIGINS: `https://other.example,${LISTED}` }),
      startSite(),
    ]);
    browser = await openBrowser({ 'editor.example:80': site.url, 'stranger.example:80': site.url });
    page = await pageAt(LISTED);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([open, restricted, site].map((each) => each?.stop()));
  });

  async function pageAt(origin: string): Promise<Page> {
    const opened = await browser.newPage();
    await opened.goto(origin);
    return opened;
  }

  /** What the page can see of the answer to its request; undefined = nothing at all. */
  function fetchIn(from: Page, url: string, init: Init = {}) {
    return from.evaluate(
      async ([target, options]) => {
        const response = await fetch(target, options).catch(() => undefined);
        if (!response) return undefined;
        return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
      },
      [url, init] as const,
    );
  }

  /** Expects the browser to keep the answer from the page, and to tell its console why. */
  async function expectBlocked(from: Page, url: string, init: Init, why: string): Promise<void> {
    const complaint = from.waitForEvent('console', (message) => message.text().includes('blocked by CORS policy'));
    expect(await fetchIn(from, url, init)).toBeUndefined();
    expect((await complaint).text()).toContain(why);
  }

  const answered = (status: number, ...names: string[]) => ({
    status,
    headers: expect.objectContaining(Object.fromEntries(names.map((name) => [name, expect.stringMatching(/./)]))),
    body: expect.any(String),
  });

  it('shows Location, ETag and X-Request-Id of what was created', async () => {
    const body = JSON.stringify({ clientID: 'my-app' });
    const headers = { ...BEARER, 'content-type': 'application/json', 'x-request-id': 'of-the-page' };
    const created = await fetchIn(page, `${open.url}/client`, { method: 'POST', headers, body });
    expect(created).toEqual(answered(201, 'location', 'etag', 'x-request-id'));
    expect(created).toMatchObject({
      headers: { location: `${open.url}/client?clientID=my-app`, 'x-request-id': 'of-the-page' },
    });
  });

  it('shows ETag to who sends it back: If-Match is let through, and so is the 412', async () => {
    const at = `${open.url}/client?clientID=my-app`;
    const read = await fetchIn(page, at, { headers: BEARER });
    expect(read).toEqual(answered(200, 'etag', 'x-request-id'));
    const etag = (read as { headers: Record<string, string> }).headers.etag!;
    const edit = (name: string) =>
      fetchIn(page, at, {
        method: 'PUT',
        headers: { ...BEARER, 'if-match': etag },
        body: JSON.stringify({ clientName: name }),
      });
    expect(await edit('one')).toEqual(answered(200, 'etag'));
    expect(await edit('two')).toEqual(answered(412));
  });

  it.each<[string, number, string, Init]>([
    ['without a token', 401, '/client', {}],
    ['with a bad token', 401, '/client', { headers: { authorization: 'Bearer a.e30.c' } }],
    ['unknown client', 404, '/client?clientID=nobody', { headers: BEARER }],
    ['unknown path', 404, '/nowhere', { headers: BEARER }],
    ['a path that cannot be decoded', 400, '/client/%zz', { headers: BEARER }],
    ['a bad body', 400, '/client', { method: 'POST', headers: BEARER, body: '{' }],
    ['too long a body', 413, '/client', { method: 'POST', headers: BEARER, body: ' '.repeat(70_000) }],
    ['v1, with a bad key', 401, '/v1/domain/default/client', { headers: { 'x-api-key': 'nonsense' } }],
    ['v1, unknown client', 404, '/v1/domain/default/client/nobody', { headers: { 'x-api-key': OPERATOR_KEY } }],
  ])('lets the page read why it was refused: %s → %d', async (_, status, path, init) => {
    for (const { url } of [open, restricted]) {
      const refused = await fetchIn(page, `${url}${path}`, init);
      expect(refused).toEqual(answered(status, 'x-request-id'));
      expect(refused).toMatchObject({ body: expect.stringMatching(/^\{.*"status":/) });
    }
  });

  it('shows which methods are allowed: 405 with Allow', async () => {
    const refused = await fetchIn(page, `${open.url}/`, { method: 'DELETE', headers: BEARER });
    expect(refused).toEqual(answered(405, 'allow', 'x-request-id'));
    expect(refused).toMatchObject({ headers: { allow: expect.stringMatching(/\bGET\b/) } });
  });

  it.each(['/schema-acc/client', '/schema/clients', '/.well-known/jwks.json', '/'])(
    'lets the page read %s without a token',
    async (path) => {
      expect(await fetchIn(page, `${open.url}${path}`)).toEqual(answered(200, 'x-request-id'));
    },
  );

  it('lets no page send cookies along', async () => {
    const init: Init = { headers: BEARER, credentials: 'include' };
    await expectBlocked(page, `${open.url}/client`, init, "when the request's credentials mode is 'include'");
  });

  it('lets no page use a method that is not documented', async () => {
    const init = { method: 'PATCH', headers: BEARER };
    await expectBlocked(page, `${open.url}/client`, init, 'Method PATCH is not allowed');
  });

  it('CORS_ORIGINS: a page of a listed origin is let in, one of another is not, with a preflight or without', async () => {
    const at = `${restricted.url}/client`;
    expect(await fetchIn(page, at, { headers: BEARER })).toEqual(answered(200, 'x-request-id'));
    expect(await fetchIn(page, at)).toEqual(answered(401, 'x-request-id'));
    const stranger = await pageAt(FOREIGN);
    expect(await fetchIn(stranger, `${open.url}/client`, { headers: BEARER })).toEqual(answered(200));
    await expectBlocked(stranger, at, { headers: BEARER }, "preflight request doesn't pass access control check");
    await expectBlocked(stranger, at, {}, "No 'Access-Control-Allow-Origin' header");
  });

  it('CORS_ORIGINS: what a page of another origin asks to have written is not written', async () => {
    const stranger = await pageAt(FOREIGN);
    const init = { method: 'POST', headers: BEARER, body: JSON.stringify({ clientID: 'from-a-stranger' }) };
    await expectBlocked(stranger, `${restricted.url}/client`, init, "No 'Access-Control-Allow-Origin' header");
    expect((await restricted.call('GET', '/client?clientID=from-a-stranger')).status).toBe(404);
  });
});
