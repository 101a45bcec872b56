import { type ClientMetadata, DEFAULT_METADATA } from '#clients';
import { CORE_RULES } from '../../../libs/clients/src/client-rules.js';
import { ruleViolations } from '../../../libs/clients/src/metadata-rule.js';
import { rulesFor, V1_RULES } from '../../../src/dialects/v1-domain/v1-domain.rules.js';
import { aClient } from '../../support/a-client.js';

/** A machine, which needs no redirect URI. */
const MACHINE: Partial<ClientMetadata> = { clientType: 'confidential', grantTypes: ['client_credentials'] };
const WEB: Partial<ClientMetadata> = { grantTypes: ['authorization_code'] };

const violationsOf = (metadata: Partial<ClientMetadata>, { rules = V1_RULES, allowPlainHttp = false } = {}) =>
  ruleViolations({ ...DEFAULT_METADATA, ...metadata }, undefined, rules, { allowPlainHttp });

describe.each(['redirectUris', 'postLogoutRedirectUris', 'allowedOrigins'] as const)('rule R, of %s:', (field) => {
  it.each([
    'https://a.com/cb',
    'http://localhost:3000',
    'http://127.0.0.1/cb',
    'http://[::1]:8080/cb',
    'https://a.com:1',
  ])('%s is accepted', (uri) => {
    expect(violationsOf({ ...MACHINE, [field]: [uri] })).toEqual([]);
  });

  it.each([
    ['a query', 'https://a.com/cb?x=1', 'must not have a query string (?)'],
    ['a bare ?', 'http://localhost/?', 'must not have a query string (?)'],
    ['plain http elsewhere', 'http://a.com/cb', 'must use https, or http on localhost'],
    ['a private-use scheme', 'com.example.app:/cb', 'must use https, or http on localhost'],
    ['a private-use scheme on localhost', 'com.example.https://localhost/cb', 'must use https, or http on localhost'],
  ])('%s is refused, whatever the operator allows', (_, uri, message) => {
    for (const allowPlainHttp of [true, false]) {
      expect(violationsOf({ ...MACHINE, [field]: ['https://a.com', uri] }, { allowPlainHttp })).toEqual([
        { field, index: 1, rule: 'value', message },
      ]);
    }
  });

  it('all that is wrong with one URI is said', () => {
    expect(violationsOf({ ...MACHINE, [field]: ['com.example.app:/cb?x'] }).map(({ message }) => message)).toEqual([
      'must not have a query string (?)',
      'must use https, or http on localhost',
    ]);
  });

  it.each(['HTTPS://a.com', ' https://a.com', 'Http://localhost'])(
    '%s uses https or localhost: its spelling is left to the core',
    (uri) => {
      expect(violationsOf({ ...MACHINE, [field]: [uri] })).toEqual([]);
      expect(violationsOf({ ...MACHINE, [field]: [uri] }, { rules: CORE_RULES })).toHaveLength(1);
    },
  );

  it('text that is no URI is left to the core, which says so once', () => {
    const both = violationsOf({ ...MACHINE, [field]: ['string'] }, { rules: [...CORE_RULES, ...V1_RULES] });
    expect(both).toMatchObject([{ field, index: 0, rule: 'format' }]);
  });
});

describe('AuthorizationCode', () => {
  const required = {
    field: 'redirectUris',
    rule: 'required',
    message: 'must have at least one entry for AuthorizationCode',
    together: ['grantTypes', 'redirectUris'],
  };

  it('needs a redirect URI, and ClientCredentials none', () => {
    expect(violationsOf(WEB)).toEqual([required]);
    expect(violationsOf({ ...WEB, redirectUris: ['https://a.com/'] })).toEqual([]);
    expect(violationsOf(MACHINE)).toEqual([]);
  });

  it('needs none where the client on record has none: what is shown of it is never refused', () => {
    expect(violationsOf(WEB, { rules: rulesFor(aClient(WEB)) })).toEqual([]);
    expect(violationsOf(WEB, { rules: rulesFor(aClient({ ...WEB, redirectUris: ['https://a.com/'] })) })).toEqual([
      required,
    ]);
    expect(violationsOf(WEB, { rules: rulesFor(aClient(MACHINE)) })).toEqual([required]);
    expect(violationsOf(WEB, { rules: rulesFor(undefined) })).toEqual([required]);
  });

  it('is held to the other rules also then', () => {
    const uris = { ...WEB, redirectUris: ['https://a.com/?x'] };
    expect(violationsOf(uris, { rules: rulesFor(aClient(WEB)) })).toHaveLength(1);
  });
});
