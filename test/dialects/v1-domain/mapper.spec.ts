import { Client, DEFAULT_METADATA } from '#clients';
import { allViolations } from '../../../libs/clients/src/metadata-rule.js';
import { aFullClient } from '../../../libs/clients/src/testing/writes.js';
import { PutClientDto } from '../../../src/dialects/v1-domain/v1-domain.dto.js';
import { toProposal, toView } from '../../../src/dialects/v1-domain/v1-domain.mapper.js';
import { WORDS } from '../../../src/dialects/v1-domain/v1-domain.requests.js';
import { validated } from '../../../src/http/index.js';
import { aClient } from '../../support/a-client.js';

const options = { allowPlainHttp: false };

const proposed = (body: object, current?: Client) =>
  toProposal('my-app', current, validated(PutClientDto, JSON.parse(JSON.stringify(body)), WORDS));

/** What a PUT of this body is refused for, by place and sentence; nothing when it is accepted. */
function violationsOf(body: object, current?: Client): string[] {
  const { metadata, violations = [], rules = [], nameOf } = proposed(body, current);
  const checked = current
    ? current.changed(metadata, rules, options)
    : Client.proposed({ domainId: '1', clientId: 'my-app' }, metadata, rules, options);
  return allViolations(violations, checked.breaks ?? [], nameOf).map(({ property, rule }) => `${property} ${rule}`);
}

const minimal = {
  clientType: 'Public',
  grantType: 'AuthorizationCode',
  redirectUris: ['https://my-app.example.com/callback'],
};

const full = {
  clientType: 'Confidential',
  grantType: 'ClientCredentials',
  scope: 'openid profile',
  audiences: ['orders-api'],
  redirectUris: ['https://b.example.com/cb', 'http://localhost:3000/cb'],
  postSignOutRedirectUris: ['https://b.example.com/bye'],
  allowLocalLogin: false,
  providers: ['https://login.partner.example.com'],
  policies: ['policy.employees'],
  allowedOrigins: ['https://b.example.com'],
  accessTokenExpiry: 5,
  idTokenExpiry: 6,
  refreshTokenExpiry: 7,
};

describe('what v1 shows of a client', () => {
  it('is the PUT body’s fields with their effective values, the id and the dates', () => {
    const view = toView(aClient({ ...aFullClient(), grantTypes: ['client_credentials'] }));
    expect(view).toEqual({
      clientId: 'my-app',
      clientType: 'Confidential',
      grantType: 'ClientCredentials',
      scope: aFullClient().scope,
      audiences: aFullClient().audiences,
      redirectUris: aFullClient().redirectUris,
      postSignOutRedirectUris: aFullClient().postLogoutRedirectUris,
      allowLocalLogin: false,
      providers: aFullClient().identityProviders,
      policies: aFullClient().policies,
      allowedOrigins: aFullClient().allowedOrigins,
      accessTokenExpiry: 1,
      idTokenExpiry: 1440,
      refreshTokenExpiry: 525_600,
      createdAt: '2026-01-31T12:00:00.123Z',
      updatedAt: '2026-02-28T23:59:59.999Z',
    });
  });

  it('has the defaults of a client of which nothing is said', () => {
    expect(toView(aClient())).toMatchObject({
      clientType: 'Public',
      grantType: 'AuthorizationCode',
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
    });
  });

  it('has no secret and no field of the other dialect', () => {
    expect(Object.keys(toView(aClient(aFullClient()))).sort()).toEqual(
      [...Object.keys(full), 'clientId', 'createdAt', 'updatedAt'].sort(),
    );
  });
});

describe('grantType', () => {
  it.each([
    [[], 'AuthorizationCode'],
    [['authorization_code'], 'AuthorizationCode'],
    [['authorization_code', 'refresh_token'], 'AuthorizationCode'],
    [['refresh_token'], 'AuthorizationCode'],
    [['client_credentials'], 'ClientCredentials'],
    [['client_credentials', 'refresh_token'], 'AuthorizationCode'],
    [['authorization_code', 'client_credentials'], 'AuthorizationCode'],
  ] as const)('of grants %j is shown as %s', (grantTypes, expected) => {
    expect(toView(aClient({ clientType: 'confidential', grantTypes })).grantType).toBe(expected);
  });

  it.each([
    [[], 'AuthorizationCode'],
    [['authorization_code'], 'AuthorizationCode'],
    [['refresh_token'], 'AuthorizationCode'],
    [['authorization_code', 'client_credentials'], 'AuthorizationCode'],
    [['client_credentials'], 'ClientCredentials'],
  ] as const)('changes nothing of grants %j when it is put as shown, %s', (grantTypes, grantType) => {
    const current = aClient({ clientType: 'confidential', grantTypes });
    expect(proposed({ ...full, grantType }, current).metadata.grantTypes).toEqual(grantTypes);
  });

  it.each([
    [['authorization_code', 'client_credentials'], ['authorization_code']],
    [
      ['client_credentials', 'refresh_token', 'authorization_code'],
      ['refresh_token', 'authorization_code'],
    ],
    [
      ['refresh_token', 'client_credentials'],
      ['authorization_code', 'refresh_token'],
    ],
    [['refresh_token'], ['refresh_token']],
    [['authorization_code'], ['authorization_code']],
    [[], []],
  ] as const)('of grants %j leaves %j when the client becomes Public as it is shown', (grantTypes, expected) => {
    const current = aClient({ clientType: 'confidential', grantTypes });
    const body = { ...toView(current), clientType: 'Public' };
    expect(proposed(body, current).metadata.grantTypes).toEqual(expected);
    expect(violationsOf(body, current)).toEqual([]);
  });

  it('does not take client credentials away where they were said', () => {
    const current = aClient({ clientType: 'confidential', grantTypes: ['client_credentials'] });
    expect(violationsOf({ ...toView(current), clientType: 'Public' }, current)).toEqual(['grantType value']);
  });

  it('leaves the grants of a client alone that is Public already, whatever they are', () => {
    const grantTypes = ['authorization_code', 'client_credentials'] as const;
    const current = aClient({ clientType: 'public', grantTypes });
    expect(proposed(toView(current), current).metadata.grantTypes).toEqual(grantTypes);
    expect(violationsOf({ ...toView(current), scope: 'openid' }, current)).toEqual([]);
  });

  it.each([
    ['AuthorizationCode', ['client_credentials'], ['authorization_code', 'refresh_token']],
    ['ClientCredentials', [], ['client_credentials']],
    ['ClientCredentials', ['authorization_code', 'refresh_token'], ['client_credentials']],
    ['ClientCredentials', ['authorization_code', 'client_credentials'], ['client_credentials']],
  ] as const)('%s put on grants %j gives %j', (grantType, grantTypes, expected) => {
    const current = aClient({ clientType: 'confidential', grantTypes });
    expect(proposed({ ...full, grantType }, current).metadata.grantTypes).toEqual(expected);
  });

  it.each([
    ['AuthorizationCode', ['authorization_code', 'refresh_token']],
    ['ClientCredentials', ['client_credentials']],
  ])('%s makes a new client with %j', (grantType, expected) => {
    expect(proposed({ ...full, grantType }).metadata.grantTypes).toEqual(expected);
  });
});

describe('a PUT', () => {
  it('says every field of the record that v1 can name', () => {
    expect(proposed(full).metadata).toEqual({
      ...DEFAULT_METADATA,
      clientType: 'confidential',
      grantTypes: ['client_credentials'],
      scope: full.scope,
      audiences: full.audiences,
      redirectUris: full.redirectUris,
      postLogoutRedirectUris: full.postSignOutRedirectUris,
      allowLocalLogin: false,
      identityProviders: full.providers,
      policies: full.policies,
      allowedOrigins: full.allowedOrigins,
      accessTokenLifetime: 5,
      idTokenLifetime: 6,
      refreshTokenLifetime: 7,
    });
  });

  it('gives absent fields their defaults, whatever was on record', () => {
    const { metadata } = proposed(minimal, aClient(aFullClient()));
    expect(metadata).toMatchObject({
      scope: '',
      audiences: [],
      postLogoutRedirectUris: [],
      allowLocalLogin: null,
      identityProviders: [],
      policies: [],
      allowedOrigins: [],
      accessTokenLifetime: null,
      idTokenLifetime: null,
      refreshTokenLifetime: null,
    });
  });

  it('leaves alone every field that v1 cannot name', () => {
    const { clientName, tokenMethods, tokenMethodsAsList, disabledStrategies, authUiOrigin, logoUri } = aFullClient();
    const untouched = { clientName, tokenMethods, tokenMethodsAsList, disabledStrategies, authUiOrigin, logoUri };
    expect(proposed(minimal, aClient(aFullClient())).metadata).toMatchObject(untouched);
  });

  it.each([
    'scope',
    'audiences',
    'redirectUris',
    'postSignOutRedirectUris',
    'allowLocalLogin',
    'providers',
    'policies',
    'allowedOrigins',
    'accessTokenExpiry',
    'idTokenExpiry',
    'refreshTokenExpiry',
    'redirect_uris',
    'clientId',
    'createdAt',
    'updatedAt',
  ])('takes null for %s as absent', (field) => {
    const { [field as keyof typeof full]: _, ...without } = full;
    expect(violationsOf({ ...without, [field]: null })).toEqual(violationsOf(without));
    expect(proposed({ ...without, [field]: null }).metadata).toEqual(proposed(without).metadata);
  });

  it.each(['accessTokenExpiry', 'idTokenExpiry', 'refreshTokenExpiry'])('takes 0 for %s as the default', (field) => {
    const { [field as keyof typeof full]: _, ...without } = full;
    expect(proposed({ ...without, [field]: 0 }).metadata).toEqual(proposed(without).metadata);
  });

  it('of what was read is accepted and proposes what is on record', () => {
    const current = aClient({ ...aFullClient(), policies: ['a'], postLogoutRedirectUris: [] });
    expect(violationsOf(toView(current), current)).toEqual([]);
    expect(proposed(toView(current), current).metadata).toEqual({
      ...current.metadata(),
      accessTokenLifetime: 1,
    });
  });

  it('may repeat the id of the path, and dates, which are ignored', () => {
    expect(violationsOf({ ...minimal, clientId: 'my-app', createdAt: 'x', updatedAt: 7 })).toEqual([]);
  });
});

describe('redirect_uris, the spelling of the seed’s table,', () => {
  const { redirectUris, ...without } = minimal;

  it('counts as redirectUris', () => {
    expect(proposed({ ...without, redirect_uris: redirectUris }).metadata.redirectUris).toEqual(redirectUris);
    expect(violationsOf({ ...without, redirect_uris: redirectUris })).toEqual([]);
  });

  it('may stand beside redirectUris with the same value', () => {
    expect(violationsOf({ ...minimal, redirect_uris: redirectUris })).toEqual([]);
  });

  it.each([
    ['another value', ['https://other.example.com/']],
    ['no value', []],
  ])('is refused beside redirectUris with %s', (_, redirect_uris) => {
    expect(violationsOf({ ...minimal, redirect_uris })).toEqual(['redirect_uris value']);
  });

  it('is refused beside redirectUris in another order', () => {
    const uris = ['https://a.example.com/', 'https://b.example.com/'];
    expect(violationsOf({ ...minimal, redirectUris: uris, redirect_uris: [...uris].reverse() })).toEqual([
      'redirect_uris value',
    ]);
  });
});

describe('a PUT is refused', () => {
  it.each([
    ['without clientType', { clientType: undefined }, ['clientType required']],
    ['with clientType null', { clientType: null }, ['clientType required']],
    ['with clientType in lower case', { clientType: 'public' }, ['clientType type']],
    ['with clientType as a list', { clientType: ['Public'] }, ['clientType type']],
    ['without grantType', { grantType: undefined }, ['grantType required']],
    ['with grantType in the core’s words', { grantType: 'authorization_code' }, ['grantType type']],
    ['with Public and ClientCredentials (RFC 6749 §4.4)', { grantType: 'ClientCredentials' }, ['grantType value']],
    ['without a redirect URI for AuthorizationCode', { redirectUris: [] }, ['redirectUris required']],
    ['with a redirect URI that is none', { redirectUris: ['string'] }, ['redirectUris[0] format']],
    ['with a query in a redirect URI', { redirectUris: ['https://a.com/cb?x=1'] }, ['redirectUris[0] value']],
    ['with a bare trailing ?', { redirectUris: ['https://a.com/cb?'] }, ['redirectUris[0] value']],
    ['with a private-use scheme', { redirectUris: ['com.example.app:/cb'] }, ['redirectUris[0] value']],
    [
      'with a query in a URI after signing out',
      { postSignOutRedirectUris: ['https://a.com/?x'] },
      ['postSignOutRedirectUris[0] value'],
    ],
    ['with an origin that has a slash', { allowedOrigins: ['https://a.com/'] }, ['allowedOrigins[0] value']],
    ['with redirectUris as a string', { redirectUris: 'https://a.com/' }, ['redirectUris type']],
    ['with a number among the policies', { policies: ['a', 1] }, ['policies[1] type']],
    ['with null among the policies', { policies: [null] }, ['policies[0] type']],
    ['with scope as a list', { scope: ['openid'] }, ['scope type']],
    ['with allowLocalLogin as a word', { allowLocalLogin: 'true' }, ['allowLocalLogin type']],
    ['with allowLocalLogin as a number', { allowLocalLogin: 1 }, ['allowLocalLogin type']],
    ['with minutes as a word', { accessTokenExpiry: '90' }, ['accessTokenExpiry type']],
    ['with half a minute', { idTokenExpiry: 1.5 }, ['idTokenExpiry type']],
    ['with negative minutes', { refreshTokenExpiry: -1 }, ['refreshTokenExpiry limit']],
    [
      'with too many minutes',
      { accessTokenExpiry: 1441, refreshTokenExpiry: 525_601 },
      ['accessTokenExpiry limit', 'refreshTokenExpiry limit'],
    ],
    ['with a provider that begins with a slash', { providers: ['/x'] }, ['providers[0] format']],
    ['with another id than the path’s', { clientId: 'other' }, ['clientId value']],
    ['with an id that is no string', { clientId: 7 }, ['clientId type']],
    ['with a secret: the server generates them', { clientSecret: 'x' }, ['clientSecret unknown']],
    ['with a secret that is null', { clientSecret: null }, ['clientSecret unknown']],
    ['with unknown fields, naming each', { scopes: [], clientName: 'x' }, ['scopes unknown', 'clientName unknown']],
    ['with a field that every object has', { toString: 'x' }, ['toString unknown']],
  ] as [string, object, string[]][])('%s', (_, difference, expected) => {
    expect(violationsOf({ ...minimal, ...difference })).toEqual(expected);
  });

  it('for all that is wrong at once', () => {
    const body = {
      ...full,
      clientType: 'x',
      scope: 7,
      policies: [1],
      redirectUris: ['string'],
      extra: 1,
      idTokenExpiry: 1441,
    };
    expect(violationsOf(body)).toEqual(
      expect.arrayContaining([
        'clientType type',
        'scope type',
        'policies[0] type',
        'extra unknown',
        'redirectUris[0] format',
        'idTokenExpiry limit',
      ]),
    );
  });
});

describe('what is on record is never refused:', () => {
  it('a legacy client without redirect URIs', () => {
    const legacy = aClient();
    expect(violationsOf(toView(legacy), legacy)).toEqual([]);
    expect(violationsOf({ ...toView(legacy), scope: 'openid' }, legacy)).toEqual([]);
  });

  it('nor one that is shown as AuthorizationCode, whichever of its grants change unseen; a machine has to get one', () => {
    const machine = aClient({ clientType: 'confidential', grantTypes: ['client_credentials'] });
    const body = { ...toView(machine), grantType: 'AuthorizationCode' };
    expect(violationsOf(body, machine)).toEqual(['redirectUris required']);
    const withMore = aClient({ clientType: 'confidential', grantTypes: ['client_credentials', 'refresh_token'] });
    expect(violationsOf({ ...toView(withMore), clientType: 'Public' }, withMore)).toEqual([]);
  });

  it('but the last redirect URI of a client cannot be taken away', () => {
    const current = aClient({ grantTypes: ['authorization_code'], redirectUris: ['https://a.com/'] });
    expect(violationsOf({ ...toView(current), redirectUris: [] }, current)).toEqual(['redirectUris required']);
  });

  it('URIs that came in through the other dialect, at any place of the list', () => {
    const redirectUris = ['https://a.com/?x=1', 'com.example.app:/cb'];
    const current = aClient({ grantTypes: ['authorization_code'], redirectUris, postLogoutRedirectUris: redirectUris });
    expect(violationsOf(toView(current), current)).toEqual([]);
    const moved = { ...toView(current), redirectUris: ['https://new.example.com/', ...redirectUris] };
    expect(violationsOf(moved, current)).toEqual([]);
    const added = { ...toView(current), redirectUris: [...redirectUris, 'https://a.com/?y=2'] };
    expect(violationsOf(added, current)).toEqual(['redirectUris[2] value']);
  });
});
