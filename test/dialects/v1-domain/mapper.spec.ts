import type { Client } from '#clients';
import { allViolations } from '../../../libs/clients/src/metadata-rule.js';
import { PutClientDto } from '../../../src/dialects/v1-domain/v1-domain.dto.js';
import { toProposal, toView } from '../../../src/dialects/v1-domain/v1-domain.mapper.js';
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
  ] as const)('changes nothing of grants %j when it is put as shown, %s', (grantTypes, grantType) => {
    const current = aClient({ clientType: 'confidential', grantTypes });
    expect(proposed({ ...CONFIDENTIAL, grantType }, current).metadata.grantTypes).toEqual(grantTypes);
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
