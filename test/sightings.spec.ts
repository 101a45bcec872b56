import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startServer } from './support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };

describe('the record of sightings', () => {
  let database: TestDatabase;
  /** What was written when the server had stopped. */
  let seen: string[];

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    const server = await startServer({}, { database });
    const path = (id: string) => `/v1/domain/default/client/${id}`;
    const secrets: Record<string, string> = {};
    const put = async (id: string) => {
      const { body } = await server.call('PUT', path(id), { body: MACHINE });
      secrets[id] = body.clientSecret;
    };
    for (const id of ['v1', 'accounts', 'whole', 'head', 'unchanged', 'verified', 'deleted', 'pruned', 'kept'])
      await put(id);
    const expectStatus = async (status: number, method: string, url: string, options = {}) =>
      expect([url, (await server.call(method, url, options)).status]).toEqual([url, status]);
    const expectOk = (method: string, url: string, options = {}) => expectStatus(200, method, url, options);
    await expectOk('GET', path('v1'));
    await expectOk('GET', '/client?clientID=accounts');
    await expectOk('GET', '/admin/domains/default/clients/whole');
    await expectOk('HEAD', path('head'));
    await expectStatus(304, 'GET', path('unchanged'), { headers: { 'if-none-match': '*' } });
    await expectOk('POST', `${path('verified')}/secrets/verify`, { body: { secret: secrets.verified } });
    // What is no sighting.
    await put('written');
    await put('written');
    await put('guessed');
    await expectOk('POST', `${path('guessed')}/secrets/verify`, { body: { secret: secrets.verified } });
    await expectStatus(201, 'POST', '/client', {
      body: { clientID: 'made', callbackURL: 'https://example.com/', grantTypes: ['authorization_code'] },
    });
    await expectStatus(404, 'GET', path('nobody'));
    await expectOk('GET', '/v1/domain/default/client');
    await expectOk('GET', '/clients?size=0');
    await expectOk('GET', '/admin/domains/default/export');
    await expectOk('GET', '/admin/domains/default/findings');
    // Whatever was seen is forgotten with the client.
    await server.stop();
    seen = await rows();

    const again = await startServer({}, { database });
    for (const id of ['deleted', 'pruned', 'kept']) await again.call('GET', path(id));
    await again.stop();
    const last = await startServer({}, { database });
    await last.call('DELETE', path('deleted'));
    const { text } = await last.call('GET', '/admin/domains/default/export');
    const lines = text.split('\n').filter((line) => !line.includes('"clientId":"pruned"'));
    const pruned = await last.call('POST', '/admin/domains/default/import?prune=true', { body: lines.join('\n') });
    expect(pruned.status).toBe(200);
    await last.stop();
  });
  afterAll(() => database.drop());

  const rows = async () =>
    (
      await database.query<{ client: string }>(
        `select concat(client_id, case when seen_on <> current_date then ' on another day' end) as client
           from client_sightings order by 1`,
      )
    ).map(({ client }) => client);

  it('has who was read by its id, in any API, or verified, by the time the server stops; and nobody else', () => {
    expect(seen).toEqual(['accounts', 'head', 'unchanged', 'v1', 'verified', 'whole']);
  });

  it('forgets a client when it is deleted, alone or by an import', async () => {
    const now = await rows();
    expect(now).toContain('kept');
    expect(now).not.toContain('deleted');
    expect(now).not.toContain('pruned');
  });
});
