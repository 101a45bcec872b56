import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { expectProblem, expectViolations } from '../../support/refusals.js';
import { type Answer, type Request, startServer, type TestServer } from '../../support/test-server.js';

const URI = 'https://app.example.com/callback';
const PUBLIC = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [URI] };
const CONFIDENTIAL = { ...PUBLIC, clientType: 'Confidential' };
const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
/** What a client is, as far as this dialect can say it, when only what is required is given. */
const DEFAULTS = {
  scope: '',
  audiences: [],
  redirectUris: [],
  postSignOutRedirectUris: [],
  allowLocalLogin: null,
  providers: [],
  policies: [],
  allowedOrigins: [],
  accessTokenExpiry: 90,
  idTokenExpiry: 90,
  refreshTokenExpiry: 1440,
};
const SECRET = /^cls_[\w-]{40,}$/;

interface AuditRow {
  readonly action: string;
  readonly dialect: string;
  readonly request_id: string;
  readonly credential_name: string;
  readonly changes: Record<string, { before: unknown; after: unknown }>;
}

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server.stop();
});

let counter = 0;
const newId = () => `client-${++counter}`;
const path = (id: string) => `/v1/domain/default/client/${id}`;
const put = (id: string, body: unknown, request: Omit<Request, 'body'> = {}) =>
  server.call('PUT', path(id), { ...request, body });
const get = (id: string, request?: Request) => server.call('GET', path(id), request);
const remove = (id: string, request?: Request) => server.call('DELETE', path(id), request);
const etagOf = ({ headers }: Answer) => headers.get('etag')!;
const audit = (id: string) =>
  server.database.query<AuditRow>(
    'select action, dialect, request_id, credential_name, changes from audit_entries where client_id = $1 order by position',
    [id],
  );
const register = (body: object) => server.call('POST', '/clients', { body });
const inAccounts = async (id: string) => (await server.call('GET', `/client?clientID=${id}`)).body;
/** Whether a secret is in force: the accounts dialect takes a live one back and refuses any other that looks generated. */
const isLive = async (id: string, clientSecret: string) =>
  (await server.call('PUT', `/client?clientID=${id}`, { body: { clientSecret } })).status === 200;

/** Long enough for two times to differ in milliseconds. */
const aMoment = () => wait(5);

/** The client holds what the body said and, where it said nothing, the defaults. */
async function expectOnRecord(id: string, state: object): Promise<void> {
  const { status, body } = await get(id);
  expect([status, body]).toEqual([
    200,
    { ...DEFAULTS, ...state, clientId: id, createdAt: expect.any(String), updatedAt: expect.any(String) },
  ]);
}

describe('PUT of a client', () => {
  it('with what is required gives every other field its default', async () => {
    const [user, machine] = [newId(), newId()];
    expect((await put(user, PUBLIC)).body).toEqual({ clientSecret: null });
    await expectOnRecord(user, PUBLIC);
    expect((await put(machine, MACHINE)).body).toEqual({ clientSecret: expect.stringMatching(SECRET) });
    await expectOnRecord(machine, MACHINE);
  });

  it('puts every field on record as it is given', async () => {
    const id = newId();
    const body = {
      clientType: 'Confidential',
      grantType: 'AuthorizationCode',
      scope: 'openid profile orders:read',
      audiences: ['orders-api', 'billing-api', id],
      redirectUris: [URI, 'http://localhost:3000/cb'],
      postSignOutRedirectUris: ['https://app.example.com/bye', 'https://app.example.com'],
      allowLocalLogin: false,
      providers: ['https://login.partner.example.com', 'google'],
      policies: ['policy.employees', 'p:1/2_3-4'],
      allowedOrigins: ['https://app.example.com', 'http://localhost:3000'],
      accessTokenExpiry: 5,
      idTokenExpiry: 10,
      refreshTokenExpiry: 525_600,
    };
    expect((await put(id, body)).status).toBe(200);
    await expectOnRecord(id, body);
  });

  it('configures the client to the state in the body: what was set before and is absent now is the default again', async () => {
    const id = newId();
    const full = { ...PUBLIC, scope: 'a b', policies: ['p'], allowLocalLogin: true, accessTokenExpiry: 5 };
    await put(id, full);
    await put(id, { ...PUBLIC, redirectUris: ['https://other.example.com/'] });
    await expectOnRecord(id, { ...PUBLIC, redirectUris: ['https://other.example.com/'] });
  });

  it('answers 200 for a new client and for a known one, with an ETag and a request id, not to be stored', async () => {
    const id = newId();
    for (const scope of ['one', 'two']) {
      const answer = await put(id, { ...CONFIDENTIAL, scope });
      expect(answer.status).toBe(200);
      expect(Object.keys(answer.body)).toEqual(['clientSecret']);
      expect(etagOf(answer)).toMatch(/^"[^"]+"$/);
      expect(etagOf(answer)).toBe(etagOf(await get(id)));
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-request-id')).toMatch(/\S/);
      await expectOnRecord(id, { ...CONFIDENTIAL, scope });
    }
  });

  it('moves updatedAt, and never createdAt', async () => {
    const id = newId();
    await put(id, PUBLIC);
    const before = (await get(id)).body;
    await aMoment();
    await put(id, { ...PUBLIC, scope: 'more' });
    const after = (await get(id)).body;
    expect(after.createdAt).toBe(before.createdAt);
    expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
  });

  it('takes a reordered list as a change', async () => {
    const id = newId();
    const uris = [URI, 'https://app.example.com/second'];
    const first = await put(id, { ...PUBLIC, redirectUris: uris });
    const second = await put(id, { ...PUBLIC, redirectUris: uris.toReversed() });
    expect(etagOf(second)).not.toBe(etagOf(first));
    await expectOnRecord(id, { ...PUBLIC, redirectUris: uris.toReversed() });
  });
});

describe('the parameter table: accepted', () => {
  const uris = (count: number) => Array.from({ length: count }, (_, index) => `https://example.com/${index}`);
  const names = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);
  const origins = (count: number) => Array.from({ length: count }, (_, index) => `https://host-${index}.example.com`);
  /** Eight URIs that are 16 KiB together, each of the greatest length. */
  const heaviest = Array.from({ length: 8 }, (_, index) => `https://example.com/${index}`.padEnd(2048, 'x'));

  it.each<[string, object, object]>([
    ['grantType ClientCredentials with redirectUris, which are kept', { ...MACHINE, redirectUris: [URI] }, {}],
    ['scope "" as none', { scope: '' }, {}],
    ['scope null as absent', { scope: null }, { scope: '' }],
    ['scope of 1000 characters', { scope: 'x'.repeat(1000) }, {}],
    ['scope with every kind of scope-token character', { scope: '!#[]~ a:b /x.y' }, {}],
    ['audiences that do not exist', { audiences: ['not-registered-yet'] }, {}],
    ['audiences null as absent', { audiences: null }, { audiences: [] }],
    ['50 audiences', { audiences: names(50) }, {}],
    ['an audience of 128 characters', { audiences: ['a'.repeat(128)] }, {}],
    ['100 redirectUris', { redirectUris: uris(100) }, {}],
    ['a list of 16 KiB', { redirectUris: heaviest }, {}],
    ['postSignOutRedirectUris null as absent', { postSignOutRedirectUris: null }, { postSignOutRedirectUris: [] }],
    ['100 postSignOutRedirectUris', { postSignOutRedirectUris: uris(100) }, {}],
    ['allowLocalLogin true', { allowLocalLogin: true }, {}],
    ['allowLocalLogin false', { allowLocalLogin: false }, {}],
    ['allowLocalLogin null', { allowLocalLogin: null }, {}],
    ['providers null as absent', { providers: null }, { providers: [] }],
    ['50 providers', { providers: names(50) }, {}],
    ['a provider of 256 characters', { providers: [`A${'b'.repeat(255)}`] }, {}],
    ['policies null as absent', { policies: null }, { policies: [] }],
    ['50 policies', { policies: names(50) }, {}],
    ['allowedOrigins null as absent', { allowedOrigins: null }, { allowedOrigins: [] }],
    ['100 allowedOrigins', { allowedOrigins: origins(100) }, {}],
    ['origins with a port, and on the loopback', { allowedOrigins: ['https://a.b:8443', 'http://[::1]:3000'] }, {}],
    ['accessTokenExpiry 0 as the default', { accessTokenExpiry: 0 }, { accessTokenExpiry: 90 }],
    ['idTokenExpiry 0 as the default', { idTokenExpiry: 0 }, { idTokenExpiry: 90 }],
    ['refreshTokenExpiry 0 as the default', { refreshTokenExpiry: 0 }, { refreshTokenExpiry: 1440 }],
    ['accessTokenExpiry null as the default', { accessTokenExpiry: null }, { accessTokenExpiry: 90 }],
    ['idTokenExpiry null as the default', { idTokenExpiry: null }, { idTokenExpiry: 90 }],
    ['refreshTokenExpiry null as the default', { refreshTokenExpiry: null }, { refreshTokenExpiry: 1440 }],
    ['expiries of one minute', { accessTokenExpiry: 1, idTokenExpiry: 1, refreshTokenExpiry: 1 }, {}],
    ['the longest expiries', { accessTokenExpiry: 1440, idTokenExpiry: 1440, refreshTokenExpiry: 525_600 }, {}],
  ])('%s', async (_, given, stored) => {
    const id = newId();
    const answer = await put(id, { ...PUBLIC, ...given });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('clientSecret')]);
    await expectOnRecord(id, { ...PUBLIC, ...given, ...stored });
  });

  it('redirect_uris, the table’s spelling in the seed, as an alias', async () => {
    const { redirectUris, ...rest } = PUBLIC;
    const [alone, beside, agreeing] = [newId(), newId(), newId()];
    expect((await put(alone, { ...rest, redirect_uris: redirectUris })).status).toBe(200);
    expect((await put(beside, { ...rest, redirectUris: null, redirect_uris: redirectUris })).status).toBe(200);
    expect((await put(agreeing, { ...rest, redirectUris, redirect_uris: redirectUris })).status).toBe(200);
    for (const id of [alone, beside, agreeing]) await expectOnRecord(id, PUBLIC);
  });

  it('createdAt and updatedAt whatever they say, and a clientId that equals the path', async () => {
    const id = newId();
    const body = { ...PUBLIC, clientId: id, createdAt: '1970-01-01T00:00:00.000Z', updatedAt: 5 };
    expect((await put(id, body)).status).toBe(200);
    expect(Date.parse((await get(id)).body.createdAt)).toBeGreaterThan(0);
    expect((await put(id, { ...PUBLIC, createdAt: null, updatedAt: { a: [1] } })).status).toBe(200);
  });

  it('a clientId that is null as absent', async () => {
    expect((await put(newId(), { ...PUBLIC, clientId: null })).status).toBe(200);
  });

  it('a clientId of 128 characters, of digits, of hyphens', async () => {
    for (const id of ['x'.repeat(128), '0', '-', '007-', 'a--b']) {
      expect((await put(id, PUBLIC)).status).toBe(200);
      await expectOnRecord(id, PUBLIC);
    }
  });
});

describe('the parameter table: refused with 400, and nothing is written', () => {
  const many = (count: number, entry: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => entry(index));

  it.each<[string, Record<string, unknown>, string[]]>([
    ['clientType missing', { clientType: undefined }, ['clientType']],
    ['clientType null', { clientType: null }, ['clientType']],
    ['clientType in another case', { clientType: 'public' }, ['clientType']],
    ['clientType unknown', { clientType: 'Native' }, ['clientType']],
    ['clientType as a list', { clientType: ['Public'] }, ['clientType']],
    ['clientType as a number', { clientType: 0 }, ['clientType']],
    ['grantType missing', { grantType: undefined }, ['grantType']],
    ['grantType null', { grantType: null }, ['grantType']],
    ['grantType in another case', { grantType: 'authorizationCode' }, ['grantType']],
    ['grantType in the words of the RFC', { grantType: 'authorization_code' }, ['grantType']],
    ['grantType as an object', { grantType: {} }, ['grantType']],
    ['Public with ClientCredentials (RFC 6749 §4.4)', { grantType: 'ClientCredentials' }, ['grantType']],
    ['scope with two spaces', { scope: 'a  b' }, ['scope']],
    ['scope with a leading space', { scope: ' a' }, ['scope']],
    ['scope with a trailing space', { scope: 'a ' }, ['scope']],
    ['scope with a tab', { scope: 'a\tb' }, ['scope']],
    ['scope with a quotation mark', { scope: 'a"b' }, ['scope']],
    ['scope with a backslash', { scope: 'a\\b' }, ['scope']],
    ['scope beyond ASCII', { scope: 'größe' }, ['scope']],
    ['scope with a token twice', { scope: 'a b a' }, ['scope']],
    ['scope of 1001 characters', { scope: 'x'.repeat(1001) }, ['scope']],
    ['scope as a list', { scope: ['a', 'b'] }, ['scope']],
    ['scope as a number', { scope: 1 }, ['scope']],
    ['scope as a boolean', { scope: true }, ['scope']],
    ['audiences as a string', { audiences: 'orders-api' }, ['audiences']],
    ['audiences as an object', { audiences: { 0: 'orders-api' } }, ['audiences']],
    ['an audience that is no client id', { audiences: ['ok', 'Orders_API'] }, ['audiences[1]']],
    ['an empty audience', { audiences: [''] }, ['audiences[0]']],
    ['an audience of 129 characters', { audiences: ['a'.repeat(129)] }, ['audiences[0]']],
    ['an audience that is a number', { audiences: ['ok', 5] }, ['audiences[1]']],
    ['an audience that is null', { audiences: [null] }, ['audiences[0]']],
    ['an audience twice', { audiences: ['a', 'b', 'a'] }, ['audiences[2]']],
    ['51 audiences', { audiences: many(51, (index) => `id-${index}`) }, ['audiences']],
    ['redirectUris missing for AuthorizationCode', { redirectUris: undefined }, ['redirectUris']],
    ['redirectUris null for AuthorizationCode', { redirectUris: null }, ['redirectUris']],
    ['redirectUris empty for AuthorizationCode', { redirectUris: [] }, ['redirectUris']],
    ['redirectUris as a string', { redirectUris: URI }, ['redirectUris']],
    ['redirectUris as a boolean', { redirectUris: true }, ['redirectUris']],
    ['a redirect URI that is a list', { redirectUris: [[URI]] }, ['redirectUris[0]']],
    ['a redirect URI twice', { redirectUris: [URI, URI] }, ['redirectUris[1]']],
    ['101 redirectUris', { redirectUris: many(101, (index) => `https://example.com/${index}`) }, ['redirectUris']],
    [
      'a list of 16 KiB and one byte',
      {
        redirectUris: [
          ...many(8, (index) => `https://example.com/${index}`.padEnd(2046, 'x')),
          `${'https://a.bc/'}xxxx`,
        ],
      },
      ['redirectUris'],
    ],
    [
      'redirect_uris that differ from redirectUris',
      { redirect_uris: ['https://other.example.com'] },
      ['redirect_uris'],
    ],
    ['redirect_uris that are empty beside redirectUris', { redirect_uris: [] }, ['redirect_uris']],
    [
      '101 postSignOutRedirectUris',
      { postSignOutRedirectUris: many(101, (index) => `https://example.com/${index}`) },
      ['postSignOutRedirectUris'],
    ],
    ['a post-sign-out URI twice', { postSignOutRedirectUris: [URI, URI] }, ['postSignOutRedirectUris[1]']],
    ['postSignOutRedirectUris as a number', { postSignOutRedirectUris: 1 }, ['postSignOutRedirectUris']],
    ['allowLocalLogin as "true"', { allowLocalLogin: 'true' }, ['allowLocalLogin']],
    ['allowLocalLogin as 1', { allowLocalLogin: 1 }, ['allowLocalLogin']],
    ['allowLocalLogin as a list', { allowLocalLogin: [] }, ['allowLocalLogin']],
    ['providers as a string', { providers: 'google' }, ['providers']],
    ['a provider that begins with a dot', { providers: ['.x'] }, ['providers[0]']],
    ['a provider with a space', { providers: ['a b'] }, ['providers[0]']],
    ['a provider of 257 characters', { providers: ['a'.repeat(257)] }, ['providers[0]']],
    ['a provider twice', { providers: ['a', 'a'] }, ['providers[1]']],
    ['51 providers', { providers: many(51, (index) => `p${index}`) }, ['providers']],
    ['an empty policy', { policies: [''] }, ['policies[0]']],
    ['a policy beyond ASCII', { policies: ['größe'] }, ['policies[0]']],
    ['a policy of 257 characters', { policies: ['a'.repeat(257)] }, ['policies[0]']],
    ['a policy twice', { policies: ['a', 'a'] }, ['policies[1]']],
    ['51 policies', { policies: many(51, (index) => `p${index}`) }, ['policies']],
    ['policies as an object', { policies: {} }, ['policies']],
    ['allowedOrigins as a string', { allowedOrigins: '*' }, ['allowedOrigins']],
    ['101 allowedOrigins', { allowedOrigins: many(101, (index) => `https://h${index}.de`) }, ['allowedOrigins']],
    ['an origin twice', { allowedOrigins: ['https://a.de', 'https://a.de'] }, ['allowedOrigins[1]']],
    ['accessTokenExpiry 1441', { accessTokenExpiry: 1441 }, ['accessTokenExpiry']],
    ['accessTokenExpiry -1', { accessTokenExpiry: -1 }, ['accessTokenExpiry']],
    ['accessTokenExpiry 1.5', { accessTokenExpiry: 1.5 }, ['accessTokenExpiry']],
    ['accessTokenExpiry "90"', { accessTokenExpiry: '90' }, ['accessTokenExpiry']],
    ['accessTokenExpiry true', { accessTokenExpiry: true }, ['accessTokenExpiry']],
    ['accessTokenExpiry ""', { accessTokenExpiry: '' }, ['accessTokenExpiry']],
    ['accessTokenExpiry false', { accessTokenExpiry: false }, ['accessTokenExpiry']],
    ['accessTokenExpiry as a list', { accessTokenExpiry: [90] }, ['accessTokenExpiry']],
    ['idTokenExpiry 1441', { idTokenExpiry: 1441 }, ['idTokenExpiry']],
    ['idTokenExpiry "0"', { idTokenExpiry: '0' }, ['idTokenExpiry']],
    ['idTokenExpiry -90', { idTokenExpiry: -90 }, ['idTokenExpiry']],
    ['refreshTokenExpiry 525601', { refreshTokenExpiry: 525_601 }, ['refreshTokenExpiry']],
    ['refreshTokenExpiry beyond 32 bits', { refreshTokenExpiry: 2 ** 31 }, ['refreshTokenExpiry']],
    ['refreshTokenExpiry beyond 53 bits', { refreshTokenExpiry: 1e300 }, ['refreshTokenExpiry']],
    ['refreshTokenExpiry as an object', { refreshTokenExpiry: { minutes: 5 } }, ['refreshTokenExpiry']],
    ['clientId that differs from the path', { clientId: 'another' }, ['clientId']],
    ['clientId in another case', { clientId: 'CLIENT' }, ['clientId']],
    ['clientId as a number', { clientId: 5 }, ['clientId']],
    ['clientSecret in the body', { clientSecret: 'chosen-by-the-caller' }, ['clientSecret']],
    ['an unknown field', { name: 'My App' }, ['name']],
    ['an unknown field that is null', { name: null }, ['name']],
    ['unknown fields, each by its name', { 'a.b': 1, 'c[0]': 2, '': 3 }, ['a.b', 'c[0]', '']],
    ['a field in another case', { Scope: 'a' }, ['Scope']],
    ['a field of the accounts dialect', { redirectURIs: [URI] }, ['redirectURIs']],
    ['a field of the core', { grantTypes: ['authorization_code'] }, ['grantTypes']],
  ])('%s', async (_, given, places) => {
    const id = newId();
    expectViolations(await put(id, { ...PUBLIC, ...given }), places);
    expect((await get(id)).status).toBe(404);
    expect(await audit(id)).toEqual([]);
  });

  it('also for a known client, which stays as it was', async () => {
    const id = newId();
    await put(id, CONFIDENTIAL);
    const before = await get(id);
    for (const body of [{ ...PUBLIC, scope: 'a a' }, { ...MACHINE, clientType: 'Public' }, {}]) {
      expectProblem(await put(id, body), 400);
    }
    const after = await get(id);
    expect([after.text, etagOf(after)]).toEqual([before.text, etagOf(before)]);
    expect(await audit(id)).toHaveLength(1);
  });

  it('a clientSecret in the body, saying that it is generated by the server', async () => {
    const answer = await put(newId(), { ...CONFIDENTIAL, clientSecret: 'chosen-by-the-caller' });
    expect(answer.body.errors.clientSecret[0]).toMatch(/generated by the server/);
    expect(answer.text).not.toContain('chosen-by-the-caller');
  });
});

describe('rule R: redirect URIs and post-sign-out URIs', () => {
  it.each([
    'https://example.com',
    'https://example.com/',
    'https://example.com/a/b.c',
    'https://example.com:8443/cb',
    'https://a.b-c.example.com/~user/(x)',
    'https://xn--mnchen-3ya.de/',
    'https://example.com/%20',
    'https://intranet/cb',
    'https://192.168.0.1/cb',
    'https://[::1]/cb',
    'http://localhost',
    'http://localhost:3000/cb',
    'http://127.0.0.1:3000/cb',
    'http://[::1]:3000/cb',
    `https://example.com/${'x'.repeat(2028)}`,
  ])('accepts %s, and keeps it byte for byte', async (uri) => {
    const id = newId();
    const body = { ...PUBLIC, redirectUris: [uri], postSignOutRedirectUris: [uri] };
    expect((await put(id, body)).status).toBe(200);
    await expectOnRecord(id, body);
  });

  it('takes https://example.com and https://example.com/ for two', async () => {
    const id = newId();
    const body = { ...PUBLIC, redirectUris: ['https://example.com', 'https://example.com/'] };
    expect((await put(id, body)).status).toBe(200);
    await expectOnRecord(id, body);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'string'],
    ['a path', '/callback'],
    ['no scheme', 'example.com/cb'],
    ['a network path', '//example.com/cb'],
    ['a query', 'https://example.com/cb?a=b'],
    ['a bare ?', 'https://example.com/cb?'],
    ['a fragment', 'https://example.com/cb#top'],
    ['a bare #', 'https://example.com/cb#'],
    ['2049 characters', `https://example.com/${'x'.repeat(2029)}`],
    ['plain http elsewhere', 'http://example.com/cb'],
    ['plain http on a private address', 'http://192.168.0.1/cb'],
    ['a host that begins with localhost', 'http://localhost.evil.com/cb'],
    ['a host that ends with localhost', 'http://evil.localhost/cb'],
    ['localhost as user', 'http://localhost@evil.com/cb'],
    ['localhost as password', 'http://localhost:80@evil.com/cb'],
    ['127.0.0.2', 'http://127.0.0.2/cb'],
    ['userinfo', 'https://user@example.com/cb'],
    ['a password', 'https://user:pass@example.com/cb'],
    ['empty userinfo', 'https://@example.com/cb'],
    ['a default port', 'https://example.com:443/cb'],
    ['an empty port', 'https://example.com:/cb'],
    ['the default port of http', 'http://localhost:80/cb'],
    ['an impossible port', 'https://example.com:99999/cb'],
    ['an upper-case host', 'https://Example.com/cb'],
    ['an upper-case scheme', 'HTTPS://example.com/cb'],
    ['upper-case localhost', 'http://LOCALHOST/cb'],
    ['dot segments', 'https://example.com/a/../cb'],
    ['a single dot segment', 'https://example.com/./cb'],
    ['encoded dot segments', 'https://example.com/%2e%2e/cb'],
    ['no slashes', 'https:example.com/cb'],
    ['three slashes', 'https:///example.com/cb'],
    ['backslashes', 'https:\\\\example.com\\cb'],
    ['a decimal IPv4', 'https://2130706433/cb'],
    ['a hexadecimal IPv4', 'https://0x7f000001/cb'],
    ['a short IPv4', 'http://127.1/cb'],
    ['an octal IPv4', 'http://0177.0.0.1/cb'],
    ['0.0.0.0', 'https://0.0.0.0/cb'],
    ['http on 0.0.0.0', 'http://0.0.0.0/cb'],
    ['[::]', 'https://[::]/cb'],
    ['an IPv6 literal', 'https://[2001:db8::1]/cb'],
    ['a mapped IPv4', 'http://[::ffff:127.0.0.1]/cb'],
    ['a long form of [::1]', 'http://[0:0:0:0:0:0:0:1]/cb'],
    ['an empty label', 'https://a..com/cb'],
    ['a trailing dot', 'https://example.com./cb'],
    ['localhost with a trailing dot', 'http://localhost./cb'],
    ['a leading dot', 'https://.example.com/cb'],
    ['a leading hyphen', 'https://-a.com/cb'],
    ['a trailing hyphen', 'https://a-.com/cb'],
    ['an underscore in the host', 'https://a_b.com/cb'],
    ['a percent sign in the host', 'https://a%41.com/cb'],
    ['a wildcard host', 'https://*.example.com/cb'],
    ['a wildcard path', 'https://example.com/*'],
    ['a space', 'https://example.com/a b'],
    ['a leading space', ' https://example.com/'],
    ['a trailing line break', 'https://example.com/\n'],
    ['a tab inside', 'https://exa\tmple.com/'],
    ['letters beyond ASCII', 'https://münchen.de/'],
    ['a path beyond ASCII', 'https://example.com/größe'],
    ['an emoji', 'https://example.com/😀'],
    ['NUL', 'https://example.com/\u0000'],
    ['a lone surrogate', 'https://example.com/\ud800'],
    ['DEL', 'https://example.com/\u007f'],
    ['a quotation mark', 'https://example.com/"'],
    ['angle brackets', 'https://example.com/<x>'],
    ['a caret', 'https://example.com/^'],
    ['a backtick', 'https://example.com/`'],
    ['braces', 'https://example.com/{id}'],
    ['a bar', 'https://example.com/a|b'],
    ['a custom scheme', 'myapp://callback'],
    ['a private-use scheme', 'com.example.app:/callback'],
    ['javascript:', 'javascript:alert(1)'],
    ['data:', 'data:text/html,x'],
    ['file:', 'file:///etc/passwd'],
    ['ftp:', 'ftp://example.com/cb'],
    ['blob:', 'blob:https://example.com/x'],
    ['wss:', 'wss://example.com/'],
  ])('refuses %s, and names both places', async (_, uri) => {
    const id = newId();
    const answer = await put(id, { ...PUBLIC, redirectUris: [uri], postSignOutRedirectUris: [URI, uri] });
    expectViolations(answer, ['redirectUris[0]', 'postSignOutRedirectUris[1]']);
    expect((await get(id)).status).toBe(404);
  });

  it.each([
    'string',
    'https://example.com/',
    'https://example.com/path',
    'https://example.com:443',
    'https://Example.com',
    'https://*.example.com',
    'https://example.com?',
    'https://user@example.com',
    'http://example.com',
    'http://localhost.evil.com',
    'com.example.app://app',
    'null',
    '*',
    '',
    'https://',
    'https://[::]',
    'https://0.0.0.0',
  ])('%p is no allowed origin', async (origin) => {
    expectViolations(await put(newId(), { ...PUBLIC, allowedOrigins: ['https://ok.example.com', origin] }), [
      'allowedOrigins[1]',
    ]);
  });
});

describe('all violations come at once, by their ASP.NET path', () => {
  it('whatever they are of', async () => {
    const id = newId();
    const body = {
      clientId: 'another',
      clientType: 'Secret',
      grantType: 5,
      scope: 'a a',
      audiences: ['ok', 'NOT OK', 'ok'],
      redirectUris: ['string', URI, URI, 'http://example.com'],
      redirect_uris: [URI],
      postSignOutRedirectUris: ['string'],
      allowLocalLogin: 'yes',
      providers: ['', 'ok'],
      policies: 'none',
      allowedOrigins: ['https://example.com/'],
      accessTokenExpiry: 1441,
      idTokenExpiry: '90',
      refreshTokenExpiry: -1,
      clientSecret: '*********',
      colour: 'red',
    };
    expectViolations(await put(id, body), [
      'clientId',
      'clientType',
      'grantType',
      'scope',
      'audiences[1]',
      'audiences[2]',
      'redirectUris[0]',
      'redirectUris[2]',
      'redirectUris[3]',
      'redirect_uris',
      'postSignOutRedirectUris[0]',
      'allowLocalLogin',
      'providers[0]',
      'policies',
      'allowedOrigins[0]',
      'accessTokenExpiry',
      'idTokenExpiry',
      'refreshTokenExpiry',
      'clientSecret',
      'colour',
    ]);
  });

  it('an empty object lacks what is required', async () => {
    const { body } = await put(newId(), {});
    expect(Object.keys(body.errors)).toEqual(expect.arrayContaining(['clientType', 'grantType']));
  });

  it('two faults of one place are two sentences, or one that says it all', async () => {
    const { body } = await put(newId(), { ...PUBLIC, redirectUris: ['string', 'string'] });
    expect(Object.keys(body.errors).sort()).toEqual(['redirectUris[0]', 'redirectUris[1]']);
    expect(body.errors['redirectUris[1]']).toHaveLength(2);
  });

  it('an unknown field does not hide the fault of a known one whose name it begins with', async () => {
    expectViolations(await put(newId(), { ...PUBLIC, scope: 'a a', scopes: [] }), ['scope', 'scopes']);
    expectViolations(await put(newId(), { ...PUBLIC, redirectUris: ['string'], redirectUrisOld: [] }), [
      'redirectUris[0]',
      'redirectUrisOld',
    ]);
  });

  it('an entry of the wrong type does not hide the fault of another entry', async () => {
    expectViolations(await put(newId(), { ...PUBLIC, redirectUris: [1, 'string', URI] }), [
      'redirectUris[0]',
      'redirectUris[1]',
    ]);
  });

  it('a redirect_uris of the wrong type is the one fault that is named', async () => {
    const { redirectUris, ...rest } = PUBLIC;
    expectViolations(await put(newId(), { ...rest, redirect_uris: redirectUris[0] }), ['redirect_uris']);
  });
});

describe('secrets', () => {
  it('absent → Confidential: one secret is made, shown this once, and stored hashed', async () => {
    const id = newId();
    const { clientSecret } = (await put(id, CONFIDENTIAL)).body;
    expect(clientSecret).toMatch(SECRET);
    expect(await isLive(id, clientSecret)).toBe(true);
    expect((await get(id)).text).not.toContain(clientSecret);
    expect((await get(id)).body).not.toHaveProperty('clientSecret');
    expect((await inAccounts(id)).clientSecret).toBeNull();
    const rows = await server.database.query<{ stored: string }>(
      'select to_jsonb(s) #>> $2 as stored from client_secrets s where client_id = $1',
      [id, '{}'],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.stored).not.toContain(clientSecret);
    expect(rows[0]!.stored).not.toContain(Buffer.from(clientSecret).toString('hex'));
  });

  it('absent → Public: none', async () => {
    const id = newId();
    expect((await put(id, PUBLIC)).body).toEqual({ clientSecret: null });
    expect(await server.database.query('select 1 from client_secrets where client_id = $1', [id])).toEqual([]);
  });

  it('Confidential → Confidential: kept untouched, whether or not anything else changes', async () => {
    const id = newId();
    const { clientSecret } = (await put(id, CONFIDENTIAL)).body;
    expect((await put(id, CONFIDENTIAL)).body).toEqual({ clientSecret: null });
    expect((await put(id, { ...CONFIDENTIAL, scope: 'more' })).body).toEqual({ clientSecret: null });
    expect((await put(id, MACHINE)).body).toEqual({ clientSecret: null });
    expect(await isLive(id, clientSecret)).toBe(true);
  });

  it('Public → Confidential: a new one, never an old one revived', async () => {
    const id = newId();
    const first = (await put(id, CONFIDENTIAL)).body.clientSecret;
    expect((await put(id, PUBLIC)).body).toEqual({ clientSecret: null });
    const second = (await put(id, CONFIDENTIAL)).body.clientSecret;
    expect(second).toMatch(SECRET);
    expect(second).not.toBe(first);
    expect([await isLive(id, first), await isLive(id, second)]).toEqual([false, true]);
  });

  it('Confidential → Public: all are revoked at once', async () => {
    const id = newId();
    await put(id, CONFIDENTIAL);
    await put(id, PUBLIC);
    expect(await server.database.query('select 1 from client_secrets where client_id = $1', [id])).toEqual([]);
    await expectOnRecord(id, PUBLIC);
  });

  it('Public → Public: none', async () => {
    const id = newId();
    await put(id, PUBLIC);
    expect((await put(id, { ...PUBLIC, scope: 'more' })).body).toEqual({ clientSecret: null });
  });

  it('deleted earlier, same id → Confidential: a new client, nothing is inherited', async () => {
    const id = newId();
    const first = (await put(id, { ...CONFIDENTIAL, scope: 'old', policies: ['old'] })).body.clientSecret;
    await server.call('PUT', `/client?clientID=${id}`, { body: { clientName: 'Old' } });
    const before = (await get(id)).body;
    expect((await remove(id)).status).toBe(204);
    await aMoment();
    const second = (await put(id, CONFIDENTIAL)).body.clientSecret;
    expect(second).toMatch(SECRET);
    expect([await isLive(id, first), await isLive(id, second)]).toEqual([false, true]);
    await expectOnRecord(id, CONFIDENTIAL);
    expect((await inAccounts(id)).clientName).toBeNull();
    expect(Date.parse((await get(id)).body.createdAt)).toBeGreaterThan(Date.parse(before.createdAt));
  });

  it('a refused PUT makes and revokes none', async () => {
    const id = newId();
    const { clientSecret } = (await put(id, CONFIDENTIAL)).body;
    expectProblem(await put(id, { ...PUBLIC, scope: 'a a' }), 400);
    expect(await isLive(id, clientSecret)).toBe(true);
  });

  it('no two are alike', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => put(newId(), CONFIDENTIAL)));
    expect(new Set(answers.map(({ body }) => body.clientSecret)).size).toBe(10);
  });

  it('raced by 16 callers creating one client: exactly one gets the secret, and it is the one in force', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = newId();
      const answers = await Promise.all(Array.from({ length: 16 }, () => put(id, CONFIDENTIAL)));
      expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200));
      const secrets = answers.map(({ body }) => body.clientSecret).filter((secret) => secret !== null);
      expect(secrets).toEqual([expect.stringMatching(SECRET)]);
      expect(await isLive(id, secrets[0])).toBe(true);
      expect((await audit(id)).map(({ action }) => action)).toEqual(['client.created']);
      expect(new Set(answers.map(etagOf)).size).toBe(1);
    }
  });

  it('raced by 16 callers who make a Public client Confidential: exactly one gets the secret', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = newId();
      await put(id, PUBLIC);
      const answers = await Promise.all(Array.from({ length: 16 }, () => put(id, CONFIDENTIAL)));
      const secrets = answers.map(({ body }) => body.clientSecret).filter((secret) => secret !== null);
      expect(secrets).toEqual([expect.stringMatching(SECRET)]);
      expect(await isLive(id, secrets[0])).toBe(true);
    }
  });
});

describe('an unchanged PUT', () => {
  it('writes nothing: same ETag, same updatedAt, no audit row', async () => {
    const id = newId();
    const body = { ...CONFIDENTIAL, scope: 'a b', audiences: ['x'], allowLocalLogin: true, accessTokenExpiry: 5 };
    const first = await put(id, body);
    const before = await get(id);
    for (let round = 0; round < 3; round += 1) {
      const again = await put(id, body);
      expect([again.status, etagOf(again)]).toEqual([200, etagOf(first)]);
    }
    const after = await get(id);
    expect([after.text, etagOf(after)]).toEqual([before.text, etagOf(before)]);
    expect((await audit(id)).map(({ action }) => action)).toEqual(['client.created']);
  });

  it('is one also when it says the same in other words', async () => {
    const id = newId();
    const first = await put(id, PUBLIC);
    for (const body of [
      { ...PUBLIC, ...DEFAULTS, redirectUris: [URI] },
      { ...PUBLIC, accessTokenExpiry: 90, idTokenExpiry: 0, refreshTokenExpiry: null },
      { ...PUBLIC, scope: null, audiences: null, providers: [], allowLocalLogin: null },
      { redirect_uris: [URI], grantType: 'AuthorizationCode', clientType: 'Public' },
    ]) {
      expect(etagOf(await put(id, body))).toBe(etagOf(first));
    }
    expect(await audit(id)).toHaveLength(1);
  });

  it('is one when it puts back what GET returned', async () => {
    const id = newId();
    await put(id, { ...CONFIDENTIAL, scope: 'a', policies: ['p'], refreshTokenExpiry: 7 });
    const read = await get(id);
    const answer = await put(id, read.body);
    expect([answer.status, answer.body, etagOf(answer)]).toEqual([200, { clientSecret: null }, etagOf(read)]);
    expect((await get(id)).text).toBe(read.text);
    expect(await audit(id)).toHaveLength(1);
  });
});

describe('what infrastructure code sends, and reads again', () => {
  const document = readFileSync('docs/infrastructure-code.md', 'utf8');
  const rows = [...document.matchAll(/^\| `(\{.*?\})` \| `(\{.*?\})` \|$/gm)].map(
    ([, sent, read]) => [sent!, read!] as const,
  );

  it('is in the document, first of all which values come back where nothing was sent', () => {
    const values = Object.entries(DEFAULTS).filter(([, value]) => typeof value === 'number');
    expect(rows[0]?.map((text) => JSON.parse(text))).toEqual([{}, Object.fromEntries(values)]);
  });

  it.each(rows)('%s → %s', async (sent, read) => {
    const id = newId();
    const body = { ...MACHINE, ...JSON.parse(sent) };
    const first = await put(id, body);
    expect((await get(id)).body).toMatchObject(JSON.parse(read));
    const again = await put(id, body);
    expect([again.status, etagOf(again), again.body]).toEqual([200, etagOf(first), { clientSecret: null }]);
  });

  it('a plan for what is on record already is empty', async () => {
    const id = newId();
    for (const [sent] of rows) {
      const body = { ...MACHINE, ...JSON.parse(sent) };
      await put(id, body);
      const { body: plan } = await server.call('PUT', `${path(id)}?dryRun=true`, { body });
      expect(plan).toEqual({ dryRun: true, created: false, changes: [], clientSecret: 'kept' });
    }
  });
});

describe('the audit', () => {
  it('has one row for each change, and none holds a secret', async () => {
    const id = newId();
    const headers = { 'x-request-id': 'request-of-the-test' };
    const { clientSecret } = (await put(id, CONFIDENTIAL, { headers })).body;
    await put(id, { ...CONFIDENTIAL, scope: 'openid' }, { headers });
    await put(id, { ...PUBLIC, scope: 'openid' }, { headers });
    const second = (await put(id, { ...CONFIDENTIAL, scope: 'openid' }, { headers })).body.clientSecret;
    await remove(id, { headers });
    const rows = await audit(id);
    expect(rows.map(({ action }) => action)).toEqual([
      'client.created',
      'client.changed',
      'client.changed',
      'client.changed',
      'client.deleted',
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({ dialect: 'v1', request_id: 'request-of-the-test', credential_name: 'operator' });
    }
    expect(rows[1]!.changes).toEqual({ scope: { before: '', after: 'openid' } });
    expect(rows[2]!.changes.clientType).toEqual({ before: 'confidential', after: 'public' });
    expect(rows[4]!.changes.scope).toEqual({ before: 'openid', after: null });
    const everything = JSON.stringify(rows);
    for (const secret of [clientSecret, second]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(secret.slice('cls_'.length, -10));
    }
    expect(everything).not.toContain('cls_');
  });

  it('has none for a request that was refused', async () => {
    const id = newId();
    await put(id, PUBLIC);
    await put(id, { ...PUBLIC, scope: 'a a' });
    await put(id, { ...PUBLIC, scope: 'b' }, { headers: { 'if-match': '"other"' } });
    await remove(id, { headers: { 'if-match': '"other"' } });
    await remove('never-registered');
    expect((await audit(id)).map(({ action }) => action)).toEqual(['client.created']);
    expect(await audit('never-registered')).toEqual([]);
  });
});

describe('what is on record is never refused', () => {
  const withQuery = 'https://legacy.example.com/callback?source=legacy';

  it('so a client with ?query, registered through the accounts dialect, passes GET → PUT', async () => {
    const id = newId();
    expect((await register({ clientID: id, callbackURL: withQuery })).status).toBe(201);
    const read = await get(id);
    expect(read.body.redirectUris).toEqual([withQuery]);
    const answer = await put(id, read.body);
    expect([answer.status, etagOf(answer)]).toEqual([200, etagOf(read)]);
    expect(await audit(id)).toHaveLength(1);
  });

  it('nor when something else changes', async () => {
    const id = newId();
    await register({ clientID: id, callbackURL: withQuery });
    const { body } = await get(id);
    expect((await put(id, { ...body, scope: 'openid' })).status).toBe(200);
    await expectOnRecord(id, { ...PUBLIC, redirectUris: [withQuery], scope: 'openid' });
    expect((await put(id, { ...PUBLIC, redirectUris: [URI, withQuery] })).status).toBe(200);
    await expectOnRecord(id, { ...PUBLIC, redirectUris: [URI, withQuery] });
  });

  it('but what a body adds or changes is', async () => {
    const id = newId();
    await register({ clientID: id, callbackURL: withQuery });
    const { body } = await get(id);
    const answer = await put(id, { ...body, redirectUris: [withQuery, `${withQuery}-2`] });
    expectViolations(answer, ['redirectUris[1]']);
    await put(id, PUBLIC);
    expectViolations(await put(id, { ...PUBLIC, redirectUris: [withQuery] }), ['redirectUris[0]']);
  });

  it('so a legacy client without redirect URIs passes, also when its scope changes', async () => {
    const id = newId();
    expect((await register({ clientID: id, callbackURL: null })).status).toBe(201);
    const read = await get(id);
    expect(read.body).toMatchObject({ grantType: 'AuthorizationCode', redirectUris: [] });
    expect(etagOf(await put(id, read.body))).toBe(etagOf(read));
    expect((await put(id, { ...read.body, scope: 'openid' })).status).toBe(200);
    expect((await inAccounts(id)).grantTypes).toEqual([]);
  });

  it('so a private-use scheme passes', async () => {
    const id = newId();
    const uri = 'com.example.app:/callback';
    await register({ clientID: id, redirectURIs: [uri], postLogoutRedirectURIs: [uri] });
    const read = await get(id);
    expect(read.body).toMatchObject({ redirectUris: [uri], postSignOutRedirectUris: [uri] });
    expect(etagOf(await put(id, read.body))).toBe(etagOf(read));
  });
});

describe('fields that this dialect cannot name', () => {
  it('are left alone', async () => {
    const id = newId();
    await register({
      clientID: id,
      callbackURL: URI,
      clientName: 'My App',
      config: { tokenMethod: ['cookie'], disableStrategies: ['facebook'] },
      authUIOrigin: 'https://login.example.com',
      logoURI: 'https://example.com/logo.png',
    });
    const before = await inAccounts(id);
    await aMoment();
    expect((await put(id, { ...PUBLIC, scope: 'openid' })).status).toBe(200);
    const { modified, ...after } = await inAccounts(id);
    expect(after).toEqual({ ...before, modified: undefined });
    expect(Date.parse(modified)).toBeGreaterThan(Date.parse(before.modified));
  });

  it('grants beyond the two words are kept while the word that is shown is put, and replaced by another', async () => {
    const id = newId();
    await register({
      clientID: id,
      callbackURL: URI,
      grantTypes: ['authorization_code', 'client_credentials'],
      tokenEndpointAuthMethod: 'client_secret_basic',
    });
    expect((await get(id)).body.grantType).toBe('AuthorizationCode');
    await put(id, { ...CONFIDENTIAL, scope: 'openid' });
    expect((await inAccounts(id)).grantTypes).toEqual(['authorization_code', 'client_credentials']);
    await put(id, MACHINE);
    expect((await inAccounts(id)).grantTypes).toEqual(['client_credentials']);
    await put(id, CONFIDENTIAL);
    expect((await inAccounts(id)).grantTypes).toEqual(['authorization_code', 'refresh_token']);
  });
});

describe('nothing that is accepted depends on what this dialect cannot show:', () => {
  const open = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [URI] };
  const registered = async (grantTypes: string[], more: object = {}): Promise<string> => {
    const id = newId();
    const body = { clientID: id, grantTypes, tokenEndpointAuthMethod: 'client_secret_basic', ...more };
    expect((await register(body)).status).toBe(201);
    return id;
  };

  it('a client becomes Public, and loses the client credentials that it had beside authorization_code', async () => {
    const id = await registered(['authorization_code', 'client_credentials'], { callbackURL: URI });
    expect((await get(id)).body).toMatchObject({ clientType: 'Confidential', grantType: 'AuthorizationCode' });
    const answer = await put(id, open);
    expect([answer.status, answer.body]).toEqual([200, { clientSecret: null }]);
    await expectOnRecord(id, open);
    expect(await inAccounts(id)).toMatchObject({
      grantTypes: ['authorization_code'],
      tokenEndpointAuthMethod: 'none',
      clientType: 'Public Client',
    });
    expect((await audit(id)).at(-1)!.changes).toEqual({
      clientType: { before: 'confidential', after: 'public' },
      grantTypes: { before: ['authorization_code', 'client_credentials'], after: ['authorization_code'] },
      clientSecret: { before: null, after: 'revoked' },
    });
  });

  it('also without redirect URIs, which a client that is shown in the same way may go without', async () => {
    for (const grantTypes of [['authorization_code'], ['authorization_code', 'client_credentials']]) {
      const id = await registered(grantTypes);
      const { body } = await get(id);
      expect((await put(id, { ...body, clientType: 'Public' })).status).toBe(200);
      expect((await inAccounts(id)).grantTypes).toEqual(['authorization_code']);
    }
  });

  it('two clients that look alike here are refused and accepted alike, whatever else they have', async () => {
    const hidden = {
      clientName: 'x'.repeat(1000),
      config: { tokenMethod: ['body'], disableStrategies: ['password'], own: { a: [1] } },
      authUIOrigin: 'com.example.app:/login',
      logoURI: 'https://a.example.com/logo.png?size=1',
    };
    const grants = [
      ['authorization_code'],
      ['refresh_token'],
      ['refresh_token', 'client_credentials'],
      ['client_credentials', 'authorization_code', 'refresh_token'],
      [],
    ];
    const bodies = [open, { ...open, redirectUris: [] }, { ...open, clientType: 'Confidential' }, MACHINE, {}];
    for (const body of bodies) {
      const statuses = await Promise.all(
        grants.flatMap((grantTypes) =>
          [{}, hidden].map(async (more) => (await put(await registered(grantTypes, more), body)).status),
        ),
      );
      expect(new Set(statuses).size).toBe(1);
    }
  });
});

describe('conditional requests (RFC 9110 §13)', () => {
  const ifMatch = (tag: string) => ({ headers: { 'if-match': tag } });
  const ifNoneMatch = (tag: string) => ({ headers: { 'if-none-match': tag } });

  it('PUT with If-None-Match: * creates only: 412 when the client exists', async () => {
    const id = newId();
    expect((await put(id, PUBLIC, ifNoneMatch('*'))).status).toBe(200);
    expectProblem(await put(id, { ...PUBLIC, scope: 'other' }, ifNoneMatch('*')), 412);
    expectProblem(await put(id, PUBLIC, ifNoneMatch('*')), 412);
    await expectOnRecord(id, PUBLIC);
  });

  it('PUT with If-None-Match: * by 16 callers at once succeeds for one', async () => {
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 16 }, () => put(id, CONFIDENTIAL, ifNoneMatch('*'))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(15).fill(412)]);
    expect(answers.filter(({ body }) => SECRET.test(body.clientSecret))).toHaveLength(1);
  });

  it('PUT with If-Match changes the version that it names, and answers with the new ETag', async () => {
    const id = newId();
    const first = etagOf(await put(id, PUBLIC));
    const answer = await put(id, { ...PUBLIC, scope: 'new' }, ifMatch(first));
    expect(answer.status).toBe(200);
    expect(etagOf(answer)).not.toBe(first);
    expect(etagOf(await get(id))).toBe(etagOf(answer));
    await expectOnRecord(id, { ...PUBLIC, scope: 'new' });
  });

  it('PUT with an If-Match that is out of date is a 412, and nothing is written', async () => {
    const id = newId();
    const first = etagOf(await put(id, PUBLIC));
    await put(id, { ...PUBLIC, scope: 'two' });
    expectProblem(await put(id, { ...PUBLIC, scope: 'three' }, ifMatch(first)), 412);
    expectProblem(await put(id, { ...PUBLIC, scope: 'two' }, ifMatch(first)), 412);
    await expectOnRecord(id, { ...PUBLIC, scope: 'two' });
  });

  it('PUT with If-Match creates nothing', async () => {
    const id = newId();
    expectProblem(await put(id, PUBLIC, ifMatch('*')), 412);
    expectProblem(await put(id, PUBLIC, ifMatch('"1"')), 412);
    expect((await get(id)).status).toBe(404);
  });

  it('If-Match takes a list, and * for whatever is there', async () => {
    const id = newId();
    const first = etagOf(await put(id, PUBLIC));
    const second = await put(id, { ...PUBLIC, scope: 'a' }, ifMatch(`"other", ${first}`));
    expect(second.status).toBe(200);
    expect((await put(id, { ...PUBLIC, scope: 'b' }, ifMatch('*'))).status).toBe(200);
    expectProblem(await put(id, { ...PUBLIC, scope: 'c' }, ifMatch(`${first}, ${etagOf(second)}`)), 412);
  });

  it('If-Match knows the version by a tag that a compressing proxy changed, and by no other', async () => {
    const id = newId();
    const changed = [(tag: string) => `W/${tag}`, (tag: string) => tag.replace(/"$/, '-gzip"')];
    let answer = await put(id, PUBLIC);
    for (const change of changed) {
      const stale = ifMatch(change(etagOf(answer)));
      answer = await put(id, { ...PUBLIC, scope: `turn-${changed.indexOf(change)}` }, stale);
      expect(answer.status).toBe(200);
      expectProblem(await put(id, { ...PUBLIC, scope: 'lost' }, stale), 412);
    }
    expect((await remove(id, ifMatch(`W/${etagOf(answer)}`))).status).toBe(204);
  });

  it('16 callers who change the same version: one succeeds, the others get 412', async () => {
    const id = newId();
    const tag = etagOf(await put(id, PUBLIC));
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => put(id, { ...PUBLIC, scope: `s${index}` }, ifMatch(tag))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(15).fill(412)]);
    await expectOnRecord(id, { ...PUBLIC, scope: `s${answers.findIndex(({ status }) => status === 200)}` });
    expect(await audit(id)).toHaveLength(2);
  });

  it('DELETE with If-Match removes only the version that it names', async () => {
    const id = newId();
    const first = etagOf(await put(id, PUBLIC));
    const second = etagOf(await put(id, { ...PUBLIC, scope: 'two' }));
    expectProblem(await remove(id, ifMatch(first)), 412);
    expect((await get(id)).status).toBe(200);
    expect((await remove(id, ifMatch(second))).status).toBe(204);
    expect((await get(id)).status).toBe(404);
  });

  it('GET with If-None-Match is a 304 without a body while nothing has changed', async () => {
    const id = newId();
    const tag = etagOf(await put(id, PUBLIC));
    for (const value of [tag, `W/${tag}`, tag.replace(/"$/, '-gzip"'), `"other", ${tag}`, '*']) {
      const answer = await get(id, ifNoneMatch(value));
      expect([value, answer.status, answer.text, etagOf(answer)]).toEqual([value, 304, '', tag]);
    }
    expect((await get(id, ifNoneMatch('"other"'))).status).toBe(200);
    await put(id, { ...PUBLIC, scope: 'new' });
    expect((await get(id, ifNoneMatch(tag))).status).toBe(200);
  });

  it('a 400 wins over a 412, and a 404 over a 412', async () => {
    const id = newId();
    await put(id, PUBLIC);
    expectProblem(await put(id, { ...PUBLIC, scope: 'a a' }, ifMatch('"other"')), 400);
    expectProblem(await remove('not-there', ifMatch('"other"')), 404);
  });

  it('an ETag never recurs for an id, not even after DELETE and creation', async () => {
    const id = newId();
    const tags: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (const scope of ['a', 'b', 'a']) tags.push(etagOf(await put(id, { ...PUBLIC, scope })));
      expect((await remove(id)).status).toBe(204);
    }
    expect(new Set(tags).size).toBe(tags.length);
  });
});

describe('DELETE of a client', () => {
  it('answers 204 without a body, and the client is gone', async () => {
    const id = newId();
    await put(id, CONFIDENTIAL);
    const answer = await remove(id);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expectProblem(await get(id), 404);
    const rows = await server.database.query('select 1 from client_secrets where client_id = $1', [id]);
    expect(rows).toEqual([]);
    expect((await server.call('GET', '/v1/domain/default/client')).text).not.toContain(`"${id}"`);
  });

  it('of a client that does not exist is a 404, so that a mistyped id does not look like success', async () => {
    const id = newId();
    expectProblem(await remove(id), 404);
    await put(id, PUBLIC);
    await remove(id);
    expectProblem(await remove(id), 404);
  });

  it('by 16 callers at once succeeds once', async () => {
    const id = newId();
    await put(id, PUBLIC);
    const answers = await Promise.all(Array.from({ length: 16 }, () => remove(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(15).fill(404)]);
    expect((await audit(id)).map(({ action }) => action)).toEqual(['client.created', 'client.deleted']);
  });
});
