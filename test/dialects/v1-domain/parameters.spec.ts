import { expectProblem, expectViolations } from '../../support/refusals.js';
import { CONFIDENTIAL, etagOf, MACHINE, PUBLIC, URI, v1Clients } from '../../support/v1-clients.js';

const { audit, expectOnRecord, get, newId, put } = v1Clients();

describe('the parameter table: accepted', () => {
  const uris = (count: number) => Array.from({ length: count }, (_, index) => `https://example.com/${index}`);
  const names = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);
  const origins = (count: number) => Array.from({ length: count }, (_, index) => `https://host-${index}.example.com`);
  /** Eight URIs that are 16 KiB together, each of the greatest length. */
  const heaviest = Array.from({ length: 8 }, (_, index) => `https://example.com/${index}`.padEnd(2048, 'x'));

  it.each<[string, object, object]>([
    ['grantType ClientCredentials with redirectUris, which are kept', { ...MACHINE, redirectUris: [URI] }, {}],
    ['redirectUris null as absent', { ...MACHINE, redirectUris: null }, { redirectUris: [] }],
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
    [
      'redirect_uris in another order than redirectUris',
      { redirectUris: [URI, `${URI}/2`], redirect_uris: [`${URI}/2`, URI] },
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
    ['clientSecret null in the body', { clientSecret: null }, ['clientSecret']],
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
