import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Browser } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { type Site, startSite } from '../support/site.js';
import { startServer, type TestServer } from '../support/test-server.js';

const PACKAGE = createRequire(import.meta.url).resolve('ec.sdk/package.json');
const BUNDLE = path.join(path.dirname(PACKAGE), createRequire(import.meta.url)(PACKAGE).browser);
const SESSION = fileURLToPath(new URL('./ec-sdk-page.js', import.meta.url));
const SERVER = 'http://localhost:7472';

describeInBrowser('42. ec.sdk 0.30.4 as its browser bundle, in a page of another origin', () => {
  let server: TestServer;
  let site: Site;
  let browser: Browser;
  const answered: { method: string; url: string; status: number }[] = [];
  const complaints: string[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: what the session returned
  let got: any;

  beforeAll(async () => {
    const write = (line: string) => {
      const entry = JSON.parse(line);
      if (entry.msg === 'answered') answered.push(entry);
    };
    server = await startServer({ PUBLIC_URL: SERVER }, { log: pino({ level: 'debug' }, { write }) });
    site = await startSite(BUNDLE, SESSION);
    browser = await openBrowser({ 'localhost:7472': server.url, 'editor.example:80': site.url });
    const page = await browser.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto('http://editor.example/');
    got = await page.evaluate(`session(${JSON.stringify(server.operatorToken)})`);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    await server?.stop();
  });

  it('loads, runs, and throws nothing uncaught', () => {
    expect(complaints).toEqual([]);
  });

  it('asks with a preflight before it uses any URL but the schema’s, and each is answered 200', () => {
    const used = [...new Set(answered.map(({ url }) => url))];
    expect(used).toEqual(expect.arrayContaining(['/', '/client', '/client?clientID=my-app', '/schema-acc/client']));
    for (const target of used) {
      const [first] = answered.filter(({ url }) => url === target);
      expect(first).toMatchObject({
        url: target,
        method: target === '/schema-acc/client' ? 'GET' : 'OPTIONS',
        status: 200,
      });
    }
  });

  it('creates and reads', () => {
    expect(got.created).toEqual({
      clientID: 'my-app',
      callbackURL: 'https://my-app.com/callback',
      config: { tokenMethod: 'cookie', disableStrategies: null },
      clientName: null,
      redirectURIs: ['https://my-app.com/callback'],
    });
    expect(got.read).toEqual(got.created);
  });

  it('lists, follows the link to the next page, filters and sorts', () => {
    expect(got.list).toEqual({ ids: ['client-1', 'client-2'], total: 4, next: ['client-3', 'my-app'] });
    expect(got.filtered).toEqual(['client-3', 'client-2', 'client-1']);
  });

  it('saves', () => {
    expect(got.saved).toEqual({
      ...got.created,
      callbackURL: 'https://my-app.com/another',
      clientName: 'Edited',
      redirectURIs: ['https://my-app.com/another'],
    });
    expect(got.readAgain).toEqual(got.saved);
  });

  it('deletes', () => {
    expect(got.left).toEqual(['client-1', 'client-2']);
  });

  it.each([
    ['deleted', 404, 1102, 'clientID'],
    ['refused', 400, 1211, 'callbackURL'],
    ['noToken', 401, 1400, ''],
    ['invalidToken', 401, 1401, ''],
  ])('can tell what failed: %s → %d/%d', (name, status, code, detail) => {
    const type = `${SERVER}/doc/errors/${code}`;
    expect(got.failures[name]).toEqual({ status, code, title: expect.stringMatching(/./), detail, type });
  });

  it('validates with the schema that it downloaded before it sends anything', () => {
    expect(got.failures.refusedBySchema).toMatchObject({ code: 9211, detail: 'clientID' });
  });
});
