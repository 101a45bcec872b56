import { randomBytes } from 'node:crypto';
import type { WholeClient } from './clientele.js';

export const SCOPES = ['openid', 'profile', 'email', 'offline_access', 'reports:read'];
/** What oidc-provider would not keep otherwise. */
export const EXTRA_METADATA = [
  'access_token_lifetime',
  'id_token_lifetime',
  'refresh_token_lifetime',
  'allow_local_login',
  'allowed_origins',
] as const;
/** Clientele never tells secrets. oidc-provider wants one of each confidential client, and compares it with nothing. */
const NO_SECRET = randomBytes(32).toString('base64url');
const MINUTE = 60;

export type Metadata = ReturnType<typeof metadataOf>;

/** A client of Clientele in oidc-provider's words (RFC 7591). */
export function metadataOf(client: WholeClient) {
  const isConfidential = client.clientType === 'Confidential';
  const mayAskForCodes = client.grantTypes.includes('authorization_code') && client.redirectUris.length > 0;
  const uris = [...client.redirectUris, ...client.postSignOutRedirectUris];
  return {
    client_id: client.clientId,
    client_name: client.clientName ?? undefined,
    logo_uri: client.logoURI ?? undefined,
    application_type: uris.every((uri) => /^https?:/.test(uri)) ? 'web' : 'native',
    token_endpoint_auth_method: isConfidential ? 'client_secret_basic' : 'none',
    client_secret: isConfidential ? NO_SECRET : undefined,
    grant_types: client.grantTypes,
    response_types: mayAskForCodes ? ['code'] : [],
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.postSignOutRedirectUris,
    scope: scopeOf(client.scope),
    access_token_lifetime: client.accessTokenExpiry * MINUTE,
    id_token_lifetime: client.idTokenExpiry * MINUTE,
    refresh_token_lifetime: client.refreshTokenExpiry * MINUTE,
    allow_local_login: client.allowLocalLogin !== false,
    allowed_origins: client.allowedOrigins,
  };
}

/** No scope on record = all that there are. If none of those on record is known here, oidc-provider refuses the client. */
function scopeOf(onRecord: string): string | undefined {
  const known = onRecord.split(' ').filter((scope) => SCOPES.includes(scope));
  return known.join(' ') || onRecord || undefined;
}
