import { DEFAULT_LIFETIMES, DEFAULT_METADATA, METADATA_FIELDS } from '#clients';
import { normalise } from '../../libs/clients/src/client.entity.js';
import { aFullClient } from '../../libs/clients/src/testing/writes.js';

const normalised = (metadata: object) => normalise({ ...DEFAULT_METADATA, ...metadata });

describe('the normal form of metadata', () => {
  it.each([
    ['accessTokenLifetime', 90],
    ['idTokenLifetime', 90],
    ['refreshTokenLifetime', 1440],
  ] as const)('has an %s that equals its default, %s, as the default', (field, minutes) => {
    expect(DEFAULT_LIFETIMES[field]).toBe(minutes);
    expect(normalised({ [field]: minutes })[field]).toBeNull();
    expect(normalised({ [field]: minutes + 1 })[field]).toBe(minutes + 1);
  });

  it('does not take one lifetime’s default for another’s', () => {
    const metadata = normalised({ accessTokenLifetime: 1440, refreshTokenLifetime: 90 });
    expect(metadata).toMatchObject({ accessTokenLifetime: 1440, refreshTokenLifetime: 90 });
  });

  it('has no disabled strategies as null', () => {
    expect(normalised({ disabledStrategies: [] }).disabledStrategies).toBeNull();
    expect(normalised({ disabledStrategies: null }).disabledStrategies).toBeNull();
    expect(normalised({ disabledStrategies: ['google'] }).disabledStrategies).toEqual(['google']);
  });

  it('keeps the form in which the token methods were given', () => {
    for (const tokenMethodsAsList of [true, false]) {
      expect(normalised({ tokenMethods: ['cookie'], tokenMethodsAsList })).toMatchObject({
        tokenMethods: ['cookie'],
        tokenMethodsAsList,
      });
    }
  });

  it('keeps the order of every list: a reordered list is a change', () => {
    const redirectUris = ['https://b.com/', 'https://a.com/'];
    expect(normalised({ redirectUris, grantTypes: ['refresh_token', 'authorization_code'] })).toMatchObject({
      redirectUris,
      grantTypes: ['refresh_token', 'authorization_code'],
    });
  });

  it('leaves everything else as it was given', () => {
    expect(normalise(aFullClient())).toEqual(aFullClient());
    expect(normalise(DEFAULT_METADATA)).toEqual(DEFAULT_METADATA);
  });

  it('is its own normal form', () => {
    const once = normalised({ accessTokenLifetime: 90, disabledStrategies: [] });
    expect(normalise(once)).toEqual(once);
  });
});

describe('the metadata of a client', () => {
  it('has every field that can be set, and neither identity nor versions nor secrets', () => {
    expect([...METADATA_FIELDS].sort()).toEqual(
      [
        'accessTokenLifetime',
        'additionalConfig',
        'allowLocalLogin',
        'allowedOrigins',
        'audiences',
        'authUiOrigin',
        'clientName',
        'clientType',
        'disabledStrategies',
        'grantTypes',
        'idTokenLifetime',
        'identityProviders',
        'logoUri',
        'policies',
        'postLogoutRedirectUris',
        'redirectUris',
        'refreshTokenLifetime',
        'scope',
        'tokenMethods',
        'tokenMethodsAsList',
      ].sort(),
    );
  });
});
