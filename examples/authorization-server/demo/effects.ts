import assert from 'node:assert/strict';
import { DEMO_USER } from '../users.js';
import type { Door } from './doors.js';
import { loginStatus, takesRefreshToken, takesSecret, takesToken } from './probes.js';
import type { Clients, Scene } from './scene.js';

/** Every change in Clientele is seen in the running authorization server within a second. */
export async function takeEffect(
  { report, house: { issuer, registry }, browser }: Scene,
  door: Door,
  clients: Clients,
) {
  const { web, single, machine } = clients;

  assert.equal(await loginStatus(web), 303);
  const newUri = `${web.url}/callback/moved`;
  await report.effect(
    `${web.clientId}: another redirect URI: a login with the old one is refused`,
    () => door.setRedirectUri(registry, web.clientId, newUri),
    async () => (await loginStatus(web)) === 400,
  );
  web.redirectUri = newUri;
  await report.step(`${web.clientId}: ${DEMO_USER.name} logs in with the new one`, async () => {
    assert.match(await browser.logIn(web.url), /: logged in as /);
  });

  assert.ok((await takesRefreshToken(issuer, web)) && (await takesToken(issuer, web)));
  await report.effect(
    `${web.clientId}: suspended: logins, refresh tokens and access tokens are refused`,
    () => registry.suspend(web.clientId),
    async () =>
      (await loginStatus(web)) === 400 && !(await takesRefreshToken(issuer, web)) && !(await takesToken(issuer, web)),
  );
  await report.step(`${web.clientId}: ${DEMO_USER.name} cannot log in`, async () => {
    assert.match(await browser.logIn(web.url), /invalid_client/);
  });
  await report.effect(
    `${web.clientId}: resumed: they are all accepted again`,
    () => registry.resume(web.clientId),
    async () =>
      (await loginStatus(web)) === 303 && (await takesRefreshToken(issuer, web)) && (await takesToken(issuer, web)),
  );
  await report.step(`${web.clientId}: ${DEMO_USER.name} logs in again`, async () => {
    assert.match(await browser.logIn(web.url), /: logged in as /);
  });

  const takes = (client: { clientId: string }, secret: string) => takesSecret(issuer, client.clientId, secret);
  assert.ok(await takes(machine, machine.clientSecret));
  await report.effect(
    `${machine.clientId}: suspended: it gets no tokens`,
    () => registry.suspend(machine.clientId),
    async () => !(await takes(machine, machine.clientSecret)),
  );
  await report.effect(
    `${machine.clientId}: resumed: it gets tokens again`,
    () => registry.resume(machine.clientId),
    () => takes(machine, machine.clientSecret),
  );
  let replacement = '';
  await report.effect(
    `${machine.clientId}: its secret is replaced: the old one is refused, the new one good`,
    async () => {
      replacement = await door.replaceSecret(registry, machine.clientId);
    },
    async () => !(await takes(machine, machine.clientSecret)) && (await takes(machine, replacement)),
  );

  const second = await registry.rotate(web.clientId, 3600);
  assert.ok((await takes(web, web.clientSecret)) && (await takes(web, second)));
  await report.effect(
    `${web.clientId}: the older of two secrets is revoked: refused, the other still good`,
    async () => {
      const [older] = (await registry.secrets(web.clientId)).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
      await registry.revokeSecret(web.clientId, older!.id);
    },
    async () => !(await takes(web, web.clientSecret)) && (await takes(web, second)),
  );

  assert.ok((await takesToken(issuer, single)) && (await loginStatus(single)) === 303);
  await report.effect(
    `${single.clientId}: deleted: its users’ access tokens and its logins are refused`,
    () => door.remove(registry, single.clientId),
    async () => !(await takesToken(issuer, single)) && (await loginStatus(single)) === 400,
  );
}
