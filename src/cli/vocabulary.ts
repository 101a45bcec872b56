import type { AdminSchemas } from '#api-client';

export type Permission = AdminSchemas['CredentialDto']['permissions'][number];
export type Column = keyof AdminSchemas['WholeClientDto'];

/** What a credential may do; for completion, as the server knows best which there are. */
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
  createdAt: 'when it was created',
  updatedAt: 'when it was changed last',
};
