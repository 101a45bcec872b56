import type { GrantType } from '#clients';

/** The one word that v1 and the lines of an import have for all grants of a client (spec/core.md). */
type GrantTypeWord = 'AuthorizationCode' | 'ClientCredentials';

/** A legacy client without any grants counts as AuthorizationCode. */
export function grantTypeWordOf(grantTypes: readonly string[]): GrantTypeWord {
  return grantTypes.length === 1 && grantTypes[0] === 'client_credentials' ? 'ClientCredentials' : 'AuthorizationCode';
}

/** The grants that the word stands for by itself; absent counts as AuthorizationCode. */
export function grantTypesOf(word: GrantTypeWord | null | undefined): readonly GrantType[] {
  return word === 'ClientCredentials' ? ['client_credentials'] : ['authorization_code', 'refresh_token'];
}
