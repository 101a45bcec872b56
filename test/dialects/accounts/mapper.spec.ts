import type { Client, ClientMetadata } from '#clients';
import { aFullClient } from '../../../libs/clients/src/testing/writes.js';
import { WriteClientDto } from '../../../src/dialects/accounts/accounts.dto.js';
import { isStaleEdit, toChange, toRegistration, toView } from '../../../src/dialects/accounts/accounts.mapper.js';
import { validated } from '../../../src/http/index.js';
import { aClient } from '../../support/a-client.js';

const WORDS = { path: (steps: readonly (string | number)[]) => steps.join('/') };
const read = (body: object) => validated(WriteClientDto, JSON.parse(JSON.stringify(body)), WORDS);
const registered = (body: object) => toRegistration(read(body));
const changed = (current: Client | undefined, body: object) => toChange('my-app', current, read(body));

const [A, B, C] = ['https://a.example.com/', 'https://b.example.com/', 'https://c.example.com/'];
const full = aClient(aFullClient());

describe('a client is shown', () => {
  it('with all 14 properties, null or [] when unset', () => {
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
  });

  it('with everything that is on record and that this dialect has words for', () => {
    expect(toView(full)).toMatchObject({
      callbackURL: full.redirectUris[0],
      config: { tokenMethod: ['body', 'cookie'], disableStrategies: ['password', 'facebook'], toJSON: false },
      clientName: full.clientName,
      clientType: 'Private Client',
      grantTypes: ['client_credentials', 'authorization_code'],
      tokenEndpointAuthMethod: 'client_secret_basic',
      redirectURIs: full.redirectUris,
      postLogoutRedirectURIs: full.postLogoutRedirectUris,
      authUIOrigin: 'https://ui.example.com',
      logoURI: 'https://cdn.example.com/logo.png',
    });
  });

  it('with its secret only where the request made it', () => {
    expect(toView(full).clientSecret).toBeNull();
    expect(toView(full, 'cls_new').clientSecret).toBe('cls_new');
  });
});

describe('a PUT merges:', () => {
  const { callbackURL: _, redirectURIs: __, config, ...shown } = toView(full);

  it('what is absent stays', () => {
    expect(changed(full, {}).metadata).toEqual(aFullClient());
  });

  it('what was read changes nothing when it is put back', () => {
    const { metadata, secret, violations } = changed(full, toView(full));
    expect([metadata, secret, violations]).toEqual([aFullClient(), null, []]);
  });

  it.each<[string, object, Partial<ClientMetadata>]>([
    ['callbackURL', { callbackURL: null }, { redirectUris: [] }],
    ['redirectURIs', { redirectURIs: null }, { redirectUris: [] }],
    ['postLogoutRedirectURIs', { postLogoutRedirectURIs: null }, { postLogoutRedirectUris: [] }],
    ['clientName', { clientName: null }, { clientName: null }],
    ['authUIOrigin', { authUIOrigin: null }, { authUiOrigin: null }],
    ['logoURI', { logoURI: null }, { logoUri: null }],
    ['grantTypes', { grantTypes: null }, { grantTypes: [] }],
    [
      'config',
      { config: null },
      { tokenMethods: ['query'], tokenMethodsAsList: false, disabledStrategies: null, additionalConfig: null },
    ],
    ['config.tokenMethod', { config: { tokenMethod: null } }, { tokenMethods: ['query'], tokenMethodsAsList: false }],
    ['config.disableStrategies', { config: { disableStrategies: null } }, { disabledStrategies: null }],
  ])('null is the default of %s, and of nothing else', (_, body, expected) => {
    expect(changed(full, body).metadata).toEqual({ ...aFullClient(), ...expected });
  });

  it.each<[string, object, Partial<ClientMetadata>]>([
    ['clientName', { clientName: 'Another' }, { clientName: 'Another' }],
    ['grantTypes', { grantTypes: ['refresh_token'] }, { grantTypes: ['refresh_token'] }],
    ['redirectURIs', { redirectURIs: [A, B] }, { redirectUris: [A, B] }],
    ['callbackURL', { callbackURL: A }, { redirectUris: [A, ...aFullClient().redirectUris.slice(1)] }],
    ['postLogoutRedirectURIs', { postLogoutRedirectURIs: [C] }, { postLogoutRedirectUris: [C] }],
    ['authUIOrigin', { authUIOrigin: A }, { authUiOrigin: A }],
    ['logoURI', { logoURI: B }, { logoUri: B }],
    [
      'a token method in a word',
      { config: { tokenMethod: 'cookie' } },
      { tokenMethods: ['cookie'], tokenMethodsAsList: false },
    ],
    [
      'token methods in a list',
      { config: { tokenMethod: ['cookie'] } },
      { tokenMethods: ['cookie'], tokenMethodsAsList: true },
    ],
    ['strategies', { config: { disableStrategies: ['google'] } }, { disabledStrategies: ['google'] }],
    [
      'another key of config',
      { config: { signup: true } },
      { additionalConfig: { ...aFullClient().additionalConfig, signup: true } },
    ],
  ])('%s alone is changed where it alone is named', (_, body, expected) => {
    expect(changed(full, body).metadata).toEqual({ ...aFullClient(), ...expected });
  });

  it('a known key of config is not taken for another, nor another way round', () => {
    const bare = aClient({ additionalConfig: { signup: true } });
    expect(changed(bare, { config: { ...config, signup: null } }).metadata).toMatchObject({
      tokenMethods: ['body', 'cookie'],
      additionalConfig: expect.objectContaining({ signup: null }),
    });
    expect(changed(bare, { config: { tokenMethod: 'cookie' } }).metadata.additionalConfig).toEqual({ signup: true });
  });

  it('the id of the client may be said again, or null, but not changed', () => {
    for (const clientID of ['my-app', null, undefined]) expect(changed(full, { clientID }).violations).toEqual([]);
    expect(changed(full, { clientID: 'another' }).violations).toEqual([
      { property: 'clientID', rule: 'value', message: 'cannot be changed' },
    ]);
  });

  it('"" and null are no secret; another text is one', () => {
    for (const clientSecret of ['', null, undefined]) expect(changed(full, { clientSecret }).secret).toBeNull();
    expect(changed(full, { clientSecret: 'correct horse' }).secret).toBe('correct horse');
  });

  it('every fault of the body is told, and the two addresses that contradict each other', () => {
    const two = aClient({ redirectUris: [A, B] });
    const body = { ...shown, clientName: 1, callbackURL: C, redirectURIs: [B], clientID: 'another' };
    expect(changed(two, { ...body, modified: undefined }).violations?.map(({ property }) => property)).toEqual([
      'clientName',
      'callbackURL',
      'clientID',
    ]);
  });
});

describe('a client that is not there yet', () => {
  it('is registered with the defaults of what a POST leaves out or says null of', () => {
    const defaults = aClient().metadata();
    expect(registered({ clientID: 'my-app' }).metadata).toEqual(defaults);
    const { callbackURL, redirectURIs, ...nothing } = toView(aClient());
    expect(registered(Object.fromEntries(Object.keys(nothing).map((name) => [name, null]))).metadata).toEqual(defaults);
    expect(registered({ clientID: 'anything' }).violations).toEqual([]);
  });

  it('is proposed by a PUT as by a POST, until it is known not to be there', () => {
    expect(changed(undefined, { clientName: 'New', callbackURL: A }).metadata).toEqual({
      ...aClient().metadata(),
      clientName: 'New',
      redirectUris: [A],
    });
  });
});

describe('the type of a client (head of spec/accounts-dialect.md, item 5)', () => {
  it.each<[string, object, string]>([
    ['nothing said: public', {}, 'public'],
    ['method null: public', { tokenEndpointAuthMethod: null }, 'public'],
    ['method none: public', { tokenEndpointAuthMethod: 'none' }, 'public'],
    ['a method with a secret: confidential', { tokenEndpointAuthMethod: 'client_secret_basic' }, 'confidential'],
    ['client credentials without a method: confidential', { grantTypes: ['client_credentials'] }, 'confidential'],
    [
      'client credentials and method null: confidential',
      { grantTypes: ['client_credentials'], tokenEndpointAuthMethod: null },
      'confidential',
    ],
    [
      'client credentials and none: public, which the core refuses',
      { grantTypes: ['client_credentials'], tokenEndpointAuthMethod: 'none' },
      'public',
    ],
    ['other grants without a method: public', { grantTypes: ['authorization_code'] }, 'public'],
  ])('POST, %s', (_, body, expected) => {
    expect(registered(body).metadata.clientType).toBe(expected);
  });

  it.each<[string, object, string]>([
    ['stays without a method', {}, 'confidential'],
    ['is the default, public, with null', { tokenEndpointAuthMethod: null }, 'public'],
    ['becomes public with none', { tokenEndpointAuthMethod: 'none' }, 'public'],
  ])('PUT: it %s', (_, body, expected) => {
    const current = aClient({ clientType: 'confidential', grantTypes: ['authorization_code'] });
    expect(changed(current, body).metadata.clientType).toBe(expected);
  });
});

describe('a body that edits what the caller had read', () => {
  const current = aClient({ redirectUris: [A, B] });
  const modified = current.updatedAt.toISOString();
  const EARLIER = '2026-02-01T00:00:00.000Z';
  /** `callbackURL` was edited; the list is the one that was read. */
  const edit = { callbackURL: C, redirectURIs: [A, B] };

  it.each<[string, object, boolean]>([
    ['is stale when the client has changed since', { ...edit, modified: EARLIER }, true],
    ['is not while the client is what it was', { ...edit, modified }, false],
    ['is not when it does not say what was read', edit, false],
    ['is not when it says one of both only', { callbackURL: C, modified: EARLIER }, false],
    ['is not when both agree', { callbackURL: C, redirectURIs: [C], modified: EARLIER }, false],
  ])('%s', (_, body, expected) => {
    expect(isStaleEdit(current, read(body).value)).toBe(expected);
  });

  it('is not stale on a client that is not there', () => {
    expect(isStaleEdit(undefined, read({ ...edit, modified: EARLIER }).value)).toBe(false);
  });

  it('is refused as stale, and not for a contradiction that only the change since has brought about', () => {
    const contradiction = { callbackURL: C, redirectURIs: [B] };
    expect(changed(current, { ...contradiction, modified: EARLIER }).violations).toEqual([]);
    const told = [
      { property: 'callbackURL', rule: 'value', message: 'must be one of redirectURIs when both are given' },
    ];
    expect(changed(current, { ...contradiction, modified }).violations).toEqual(told);
    expect(changed(current, contradiction).violations).toEqual(told);
  });
});

describe('a fault is told in the caller’s words:', () => {
  const body = { callbackURL: A, redirectURIs: [A, B], config: { tokenMethod: ['cookie', 'body'] } };

  it.each([
    ['clientName', undefined, 'clientName'],
    ['clientType', undefined, 'tokenEndpointAuthMethod'],
    ['grantTypes', 1, 'grantTypes/1'],
    ['redirectUris', undefined, 'redirectURIs'],
    ['redirectUris', 1, 'redirectURIs/1'],
    ['postLogoutRedirectUris', 0, 'postLogoutRedirectURIs/0'],
    ['tokenMethods', 1, 'config/tokenMethod/1'],
    ['disabledStrategies', 0, 'config/disableStrategies/0'],
    ['additionalConfig', undefined, 'config'],
    ['authUiOrigin', undefined, 'authUIOrigin'],
    ['logoUri', undefined, 'logoURI'],
    ['clientSecret', undefined, 'clientSecret'],
  ] as const)('%s, entry %s, is %s', (field, index, name) => {
    expect(registered(body).nameOf(field, index)).toBe(name);
  });

  it('a redirect URI that was sent as callbackURL is that', () => {
    expect(registered(body).nameOf('redirectUris', 0)).toBe('callbackURL');
    expect(registered({ redirectURIs: [A, B] }).nameOf('redirectUris', 0)).toBe('redirectURIs/0');
    expect(registered({ redirectURIs: [A, B] }).nameOf('redirectUris')).toBe('redirectURIs');
  });

  it('a token method in a word has no entries', () => {
    expect(registered({ config: { tokenMethod: 'header' } }).nameOf('tokenMethods', 0)).toBe('config/tokenMethod');
  });
});
