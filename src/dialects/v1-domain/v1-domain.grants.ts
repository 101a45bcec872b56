import type { Client, GrantType } from '#clients';
import type { PutClientDto } from './v1-domain.dto.js';

type GrantTypeWord = PutClientDto['grantType'];

/** The one grant type that stands for all that a client has; a legacy client without any counts as AuthorizationCode. */
export function shownGrantType(grantTypes: readonly GrantType[]): GrantTypeWord {
  return grantTypes.length === 1 && grantTypes[0] === 'client_credentials' ? 'ClientCredentials' : 'AuthorizationCode';
}

/** Putting the value that is shown changes nothing, so that a client may have more grants than this dialect can say. */
export function grantTypesFor(asked: GrantTypeWord | undefined, current: Client | undefined): readonly GrantType[] {
  if (current && (asked === undefined || asked === shownGrantType(current.grantTypes))) return current.grantTypes;
  return asked === 'ClientCredentials' ? ['client_credentials'] : ['authorization_code', 'refresh_token'];
}
