// `npm run example`: everything from nothing, told step by step. Exit code 0 = all of it went well.
import assert from 'node:assert/strict';
import { App } from './app.js';
import { noBrowser, openBrowser } from './browser.js';
import { accounts, v1 } from './doors.js';
import { takeEffect } from './effects.js';
import { House } from './house.js';
import { logIn } from './logins.js';
import { outlast } from './outage.js';
import { Report } from './report.js';

const RIGHTS = ['clients:read', 'secrets:verify', 'audit:read'];
const report = new Report();
const house = new House();
const apps = [];
let browser;
let isStopping = false;

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().then(() => process.exit(1)));
try {
  await run();
} catch (error) {
  // Whoever interrupted it knows why.
  report.fail(isStopping ? 'Interrupted.' : `${error.stack}\n\n${house.output()}`);
} finally {
  await stop();
}
process.exitCode = report.close() ? 0 : 1;

async function run() {
  report.heading('Clientele, an authorization server that reads its clients there, and a browser');
  await report.step('Clientele starts, with an embedded PostgreSQL in a temporary folder', () =>
    house.startClientele(),
  );
  const { apiKey } = await report.step(`the authorization server gets a key for: ${RIGHTS.join(', ')}`, () =>
    house.registry.issueCredential({ name: 'authorization server', domain: 'default', permissions: RIGHTS }),
  );
  await report.step('the authorization server starts', () => house.startAuthorizationServer(apiKey));
  browser = await openBrowser();
  if (!browser) notCovered();

  let clients;
  for (const door of [accounts, v1]) {
    report.heading(`Clients that are registered through the ${door.name} API`);
    clients = await register(door);
    await logIn({ report, house, browser: browser ?? noBrowser, clients });
    await takeEffect({ report, house, browser: browser ?? noBrowser, door, clients });
  }
  report.heading('Clientele goes away and comes back');
  await outlast({ report, house, door: v1, app: clients.web });
}

async function register(door) {
  const web = await startApp();
  const single = await startApp();
  const ids = { web: `${door.name}-web`, single: `${door.name}-single`, machine: `${door.name}-machine` };
  const { registry, issuer } = house;
  await report.step(`${ids.web}: confidential, authorization code`, async () => {
    const clientSecret = await door.registerApp(registry, ids.web, { redirectUri: web.redirectUri, isPublic: false });
    await web.configure(issuer, ids.web, clientSecret);
    web.clientSecret = clientSecret;
  });
  await report.step(`${ids.single}: public, authorization code`, async () => {
    const clientSecret = await door.registerApp(registry, ids.single, {
      redirectUri: single.redirectUri,
      isPublic: true,
    });
    assert.equal(clientSecret, null);
    await single.configure(issuer, ids.single);
  });
  const machineSecret = await report.step(`${ids.machine}: confidential, client credentials`, () =>
    door.registerMachine(registry, ids.machine),
  );
  return { web, single, machine: { clientId: ids.machine, clientSecret: machineSecret } };
}

async function startApp() {
  const app = await App.start();
  apps.push(app);
  return app;
}

function notCovered() {
  const missing = 'no Chromium was found; install one, or set CHROMIUM_PATH';
  if (process.env.REQUIRE_BROWSER) throw new Error(`REQUIRE_BROWSER is set, but ${missing}`);
  report.notCovered(`a login in a real browser (requests and cookies stand in for it): ${missing}`);
}

async function stop() {
  if (isStopping) return;
  isStopping = true;
  await browser?.close();
  for (const app of apps) app.stop();
  await house.stop();
}
