import type { ClientMetadata } from '#clients';
import { clientTypeOf } from '../../../src/dialects/accounts/type-words.js';

// No caller of this dialect brings about every pair of a type and grants.

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
