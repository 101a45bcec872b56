import { isSame } from '#audit';
import type { TypeAndGrants } from '#clients';

export const AUTH_METHODS = ['none', 'client_secret_basic'] as const;
type AuthMethod = (typeof AUTH_METHODS)[number];

export const CLIENT_TYPES = [
  'Legacy Client',
  'Public Client',
  'Private Client',
  'API Client',
  'Unknown Client',
] as const;
type ClientTypeWord = (typeof CLIENT_TYPES)[number];

/** What this dialect shows of the type alone. */
export function authMethodOf({ clientType }: Pick<TypeAndGrants, 'clientType'>): AuthMethod {
  return clientType === 'confidential' ? 'client_secret_basic' : 'none';
}

/** The names of the SDK's documentation. For sources and doubts see spec/accounts-dialect.md §2. */
export function clientTypeOf({ grantTypes, clientType }: TypeAndGrants): ClientTypeWord {
  if (grantTypes.length === 0) return 'Legacy Client';
  if (grantTypes.includes('authorization_code')) return clientType === 'public' ? 'Public Client' : 'Private Client';
  return isSame(grantTypes, ['client_credentials']) && clientType === 'confidential' ? 'API Client' : 'Unknown Client';
}
