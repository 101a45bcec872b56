import { DEFAULT_METADATA } from '#clients';
import { CLIENT_ID, CORE_RULES } from '../../libs/clients/src/client-rules.js';
import { ruleViolations } from '../../libs/clients/src/metadata-rule.js';
import { aFullClient } from '../../libs/clients/src/testing/writes.js';

const options = { allowPlainHttp: false };

const breaksOf = (metadata: object, onRecord?: object) =>
  ruleViolations(
    { ...DEFAULT_METADATA, ...metadata },
    onRecord && { ...DEFAULT_METADATA, ...onRecord },
    CORE_RULES,
    options,
  );

/** `field` or `field[index]`, and the kind of the rule. */
const placesOf = (metadata: object, onRecord?: object) =>
  breaksOf(metadata, onRecord).map(
    ({ field, index, rule }) => `${field}${index === undefined ? '' : `[${index}]`} ${rule}`,
  );

const uris = (count: number, length = 30) =>
  Array.from({ length: count }, (_, index) => `https://a.com/${String(index).padStart(length - 14, '0')}`);
const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

describe('a client id', () => {
  it.each(['a', 'my-app', '0', '-', '--', 'a'.repeat(128)])('may be %s', (id) => {
    expect(CLIENT_ID.test(id)).toBe(true);
  });

  it.each(['', 'A', 'My-App', 'my_app', 'my.app', 'my app', 'ä', 'a\n', 'a/b', 'a%', 'a'.repeat(129)])(
    'may not be %j',
    (id) => {
      expect(CLIENT_ID.test(id)).toBe(false);
    },
  );
});

describe('the core accepts', () => {
  it.each([
    ['a client of which nothing is said', {}],
    ['a legacy client: no grants, no redirect URIs', { grantTypes: [], redirectUris: [] }],
    [
      'client credentials for a confidential client',
      { clientType: 'confidential', grantTypes: ['client_credentials'] },
    ],
    [
      'every grant at once for a confidential client',
      { clientType: 'confidential', grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'] },
    ],
    [
      'an authorization code client without redirect URIs, which only v1 refuses',
      { grantTypes: ['authorization_code'] },
    ],
    ['100 redirect URIs', { redirectUris: uris(100) }],
    ['a list of exactly 16 KiB', { redirectUris: uris(8, 2048) }],
    ['100 URIs after signing out', { postLogoutRedirectUris: uris(100) }],
    ['100 origins', { allowedOrigins: ids(100).map((id) => `https://${id}.example.com`) }],
    ['50 audiences', { audiences: ids(50) }],
    ['an audience that nobody registered', { audiences: ['nobody-yet'] }],
    ['50 identity providers', { identityProviders: ids(50) }],
    ['50 policies', { policies: ids(50) }],
    ['an authority URL as identity provider', { identityProviders: ['https://login.partner.example.com/tenant'] }],
    ['a reference of 256 characters', { policies: [`A${'.'.repeat(255)}`] }],
    [
      'scope tokens of every printable character but " and \\',
      { scope: '! # [ ] ~ openid offline_access api:read/write' },
    ],
    ['a scope of 1000 characters', { scope: 'x'.repeat(1000) }],
    ['one minute', { accessTokenLifetime: 1, idTokenLifetime: 1, refreshTokenLifetime: 1 }],
    ['the longest lifetimes', { accessTokenLifetime: 1440, idTokenLifetime: 1440, refreshTokenLifetime: 525_600 }],
    ['the default lifetimes', { accessTokenLifetime: null, idTokenLifetime: null, refreshTokenLifetime: null }],
    ['every token method', { tokenMethods: ['query', 'cookie', 'body'], tokenMethodsAsList: true }],
    ['every strategy switched off', { disabledStrategies: ['facebook', 'google', 'password'] }],
    ['a name in any script', { clientName: '客户端 🦉' }],
    ['a name of 1000 characters', { clientName: 'x'.repeat(1000) }],
    ['a name of 1000 characters that are 2000 in UTF-16', { clientName: '🦉'.repeat(1000) }],
    [
      'addresses of its UI and its logo',
      { authUiOrigin: 'https://ui.example.com', logoUri: 'https://a.com/logo.png?v=2' },
    ],
  ])('%s', (_, metadata) => {
    expect(placesOf(metadata)).toEqual([]);
  });
});

describe('the core refuses', () => {
  it.each([
    ['an unknown grant', { grantTypes: ['password'] }, ['grantTypes[0] format']],
    ['a grant twice', { grantTypes: ['refresh_token', 'refresh_token'] }, ['grantTypes[1] duplicate']],
    [
      'client credentials for a public client (RFC 6749 §4.4)',
      { grantTypes: ['client_credentials'] },
      ['grantTypes value'],
    ],
    [
      'client credentials among others for a public client',
      { grantTypes: ['authorization_code', 'client_credentials'] },
      ['grantTypes value'],
    ],
    ['101 redirect URIs', { redirectUris: uris(101) }, ['redirectUris limit']],
    ['a list above 16 KiB', { redirectUris: [...uris(8, 2048), 'https://b.com'] }, ['redirectUris limit']],
    [
      'a redirect URI twice',
      { redirectUris: ['https://a.com/x', 'https://b.com/', 'https://a.com/x'] },
      ['redirectUris[2] duplicate'],
    ],
    ['a redirect URI that is none', { redirectUris: ['https://a.com/', 'string'] }, ['redirectUris[1] format']],
    ['a redirect URI that may not be used', { redirectUris: ['javascript:x'] }, ['redirectUris[0] value']],
    [
      'every bad redirect URI, not only the first',
      { redirectUris: ['string', 'https://a.com/', 'http://a.com/'] },
      ['redirectUris[0] format', 'redirectUris[2] value'],
    ],
    ['a bad URI after signing out', { postLogoutRedirectUris: ['string'] }, ['postLogoutRedirectUris[0] format']],
    ['101 URIs after signing out', { postLogoutRedirectUris: uris(101) }, ['postLogoutRedirectUris limit']],
    ['an origin with a path', { allowedOrigins: ['https://a.com/x'] }, ['allowedOrigins[0] value']],
    ['an origin over plain http', { allowedOrigins: ['http://a.com'] }, ['allowedOrigins[0] value']],
    ['101 origins', { allowedOrigins: ids(101).map((id) => `https://${id}.example.com`) }, ['allowedOrigins limit']],
    ['51 audiences', { audiences: ids(51) }, ['audiences limit']],
    ['an audience that can be no client id', { audiences: ['Orders'] }, ['audiences[0] format']],
    ['an audience twice', { audiences: ['a', 'a'] }, ['audiences[1] duplicate']],
    ['51 identity providers', { identityProviders: ids(51) }, ['identityProviders limit']],
    ['51 policies', { policies: ids(51) }, ['policies limit']],
    ['a policy that begins with a dot', { policies: ['.a'] }, ['policies[0] format']],
    ['a policy with a space', { policies: ['a b'] }, ['policies[0] format']],
    ['an empty policy', { policies: [''] }, ['policies[0] format']],
    ['a policy of 257 characters', { policies: ['a'.repeat(257)] }, ['policies[0] format']],
    ['an identity provider with a query', { identityProviders: ['https://a.com/?x'] }, ['identityProviders[0] format']],
    ['a scope of 1001 characters', { scope: 'x'.repeat(1001) }, ['scope limit']],
    ['a scope token twice', { scope: 'a b a' }, ['scope duplicate']],
    ['two spaces between scope tokens', { scope: 'a  b' }, ['scope format']],
    ['a space before the scope', { scope: ' a' }, ['scope format']],
    ['a " in the scope', { scope: 'a"b' }, ['scope format']],
    ['a \\ in the scope', { scope: 'a\\b' }, ['scope format']],
    ['a tab in the scope', { scope: 'a\tb' }, ['scope format']],
    ['a letter beyond ASCII in the scope', { scope: 'ä' }, ['scope format']],
    [
      'no minutes',
      { accessTokenLifetime: 0, idTokenLifetime: 0, refreshTokenLifetime: 0 },
      ['accessTokenLifetime limit', 'idTokenLifetime limit', 'refreshTokenLifetime limit'],
    ],
    ['negative minutes', { accessTokenLifetime: -1 }, ['accessTokenLifetime limit']],
    ['half a minute', { idTokenLifetime: 1.5 }, ['idTokenLifetime limit']],
    ['an access token for longer than a day', { accessTokenLifetime: 1441 }, ['accessTokenLifetime limit']],
    ['an id token for longer than a day', { idTokenLifetime: 1441 }, ['idTokenLifetime limit']],
    ['a refresh token for longer than a year', { refreshTokenLifetime: 525_601 }, ['refreshTokenLifetime limit']],
    ['no token method at all', { tokenMethods: [] }, ['tokenMethods format']],
    ['an unknown token method', { tokenMethods: ['header'] }, ['tokenMethods[0] format']],
    ['a token method twice', { tokenMethods: ['query', 'query'] }, ['tokenMethods[1] duplicate']],
    ['an unknown strategy', { disabledStrategies: ['github'] }, ['disabledStrategies[0] format']],
    ['a strategy twice', { disabledStrategies: ['google', 'google'] }, ['disabledStrategies[1] duplicate']],
    ['a name of 1001 characters', { clientName: 'x'.repeat(1001) }, ['clientName limit']],
    ['a name of 1001 characters, each 2 in UTF-16', { clientName: '🦉'.repeat(1001) }, ['clientName limit']],
    ['a name with a NUL, which the store cannot keep', { clientName: 'a\0b' }, ['clientName format']],
    ['a name with half a surrogate pair', { clientName: '\ud800' }, ['clientName format']],
    ['an address of its UI that is no URI', { authUiOrigin: 'ui' }, ['authUiOrigin format']],
    ['a logo in a data: URI', { logoUri: 'data:image/png,x' }, ['logoUri value']],
  ] as [string, object, string[]][])('%s', (_, metadata, expected) => {
    expect(placesOf(metadata)).toEqual(expected);
  });

  it('all broken rules at once', () => {
    const broken = {
      grantTypes: ['client_credentials'],
      redirectUris: ['x'],
      scope: ' ',
      policies: [''],
      idTokenLifetime: 0,
    };
    expect(placesOf(broken)).toEqual([
      'grantTypes value',
      'redirectUris[0] format',
      'scope format',
      'policies[0] format',
      'idTokenLifetime limit',
    ]);
  });

  it('in sentences without their subject, ready for a dialect to put its own name in front', () => {
    const everything = {
      ...aFullClient(),
      clientType: 'public',
      redirectUris: ['x'],
      scope: ' ',
      audiences: ['A'],
      policies: [''],
      idTokenLifetime: 0,
      tokenMethods: [],
      clientName: '\0',
    };
    const messages = breaksOf(everything).map(({ message }) => message);
    expect(messages.length).toBeGreaterThan(7);
    for (const message of messages) expect(message).toMatch(/^must /);
  });
});

describe('what is on record is never refused:', () => {
  const old = {
    redirectUris: ['http://old.example.com/cb', 'https://a.com/'],
    policies: ['with space'],
    scope: 'a  b',
    accessTokenLifetime: 9999,
    clientName: '\0',
    tokenMethods: [] as const,
    disabledStrategies: ['github'],
    authUiOrigin: 'ui',
    grantTypes: ['client_credentials'],
  };

  it('the record as it is passes, whatever it holds', () => {
    expect(placesOf(old).length).toBeGreaterThan(7);
    expect(placesOf(old, old)).toEqual([]);
  });

  it('an entry passes at another place of its list', () => {
    expect(placesOf({ ...old, redirectUris: ['https://b.com/', 'http://old.example.com/cb'] }, old)).toEqual([]);
  });

  it('a new entry beside it is held against the rules', () => {
    const redirectUris = [...old.redirectUris, 'http://new.example.com/cb'];
    expect(placesOf({ ...old, redirectUris }, old)).toEqual(['redirectUris[2] value']);
  });

  it('an entry of another list does not count', () => {
    const postLogoutRedirectUris = ['http://old.example.com/cb'];
    expect(placesOf({ ...old, postLogoutRedirectUris }, old)).toEqual(['postLogoutRedirectUris[0] value']);
  });

  it('an entry on record does not pass twice', () => {
    const redirectUris = ['http://old.example.com/cb', 'http://old.example.com/cb'];
    expect(placesOf({ ...old, redirectUris }, old)).toEqual(['redirectUris[1] duplicate']);
  });

  it('a list on record that is too long passes as it is, and grown longer it does not', () => {
    const tooLong = { redirectUris: uris(101) };
    expect(placesOf(tooLong, tooLong)).toEqual([]);
    expect(placesOf({ redirectUris: uris(102) }, tooLong)).toEqual(['redirectUris limit']);
  });

  it('another bad value in the place of a bad value is refused', () => {
    expect(placesOf({ ...old, scope: 'b  a' }, old)).toEqual(['scope format']);
    expect(placesOf({ ...old, accessTokenLifetime: 9998 }, old)).toEqual(['accessTokenLifetime limit']);
  });

  it('a pair on record passes only as a pair', () => {
    const pair = { clientType: 'public', grantTypes: ['client_credentials'] };
    expect(placesOf(pair, pair)).toEqual([]);
    expect(placesOf(pair, { ...pair, clientType: 'confidential' })).toEqual(['grantTypes value']);
    expect(placesOf({ ...pair, grantTypes: ['client_credentials', 'refresh_token'] }, pair)).toEqual([
      'grantTypes value',
    ]);
  });
});

describe('what is said of a broken rule', () => {
  const SENTENCES: readonly (readonly [object, string])[] = [
    [{ grantTypes: ['password'] }, 'must be one of authorization_code, refresh_token, client_credentials'],
    [
      { grantTypes: ['client_credentials'] },
      'must not include client credentials for a client without a secret (RFC 6749 §4.4)',
    ],
    [{ redirectUris: uris(101) }, 'must have at most 100 entries'],
    [{ redirectUris: [...uris(8, 2048), 'https://b.com'] }, 'must be at most 16 KiB in all'],
    [{ policies: ['a', 'a'] }, 'must not repeat an earlier entry'],
    [{ audiences: ['Orders'] }, 'must be a client id: must be 1 to 128 lower-case letters, digits and hyphens'],
    [{ identityProviders: [' '] }, 'must be an id or an authority URL of at most 256 characters'],
    [{ policies: [' '] }, 'must be a policy id of at most 256 characters'],
    [{ scope: 'x'.repeat(1001) }, 'must be at most 1000 characters'],
    [{ scope: ' ' }, 'must be scope tokens separated by single spaces (RFC 6749 §3.3)'],
    [{ scope: 'a a' }, 'must not name a scope twice'],
    [{ clientName: 'x'.repeat(1001) }, 'must be at most 1000 characters'],
    [{ clientName: '\0' }, 'must be well-formed Unicode without NUL characters'],
    [{ tokenMethods: [] }, 'must name at least one of query, cookie, body'],
    [{ accessTokenLifetime: 1441 }, 'must be whole minutes between 1 and 1440'],
    [{ additionalConfig: { a: [[[[[[[[]]]]]]]] } }, 'must be at most 8 levels deep'],
    [{ additionalConfig: { a: 'x'.repeat(4096) } }, 'must be at most 4 KiB of JSON'],
    [
      { additionalConfig: { a: '\0' } },
      'must hold well-formed Unicode without NUL characters, and no number beyond those of a double',
    ],
  ];

  it.each(SENTENCES.map(([metadata, message]) => [message, metadata] as const))('%s', (message, metadata) => {
    expect(breaksOf(metadata).map((broken) => broken.message)).toEqual([message]);
  });
});
