import type { AdminSchemas } from '#api-client';

export type Permission = AdminSchemas['Credential']['permissions'][number];
export type FindingCode = AdminSchemas['Finding']['code'];
export type Column = keyof AdminSchemas['WholeClient'];

/** The permissions that completion offers. Only the server checks permissions. */
export const PERMISSIONS: Readonly<Record<Permission, string>> = {
  'clients:read': 'read clients and export them',
  'clients:write': 'write and import clients, make and revoke secrets',
  'clients:propose': 'create clients that wait until they are resumed, and change them until then',
  'secrets:verify': 'ask whether a secret is good',
  'domains:read': 'list domains, and read their rules',
  'domains:write': 'create and delete domains, and set their rules',
  'credentials:write': 'list, issue and revoke credentials',
  'audit:read': 'read who changed what, and follow it',
};

/** The fields of a client, as an export names them. */
export const COLUMNS: Readonly<Record<Column, string>> = {
  clientId: 'its id',
  clientName: 'its name',
  clientType: 'Public or Confidential',
  grantType: 'as the v1 API shows it',
  grantTypes: 'as the accounts API shows them',
  scope: 'its scope tokens',
  audiences: 'who its tokens are for',
  redirectUris: 'where users go after signing in',
  postSignOutRedirectUris: 'where users go after signing out',
  allowLocalLogin: 'whether users may sign in with a local account',
  providers: 'who else signs users in',
  policies: 'what is verified before access is granted',
  allowedOrigins: 'from where browsers may call',
  accessTokenExpiry: 'in minutes',
  idTokenExpiry: 'in minutes',
  refreshTokenExpiry: 'in minutes',
  tokenMethod: 'how tokens are handed over',
  disableStrategies: 'which ways to sign in are off',
  additionalConfig: 'whatever else is kept for it',
  authUIOrigin: 'where its sign-in page is',
  logoURI: 'where its logo is',
  suspension: 'why, since when and until when it is suspended',
  expiresAt: 'when it ends by itself',
  about: 'whose it is, and who alone changes it',
  createdAt: 'when it was created',
  updatedAt: 'when it was changed last',
};

/** The fields of a client in the v1 API that have another name in the audit. */
export const NAMES_IN_AUDIT: Readonly<Record<string, string>> = {
  grantType: 'grantTypes',
  postSignOutRedirectUris: 'postLogoutRedirectUris',
  providers: 'identityProviders',
  accessTokenExpiry: 'accessTokenLifetime',
  idTokenExpiry: 'idTokenLifetime',
  refreshTokenExpiry: 'refreshTokenLifetime',
};

/** What `check` finds. */
export const FINDINGS: Readonly<Record<FindingCode, string>> = {
  not_seen: 'neither read by its id nor verified for so many days',
  secret_never_used: 'a secret that was never verified here',
  secret_never_expires: 'a secret without an end',
  secret_outlives_rule: 'a secret that ends later than the rule of the domain allows',
  unknown_audience: 'an audience that is the id of no client in the domain',
  unknown_policy: 'a policy that is not among --policies',
  no_grants: 'a legacy client without grant types',
  localhost_beside_https: 'a redirect URI on localhost beside https ones',
};

/** The systems whose exports `convert` reads, and the files that each writes. */
export const KINDS = {
  keycloak: 'a realm export, a partial export, or client representations',
  hydra: 'OAuth 2.0 clients of Ory Hydra as JSON, one or a list',
  auth0: 'a tenant file or client files of the Auth0 Deploy CLI, or a list of the Management API',
  duende: 'the clients in an appsettings file of Duende IdentityServer or IdentityServer4',
  entra: 'app manifests of Microsoft Entra, or applications of Microsoft Graph',
  entrecode: 'client lists or clients of the entrecode accounts API',
  entrypage: 'clients of the Entrypage v1 API, or an export of ours',
} as const;
export type KindName = keyof typeof KINDS;
