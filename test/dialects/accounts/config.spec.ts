import { auditRowsOf, expectProblem, faultsOf } from '../../support/accounts.js';
import { FeedReader } from '../../support/feed-reader.js';
import { until } from '../../support/processes.js';
import { type Answer, startServer, type TestServer } from '../../support/test-server.js';

// `config` is one free object (head of spec/accounts-dialect.md, item 12): what the registry does not know, it keeps.

/** As entrecode's own editor creates clients. */
const EDITORS = { signup: true, defaultGroups: [], requireInvite: true, sendWelcomeMail: true };
const KNOWN = { tokenMethod: 'query', disableStrategies: null };
const WEB = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/'] };

let server: TestServer;
let clients = 0;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const path = (clientID: string) => `/client?clientID=${clientID}`;
const get = (clientID: string) => server.call('GET', path(clientID));
const put = (clientID: string, body: unknown) => server.call('PUT', path(clientID), { body });
const configOf = async (clientID: string) => (await get(clientID)).body.config;

async function created(config: unknown): Promise<string> {
  clients += 1;
  const clientID = `client-${clients}`;
  const answer = await server.call('POST', '/clients', { body: { clientID, config } });
  expect(answer.status).toBe(201);
  return clientID;
}

/** An object of so many bytes of JSON. */
const ofBytes = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });
const nested = (levels: number): object => ({ a: levels === 1 ? 1 : nested(levels - 1) });

describe('config', () => {
  it('keeps what entrecode’s own editor sends, and shows it in every answer', async () => {
    const config = { tokenMethod: ['cookie', 'body'], ...EDITORS };
    const answer = await server.call('POST', '/clients', { body: { clientID: 'editors', config } });
    const shown = { ...config, disableStrategies: null };
    expect([answer.status, answer.body.config]).toEqual([201, shown]);
    expect(await configOf('editors')).toEqual(shown);
    const { body: list } = await server.call('GET', '/clients?clientID=editors&_list=true');
    for (const name of ['ec:client', 'ec:acc/client']) expect(list._embedded[name][0].config).toEqual(shown);
  });

  it('keeps any JSON as it is, the order of keys included', async () => {
    const config = {
      zeta: { b: [1, -1.5, 1e-7, 1e21, 5e-324, 1.7976931348623157e308], a: [null, true, [], {}] },
      constructor: { name: 'x' },
      toString: 'x',
      toJSON: 'x',
      hasOwnProperty: false,
      'ключ "\\ 🦉': '\u0001\u2028\ufffe',
      '': '',
    };
    const clientID = await created(config);
    expect((await get(clientID)).text).toContain(JSON.stringify({ ...KNOWN, ...config }));
    await server.database.query('select 1');
    expect((await get(clientID)).text).toContain(JSON.stringify({ ...KNOWN, ...config }));
  });

  it.each<[string, unknown, object]>([
    ['another key: the others stay', { welcome: 1 }, { ...KNOWN, ...EDITORS, welcome: 1 }],
    ['a known key: the others stay', { tokenMethod: 'cookie' }, { ...KNOWN, ...EDITORS, tokenMethod: 'cookie' }],
    ['a value: it is replaced as a whole', { signup: { a: 1 } }, { ...KNOWN, ...EDITORS, signup: { a: 1 } }],
    ['null for one that is not there', { nothing: null }, { ...KNOWN, ...EDITORS }],
    ['null within a value', { signup: [null] }, { ...KNOWN, ...EDITORS, signup: [null] }],
    ['nothing', {}, { ...KNOWN, ...EDITORS }],
    ['null for all', null, KNOWN],
  ])('merges key by key: %s', async (_, config, shown) => {
    const clientID = await created(EDITORS);
    const answer = await put(clientID, { config });
    expect([answer.status, answer.body.config]).toEqual([200, shown]);
    expect(await configOf(clientID)).toEqual(shown);
  });

  it('takes the last of two members with the same name', async () => {
    const clientID = await created(null);
    const answer = await put(clientID, '{"config":{"a":1,"a":2},"clientName":"one","clientName":"two"}');
    expect(answer.body).toMatchObject({ clientName: 'two', config: { ...KNOWN, a: 2 } });
  });

  it('null removes a key, and the last one leaves nothing', async () => {
    const clientID = await created({ a: 1, b: 2, c: null });
    expect(await configOf(clientID)).toEqual({ ...KNOWN, a: 1, b: 2 });
    expect((await put(clientID, { config: { a: null } })).body.config).toEqual({ ...KNOWN, b: 2 });
    expect((await put(clientID, { config: { b: null } })).body.config).toEqual(KNOWN);
    const rows = await server.database.query(
      'select 1 from clients where client_id = $1 and additional_config is null',
      [clientID],
    );
    expect(rows).toHaveLength(1);
  });

  it('putting back what was got, or the same in another order, or -0 for 0, changes nothing', async () => {
    const clientID = await created({ b: { d: 0, c: 1e300 }, a: EDITORS });
    const before = await get(clientID);
    const config = { a: Object.fromEntries(Object.entries(EDITORS).reverse()), b: { c: 1e300, d: 0 } };
    const minusZero = `{"config":{"b":{"c":1e300,"d":-0.0}}}`;
    for (const body of [before.body, { config }, minusZero]) {
      const answer = await put(clientID, body);
      expect([answer.status, answer.headers.get('etag')]).toEqual([200, before.headers.get('etag')]);
    }
    expect(await auditRowsOf(server, clientID)).toBe(1);
    expect((await get(clientID)).text).toBe(before.text);
  });

  it('is refused above 4 KiB or 8 levels of keys that are not known, naming config, and then nothing is written', async () => {
    const clientID = await created(ofBytes(4096));
    expect((await put(clientID, { config: { tokenMethod: 'cookie', ...ofBytes(4096) } })).status).toBe(200);
    expectProblem(await put(clientID, { config: { b: 1 } }), 400, 1211, 'config');
    expectProblem(await put(clientID, { config: ofBytes(4097) }), 400, 1211, 'config');
    expectProblem(await put(clientID, { config: { a: 'ä'.repeat(2100) } }), 400, 1211, 'config');
    expect((await put(clientID, { config: nested(8) })).status).toBe(200);
    expectProblem(await put(clientID, { config: nested(9) }), 400, 1211, 'config');
    expect(await configOf(clientID)).toEqual({ ...KNOWN, tokenMethod: 'cookie', ...nested(8) });
    expectProblem(
      await server.call('POST', '/clients', { body: { clientID: 'new', config: nested(9) } }),
      400,
      1211,
      'config',
    );
    expect((await get('new')).status).toBe(404);
  });

  it.each([
    ['thirty thousand levels', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['nearly 64 KiB', `{"a":"${'x'.repeat(65_000)}"}`],
    ['thousands of keys', `{${Array.from({ length: 6000 }, (_, index) => `"${index}":1`)}}`],
    ['a NUL character', '{"a":["\\u0000"]}'],
    ['a NUL character in a key', '{"a\\u0000":1}'],
    ['half of a surrogate pair', '{"a":{"b":"\\ud83e"}}'],
    ['half of a surrogate pair in a key', '{"a":{"\\udd89":1}}'],
    ['a number that no double can be', '{"a":-1e999}'],
  ])('with %s → 400/1211 that names config', async (_, config) => {
    const clientID = await created({ kept: true });
    expectProblem(await put(clientID, `{"config":${config}}`), 400, 1211, 'config');
    expectProblem(
      await server.call('POST', '/clients', { body: `{"clientID":"new","config":${config}}` }),
      400,
      1211,
      'config',
    );
    expect(await configOf(clientID)).toEqual({ ...KNOWN, kept: true });
  });

  it.each(['{"__proto__":{"a":1}}', '{"a":[{"__proto__":1}]}', '{"constructor":{"prototype":{}}}'])(
    'that reaches for a prototype → 400/1211: %s',
    async (config) => {
      const clientID = await created({ kept: true });
      expectProblem(await put(clientID, `{"config":${config}}`), 400, 1211);
      expect(await configOf(clientID)).toEqual({ ...KNOWN, kept: true });
    },
  );

  it('names every fault at once, of known keys and of others', async () => {
    const clientID = await created(null);
    const answer = await put(clientID, { config: { tokenMethod: 'header', ...nested(9) } });
    expect(faultsOf(answer).sort()).toEqual(['1211 config', '1211 config/tokenMethod']);
    for (const config of [[], 'x', 1]) expectProblem(await put(clientID, { config }), 400, 1211, 'config');
  });

  it('is left alone by v1, which cannot name it', async () => {
    const clientID = await created(EDITORS);
    await put(clientID, { redirectURIs: WEB.redirectUris });
    const before = await configOf(clientID);
    const v1 = (method: string, body?: unknown) =>
      server.call(method, `/v1/domain/default/client/${clientID}`, { body });
    expect((await v1('PUT', { ...WEB, scope: 'openid' })).status).toBe(200);
    expect((await v1('PUT', (await v1('GET')).body)).status).toBe(200);
    expect((await v1('GET')).text).not.toContain('signup');
    expect(await configOf(clientID)).toEqual(before);
  });

  it('is in the audit, in the feed and in every version, and can be restored, also after a deletion', async () => {
    const feed = await FeedReader.open(server);
    const clientID = await created(EDITORS);
    await put(clientID, { config: { signup: { from: 'here' } } });
    const changed = { ...EDITORS, signup: { from: 'here' } };
    const entries: { id: string; changes: object }[] = (
      await server.call('GET', `/admin/audit?domain=default&clientId=${clientID}`)
    ).body;
    expect(entries.map(({ changes }) => changes)).toMatchObject([
      { additionalConfig: { before: null, after: EDITORS } },
      { additionalConfig: { before: EDITORS, after: changed } },
    ]);
    await until(
      'the feed tells both changes',
      () => feed.changes().filter(({ data }) => data.clientId === clientID).length === 2,
    );
    feed.close();
    const [first, second] = entries.map(({ id }) => id);
    const history = (method: string, of: string): Promise<Answer> =>
      server.call(method, `/admin/domains/default/clients/${clientID}/${of}`);
    expect((await history('GET', `versions/${first}`)).body.metadata.additionalConfig).toEqual(EDITORS);
    expect((await history('GET', `versions/${second}/diff/${first}`)).body.changes).toEqual({
      additionalConfig: { before: changed, after: EDITORS },
    });
    const unmoved = await history('POST', `versions/${second}/restore`);
    expect(unmoved.headers.get('etag')).toBe((await get(clientID)).headers.get('etag'));
    await history('POST', `versions/${first}/restore`);
    expect(await configOf(clientID)).toEqual({ ...KNOWN, ...EDITORS });
    await server.call('DELETE', path(clientID));
    expect((await history('POST', 'restore')).status).toBe(201);
    expect(await configOf(clientID)).toEqual({ ...KNOWN, ...EDITORS });
  });

  it('is found by no filter and sorts nothing', async () => {
    expectProblem(await server.call('GET', '/clients?signup=true&_list=true'), 400, 1216, 'signup');
    expectProblem(await server.call('GET', '/clients?sort=config'), 400, 1215, 'config');
  });

  it('stays open in the published schema and in the OpenAPI document', async () => {
    const { body: schema } = await server.call('GET', '/schema-acc/client', { key: null });
    expect(schema.properties.config.additionalProperties).toBe(true);
    const { body: document } = await server.call('GET', '/openapi/accounts.json', { key: null });
    const { UpdateClientRequest, ClientResource } = document.components.schemas;
    for (const { properties } of [UpdateClientRequest, ClientResource])
      expect(properties.config.additionalProperties).toBe(true);
  });
});

describe('what the OpenAPI document says of a body', () => {
  it.each(['/client', '/clients'])(
    'PUT %s, which merges, has no default and requires nothing: generators would send it',
    async (of) => {
      const { body: document } = await server.call('GET', '/openapi/accounts.json', { key: null });
      const schemaOf = (method: string) => document.paths[of][method].requestBody.content['application/json'].schema;
      const { UpdateClientRequest, CreateClientRequest } = document.components.schemas;
      expect(schemaOf('put')).toEqual({ $ref: '#/components/schemas/UpdateClientRequest' });
      expect(JSON.stringify(UpdateClientRequest)).not.toMatch(/"(default|required|\$ref)":/);
      expect(schemaOf('post')).toEqual({ $ref: '#/components/schemas/CreateClientRequest' });
      expect(CreateClientRequest.required).toEqual(['clientID']);
      expect(Object.keys(CreateClientRequest.properties)).toEqual(Object.keys(UpdateClientRequest.properties));
    },
  );
});
