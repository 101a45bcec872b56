import type { Client } from '#clients';
import { allViolations } from '../../../libs/clients/src/metadata-rule.js';
import { aFullClient } from '../../../libs/clients/src/testing/writes.js';
import { PutClientDto } from '../../../src/dialects/v1-domain/v1-domain.dto.js';
import { toPlan, toProposal, toView } from '../../../src/dialects/v1-domain/v1-domain.mapper.js';
import { WORDS } from '../../../src/dialects/v1-domain/v1-domain.requests.js';
import { validated } from '../../../src/http/index.js';
import { aClient } from '../../support/a-client.js';

// What a PUT says beside its grants is seen in parameters.spec.ts and provision.spec.ts.

const proposed = (body: object, current?: Client) =>
  toProposal('my-app', current, validated(PutClientDto, JSON.parse(JSON.stringify(body)), WORDS));

/** What a PUT of this body is refused for, by place and sentence; nothing when it is accepted. */
function violationsOf(body: object, current: Client): string[] {
  const { metadata, violations = [], rules = [], nameOf } = proposed(body, current);
  const { violations: broken = [] } = current.changed(metadata, rules, { allowPlainHttp: false });
  return allViolations(violations, broken, nameOf).map(({ property, rule }) => `${property} ${rule}`);
}

const CONFIDENTIAL = { clientType: 'Confidential', redirectUris: ['https://b.example.com/cb'] };

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
  ] as const)('changes nothing of grants %j when it is put as shown, %s, or left out', (grantTypes, grantType) => {
    const current = aClient({ clientType: 'confidential', grantTypes });
    expect(proposed({ ...CONFIDENTIAL, grantType }, current).metadata.grantTypes).toEqual(grantTypes);
    expect(proposed(CONFIDENTIAL, current).metadata.grantTypes).toEqual(grantTypes);
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
    expect(proposed({ ...CONFIDENTIAL, grantType }, current).metadata.grantTypes).toEqual(expected);
  });

  it.each([
    ['AuthorizationCode', ['authorization_code', 'refresh_token']],
    ['ClientCredentials', ['client_credentials']],
  ])('%s makes a new client with %j', (grantType, expected) => {
    expect(proposed({ ...CONFIDENTIAL, grantType }).metadata.grantTypes).toEqual(expected);
  });
});

describe('what is on record is never refused:', () => {
  it('one that is shown as AuthorizationCode, whichever of its grants change unseen; a machine has to get one', () => {
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
});

describe('a client is shown', () => {
  const SHOWN_DEFAULTS = {
    clientId: 'my-app',
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
    createdAt: '2026-01-31T12:00:00.123Z',
    updatedAt: '2026-02-28T23:59:59.999Z',
  };

  it('with effective values where nothing is set', () => {
    expect(toView(aClient())).toEqual(SHOWN_DEFAULTS);
  });

  it('with everything that is on record and that this dialect has words for', () => {
    const full = aFullClient();
    expect(toView(aClient(full))).toEqual({
      ...SHOWN_DEFAULTS,
      clientType: 'Confidential',
      scope: full.scope,
      audiences: full.audiences,
      redirectUris: full.redirectUris,
      postSignOutRedirectUris: full.postLogoutRedirectUris,
      allowLocalLogin: false,
      providers: full.identityProviders,
      policies: full.policies,
      allowedOrigins: full.allowedOrigins,
      accessTokenExpiry: 1,
      idTokenExpiry: 1440,
      refreshTokenExpiry: 525_600,
    });
  });
});

describe('a PUT', () => {
  const required = { clientType: 'Public', grantType: 'AuthorizationCode' };

  it('gives every field that it leaves out, or that is null or 0, its default, and leaves alone what it has no word for', () => {
    const full = aFullClient();
    const nothing = {
      ...Object.fromEntries(Object.keys(toView(aClient())).map((name) => [name, null])),
      accessTokenExpiry: 0,
      idTokenExpiry: 0,
      refreshTokenExpiry: 0,
      ...required,
    };
    const {
      clientName,
      tokenMethods,
      tokenMethodsAsList,
      disabledStrategies,
      additionalConfig,
      authUiOrigin,
      logoUri,
    } = full;
    for (const body of [required, nothing]) {
      expect(proposed(body, aClient(full)).metadata).toEqual({
        ...aClient().metadata(),
        ...{
          clientName,
          tokenMethods,
          tokenMethodsAsList,
          disabledStrategies,
          additionalConfig,
          authUiOrigin,
          logoUri,
        },
        grantTypes: ['authorization_code'],
      });
    }
  });

  it('sets every field to what it says', () => {
    const full = aFullClient();
    expect(proposed(toView(aClient(full)), aClient(full)).metadata).toEqual(full);
    const body = { ...toView(aClient(full)), grantType: 'ClientCredentials' };
    expect(proposed(body).metadata).toEqual({
      ...aClient().metadata(),
      clientType: 'confidential',
      grantTypes: ['client_credentials'],
      redirectUris: full.redirectUris,
      postLogoutRedirectUris: full.postLogoutRedirectUris,
      scope: full.scope,
      audiences: full.audiences,
      identityProviders: full.identityProviders,
      policies: full.policies,
      allowedOrigins: full.allowedOrigins,
      allowLocalLogin: false,
      accessTokenLifetime: 1,
      idTokenLifetime: 1440,
      refreshTokenLifetime: 525_600,
    });
  });

  it('takes redirect_uris for redirectUris, and both only when they are equal', () => {
    const [one, other] = [['https://a.com/'], ['https://b.com/']];
    expect(proposed({ ...required, redirect_uris: one }).metadata.redirectUris).toEqual(one);
    expect(proposed({ ...required, redirectUris: one, redirect_uris: one }).violations).toEqual([]);
    expect(proposed({ ...required, redirectUris: one, redirect_uris: null }).violations).toEqual([]);
    expect(proposed({ ...required, redirectUris: one, redirect_uris: other }).violations).toEqual([
      { property: 'redirect_uris', rule: 'value', message: 'must equal redirectUris when both are given' },
    ]);
  });

  it('may say the id of the path again, or null, but no other', () => {
    for (const clientId of ['my-app', null]) expect(proposed({ ...required, clientId }).violations).toEqual([]);
    expect(proposed({ ...required, clientId: 'another' }).violations).toEqual([
      { property: 'clientId', rule: 'value', message: 'must equal the id in the path' },
    ]);
  });
});

describe('a fault is told in the caller’s words:', () => {
  const body = { clientType: 'Public', redirectUris: ['https://a.com/'] };

  it.each([
    ['scope', undefined, 'scope'],
    ['grantTypes', undefined, 'grantType'],
    ['redirectUris', undefined, 'redirectUris'],
    ['redirectUris', 0, 'redirectUris[0]'],
    ['postLogoutRedirectUris', 1, 'postSignOutRedirectUris[1]'],
    ['identityProviders', 2, 'providers[2]'],
    ['accessTokenLifetime', undefined, 'accessTokenExpiry'],
    ['idTokenLifetime', undefined, 'idTokenExpiry'],
    ['refreshTokenLifetime', undefined, 'refreshTokenExpiry'],
    ['logoUri', undefined, 'logoUri'],
  ] as const)('%s, entry %s, is %s', (field, index, name) => {
    expect(proposed(body).nameOf(field, index)).toBe(name);
  });

  it.each([
    ['sent as redirect_uris', { redirect_uris: ['https://a.com/'] }, 'redirect_uris[0]'],
    ['sent as redirect_uris, which is no list', { redirect_uris: 1 }, 'redirect_uris[0]'],
    ['sent as both', { redirectUris: ['https://a.com/'], redirect_uris: ['https://a.com/'] }, 'redirectUris[0]'],
    ['not sent', {}, 'redirectUris[0]'],
    ['null beside redirect_uris', { redirectUris: null, redirect_uris: ['x'] }, 'redirect_uris[0]'],
  ])('redirect URIs %s', (_, given, name) => {
    const { nameOf } = proposed({ clientType: 'Public', ...given });
    expect(nameOf('redirectUris', 0)).toBe(name);
    expect(nameOf('postLogoutRedirectUris', 0)).toBe('postSignOutRedirectUris[0]');
  });
});

describe('a plan', () => {
  const before = aClient({ scope: 'openid', grantTypes: ['authorization_code'], redirectUris: ['https://a.com/'] });
  const withIt = (metadata: object, columns: object = {}) => aClient({ ...before.metadata(), ...metadata }, columns);

  it('tells of a new client every field with its effective value, from null', () => {
    const { created, changes, dryRun } = toPlan({ before: undefined, after: before, secret: 'kept' });
    expect([dryRun, created]).toEqual([true, true]);
    const { clientId: _, createdAt: __, updatedAt: ___, ...fields } = toView(before);
    expect(changes).toEqual(Object.entries(fields).map(([field, after]) => ({ field, before: null, after })));
  });

  it('tells of a client on record only what changes', () => {
    expect(toPlan({ before, after: withIt({ scope: 'email' }), secret: 'kept' })).toEqual({
      dryRun: true,
      created: false,
      changes: [{ field: 'scope', before: 'openid', after: 'email' }],
      clientSecret: 'none',
    });
    expect(toPlan({ before, after: before, secret: 'kept' }).changes).toEqual([]);
  });

  it('tells of a value that is set or cleared', () => {
    const local = withIt({ allowLocalLogin: true });
    const set = { field: 'allowLocalLogin', before: null, after: true };
    expect(toPlan({ before, after: local, secret: 'kept' }).changes).toEqual([set]);
    expect(toPlan({ before: local, after: before, secret: 'kept' }).changes).toEqual([
      { ...set, before: true, after: null },
    ]);
  });

  it('tells of grants that change behind the same word, in the core’s words', () => {
    const after = withIt({ grantTypes: ['authorization_code', 'refresh_token'] });
    expect(toPlan({ before, after, secret: 'kept' }).changes).toEqual([
      { field: 'grantTypes', before: before.grantTypes, after: after.grantTypes },
    ]);
    const machine = withIt({ grantTypes: ['client_credentials'] });
    expect(toPlan({ before, after: machine, secret: 'kept' }).changes).toEqual([
      { field: 'grantType', before: 'AuthorizationCode', after: 'ClientCredentials' },
    ]);
  });

  it('tells of another expiry', () => {
    const expiresAt = new Date('2999-01-01T00:00:00.000Z');
    expect(toPlan({ before, after: withIt({}, { expiresAt }), secret: 'kept' }).changes).toEqual([
      { field: 'expiresAt', before: null, after: expiresAt.toISOString() },
    ]);
  });

  it.each([
    ['confidential', 'kept', 'kept'],
    ['confidential', 'set', 'kept'],
    ['confidential', 'created', 'created'],
    ['public', 'kept', 'none'],
    ['public', 'revoked', 'revoked'],
  ] as const)('of a %s client whose secret is %s says so: %s', (clientType, secret, expected) => {
    expect(toPlan({ before, after: withIt({ clientType }), secret }).clientSecret).toBe(expected);
  });
});
