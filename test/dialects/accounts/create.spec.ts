import {
  API_CLIENT,
  asTheSdkPutsIt,
  auditRowsOf,
  expectProblem,
  faultsOf,
  LEGACY_CLIENT,
  PRIVATE_CLIENT,
  PUBLIC_CLIENT,
  secretsOf,
} from '../../support/accounts.js';
import { type Answer, startServer, type TestServer } from '../../support/test-server.js';

const A = 'https://a.example.com/callback';
const B = 'https://b.example.com/callback';
const C = 'https://c.example.com/callback';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let count = 0;
const freshId = () => `client-${++count}`;
const post = (body: unknown, headers?: Record<string, string>): Promise<Answer> =>
  server.call('POST', '/client', { body, headers });
/** Creates a client under an id of its own. */
const create = (body: object): Promise<Answer> => post({ clientID: freshId(), ...body });
const read = async (clientID: string) => (await server.call('GET', `/client?clientID=${clientID}`)).body;
const total = async (): Promise<number> => (await server.call('GET', '/client?size=1')).body.total;

describe('creating a client', () => {
  it('20. POST of a legacy body → 201, hal+json, a Legacy Client, created = modified, Location = self', async () => {
    const answer = await post(LEGACY_CLIENT);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toMatch(/^application\/hal\+json/);
    expect(answer.body).toMatchObject({ ...LEGACY_CLIENT, clientType: 'Legacy Client' });
    expect(Number.isNaN(Date.parse(answer.body.created))).toBe(false);
    expect(answer.body.modified).toBe(answer.body.created);
    expect(answer.headers.get('location')).toBe(`${server.url}/client?clientID=my-app`);
    expect(answer.body._links.self.href).toBe(answer.headers.get('location'));
    expect(await read('my-app')).toEqual(answer.body);
  });

  it('21. POST {clientID, callbackURL} → 201 with config.tokenMethod "query"', async () => {
    const { status, body } = await create({ callbackURL: A });
    expect(status).toBe(201);
    expect(body.config).toEqual({ tokenMethod: 'query', disableStrategies: null });
  });

  it.each([
    ['Public Client', PUBLIC_CLIENT],
    ['Private Client', PRIVATE_CLIENT],
    ['API Client', API_CLIENT],
  ])('22. POST of the SDK’s example → %s', async (clientType, example) => {
    const { status, body } = await post(example);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...example, clientType });
    expect(await read(example.clientID)).toEqual({ ...body, clientSecret: null });
  });

  it.each([
    ['Legacy Client', { grantTypes: [] }],
    ['Legacy Client', { grantTypes: [], tokenEndpointAuthMethod: 'client_secret_basic' }],
    ['Public Client', { grantTypes: ['authorization_code'] }],
    ['Private Client', { grantTypes: ['authorization_code', 'client_credentials'] }],
    ['Private Client', { grantTypes: ['authorization_code'], tokenEndpointAuthMethod: 'client_secret_basic' }],
    ['API Client', { grantTypes: ['client_credentials'] }],
    ['Unknown Client', { grantTypes: ['refresh_token'] }],
    ['Unknown Client', { grantTypes: ['client_credentials', 'refresh_token'] }],
  ])('clientType is computed: %s for %j', async (clientType, body) => {
    expect((await create({ ...body, clientType: 'Public Client' })).body.clientType).toBe(clientType);
  });

  it.each(['application/hal+json', 'application/json; charset=utf-8', 'application/hal+json;charset=UTF-8'])(
    '23. POST with Content-Type %s → 201',
    async (type) => {
      expect((await post({ clientID: freshId() }, { 'content-type': type })).status).toBe(201);
    },
  );

  it('23. POST is the same on /clients', async () => {
    const clientID = freshId();
    const { status, headers, body } = await server.call('POST', '/clients', { body: { clientID, callbackURL: A } });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${server.url}/client?clientID=${clientID}`);
    expect(await read(clientID)).toEqual(body);
  });

  it('an answer with a secret must not be stored: Cache-Control: no-store', async () => {
    const { headers } = await create({ tokenEndpointAuthMethod: 'client_secret_basic' });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('the created client has the ETag that a GET answers', async () => {
    const { headers, body } = await create({ callbackURL: A });
    const again = await server.call('GET', `/client?clientID=${body.clientID}`);
    expect(headers.get('etag')).toMatch(/^".+"$/);
    expect(again.headers.get('etag')).toBe(headers.get('etag'));
  });
});

describe('what is refused on creation', () => {
  it('24. POST without clientID → 400/1201 detail clientID', async () => {
    expectProblem(await post({ callbackURL: A }), 400, 1201, 'clientID');
    expectProblem(await post({ clientID: null, callbackURL: A }), 400, 1201, 'clientID');
  });

  it.each(['BAD ID', 'Upper', 'under_score', 'ümlaut', '', 'a'.repeat(129), 7])(
    '24. POST with clientID %j → 400/1211 detail clientID',
    async (clientID) => {
      expectProblem(await post({ clientID }), 400, 1211, 'clientID');
    },
  );

  it('a clientID of 128 characters is accepted', async () => {
    expect((await post({ clientID: 'a'.repeat(128) })).status).toBe(201);
  });

  it.each([
    ['config/tokenMethod', { config: { tokenMethod: 'header' } }],
    ['config/tokenMethod', { config: { tokenMethod: [] } }],
    ['config/tokenMethod/1', { config: { tokenMethod: ['query', 'header'] } }],
    ['config/tokenMethod', { config: { tokenMethod: 1 } }],
    ['config/disableStrategies/0', { config: { disableStrategies: ['twitter'] } }],
    ['config', { config: 'query' }],
    ['grantTypes/1', { grantTypes: ['authorization_code', 'password'] }],
    ['grantTypes', { grantTypes: 'authorization_code' }],
    ['tokenEndpointAuthMethod', { tokenEndpointAuthMethod: 'private_key_jwt' }],
    ['redirectURIs/1', { redirectURIs: [A, 5] }],
    ['redirectURIs/0', { redirectURIs: ['nonsense'] }],
    ['postLogoutRedirectURIs/0', { postLogoutRedirectURIs: ['/logout'] }],
    ['callbackURL', { callbackURL: {} }],
    ['callbackURL', { callbackURL: 'no uri' }],
    ['clientName', { clientName: [] }],
    ['clientSecret', { clientSecret: 12345678 }],
    ['logoURI', { logoURI: 'logo.png' }],
    ['authUIOrigin', { authUIOrigin: false }],
  ])('24. a value of the wrong form → 400/1211 detail %s: %j', async (detail, body) => {
    expectProblem(await create(body), 400, 1211, detail);
  });

  it('25. POST of a duplicate → 409/1359, and the stored client is unchanged', async () => {
    const { body: client } = await create({ callbackURL: A, tokenEndpointAuthMethod: 'client_secret_basic' });
    const secrets = await secretsOf(server, client.clientID);
    expectProblem(await post({ clientID: client.clientID, callbackURL: B }), 409, 1359, 'clientID');
    expect(await read(client.clientID)).toEqual({ ...client, clientSecret: null });
    expect(await secretsOf(server, client.clientID)).toEqual(secrets);
    expect(await auditRowsOf(server, client.clientID)).toBe(1);
  });

  it('25. of many who create the same client at once, one gets it and its secret, the others 409/1359', async () => {
    const body = { clientID: freshId(), tokenEndpointAuthMethod: 'client_secret_basic' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    expect(await secretsOf(server, body.clientID)).toHaveLength(1);
  });

  it('25. two faults → the main error and the other one in _embedded.error', async () => {
    const answer = await post({ callbackURL: A, config: { tokenMethod: 'header' } });
    expectProblem(answer, 400, 1201, 'clientID');
    expect(answer.body._embedded.error).toEqual([
      {
        code: 1211,
        title: expect.any(String),
        type: `${server.url}/doc/errors/1211`,
        detail: 'config/tokenMethod',
        verbose: expect.any(String),
      },
    ]);
  });

  it('25. all faults are reported at once', async () => {
    const answer = await create({ grantTypes: ['x'], logoURI: 'javascript:alert(1)', clientName: 4 });
    expect(faultsOf(answer).sort()).toEqual(['1211 clientName', '1211 grantTypes/0', '1311 logoURI']);
  });

  it('26. POST with an empty body → 400/1200', async () => {
    expectProblem(await server.call('POST', '/client', { headers: { 'content-type': 'application/json' } }), 400, 1200);
    expectProblem(await server.call('POST', '/client'), 400, 1200);
  });

  it.each(['{bad', '[]', 'null', '"text"', '{"clientID":"a"', '{"__proto__":{}}'])(
    '26. POST of %s → 400/1211 with an empty detail, never 500',
    async (body) => {
      expectProblem(await post(body), 400, 1211, '');
    },
  );

  it('26. POST of what is not UTF-8 → 400/1211', async () => {
    const body = Buffer.concat([Buffer.from('{"clientName":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expectProblem(await post(body), 400, 1211, '');
  });

  it('27. POST with unknown and read-only properties → accepted, ignored', async () => {
    const clientID = freshId();
    const { status, body } = await post({
      clientID,
      callbackURL: A,
      created: '2001-01-01T00:00:00.000Z',
      modified: '2001-01-01T00:00:00.000Z',
      clientType: 'API Client',
      _links: { self: { href: 'https://evil.example.com' } },
      _embedded: { 'ec:client': [] },
      tokenMethod: 'body',
      constructor: 'x',
      unknown: { nested: true },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ clientType: 'Legacy Client', config: { tokenMethod: 'query' } });
    expect(body.created).not.toMatch(/^2001/);
    expect(body._links.self.href).toBe(`${server.url}/client?clientID=${clientID}`);
    expect(body).not.toHaveProperty('unknown');
    expect(body).not.toHaveProperty('_embedded');
  });

  it('27. POST of a whole representation under another id makes an equal client', async () => {
    const { body: original } = await create({ redirectURIs: [A, B], config: { tokenMethod: ['body', 'query'] } });
    const clientID = freshId();
    const { status, body } = await post({ ...asTheSdkPutsIt(original), clientID });
    expect(status).toBe(201);
    expect(body).toEqual({
      ...original,
      clientID,
      created: body.created,
      modified: body.created,
      _links: {
        ...original._links,
        self: { ...original._links.self, href: `${server.url}/client?clientID=${clientID}` },
      },
    });
  });

  it('what is refused leaves nothing behind', async () => {
    const before = await total();
    const clientID = freshId();
    expect((await post({ clientID, callbackURL: 'javascript:alert(1)' })).status).toBe(400);
    expect(await total()).toBe(before);
    expect(await auditRowsOf(server, clientID)).toBe(0);
  });
});

describe('callbackURL and redirectURIs of a new client (item 3 of the decisions)', () => {
  it.each([
    ['neither', {}, []],
    ['only callbackURL', { callbackURL: A }, [A]],
    ['callbackURL null', { callbackURL: null }, []],
    ['callbackURL ""', { callbackURL: '' }, []],
    ['only redirectURIs', { redirectURIs: [A, B] }, [A, B]],
    ['callbackURL null beside a non-empty list', { callbackURL: null, redirectURIs: [A, B] }, [A, B]],
    ['callbackURL beside an empty list', { callbackURL: A, redirectURIs: [] }, [A]],
    ['callbackURL beside null', { callbackURL: A, redirectURIs: null }, [A]],
    ['both, callbackURL the first of the list', { callbackURL: A, redirectURIs: [A, B] }, [A, B]],
    ['both, callbackURL further down the list', { callbackURL: C, redirectURIs: [A, B, C] }, [C, A, B]],
    ['a later equal entry', { redirectURIs: [A, B, A] }, [A, B]],
  ])('%s', async (_, given, redirectURIs) => {
    const { status, body } = await create(given);
    expect(status).toBe(201);
    expect(body).toMatchObject({ callbackURL: redirectURIs[0] ?? null, redirectURIs });
  });

  it('both, callbackURL not in the list → 400/1311 detail callbackURL', async () => {
    expectProblem(await create({ callbackURL: C, redirectURIs: [A, B] }), 400, 1311, 'callbackURL');
  });
});

describe('which URIs may be redirected to', () => {
  it.each([
    'https://example.com',
    'https://example.com/',
    'https://example.com:8443/path/to?state=a,b&c=%20d',
    'https://xn--bcher-kva.example/callback',
    'http://localhost:3000/callback',
    'http://localhost',
    'http://127.0.0.1:8080/callback',
    'http://[::1]:8080/callback',
    'https://[::1]/callback',
    'https://localhost/callback',
    'com.example.app:/callback',
    'com.example.app://callback',
  ])('%s is kept as it is written', async (uri) => {
    expect((await create({ callbackURL: uri })).body.callbackURL).toBe(uri);
    expect((await create({ redirectURIs: [A, uri] })).body.redirectURIs).toEqual([A, uri]);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'blob:https://example.com/x',
    'about:blank',
    'vbscript:x',
    'myapp:/callback',
    'ftp://example.com/x',
    'http://example.com/callback',
    'http://localhost.example.com/callback',
    'http://127.0.0.2/callback',
    'https://user:secret@example.com/callback',
    'https://user@example.com/callback',
    'https://example.com/callback#fragment',
    'https://example.com/callback#',
    'https://0.0.0.0/callback',
    'https://[2001:db8::1]/callback',
    'https://example.com./callback',
    'https://a..example.com/callback',
    'https://-a.example.com/callback',
  ])('%s can be parsed but is forbidden → 400/1311', async (uri) => {
    expectProblem(await create({ callbackURL: uri }), 400, 1311, 'callbackURL');
    expectProblem(await create({ redirectURIs: [A, uri] }), 400, 1311, 'redirectURIs/1');
  });

  it.each([
    'https://EXAMPLE.com/callback',
    'https://example.com:443/callback',
    'https://example.com/a/../b',
    'https://2130706433/callback',
  ])('%s can be parsed but is not canonical → 400/1311', async (uri) => {
    expectProblem(await create({ callbackURL: uri }), 400, 1311, 'callbackURL');
  });

  it.each(['nonsense', '/callback', '//example.com', 'https://', 'http://[::1', 'my-app.com/callback'])(
    '%s cannot be parsed → 400/1211',
    async (uri) => {
      expectProblem(await create({ callbackURL: uri }), 400, 1211, 'callbackURL');
      expectProblem(await create({ redirectURIs: [uri] }), 400, 1211, 'redirectURIs/0');
    },
  );

  it.each([
    'https://example.com/a b',
    'https://example.com/{id}',
    'https://*.example.com/callback',
    'https://example.com\\callback',
    'https://bücher.example/callback',
    `https://example.com/${'a'.repeat(2048)}`,
  ])('%s breaks rule R → 400', async (uri) => {
    const answer = await create({ callbackURL: uri });
    expect(answer.status).toBe(400);
    expect([1211, 1311]).toContain(answer.body.code);
  });

  it.each(['postLogoutRedirectURIs', 'logoURI', 'authUIOrigin'])(
    '%s takes no script either → 400/1311',
    async (name) => {
      const uri = 'javascript:alert(1)';
      const list = name.endsWith('URIs');
      expectProblem(await create({ [name]: list ? [uri] : uri }), 400, 1311, list ? `${name}/0` : name);
    },
  );

  it('a list has at most 100 entries', async () => {
    const uris = Array.from({ length: 101 }, (_, index) => `https://example.com/${index}`);
    expect((await create({ redirectURIs: uris.slice(1) })).status).toBe(201);
    expect((await create({ redirectURIs: uris })).status).toBe(400);
  });
});

describe('config of a new client', () => {
  it.each([
    [undefined, { tokenMethod: 'query', disableStrategies: null }],
    [null, { tokenMethod: 'query', disableStrategies: null }],
    [{}, { tokenMethod: 'query', disableStrategies: null }],
    [{ tokenMethod: null }, { tokenMethod: 'query', disableStrategies: null }],
    [{ tokenMethod: 'body' }, { tokenMethod: 'body', disableStrategies: null }],
    [{ tokenMethod: ['cookie'] }, { tokenMethod: ['cookie'], disableStrategies: null }],
    [{ tokenMethod: ['cookie', 'query'] }, { tokenMethod: ['cookie', 'query'], disableStrategies: null }],
    [{ disableStrategies: ['google'] }, { tokenMethod: 'query', disableStrategies: ['google'] }],
    [{ disableStrategies: [] }, { tokenMethod: 'query', disableStrategies: null }],
    [
      { tokenMethod: 'cookie', more: 1 },
      { tokenMethod: 'cookie', disableStrategies: null, more: 1 },
    ],
  ])('%j is echoed as %j', async (config, echoed) => {
    const { status, body } = await create({ config });
    expect(status).toBe(201);
    expect(body.config).toEqual(echoed);
    expect((await read(body.clientID)).config).toEqual(echoed);
  });
});

describe('clientSecret of a new client (item 5 of the decisions)', () => {
  it('a chosen secret is shown in the answer that set it and never again', async () => {
    const { body } = await create({ tokenEndpointAuthMethod: 'client_secret_basic', clientSecret: 'chosen-secret' });
    expect(body.clientSecret).toBe('chosen-secret');
    expect((await read(body.clientID)).clientSecret).toBeNull();
    expect((await server.call('GET', `/client?clientID=${body.clientID}&_list=true`)).text).not.toContain(
      'chosen-secret',
    );
    expect(await secretsOf(server, body.clientID)).toHaveLength(1);
  });

  it.each([{}, { clientSecret: null }, { clientSecret: '' }])(
    'client_secret_basic with %j → a generated one is shown in that answer',
    async (given) => {
      const { body } = await create({ tokenEndpointAuthMethod: 'client_secret_basic', ...given });
      expect(body.clientSecret).toMatch(/^cls_.{40,}/);
      expect((await read(body.clientID)).clientSecret).toBeNull();
      expect(await secretsOf(server, body.clientID)).toHaveLength(1);
    },
  );

  it.each([{}, { tokenEndpointAuthMethod: null }])(
    'client_credentials with method %j means client_secret_basic',
    async (given) => {
      const { body } = await create({ grantTypes: ['client_credentials'], ...given });
      expect(body).toMatchObject({
        tokenEndpointAuthMethod: 'client_secret_basic',
        clientType: 'API Client',
        clientSecret: expect.stringMatching(/^cls_/),
      });
    },
  );

  it('client_credentials with method none → 400/1311', async () => {
    const answer = await create({ grantTypes: ['client_credentials'], tokenEndpointAuthMethod: 'none' });
    expectProblem(answer, 400, 1311);
  });

  it.each([{}, { tokenEndpointAuthMethod: 'none' }])(
    'a secret with method %j → 400/1311 detail clientSecret',
    async (given) => {
      expectProblem(await create({ ...given, clientSecret: 'chosen-secret' }), 400, 1311, 'clientSecret');
    },
  );

  it.each(['********', '••••••••', '*', '•*•*•*•*•'])(
    'the mask %s → 400/1311 detail clientSecret',
    async (clientSecret) => {
      const answer = await create({ tokenEndpointAuthMethod: 'client_secret_basic', clientSecret });
      expectProblem(answer, 400, 1311, 'clientSecret');
    },
  );

  it('a foreign cls_… string → 400/1311 detail clientSecret', async () => {
    const { body } = await create({ tokenEndpointAuthMethod: 'client_secret_basic' });
    const answer = await create({ tokenEndpointAuthMethod: 'client_secret_basic', clientSecret: body.clientSecret });
    expectProblem(answer, 400, 1311, 'clientSecret');
    expect(answer.text).not.toContain(body.clientSecret);
  });

  it('a secret has at least 8 characters', async () => {
    const method = { tokenEndpointAuthMethod: 'client_secret_basic' };
    const answer = await create({ ...method, clientSecret: '7-chars' });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toBe('clientSecret');
    expect((await create({ ...method, clientSecret: '8--chars' })).status).toBe(201);
  });

  it.each([
    ['eight spaces', JSON.stringify(' '.repeat(8)), 1311],
    ['eight zero-width characters', JSON.stringify('\u200b'.repeat(8)), 1311],
    ['a line', JSON.stringify('correct horse\n'), 1311],
    ['NUL', '"correct\\u0000horse"', 1311],
    ['ill-formed Unicode', '"correct\\ud800horse"', 1211],
    ['a pair in the wrong order', '"correct\\udc00\\ud800horse"', 1211],
  ])('%s → 400 detail clientSecret', async (_, json, code) => {
    const id = freshId();
    const body = `{"clientID":"${id}","tokenEndpointAuthMethod":"client_secret_basic","clientSecret":${json}}`;
    const answer = await server.call('POST', '/clients', { body });
    expectProblem(answer, 400, code, 'clientSecret');
    expect((await server.call('GET', `/client?clientID=${id}`)).status).toBe(404);
  });

  it('a public client has no secret', async () => {
    const { body } = await create({
      grantTypes: ['authorization_code'],
      tokenEndpointAuthMethod: 'none',
      clientSecret: '',
    });
    expect(body.clientSecret).toBeNull();
    expect(await secretsOf(server, body.clientID)).toEqual([]);
  });

  it('the audit never holds a secret', async () => {
    const clientSecret = 'kept-out-of-the-audit';
    const { body } = await create({ tokenEndpointAuthMethod: 'client_secret_basic', clientSecret });
    const rows = await server.database.query('select * from audit_entries where client_id = $1', [body.clientID]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(clientSecret);
  });
});

describe('the size of a body (item 10 of the decisions)', () => {
  const padded = (size: number) => {
    const body = { clientID: freshId(), padding: '' };
    return JSON.stringify({ ...body, padding: 'x'.repeat(size - JSON.stringify(body).length) });
  };

  it('64 KiB are read', async () => {
    expect((await post(padded(64 * 1024))).status).toBe(201);
  });

  it('more than 64 KiB → 413 with code 1211', async () => {
    expectProblem(await post(padded(64 * 1024 + 1)), 413, 1211);
  });
});
