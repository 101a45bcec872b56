import assert from 'node:assert/strict';
import { DEMO_USER } from '../users.js';
import { machineToken } from './app.js';
import type { Clients, Scene } from './scene.js';

/** Two apps at which a user logs in, and a machine. */
export async function logIn({ report, house: { issuer }, browser }: Scene, { web, single, machine }: Clients) {
  for (const app of [web, single]) {
    const how = `${browser.version ? 'in Chromium' : 'without a browser'}, code + PKCE`;
    await report.step(`${DEMO_USER.name} logs in to ${app.clientId} ${how}`, async () => {
      assert.equal(await browser.logIn(app.url), `${app.clientId}: logged in as ${DEMO_USER.name}`);
    });
  }
  await report.step(`${web.clientId} gets new tokens with its refresh token`, async () => {
    const { access_token: before } = web.tokens;
    await web.refresh();
    assert.notEqual(web.tokens.access_token, before);
    assert.equal((await web.user()).name, DEMO_USER.name);
  });
  await report.step(`${machine.clientId} gets a token with client credentials`, async () => {
    const token = await machineToken(issuer, machine.clientId, machine.clientSecret, 'reports:read');
    assert.equal(token.scope, 'reports:read');
  });
}
