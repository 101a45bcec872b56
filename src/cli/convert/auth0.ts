// Auth0: tenant files of the Auth0 Deploy CLI in YAML (`tenant.yaml`) and JSON (`clients/*.json`), and lists of the
// Management API (`GET /api/v2/clients`), with and without totals.
//
// https://auth0.com/docs/api/management/v2/clients/get-clients
// https://github.com/auth0/auth0-deploy-cli/blob/master/docs/resource-specific-documentation.md
// https://github.com/auth0/auth0-deploy-cli/blob/master/docs/keyword-replacement.md
//
// | client                                    | line                                                                |
// | ----------------------------------------- | ------------------------------------------------------------------- |
// | client_id, else name                      | clientId: the Deploy CLI writes ids only with --export_ids |
// | name                                      | clientName                                                          |
// | token_endpoint_auth_method, else app_type | clientType: none, spa and native are Public                         |
// | grant_types                               | grantTypes                                                          |
// | callbacks, allowed_logout_urls            | redirectUris, postSignOutRedirectUris                               |
// | web_origins, allowed_origins              | allowedOrigins                                                      |
// | jwt_configuration.lifetime_in_seconds     | idTokenExpiry                                                       |
// | refresh_token.token_lifetime              | refreshTokenExpiry                                                  |
// | clientGrants of the tenant file: audience, scope | audiences, scope                                             |
// | logo_uri                                  | logoURI                                                             |
// | client_metadata                           | additionalConfig                                                    |
// | client_secret                             | secrets, in the clear                                               |
// | signing_keys                              | –                                                                   |
//
// Left out: the global client of a tenant, and SSO integrations, which speak other protocols.
import type { Draft } from './draft.js';
import type { Context, Kind } from './kind.js';
import { isObject, type Source, type SourceObject } from './source.js';

const APP_TYPES = ['native', 'spa', 'regular_web', 'non_interactive', 'resource_server'];
/** The grants of an application whose file says none, as Auth0 gives them. */
const USUAL_GRANTS: Readonly<Record<string, readonly string[]>> = {
  non_interactive: ['client_credentials'],
  regular_web: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
};
const OF_APPS = ['authorization_code', 'implicit', 'refresh_token'];
const USUAL = {
  global: false,
  is_first_party: true,
  oidc_conformant: true,
  sso_disabled: false,
  cross_origin_auth: false,
  cross_origin_authentication: false,
  custom_login_page_on: true,
  is_token_endpoint_ip_header_trusted: false,
};

/** `@@NAME@@` and `##NAME##` stand for what the Deploy CLI puts there. Without quotes, they are neither YAML nor JSON. */
const KEYWORD = /@@[A-Za-z_]\w*@@/;
const COMMENT_LIKE = /##([A-Za-z_]\w*)##/g;
const BARE = /((?:^|[[,:]|- )[ \t]*)(@@[A-Za-z_]\w*@@[^\n\r"',\]}]*)(?=$|[\],}\r])/gm;

export const auth0: Kind = {
  system: 'Auth0',
  paths: [['[]'], ['clients', '[]']],
  mended: (text) => text.replace(COMMENT_LIKE, '@@$1@@').replace(BARE, '$1"$2"'),
  idOf: (value) => (isClient(value) ? (value.text('client_id') ?? value.text('name')) : undefined),
  read,
};

/** Hydra has a `client_id`, too, beside fields of other names. */
function isClient(value: Source): boolean {
  const own = ['client_id', 'app_type', 'callbacks', 'jwt_configuration', 'oidc_conformant'];
  return own.some((field) => value.has(field)) && !value.has('redirect_uris') && !value.has('response_types');
}

function read(client: Source, draft: Draft, { document }: Context): void {
  const id = client.text('client_id');
  const name = client.text('name');
  const appType = client.text('app_type');
  if (client.flag('global')) draft.leaveOut('is the tenant’s global client');
  if (appType && !KEYWORD.test(appType) && !APP_TYPES.includes(appType)) {
    draft.leaveOut(`is an SSO integration, or no OAuth client: ${appType}`);
  }
  if (draft.leftOut) return;
  if (id === undefined) draft.notes.assumed('client_id', 'is not in the file: the id is made of the name');

  if (client.says(KEYWORD)) {
    draft.notes.changed(
      '@@…@@',
      'keywords stand for values that are not here: export the tenant without them, or fill them in',
    );
  }
  client.expect(USUAL);
  draft.text('clientName', name, 'name');
  const method = client.text('token_endpoint_auth_method');
  const isPublic = method === undefined ? appType === 'spa' || appType === 'native' : method === 'none';
  draft.type(isPublic ? 'Public' : 'Confidential', method === undefined ? 'app_type' : 'token_endpoint_auth_method');
  if (method === undefined)
    draft.notes.assumed('token_endpoint_auth_method', `is that of ${appType ?? 'a web application'}`);
  const grants = client.list('grant_types');
  if (!grants) draft.notes.assumed('grant_types', `are those of ${appType ?? 'an application'}`);
  draft.list('grantTypes', grants ?? USUAL_GRANTS[appType ?? ''] ?? OF_APPS, 'grant_types');
  draft.list('redirectUris', client.list('callbacks'), 'callbacks');
  draft.list('postSignOutRedirectUris', client.list('allowed_logout_urls'), 'allowed_logout_urls');
  draft.list('allowedOrigins', client.list('web_origins'), 'web_origins');
  draft.list('allowedOrigins', client.list('allowed_origins'), 'allowed_origins');
  const jwt = client.part('jwt_configuration');
  jwt?.expect({ alg: 'RS256', secret_encoded: false });
  draft.seconds('idTokenExpiry', jwt?.number('lifetime_in_seconds'), 'jwt_configuration.lifetime_in_seconds');
  readRefreshTokens(client.part('refresh_token'), draft);
  readClientGrants([id, name], draft, document);
  draft.text('logoURI', client.text('logo_uri'), 'logo_uri');
  draft.config(client.object('client_metadata'), 'client_metadata');
  const secret = client.text('client_secret');
  if (secret !== undefined && KEYWORD.test(secret)) draft.secrets.leave('client_secret', 'is a keyword');
  else if (secret !== undefined) draft.secrets.add([{ secret }], 'client_secret');
  if (client.has('signing_keys')) draft.notes.leave('signing_keys', 'are keys of the tenant');
  if (client.has('encryption_key')) draft.notes.leave('encryption_key', 'tokens are not encrypted here');
  draft.notes.assumed(
    'access tokens',
    'an API of Auth0 decides how long they live: here, the default of the registry does',
  );
  draft.finish();
}

function readRefreshTokens(tokens: Source | undefined, draft: Draft): void {
  if (!tokens) return;
  const seconds = tokens.number('token_lifetime');
  if (tokens.flag('infinite_token_lifetime')) {
    draft.notes.leave(
      'refresh_token.infinite_token_lifetime',
      'a refresh token always ends here, by default after 1440 minutes',
    );
  } else draft.seconds('refreshTokenExpiry', seconds, 'refresh_token.token_lifetime');
}

/** What machines may ask for stands beside the clients, by their ids or names. */
function readClientGrants(names: readonly (string | undefined)[], draft: Draft, document: SourceObject): void {
  const grants = Array.isArray(document.clientGrants) ? document.clientGrants.filter(isObject) : [];
  for (const { client_id: of, audience, scope } of grants) {
    if (typeof of !== 'string' || !names.includes(of)) continue;
    if (typeof audience === 'string') draft.list('audiences', [audience], 'clientGrants.audience');
    if (Array.isArray(scope))
      draft.scope(
        scope.filter((token) => typeof token === 'string'),
        'clientGrants.scope',
      );
  }
}
