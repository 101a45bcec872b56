import { createTestDatabase } from '../support/test-database.js';
import { startServer } from '../support/test-server.js';

const CONFIDENTIAL = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const SETTINGS = { PUBLIC_URL: 'https://clients.example.com', SECRET_PEPPER: 'the pepper of before' };

it('on a restored database all secrets, keys and tokens are good, the totals are exact, and only the pepper of before opens it', async () => {
  const original = await createTestDatabase();
  const before = await startServer(SETTINGS, { database: original });
  const path = '/v1/domain/default/client/app';
  const { clientSecret } = (await before.call('PUT', path, { body: CONFIDENTIAL })).body;
  await before.call('POST', '/clients', { body: { clientID: 'other', callbackURL: 'https://a.example/cb' } });
  const permissions = ['clients:read', 'clients:write', 'secrets:verify'];
  const { apiKey, accessToken } = await before.issue({ domain: 'default', permissions });
  await before.stop();
  // Dumps are taken and restored by chaos/faults/09-backup.mjs.
  const restored = await createTestDatabase({ copied: original.url });
  await original.drop();

  await expect(
    startServer({ ...SETTINGS, SECRET_PEPPER: 'another pepper than that' }, { database: restored }),
  ).rejects.toThrow(/^SECRET_PEPPER is not the one that this database was set up with/);
  const after = await startServer(SETTINGS, { database: restored });
  for (const key of [apiKey, accessToken]) {
    const verified = await after.call('POST', `${path}/secrets/verify`, { key, body: { secret: clientSecret } });
    expect(verified.body).toMatchObject({ valid: true });
    expect((await after.call('GET', '/clients', { key })).body.total).toBe(2);
  }
  expect((await after.call('PUT', path, { body: { ...CONFIDENTIAL, scope: 'changed' } })).status).toBe(200);
  expect((await after.call('DELETE', path)).status).toBe(204);
  expect((await after.call('GET', '/clients')).body.total).toBe(1);
  await after.stop();
  await restored.drop();
}, 60_000);
