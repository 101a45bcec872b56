import { type Client, type ClientMetadata, Clients, DEFAULT_METADATA, SecretHasher } from '#clients';
import { Pepper } from '#secrets';
import { allViolations } from '../../../libs/clients/src/metadata-rule.js';
import { InMemoryClientRepository } from '../../../libs/clients/src/testing/in-memory-client.repository.js';
import { aFullClient } from '../../../libs/clients/src/testing/writes.js';
import { WriteClientDto } from '../../../src/dialects/accounts/accounts.dto.js';
import {
  clientTypeOf,
  isStaleEdit,
  toChange,
  toRegistration,
  toView,
} from '../../../src/dialects/accounts/accounts.mapper.js';
import { foldFailure } from '../../../src/http/fold-failure.js';
import { validated } from '../../../src/http/index.js';
import { aClient } from '../../support/a-client.js';
import { PROPERTIES } from '../../support/accounts.js';

const options = { allowPlainHttp: false };
const shaped = (body: object) =>
  validated(WriteClientDto, JSON.parse(JSON.stringify(body)), { path: (steps) => steps.join('/') });
const registered = (body: object) => toRegistration(shaped({ clientID: 'my-app', ...body }));
const changed = (body: object, current?: Client) => toChange('my-app', current, shaped(body));

/** What a PUT of this body is refused for; nothing when it is accepted. */
function violationsOf(body: object, current = aClient()): string[] {
  const { metadata, violations = [], nameOf } = changed(body, current);
  const { breaks = [] } = current.changed(metadata, [], options);
  return allViolations(violations, breaks, nameOf).map(({ property, rule }) => `${property} ${rule}`);
}

const onRecord = aClient({ ...aFullClient(), redirectUris: ['https://a.com/', 'https://b.com/'] });

describe('what accounts shows of a client', () => {
  it('is all 14 properties, null or [] when unset', () => {
    expect(toView(aClient())).toEqual({
      clientID: 'my-app',
      callbackURL: null,
      config: { tokenMethod: 'query', disableStrategies: null },
      clientName: null,
      clientType: 'Legacy Client',
      grantTypes: [],
      tokenEndpointAuthMethod: 'none',
      clientSecret: null,
      redirectURIs: [],
      postLogoutRedirectURIs: [],
      authUIOrigin: null,
      logoURI: null,
      created: '2026-01-31T12:00:00.123Z',
      modified: '2026-02-28T23:59:59.999Z',
    });
    expect(Object.keys(toView(aClient())).sort()).toEqual([...PROPERTIES].sort());
  });

  it('is all 14 properties of a client that has everything, and none of the other dialect', () => {
    const full = aFullClient();
    expect(toView(onRecord)).toEqual({
      clientID: 'my-app',
      callbackURL: 'https://a.com/',
      config: {
        tokenMethod: full.tokenMethods,
        disableStrategies: full.disabledStrategies,
        ...full.additionalConfig,
      },
      clientName: full.clientName,
      clientType: 'Private Client',
      grantTypes: full.grantTypes,
      tokenEndpointAuthMethod: 'client_secret_basic',
      clientSecret: null,
      redirectURIs: ['https://a.com/', 'https://b.com/'],
      postLogoutRedirectURIs: full.postLogoutRedirectUris,
      authUIOrigin: full.authUiOrigin,
      logoURI: full.logoUri,
      created: '2026-01-31T12:00:00.123Z',
      modified: '2026-02-28T23:59:59.999Z',
    });
  });

  it('has the secret only for who just made it', () => {
    expect(toView(onRecord).clientSecret).toBeNull();
    expect(toView(onRecord, 'cls_x').clientSecret).toBe('cls_x');
  });

  it.each([
    ['a word', false, 'cookie'],
    ['a list', true, ['cookie']],
  ])('echoes the token method in the form given: %s', (_, tokenMethodsAsList, expected) => {
    const client = aClient({ tokenMethods: ['cookie'], tokenMethodsAsList });
    expect(toView(client).config.tokenMethod).toEqual(expected);
  });
});

describe('clientType is computed:', () => {
  it.each([
    ['Legacy Client', [], 'public'],
    ['Legacy Client', [], 'confidential'],
    ['API Client', ['client_credentials'], 'confidential'],
    ['Public Client', ['authorization_code'], 'public'],
    ['Public Client', ['refresh_token', 'authorization_code'], 'public'],
    ['Private Client', ['authorization_code', 'refresh_token'], 'confidential'],
    ['Private Client', ['authorization_code', 'client_credentials'], 'confidential'],
    ['Unknown Client', ['refresh_token'], 'public'],
    ['Unknown Client', ['refresh_token'], 'confidential'],
    ['Unknown Client', ['client_credentials', 'refresh_token'], 'confidential'],
    ['Unknown Client', ['client_credentials'], 'public'],
  ] as [string, ClientMetadata['grantTypes'], ClientMetadata['clientType']][])(
    '%s for grants %j of a %s client',
    (expected, grantTypes, clientType) => {
      expect(clientTypeOf({ grantTypes, clientType })).toBe(expected);
    },
  );
});

describe('POST', () => {
  it('of a legacy body makes a client with its defaults', () => {
    const { metadata, secret, violations } = registered({
      callbackURL: 'https://my-app.com/callback',
      config: { tokenMethod: 'cookie' },
    });
    expect(metadata).toEqual({
      ...DEFAULT_METADATA,
      redirectUris: ['https://my-app.com/callback'],
      tokenMethods: ['cookie'],
    });
    expect(secret).toBeNull();
    expect(violations).toEqual([]);
  });

  it('of an id alone makes a client of which nothing is said', () => {
    expect(registered({}).metadata).toEqual(DEFAULT_METADATA);
  });

  it('of nothing but nulls makes the same', () => {
    const nulls = Object.fromEntries(PROPERTIES.slice(1).map((property) => [property, null]));
    expect(registered(nulls).metadata).toEqual(DEFAULT_METADATA);
    expect(registered(nulls).violations).toEqual([]);
  });

  it('of a full body says every field that accounts can name', () => {
    const { metadata, secret } = registered({
      redirectURIs: ['https://a.com/', 'com.example.app:/cb'],
      callbackURL: 'com.example.app:/cb',
      config: { tokenMethod: ['body', 'query'], disableStrategies: ['google'] },
      clientName: 'My App',
      grantTypes: ['authorization_code'],
      tokenEndpointAuthMethod: 'client_secret_basic',
      clientSecret: 'correct horse battery',
      postLogoutRedirectURIs: ['https://a.com/bye'],
      authUIOrigin: 'https://ui.example.com',
      logoURI: 'https://a.com/logo.png',
    });
    expect(metadata).toEqual({
      ...DEFAULT_METADATA,
      redirectUris: ['com.example.app:/cb', 'https://a.com/'],
      tokenMethods: ['body', 'query'],
      tokenMethodsAsList: true,
      disabledStrategies: ['google'],
      clientName: 'My App',
      grantTypes: ['authorization_code'],
      clientType: 'confidential',
      postLogoutRedirectUris: ['https://a.com/bye'],
      authUiOrigin: 'https://ui.example.com',
      logoUri: 'https://a.com/logo.png',
    });
    expect(secret).toBe('correct horse battery');
  });
});

describe('tokenEndpointAuthMethod', () => {
  it.each([
    ['absent without client credentials: none', {}, 'public'],
    ['null without client credentials: none', { tokenEndpointAuthMethod: null }, 'public'],
    ['none: none', { tokenEndpointAuthMethod: 'none' }, 'public'],
    ['client_secret_basic: that', { tokenEndpointAuthMethod: 'client_secret_basic' }, 'confidential'],
    ['absent with client credentials: client_secret_basic', { grantTypes: ['client_credentials'] }, 'confidential'],
    [
      'null with client credentials: client_secret_basic',
      { grantTypes: ['client_credentials'], tokenEndpointAuthMethod: null },
      'confidential',
    ],
  ])('of a new client, %s', (_, body, expected) => {
    expect(registered(body).metadata.clientType).toBe(expected);
  });

  it('none with client credentials is refused, under the name of the grants', () => {
    const body = { grantTypes: ['client_credentials'], tokenEndpointAuthMethod: 'none' };
    expect(violationsOf(body)).toEqual(['grantTypes value']);
  });

  it.each([
    ['absent: as it is', {}, 'confidential'],
    ['null: the default, none', { tokenEndpointAuthMethod: null, grantTypes: [] }, 'public'],
    ['none: none', { tokenEndpointAuthMethod: 'none', grantTypes: [] }, 'public'],
  ])('of a confidential client, %s', (_, body, expected) => {
    expect(changed(body, onRecord).metadata.clientType).toBe(expected);
  });

  it('becomes client_secret_basic when a public client gets client credentials and no method is given', () => {
    expect(changed({ grantTypes: ['client_credentials'] }, aClient()).metadata.clientType).toBe('confidential');
  });
});

describe('PUT merges:', () => {
  it('an empty body changes nothing', () => {
    expect(changed({}, onRecord).metadata).toEqual(onRecord.metadata());
  });

  it('the whole representation changes nothing', () => {
    expect(changed({ ...toView(onRecord), _links: {}, _embedded: {} }, onRecord)).toMatchObject({
      metadata: onRecord.metadata(),
      secret: null,
      violations: [],
    });
  });

  it.each([
    ['clientName', 'New', { clientName: 'New' }],
    ['clientName', null, { clientName: null }],
    ['grantTypes', ['refresh_token'], { grantTypes: ['refresh_token'] }],
    ['grantTypes', null, { grantTypes: [] }],
    ['redirectURIs', ['https://c.com/'], { redirectUris: ['https://c.com/'] }],
    ['callbackURL', 'https://c.com/', { redirectUris: ['https://c.com/', 'https://b.com/'] }],
    ['postLogoutRedirectURIs', ['https://c.com/'], { postLogoutRedirectUris: ['https://c.com/'] }],
    ['postLogoutRedirectURIs', null, { postLogoutRedirectUris: [] }],
    ['authUIOrigin', 'https://c.com', { authUiOrigin: 'https://c.com' }],
    ['authUIOrigin', null, { authUiOrigin: null }],
    ['logoURI', 'https://c.com/x.png', { logoUri: 'https://c.com/x.png' }],
    ['logoURI', null, { logoUri: null }],
    [
      'config',
      null,
      { tokenMethods: ['query'], tokenMethodsAsList: false, disabledStrategies: null, additionalConfig: null },
    ],
    ['config', {}, {}],
    ['config', { more: [1] }, { additionalConfig: { ...aFullClient().additionalConfig, more: [1] } }],
    ['config', { tokenMethod: 'cookie' }, { tokenMethods: ['cookie'], tokenMethodsAsList: false }],
    ['config', { tokenMethod: ['cookie'] }, { tokenMethods: ['cookie'], tokenMethodsAsList: true }],
    ['config', { tokenMethod: null }, { tokenMethods: ['query'], tokenMethodsAsList: false }],
    ['config', { disableStrategies: ['google'] }, { disabledStrategies: ['google'] }],
    ['config', { disableStrategies: null }, { disabledStrategies: null }],
  ] as [string, unknown, object][])('%s: %j changes that alone', (property, value, difference) => {
    const { metadata, violations } = changed({ [property]: value }, onRecord);
    expect(metadata).toEqual({ ...onRecord.metadata(), ...difference });
    expect(violations).toEqual([]);
  });

  it('config.disableStrategies [] is null in the end', () => {
    const { metadata } = changed({ config: { disableStrategies: [] } }, onRecord);
    expect(onRecord.changed(metadata, [], options).client?.disabledStrategies).toBeNull();
  });

  it('leaves alone every field that accounts cannot name', () => {
    const nulls = Object.fromEntries(PROPERTIES.slice(1).map((property) => [property, null]));
    const { scope, audiences, identityProviders, policies, allowedOrigins, allowLocalLogin } = aFullClient();
    const { accessTokenLifetime, idTokenLifetime, refreshTokenLifetime } = aFullClient();
    expect(changed(nulls, onRecord).metadata).toMatchObject({
      scope,
      audiences,
      identityProviders,
      policies,
      allowedOrigins,
      allowLocalLogin,
      accessTokenLifetime,
      idTokenLifetime,
      refreshTokenLifetime,
    });
  });

  it('ignores what is read-only or unknown, whatever it holds', () => {
    const noise = {
      clientType: 7,
      created: {},
      modified: [],
      _links: 'x',
      _embedded: null,
      nonsense: [1],
      policies: [],
    };
    expect(changed(noise, onRecord)).toMatchObject({ metadata: onRecord.metadata(), violations: [] });
  });

  it.each([null, ''])('clientSecret %j keeps', (clientSecret) => {
    expect(changed({ clientSecret }, onRecord).secret).toBeNull();
  });
});

describe('PUT is refused', () => {
  it.each([
    ['with another clientID', { clientID: 'other' }, ['clientID value']],
    ['with a clientID that is no string', { clientID: 7 }, ['clientID type']],
    ['with callbackURL as a number', { callbackURL: 7 }, ['callbackURL type']],
    ['with a callbackURL that is no URI', { callbackURL: 'string' }, ['callbackURL format']],
    ['with a callbackURL that may not be used', { callbackURL: 'javascript:alert(1)' }, ['callbackURL value']],
    ['with redirectURIs as a string', { redirectURIs: 'https://a.com/' }, ['redirectURIs type']],
    ['with a redirect URI that is none', { redirectURIs: ['https://a.com/', 'string'] }, ['redirectURIs/1 format']],
    ['with a redirect URI that may not be used', { redirectURIs: ['http://a.com/'] }, ['redirectURIs/0 value']],
    ['with a number among the redirect URIs', { redirectURIs: [7] }, ['redirectURIs/0 type']],
    ['with an unknown grant', { grantTypes: ['password'] }, ['grantTypes/0 format']],
    ['with grantTypes as a string', { grantTypes: 'authorization_code' }, ['grantTypes type']],
    ['with an unknown method', { tokenEndpointAuthMethod: 'private_key_jwt' }, ['tokenEndpointAuthMethod type']],
    ['with an unknown token method', { config: { tokenMethod: 'header' } }, ['config/tokenMethod format']],
    [
      'with an unknown token method in a list',
      { config: { tokenMethod: ['query', 'header'] } },
      ['config/tokenMethod/1 format'],
    ],
    ['with no token method', { config: { tokenMethod: [] } }, ['config/tokenMethod format']],
    ['with a token method as a number', { config: { tokenMethod: 7 } }, ['config/tokenMethod type']],
    ['with an unknown strategy', { config: { disableStrategies: ['x'] } }, ['config/disableStrategies/0 format']],
    ['with strategies as a string', { config: { disableStrategies: 'google' } }, ['config/disableStrategies type']],
    ['with config as a string', { config: 'query' }, ['config type']],
    ['with config as a list', { config: [] }, ['config type']],
    ['with clientName as an object', { clientName: {} }, ['clientName type']],
    ['with a bad URI after signing out', { postLogoutRedirectURIs: ['x'] }, ['postLogoutRedirectURIs/0 format']],
    ['with a bad address of its UI', { authUIOrigin: 'x' }, ['authUIOrigin format']],
    ['with a bad logo', { logoURI: 'x' }, ['logoURI format']],
    ['with a clientSecret that is no string', { clientSecret: 12345678 }, ['clientSecret type']],
  ] as [string, object, string[]][])('%s', (_, body, expected) => {
    expect([...new Set(violationsOf(body))]).toEqual(expected);
  });

  it('for all that is wrong at once', () => {
    const body = { clientID: 'other', clientName: 7, grantTypes: ['x'], callbackURL: 'x', logoURI: 'x' };
    expect(violationsOf(body)).toEqual([
      'clientName type',
      'clientID value',
      'grantTypes/0 format',
      'callbackURL format',
      'logoURI format',
    ]);
  });

  it('never for what is on record', () => {
    const old = aClient({
      redirectUris: ['http://old.example.com/', 'x'],
      logoUri: 'ftp://a.com/x',
      tokenMethods: ['query'],
    });
    expect(violationsOf(toView(old), old)).toEqual([]);
    expect(violationsOf({ callbackURL: 'http://old.example.com/' }, old)).toEqual([]);
    expect(violationsOf({ redirectURIs: ['x', 'http://old.example.com/'] }, old)).toEqual([]);
  });
});

describe('a partial edit (callbackURL and redirectURIs disagree)', () => {
  const edit = { ...toView(onRecord), callbackURL: 'https://new.example.com/' };
  const stale = { ...edit, modified: '2026-02-28T23:59:59.998Z' };
  it('is applied when it is based on the record as it is', () => {
    expect(changed(edit, onRecord).metadata.redirectUris).toEqual(['https://new.example.com/', 'https://b.com/']);
  });

  it('is applied when it does not say what it is based on', () => {
    const { modified, ...without } = edit;
    expect(changed(without, onRecord).metadata.redirectUris).toEqual(['https://new.example.com/', 'https://b.com/']);
  });

  it('is not applied when it is based on something else', () => {
    expect(isStaleEdit(onRecord, shaped(stale).value)).toBe(true);
    expect(isStaleEdit(onRecord, shaped(edit).value)).toBe(false);
  });

  it('is the only case in which modified is looked at', () => {
    const { callbackURL, ...agreed } = { ...stale, redirectURIs: ['https://new.example.com/'] };
    expect(changed(agreed, onRecord).metadata.redirectUris).toEqual(['https://new.example.com/']);
    expect(isStaleEdit(onRecord, shaped(agreed).value)).toBe(false);
    expect(isStaleEdit(onRecord, shaped({ clientName: 'x', modified: 'x' }).value)).toBe(false);
  });

  it('that is stale and breaks rules is refused for the rules: 400 comes before 412', async () => {
    const clients = new Clients(new InMemoryClientRepository(), new SecretHasher(new Pepper('for tests')), {
      allowPlainHttp: false,
      strictAudiences: false,
    });
    const ref = { domainId: '1', clientId: 'my-app' };
    const origin = {
      credentialId: null,
      credentialName: 'tester',
      subscription: null,
      dialect: 'accounts',
      requestId: 'r-1',
    };
    await clients.register(ref, origin, registered({ redirectURIs: ['https://a.com/', 'https://b.com/'] }));
    const body = {
      ...stale,
      redirectURIs: ['https://a.com/', 'https://b.com/'],
      config: { tokenMethod: 'header' },
      postLogoutRedirectURIs: [],
    };
    const refused = await clients
      .change(
        ref,
        origin,
        (current) => toChange('my-app', current, shaped(body)),
        (current) => !isStaleEdit(current, shaped(body).value),
      )
      .catch((error) => foldFailure(error));
    expect(refused).toMatchObject({ kind: 'invalid', violations: [{ property: 'config/tokenMethod' }] });
  });
});
