import type { Client, GrantType } from '#clients';
import { grantTypesOf, grantTypeWordOf } from '../../http/index.js';
import type { PutClientDto } from './v1-domain.dto.js';

/**
 * Putting the value that is shown changes nothing, so that a client may have more grants than this dialect can say. Only
 * one that becomes Public as what it is shown as loses those that need a secret, which nobody here could have named.
 */
export function grantTypesFor(
  { clientType, grantType: asked }: Partial<PutClientDto>,
  current: Client | undefined,
): readonly GrantType[] {
  if (current && (asked === undefined || asked === grantTypeWordOf(current.grantTypes))) {
    const becomesPublic = clientType === 'Public' && current.clientType === 'confidential';
    return becomesPublic && asked === 'AuthorizationCode' ? withoutSecret(current.grantTypes) : current.grantTypes;
  }
  return grantTypesOf(asked);
}

function withoutSecret(grantTypes: readonly GrantType[]): readonly GrantType[] {
  if (!grantTypes.includes('client_credentials')) return grantTypes;
  const others = grantTypes.filter((grant) => grant !== 'client_credentials');
  // AuthorizationCode was said, so it must not be left with a refresh token alone.
  return others.includes('authorization_code') ? others : grantTypesOf('AuthorizationCode');
}
