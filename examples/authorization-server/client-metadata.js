import { randomBytes } from 'node:crypto';

export const SCOPES = ['openid', 'profile', 'email', 'offline_access', 'reports:read'];
/** What oidc-provider would not keep otherwise. */
export const EXTRA_METADATA = [
  'access_token_lifetime',
  'id_token_lifetime',
  'refresh_token_lifetime',
  'allow_local_login',
  'allowed_origins',
];
/** Clientele never tells secrets. oidc-provider wants one of each confidential client, and compares it with nothing. */
const NO_SECRET = randomBytes(32).toString('base64url');
const MINUTE = 60;

/** A client of Clientele in oidc-provider's words (RFC 7591). */
export function metadataOf(clientId, { accounts, v1 }) {
  const isConfidential = v1.clientType === 'Confidential';
  const mayAskForCodes = accounts.grantTypes.includes('authorization_code') && v1.redirectUris.length > 0;
  const uris = [...v1.redirectUris, ...v1.postSignOutRedirectUris];
  return {
    client_id: clientId,
    client_name: accounts.clientName ?? undefined,
    logo_uri: accounts.logoURI ?? undefined,
    application_type: uris.every((uri) => /^https?:/.test(uri)) ? 'web' : 'native',
    token_endpoint_auth_method: isConfidential ? 'client_secret_basic' : 'none',
    client_secret: isConfidential ? NO_SECRET : undefined,
    grant_types: accounts.grantTypes,
    response_types: mayAskForCodes ? ['code'] : [],
    redirect_uris: v1.redirectUris,
    post_logout_redirect_uris: v1.postSignOutRedirectUris,
    scope: scopeOf(v1.scope),
    access_token_lifetime: v1.accessTokenExpiry * MINUTE,
    id_token_lifetime: v1.idTokenExpiry * MINUTE,
    refresh_token_lifetime: v1.refreshTokenExpiry * MINUTE,
    allow_local_login: v1.allowLocalLogin !== false,
    allowed_origins: v1.allowedOrigins,
  };
}

/** No scope on record = all that there are. If none of those on record is known here, oidc-provider refuses the client. */
function scopeOf(onRecord) {
  const known = onRecord.split(' ').filter((scope) => SCOPES.includes(scope));
  return known.join(' ') || onRecord || undefined;
}
