import { readFile } from 'node:fs/promises';
import { auditRowsOf, PROPERTIES } from '../../support/accounts.js';
import { schemaFaults } from '../../support/json-schema.js';
import { type Answer, type Request, startServer, type TestServer } from '../../support/test-server.js';

const example = JSON.parse(
  await readFile(new URL('../../examples/seed-1-client.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let counter = 0;

describe.each(['/client', '/clients'])('the example of the first seed, replayed on %s', (path) => {
  const at = `${path}?clientID=my-app`;
  const callbackURL = 'https://my-app.com/another';
  /** In a domain of the test's own. */
  let call: (method: string, path: string, request?: Request) => Promise<Answer>;
  let created: Answer;

  beforeEach(async () => {
    const domain = `domain-${++counter}.example.com`;
    await server.call('POST', '/v1/domain', { body: { domain } });
    const { apiKey: key } = await server.issue({ domain, permissions: ['clients:read', 'clients:write'] });
    call = (method, target, request) => server.call(method, target, { key, ...request });
    created = await call('POST', path, { body: example });
  });

  it('POST creates: 201 and the newly created single client', () => {
    expect(created.status).toBe(201);
    expect(created.headers.get('content-type')).toMatch(/^application\/hal\+json/);
    expect(created.body).toMatchObject(example);
  });

  it('GET reads a single client: 200, the seed’s properties with the seed’s values, and the others', async () => {
    const { status, body } = await call('GET', at);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual([...PROPERTIES, '_links'].sort());
    expect(body).toEqual({
      clientID: 'my-app',
      callbackURL: 'https://my-app.com/callback',
      config: { tokenMethod: 'cookie', disableStrategies: null },
      clientName: null,
      clientType: 'Legacy Client',
      grantTypes: [],
      tokenEndpointAuthMethod: 'none',
      clientSecret: null,
      redirectURIs: ['https://my-app.com/callback'],
      postLogoutRedirectURIs: [],
      authUIOrigin: null,
      logoURI: null,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      modified: body.created,
      _links: {
        self: { href: `${server.url}/client?clientID=my-app`, profile: `${server.url}/schema-acc/client` },
        curies: { href: `${server.url}/doc/rel/{rel}`, templated: true, name: 'ec' },
        collection: expect.objectContaining({ href: `${server.url}/clients` }),
      },
    });
  });

  it('GET reads the list, found as the collection of a single client: 200 with the client embedded', async () => {
    const { body: client } = await call('GET', at);
    const { status, body } = await call('GET', client._links.collection.href.slice(server.url.length));
    expect(status).toBe(200);
    expect(body).toMatchObject({ count: 1, total: 1, _embedded: { 'ec:client': [client] } });
    expect((await call('GET', path)).body._embedded['ec:client']).toEqual([client]);
  });

  it('GET of the profile serves the JSON Schema, and the client is valid by it', async () => {
    const { body: client } = await call('GET', at);
    const profile = client._links.self.profile;
    const { status, body: schema } = await call('GET', profile.slice(server.url.length), { key: null });
    expect(status).toBe(200);
    expect(schema).toMatchObject({ id: profile, $schema: 'http://json-schema.org/draft-04/schema#' });
    expect(schemaFaults(client, schema)).toEqual([]);
    expect(schemaFaults({ ...client, config: { tokenMethod: 'header' } }, schema)).not.toEqual([]);
  });

  it('PUT edits: 200 and the updated single client', async () => {
    const { status, body } = await call('PUT', at, { body: { callbackURL, config: { tokenMethod: 'body' } } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ clientID: 'my-app', callbackURL, config: { tokenMethod: 'body' } });
    expect((await call('GET', at)).body).toEqual(body);
  });

  it('PUT cannot change the clientID', async () => {
    const { status } = await call('PUT', at, { body: { ...example, clientID: 'your-app' } });
    expect(status).toBe(400);
    expect((await call('GET', at)).body).toEqual(created.body);
    expect((await call('GET', `${path}?clientID=your-app`)).status).toBe(404);
  });

  it('DELETE removes: 204 with an empty body', async () => {
    const before = await auditRowsOf(server, 'my-app');
    const { status, text } = await call('DELETE', at);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect((await call('GET', at)).status).toBe(404);
    expect((await call('GET', path)).body).toMatchObject({ count: 0, total: 0 });
    expect(await auditRowsOf(server, 'my-app')).toBe(before + 1);
  });
});
