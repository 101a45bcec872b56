// `npm run example`: everything from nothing, told step by step. Exit code 0 = all of it went well.
import assert from 'node:assert/strict';
import { App } from './app.js';
import { type Browser, noBrowser, openBrowser } from './browser.js';
import { accounts, type Door, v1 } from './doors.js';
import { takeEffect } from './effects.js';
import { House } from './house.js';
import { logIn } from './logins.js';
import { moveIn } from './moved.js';
import { outlast } from './outage.js';
import { Report } from './report.js';
import type { Clients } from './scene.js';

const RIGHTS = ['clients:read', 'secrets:verify', 'audit:read'] as const;
const report = new Report();
const house = new House();
const apps: App[] = [];
let browser: Browser = noBrowser;
let stopped: Promise<void> | undefined;

// Ctrl-C comes twice: from the terminal, and from the program that started this one.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop().then(() => process.exit(1)));
try {
  await run();
} catch (error) {
  // Whoever interrupted it knows why.
  report.fail(stopped ? 'Interrupted.' : `${(error as Error).stack}\n\n${house.output()}`);
} finally {
  await stop();
}
process.exitCode = report.close() ? 0 : 1;

async function run(): Promise<void> {
  report.heading('Clientele, an authorization server that reads its clients there, and a browser');
  await report.step('Clientele starts, with an embedded PostgreSQL in a temporary folder', () =>
    house.startClientele(),
  );
  const { apiKey } = await report.step(`the authorization server gets a key for: ${RIGHTS.join(', ')}`, () =>
    house.registry.issueCredential({ name: 'authorization server', domain: 'default', permissions: [...RIGHTS] }),
  );
  await report.step('the authorization server starts', () => house.startAuthorizationServer(apiKey));
  browser = (await openBrowser()) ?? notCovered();

  const scene = { report, house, browser };
  await play(accounts);
  const { web } = await play(v1);
  await moveIn(scene, await startApp());
  report.heading('Clientele goes away and comes back');
  await outlast(scene, v1, web);

  async function play(door: Door): Promise<Clients> {
    report.heading(`Clients that are registered through the ${door.name} API`);
    const clients = await register(door);
    await logIn(scene, clients);
    await takeEffect(scene, door, clients);
    return clients;
  }
}

async function register(door: Door): Promise<Clients> {
  const web = await startApp();
  const single = await startApp();
  const ids = { web: `${door.name}-web`, single: `${door.name}-single`, machine: `${door.name}-machine` };
  const { registry, issuer } = house;
  await report.step(`${ids.web}: confidential, authorization code`, async () => {
    const clientSecret = await door.registerApp(registry, ids.web, { redirectUri: web.redirectUri, isPublic: false });
    await web.configure(issuer, ids.web, clientSecret);
  });
  await report.step(`${ids.single}: public, authorization code`, async () => {
    const clientSecret = await door.registerApp(registry, ids.single, {
      redirectUri: single.redirectUri,
      isPublic: true,
    });
    assert.equal(clientSecret, null);
    await single.configure(issuer, ids.single, null);
  });
  const machineSecret = await report.step(`${ids.machine}: confidential, client credentials`, () =>
    door.registerMachine(registry, ids.machine),
  );
  return { web, single, machine: { clientId: ids.machine, clientSecret: machineSecret! } };
}

async function startApp(): Promise<App> {
  const app = await App.start();
  apps.push(app);
  return app;
}

function notCovered(): Browser {
  const missing = 'no Chromium was found; install one, or set CHROMIUM_PATH';
  if (process.env.REQUIRE_BROWSER) throw new Error(`REQUIRE_BROWSER is set, but ${missing}`);
  report.notCovered(`a login in a real browser (requests and cookies stand in for it): ${missing}`);
  return noBrowser;
}

/** Once, however often it is asked for. */
function stop(): Promise<void> {
  stopped ??= stopAll();
  return stopped;
}

async function stopAll(): Promise<void> {
  await browser.close();
  for (const app of apps) app.stop();
  await house.stop();
}
