import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from './app.js';
import type { Door } from './doors.js';
import { loginStatus } from './probes.js';
import type { Scene } from './scene.js';

/** As long as the adapter waits before it remembers clients again, and a little. */
const TRUST_MS = 1200;
const PATIENCE_MS = 15_000;

/** Nothing that was remembered counts while nobody can hear of changes; none of them is missed. */
export async function outlast({ report, house }: Scene, door: Door, app: App): Promise<void> {
  const { authorizationServer, registry } = house;
  const said = (text: string) => authorizationServer.output.includes(text);

  await report.effect(
    'Clientele is killed: no login begins on what was remembered',
    () => house.clientele.end(),
    async () => (await loginStatus(app)) === 500,
  );
  await report.step('Clientele starts again', () => house.startClientele());
  authorizationServer.output = '';
  await registry.rotate(app.clientId, 3600);
  await report.step('the authorization server comes back to the change feed, and lost no change', async () => {
    for (const began = Date.now(); !said(`client.secret_added ${app.clientId}`); await sleep(20)) {
      if (Date.now() - began > PATIENCE_MS) throw new Error('It does not hear of what was changed meanwhile.');
    }
  });
  await sleep(TRUST_MS);
  assert.equal(await loginStatus(app), 303);
  const newUri = `${app.url}/callback/moved-again`;
  await report.effect(
    `${app.clientId}: another redirect URI: a login with the old one is refused`,
    () => door.setRedirectUri(registry, app.clientId, newUri),
    async () => (await loginStatus(app)) === 400,
  );
}
