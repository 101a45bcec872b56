// Duende IdentityServer and IdentityServer4: the clients of an appsettings file, as `AddInMemoryClients` reads them from
// the configuration: a list, or an object with a client under each id. ASP.NET Core reads comments and any case.
//
// https://docs.duendesoftware.com/identityserver/reference/models/client/
// https://learn.microsoft.com/aspnet/core/security/authentication/identity-api-authorization (profiles)
//
// | Client                                  | line                                                                  |
// | --------------------------------------- | --------------------------------------------------------------------- |
// | ClientId                                | clientId                                                              |
// | ClientName                              | clientName                                                            |
// | RequireClientSecret (absent: true)      | clientType                                                            |
// | AllowedGrantTypes; hybrid is a way of authorization_code | grantTypes                                           |
// | AllowOfflineAccess                      | grantTypes: refresh_token                                             |
// | AllowedScopes                           | scope                                                                 |
// | RedirectUris, PostLogoutRedirectUris    | redirectUris, postSignOutRedirectUris                                 |
// | AllowedCorsOrigins                      | allowedOrigins                                                        |
// | EnableLocalLogin                        | allowLocalLogin                                                       |
// | IdentityProviderRestrictions            | providers                                                             |
// | AccessTokenLifetime (absent: 3600 s)    | accessTokenExpiry                                                     |
// | IdentityTokenLifetime (absent: 300 s)   | idTokenExpiry                                                         |
// | AbsoluteRefreshTokenLifetime (absent: 2592000 s) | refreshTokenExpiry                                           |
// | LogoUri                                 | logoURI                                                               |
// | Properties                              | additionalConfig                                                      |
// | Enabled: false                          | suspension                                                            |
// | ClientSecrets: Value, Description, Expiration | secrets: SHA-256, name, expiresAt                               |
import type { Draft } from './draft.js';
import type { Context, Kind } from './kind.js';
import type { FoundSecret } from './secrets-draft.js';
import type { Source } from './source.js';

const TEXT_OR_COMMENT = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const TEXT_OR_LAST_COMMA = /"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g;
const SHARED_SECRET = 'SharedSecret';
const WITHOUT_ZONE = /T[\d:.]+$/;
const LIFETIMES = [
  ['AccessTokenLifetime', 'accessTokenExpiry', 3600],
  ['IdentityTokenLifetime', 'idTokenExpiry', 300],
  ['AbsoluteRefreshTokenLifetime', 'refreshTokenExpiry', 2_592_000],
] as const;
const USUAL = {
  ProtocolType: 'oidc',
  RequirePkce: true,
  AllowPlainTextPkce: false,
  RequireConsent: false,
  AllowAccessTokensViaBrowser: false,
  AlwaysIncludeUserClaimsInIdToken: false,
};

export const duende: Kind = {
  system: 'Duende IdentityServer',
  anyCase: true,
  paths: [
    ['[]'],
    ['clients', '[]'],
    ['clients', '*'],
    ['*', 'clients', '[]'],
    ['*', 'clients', '*'],
    ['*', '*', 'clients', '[]'],
    ['*', '*', 'clients', '*'],
  ],
  mended: (text) => text.replace(TEXT_OR_COMMENT, withoutComment).replace(TEXT_OR_LAST_COMMA, withoutComment),
  idOf: (value, key) => value.text('ClientId') ?? (isClient(value) ? key : undefined),
  read,
};

/** Leaves lines as they are, so that the place of a mistake can be told. */
function withoutComment(found: string): string {
  return found.startsWith('"') ? found : found.replace(/[^\n]/g, ' ');
}

function isClient(value: Source): boolean {
  return ['Profile', 'AllowedGrantTypes', 'AllowedScopes', 'RedirectUris', 'ClientSecrets'].some((field) =>
    value.has(field),
  );
}

function read(client: Source, draft: Draft, { key }: Context): void {
  client.value('ClientId');
  const protocol = client.text('ProtocolType') ?? 'oidc';
  if (protocol !== 'oidc') draft.leaveOut(`is a client of another protocol: ${protocol}`);
  client.expect(USUAL);
  const profile = key === undefined ? undefined : client.text('Profile');
  if (profile === 'API') draft.leaveOut('is an API: it takes tokens and never asks for one');
  if (draft.leftOut) return;

  const isPublic = profile !== undefined || client.flag('RequireClientSecret') === false;
  draft.type(isPublic ? 'Public' : 'Confidential', profile === undefined ? 'RequireClientSecret' : 'Profile');
  draft.text('clientName', client.text('ClientName'), 'ClientName');
  readGrants(client, draft, profile);
  draft.scope(client.list('AllowedScopes'), 'AllowedScopes');
  const uris = (field: string, single: string) =>
    client.list(field) ?? (profile ? oneOf(client.text(single)) : undefined);
  draft.list('redirectUris', uris('RedirectUris', 'RedirectUri'), 'RedirectUris');
  draft.list('postSignOutRedirectUris', uris('PostLogoutRedirectUris', 'LogoutUri'), 'PostLogoutRedirectUris');
  draft.list('allowedOrigins', client.list('AllowedCorsOrigins'), 'AllowedCorsOrigins');
  draft.flag('allowLocalLogin', client.flag('EnableLocalLogin'), 'EnableLocalLogin');
  draft.list('providers', client.list('IdentityProviderRestrictions'), 'IdentityProviderRestrictions');
  for (const [field, ours, standard] of LIFETIMES) {
    const seconds = client.number(field);
    if (seconds === undefined) draft.notes.assumed(field, `is ${standard} s where nothing is said`);
    draft.seconds(ours, seconds ?? standard, field);
  }
  draft.text('logoURI', client.text('LogoUri'), 'LogoUri');
  draft.config(client.object('Properties'), 'Properties');
  if (client.flag('Enabled') === false) draft.beside.suspend('It was disabled in IdentityServer.', 'Enabled');
  readSecrets(client, draft);
  draft.finish();
}

/** Of shared secrets there is SHA-256 in Base64. */
function readSecrets(client: Source, draft: Draft): void {
  const found: FoundSecret[] = [];
  for (const entry of client.objects('ClientSecrets')) {
    const fields = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
    const text = (name: string) => (fields.get(name) ? String(fields.get(name)) : undefined);
    const type = text('type') ?? SHARED_SECRET;
    if (type !== SHARED_SECRET) {
      draft.notes.leave('ClientSecrets', 'a client authenticates with a secret here', type);
      continue;
    }
    const expiration = text('expiration');
    found.push({
      hash: { algorithm: 'sha256', hash: text('value') ?? '', encoding: 'base64' },
      ...(text('description') && { name: text('description') }),
      // IdentityServer compares it with UTC.
      ...(expiration && { expiresAt: WITHOUT_ZONE.test(expiration) ? `${expiration}Z` : expiration }),
    });
  }
  draft.secrets.add(found, 'ClientSecrets');
}

function oneOf(uri: string | undefined): string[] | undefined {
  return uri === undefined ? undefined : [uri];
}

function readGrants(client: Source, draft: Draft, profile: string | undefined): void {
  const grants = client.list('AllowedGrantTypes') ?? (profile === undefined ? [] : ['authorization_code']);
  if (grants.includes('hybrid')) {
    draft.notes.changed(
      'AllowedGrantTypes',
      'becomes authorization_code: tokens come from the token endpoint alone',
      'hybrid',
    );
  }
  const words = grants.map((grant) => (grant === 'hybrid' ? 'authorization_code' : grant));
  draft.list('grantTypes', words, 'AllowedGrantTypes');
  if (client.flag('AllowOfflineAccess')) draft.list('grantTypes', ['refresh_token'], 'AllowOfflineAccess');
}
