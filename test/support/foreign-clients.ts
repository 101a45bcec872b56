import type { KindName } from '../../src/cli/vocabulary.js';

/** What makes a client of each system, and the fields that are read from it. */
export const FOREIGN_CLIENTS: Readonly<
  Record<KindName, { readonly base: object; readonly fields: readonly string[] }>
> = {
  keycloak: {
    base: { clientId: 'a' },
    fields: [
      ...['name', 'publicClient', 'redirectUris', 'webOrigins', 'rootUrl', 'secret', 'defaultClientScopes'],
      ...['optionalClientScopes', 'enabled', 'serviceAccountsEnabled', 'protocolMappers', 'attributes'],
      ...['clientAuthenticatorType', 'registrationAccessToken', 'implicitFlowEnabled', 'consentRequired'],
    ],
  },
  hydra: {
    base: { client_id: 'a', grant_types: ['authorization_code', 'client_credentials'] },
    fields: [
      ...['client_name', 'redirect_uris', 'scope', 'audience', 'allowed_cors_origins', 'post_logout_redirect_uris'],
      ...['logo_uri', 'metadata', 'token_endpoint_auth_method', 'authorization_code_grant_access_token_lifespan'],
      ...['client_secret', 'contacts', 'owner', 'refresh_token_grant_refresh_token_lifespan'],
    ],
  },
  auth0: {
    base: { client_id: 'a', app_type: 'spa' },
    fields: [
      ...['name', 'callbacks', 'allowed_logout_urls', 'web_origins', 'allowed_origins', 'logo_uri', 'client_metadata'],
      ...['grant_types', 'jwt_configuration', 'refresh_token', 'token_endpoint_auth_method', 'client_secret', 'addons'],
    ],
  },
  duende: {
    base: { ClientId: 'a', AllowedGrantTypes: ['authorization_code'] },
    fields: [
      ...['ClientName', 'RedirectUris', 'PostLogoutRedirectUris', 'AllowedCorsOrigins', 'AllowedScopes', 'Properties'],
      ...['IdentityProviderRestrictions', 'AccessTokenLifetime', 'LogoUri', 'EnableLocalLogin', 'RequireClientSecret'],
      ...['Enabled', 'ClientSecrets', 'Claims', 'AllowOfflineAccess'],
    ],
  },
  entra: {
    base: { appId: 'a', replyUrls: ['https://a.example.com/'] },
    fields: [
      ...['displayName', 'name', 'web', 'spa', 'publicClient', 'replyUrlsWithType', 'passwordCredentials', 'logoUrl'],
      ...['requiredResourceAccess', 'info', 'isDisabled', 'keyCredentials', 'appRoles', 'disabledByMicrosoftStatus'],
    ],
  },
  entrecode: {
    base: { clientID: 'a' },
    fields: [
      ...[
        'callbackURL',
        'redirectURIs',
        'postLogoutRedirectURIs',
        'config',
        'clientName',
        'grantTypes',
        'clientSecret',
      ],
      ...['tokenEndpointAuthMethod', 'authUIOrigin', 'logoURI', 'created'],
    ],
  },
  entrypage: {
    base: { clientId: 'a', clientType: 'Public' },
    fields: [
      ...['grantType', 'grantTypes', 'scope', 'audiences', 'redirectUris', 'redirect_uris', 'postSignOutRedirectUris'],
      ...['providers', 'policies', 'allowedOrigins', 'accessTokenExpiry', 'tokenMethod', 'disableStrategies'],
      ...['additionalConfig', 'suspension', 'expiresAt', 'clientName', 'clientSecret', 'createdAt'],
    ],
  },
};
export const FOREIGN_KINDS = Object.keys(FOREIGN_CLIENTS) as KindName[];
