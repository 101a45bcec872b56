import assert from 'node:assert/strict';
import { DEMO_USER } from '../users.js';
import type { App } from './app.js';
import { takesSecret } from './probes.js';
import type { Scene } from './scene.js';

const CLIENT_ID = 'moved-web';
/** What the application was given by the system that it comes from, and what that system stores of it. */
const SECRET = 'the-secret-that-it-always-had';
const HASH = '$2a$10$eflfgFac0/EAbME/ZODJZujD.gx57bAfx3L1K4jr67ejjX74iA/WW';

/** An app that comes from another system. Nobody has to give it a new secret, and nobody knows the old one but itself. */
export async function moveIn({ report, house: { issuer, registry }, browser }: Scene, app: App): Promise<void> {
  report.heading('A client that comes from another system with its secret');
  await report.step(`${CLIENT_ID}: imported with its secret as a bcrypt hash`, async () => {
    const [summary, client] = await registry.import({
      clientId: CLIENT_ID,
      clientType: 'Confidential',
      grantType: 'AuthorizationCode',
      redirectUris: [app.redirectUri],
      secrets: [{ hash: HASH }],
    });
    assert.equal(summary.created, 1);
    assert.equal(client.secret, 'set');
    await app.configure(issuer, CLIENT_ID, SECRET);
  });
  for (const time of ['', ' again']) {
    await report.step(
      `${DEMO_USER.name} logs in to ${CLIENT_ID}${time}: it has the secret that it always had`,
      async () => {
        assert.equal(await browser.logIn(app.url), `${CLIENT_ID}: logged in as ${DEMO_USER.name}`);
      },
    );
  }
  await report.step(`${CLIENT_ID}: another secret is refused, and so is the hash itself`, async () => {
    for (const wrong of ['another-secret', HASH]) assert.equal(await takesSecret(issuer, CLIENT_ID, wrong), false);
    assert.equal(await takesSecret(issuer, CLIENT_ID, SECRET), true);
  });
}
