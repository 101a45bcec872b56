import {
  API_CLIENT,
  asTheSdkPutsIt,
  expectProblem,
  LEGACY_CLIENT,
  PRIVATE_CLIENT,
  PROPERTIES,
  PUBLIC_CLIENT,
  rawRequest,
} from '../../support/accounts.js';
import { DRAFT_04, schemaFaults } from '../../support/json-schema.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  for (const body of [LEGACY_CLIENT, PUBLIC_CLIENT, PRIVATE_CLIENT, API_CLIENT]) {
    await server.call('POST', '/client', { body });
  }
});
afterAll(() => server.stop());

const get = (path: string, headers?: Record<string, string>) => server.call('GET', path, { headers });
const publicly = (path: string) => server.call('GET', path, { key: null });
const schema = async () => (await publicly('/schema-acc/client')).body;

describe('the entry point', () => {
  it('1. GET / without a token → 200 hal+json with absolute self, curies and both families of relations', async () => {
    const { status, headers, body } = await publicly('/');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/hal\+json/);
    expect(body._links).toMatchObject({
      self: { href: `${server.url}/` },
      curies: { name: 'ec', href: `${server.url}/doc/rel/{rel}`, templated: true },
      'ec:clients': { href: `${server.url}/clients` },
      'ec:client': { href: `${server.url}/client{?clientID}`, templated: true },
      'ec:acc/clients': { href: `${server.url}/client` },
      'ec:acc/clients/options': { templated: true },
      'ec:acc/client/by-id': { href: `${server.url}/client{?clientID}`, templated: true },
      'ec:acc/client/options': { href: `${server.url}/client{?clientid,clientID}`, templated: true },
      'ec:auth': { href: `${server.url}/` },
      'ec:auth/public-key': { href: `${server.url}/auth/public-key.pem` },
    });
    expect(body._links['ec:client']).toEqual(body._links['ec:acc/client/by-id']);
  });

  it('1. GET / with an invalid token → 200 all the same', async () => {
    const { status, body } = await server.call('GET', '/', { key: null, headers: { authorization: 'Bearer a.e30.c' } });
    expect(status).toBe(200);
    expect(body).toEqual((await publicly('/')).body);
  });

  it('2. options has exactly one {?…} group, with every filter in both spellings', async () => {
    const { href, templated } = (await publicly('/')).body._links['ec:acc/clients/options'];
    expect(templated).toBe(true);
    expect(href.match(/\{[^}]*\}/g)).toHaveLength(1);
    const names = /\{\?([^}]*)\}$/.exec(href)?.[1]?.split(',') ?? [];
    const filters = ['clientID', 'callbackURL', 'clientName', 'grantTypes', 'redirectURIs'];
    for (const name of filters.flatMap((filter) => [filter, filter.toLowerCase()])) {
      expect(names).toEqual(expect.arrayContaining([name, `${name}~`, `${name}!`]));
    }
    for (const name of ['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'page', 'size', '_list', 'sort']) {
      expect(names).toContain(name);
    }
    expect(new Set(names).size).toBe(names.length);
  });

  it('for clients that are strict about RFC 6570 there is a search without odd names', async () => {
    const { search } = (await publicly('/')).body._links;
    expect(search).toMatchObject({ templated: true, href: expect.stringMatching(/\/clients\{\?[A-Za-z,]+\}$/) });
  });
});

describe('the JSON Schema', () => {
  it('3. by-id.profile = self.profile of a client = id of the schema served there, 200 without a token', async () => {
    const { profile } = (await publicly('/')).body._links['ec:acc/client/by-id'];
    const client = (await get('/client?clientID=my-app')).body;
    const { status, headers, body } = await publicly(profile.slice(server.url.length));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect({ self: client._links.self.profile, id: body.id }).toEqual({ self: profile, id: profile });
    expect(profile).toBe(`${server.url}/schema-acc/client`);
  });

  it.each(['/schema-acc/client', '/schema-acc/clients'])(
    '4. %s is valid draft-04, has no $ref elsewhere and requires only what is always there',
    async (path) => {
      const { body } = await publicly(path);
      expect(body.$schema).toBe('http://json-schema.org/draft-04/schema#');
      expect(schemaFaults(body, DRAFT_04)).toEqual([]);
      expect(JSON.stringify(body)).not.toContain('$ref');
      expect(body.required).toEqual(path.endsWith('s') ? ['count', 'total'] : ['clientID']);
      expect(body.id).toBe(`${server.url}${path}`);
    },
  );

  it('/schema/client and /schema/clients answer the same', async () => {
    for (const name of ['client', 'clients']) {
      const alias = await publicly(`/schema/${name}`);
      expect(alias.status).toBe(200);
      expect(alias.body).toEqual((await publicly(`/schema-acc/${name}`)).body);
    }
  });

  it.each([
    ['a legacy body', LEGACY_CLIENT],
    ['{clientID, callbackURL}', { clientID: 'x', callbackURL: 'https://example.com' }],
    ['{clientID} alone', { clientID: 'x' }],
    ['the public example', PUBLIC_CLIENT],
    ['the private example', PRIVATE_CLIENT],
    ['the API example', API_CLIENT],
    ['tokenMethod as an array', { clientID: 'x', config: { tokenMethod: ['query', 'body'] } }],
    ['null in every place', { clientID: 'x', ...Object.fromEntries(PROPERTIES.slice(1).map((name) => [name, null])) }],
  ])('5. the schema accepts %s', async (_, body) => {
    expect(schemaFaults(body, await schema())).toEqual([]);
  });

  it.each(['my-app', 'my-public-client', 'my-private-client', 'my-api-client'])(
    '5. the schema accepts the whole GET representation of %s with _links as arrays',
    async (clientID) => {
      const { body } = await get(`/client?clientID=${clientID}`);
      expect(schemaFaults(body, await schema())).toEqual([]);
      expect(schemaFaults(asTheSdkPutsIt(body), await schema())).toEqual([]);
    },
  );

  it.each([
    ['no clientID', {}],
    ['a clientID in upper case', { clientID: 'UPPER' }],
    ['an unknown tokenMethod', { clientID: 'x', config: { tokenMethod: 'header' } }],
    ['no tokenMethod in the array', { clientID: 'x', config: { tokenMethod: [] } }],
    ['an unknown grant', { clientID: 'x', grantTypes: ['password'] }],
    ['an unknown method', { clientID: 'x', tokenEndpointAuthMethod: 'private_key_jwt' }],
    ['a callbackURL that is no string', { clientID: 'x', callbackURL: 1 }],
  ])('5. the schema refuses %s', async (_, body) => {
    expect(schemaFaults(body, await schema())).not.toEqual([]);
  });

  it('the schema of the list accepts a list, an empty one too', async () => {
    const { body: listSchema } = await publicly('/schema-acc/clients');
    const { body: list } = await get('/clients');
    expect(list._links.self.profile).toBe(listSchema.id);
    expect(schemaFaults(list, listSchema)).toEqual([]);
    expect(schemaFaults((await get('/clients?clientName=nobody')).body, listSchema)).toEqual([]);
    expect(schemaFaults((await get('/client?clientID=my-app')).body, listSchema)).not.toEqual([]);
  });
});

describe('reading a single client', () => {
  it.each([
    '/client?clientid=my-app',
    '/client?clientID=my-app',
    '/client?CLIENTID=my-app',
    '/clients?clientId=my-app',
  ])('14. GET %s → the same single resource, with all 14 properties', async (path) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/hal\+json/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(body).sort()).toEqual([...PROPERTIES, '_links'].sort());
    expect(body).toEqual((await get('/client?clientID=my-app')).body);
    expect(body._links.self.href).toBe(`${server.url}/client?clientID=my-app`);
  });

  it('14. _list=false and other reserved names do not make a list of it', async () => {
    const { body } = await get('/client?clientID=my-app');
    expect((await get('/client?clientID=my-app&_list=false')).body).toEqual(body);
    expect((await get('/client?clientID=my-app&_fields=clientID&_levels=2')).body).toEqual(body);
  });

  it.each(['nobody', 'MY-APP', 'my_app', '%20', 'a%00b', '%C3%BC'])(
    '14. an unknown clientID %s → 404/1102 detail clientID',
    async (clientID) => {
      expectProblem(await get(`/client?clientID=${clientID}`), 404, 1102, 'clientID');
    },
  );

  it.each([
    '*/*',
    'application/hal+json',
    'application/json',
    'text/plain',
    'application/prs.hal-forms+json;q=1, */*;q=0.1',
  ])('Accept: %s never decides: hal+json', async (accept) => {
    const { status, headers } = await get('/client?clientID=my-app', { accept });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/hal\+json/);
  });

  it('35. GET with a Content-Type and a JSON body → as without a body', async () => {
    for (const path of ['/client?clientID=my-app', '/client', '/']) {
      const headers = { 'x-api-key': OPERATOR_KEY, 'content-type': 'application/json' };
      const { status, body } = await rawRequest(server, 'GET', path, { headers, body: '{"clientID":"another"}' });
      expect(status).toBe(200);
      expect(body).toEqual((await get(path)).body);
    }
  });

  it('35. GET with a Content-Type and no body → as without', async () => {
    const { status } = await get('/client?clientID=my-app', { 'content-type': 'application/hal+json' });
    expect(status).toBe(200);
  });
});

describe('conditional reading (item 8 of the decisions)', () => {
  it('If-None-Match with the ETag → 304 without a body, with another one → 200', async () => {
    const { headers } = await get('/client?clientID=my-app');
    const etag = headers.get('etag')!;
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const condition of [etag, `"other", ${etag}`, `W/${etag}`, etag.replace(/"$/, '--gzip"'), '*']) {
      const { status, headers: answered, text } = await get('/client?clientID=my-app', { 'if-none-match': condition });
      expect({ status, text }).toEqual({ status: 304, text: '' });
      expect(answered.get('etag')).toBe(etag);
    }
    expect((await get('/client?clientID=my-app', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('If-None-Match: * on an unknown client → 404/1102', async () => {
    expectProblem(await get('/client?clientID=nobody', { 'if-none-match': '*' }), 404, 1102, 'clientID');
  });

  it('after an edit the old ETag → 200 with a new one', async () => {
    const path = '/client?clientID=my-public-client';
    const old = (await get(path)).headers.get('etag')!;
    await server.call('PUT', path, { body: { clientName: 'Renamed' } });
    const answer = await get(path, { 'if-none-match': old });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).not.toBe(old);
  });
});

describe('which domain is read', () => {
  it('a credential that is bound to a domain sees its clients alone, under the same ids', async () => {
    await server.call('POST', '/v1/domain', { body: { domain: 'other.example.com' } });
    const { apiKey: key } = await server.issue({ domain: 'other.example.com' });
    expectProblem(await server.call('GET', '/client?clientID=my-app', { key }), 404, 1102);
    expect((await server.call('GET', '/client', { key })).body).toMatchObject({ count: 0, total: 0 });
    const body = { clientID: 'my-app', callbackURL: 'https://other.example.com/callback' };
    expect((await server.call('POST', '/client', { key, body })).status).toBe(201);
    expect((await server.call('GET', '/client?clientID=my-app', { key })).body).toMatchObject(body);
    expect((await get('/client?clientID=my-app')).body).toMatchObject(LEGACY_CLIENT);
    await server.call('DELETE', '/client?clientID=my-app', { key });
    expect((await get('/client?clientID=my-app')).status).toBe(200);
  });

  it('an unbound credential of the default subscription sees the default domain', async () => {
    const { accessToken } = await server.issue({ subscription: 'default' });
    const headers = { authorization: `Bearer ${accessToken}` };
    const { status, body } = await server.call('GET', '/client?clientID=my-app', { key: null, headers });
    expect(status).toBe(200);
    expect(body).toMatchObject(LEGACY_CLIENT);
  });

  it('an unbound credential of another subscription sees none → 401/1410', async () => {
    const { apiKey: key } = await server.issue({ subscription: 'strangers' });
    expectProblem(await server.call('GET', '/client', { key }), 401, 1410);
    expectProblem(await server.call('GET', '/client?clientID=my-app', { key }), 401, 1410);
  });
});
