import type { GrantType } from '#clients';

/** The one word that v1 and the lines of an import use for all grants of a client (spec/core.md). */
type GrantTypeWord = 'AuthorizationCode' | 'ClientCredentials';

/** The word for these grants. A legacy client without grants counts as AuthorizationCode. */
export function grantTypeWordOf(grantTypes: readonly string[]): GrantTypeWord {
  return grantTypes.length === 1 && grantTypes[0] === 'client_credentials' ? 'ClientCredentials' : 'AuthorizationCode';
}

/** The grants that the word means on its own; absent counts as AuthorizationCode. */
export function grantTypesOf(word: GrantTypeWord | null | undefined): readonly GrantType[] {
  return word === 'ClientCredentials' ? ['client_credentials'] : ['authorization_code', 'refresh_token'];
}
