// Keycloak: the JSON of a realm export (`kc.sh export`), of a partial export (admin console), and single client
// representations (`kcadm.sh get clients/…`, `GET /admin/realms/{realm}/clients`).
//
// https://www.keycloak.org/docs-api/latest/rest-api/index.html#ClientRepresentation
// https://www.keycloak.org/docs-api/latest/rest-api/index.html#RealmRepresentation
// https://www.keycloak.org/docs/latest/server_admin/#_oidc_clients
//
// | ClientRepresentation                        | line                                                              |
// | ------------------------------------------- | ----------------------------------------------------------------- |
// | clientId                                    | clientId                                                          |
// | name                                        | clientName                                                        |
// | publicClient                                | clientType                                                        |
// | standardFlowEnabled (absent: true)          | grantTypes: authorization_code, and refresh_token                 |
// | serviceAccountsEnabled                      | grantTypes: client_credentials                                    |
// | implicitFlowEnabled, directAccessGrantsEnabled, device and CIBA grants | –: there are no such grants            |
// | redirectUris, rootUrl before those with a / | redirectUris                                                      |
// | attributes.post.logout.redirect.uris        | postSignOutRedirectUris: `##` between them, `+` = redirectUris    |
// | webOrigins                                  | allowedOrigins; `+` = the origins of redirectUris                 |
// | defaultClientScopes, optionalClientScopes   | scope, without those that are never in a token's scope            |
// | protocolMappers: oidc-audience-mapper       | audiences                                                         |
// | attributes.access.token.lifespan, else the realm's accessTokenLifespan | accessTokenExpiry, idTokenExpiry       |
// | attributes.client.session.idle.timeout, else the realm's ssoSessionIdleTimeout; no longer than                 |
// | attributes.client.session.max.lifespan, else the realm's ssoSessionMaxLifespan | refreshTokenExpiry             |
// | attributes.logoUri                          | logoURI                                                           |
// | enabled: false                              | suspension                                                        |
// | secret                                      | secrets, in the clear                                             |
//
// Left out: bearer-only clients, other protocols than OpenID Connect, and the clients that every realm has.
import type { Draft } from './draft.js';
import type { Context, Kind } from './kind.js';
import type { Source } from './source.js';

/** Every realm has these, and gives them names such as `${client_account}`. */
const BUILT_IN = ['account', 'account-console', 'admin-cli', 'broker', 'realm-management', 'security-admin-console'];
/** Client scopes that only arrange claims; no token has their name in its scope. */
const WITHOUT_NAME_IN_TOKENS = [
  'acr',
  'basic',
  'role_list',
  'roles',
  'saml_organization',
  'service_account',
  'web-origins',
];
const MASK = /^\*+$/;
const VAULT = /^\$\{vault\..*\}$/;

/** What a client need not say. */
const USUAL = {
  protocol: 'openid-connect',
  clientAuthenticatorType: 'client-secret',
  surrogateAuthRequired: false,
  alwaysDisplayInConsole: false,
  notBefore: 0,
  consentRequired: false,
  frontchannelLogout: false,
  authorizationServicesEnabled: false,
  fullScopeAllowed: true,
  nodeReRegistrationTimeout: -1,
};

export const keycloak: Kind = {
  system: 'Keycloak',
  paths: [['[]'], ['clients', '[]'], ['[]', 'clients', '[]']],
  unkept: [
    'authenticationFlows',
    'clientScopeMappings',
    'clientScopes',
    'components',
    'federatedUsers',
    'groups',
    'identityProviders',
    'roles',
    'scopeMappings',
    'users',
  ],
  isHolder: (value) => value.has('realm') && !value.has('clientId'),
  idOf: (value) => value.text('clientId'),
  read,
};

function read(client: Source, draft: Draft, { document }: Context): void {
  const id = client.text('clientId')!;
  const protocol = client.text('protocol') ?? 'openid-connect';
  if (protocol !== 'openid-connect') draft.leaveOut(`is a client of another protocol: ${protocol}`);
  if (client.flag('bearerOnly')) draft.leaveOut('is bearer-only: it takes tokens and never asks for one');
  const name = client.text('name');
  const isBuiltIn = BUILT_IN.includes(id) && (name === undefined || name.startsWith('${client_'));
  if (isBuiltIn) draft.leaveOut('is one of Keycloak’s own, which every realm has');
  if (draft.leftOut) return;

  client.value('id');
  const attributes = client.part('attributes');
  client.expect(USUAL);
  draft.text('clientName', name, 'name');
  draft.type(client.flag('publicClient') ? 'Public' : 'Confidential', 'publicClient');
  readGrants(client, attributes, draft);
  readUris(client, attributes, draft);
  readScopes(client, draft);
  readMappers(client, draft);
  readLifetimes(attributes, draft, document);
  draft.text('logoURI', attributes?.text('logoUri'), 'attributes.logoUri');
  if (client.flag('enabled') === false) draft.beside.suspend('It was disabled in Keycloak.', 'enabled');
  const method = client.text('clientAuthenticatorType');
  if (method && method !== 'client-secret') {
    draft.notes.leave('clientAuthenticatorType', 'a client authenticates with a secret here', method);
  }
  readSecret(client.text('secret'), draft);
  if (client.has('registrationAccessToken'))
    draft.notes.leave('registrationAccessToken', 'clients do not register themselves here');
  draft.finish();
}

/** A partial export masks secrets. */
function readSecret(secret: string | undefined, draft: Draft): void {
  if (secret === undefined) return;
  if (MASK.test(secret)) draft.secrets.leave('secret', 'is masked in the file, as in each partial export');
  else if (VAULT.test(secret)) draft.secrets.leave('secret', 'is in a vault, and stays behind');
  else draft.secrets.add([{ secret }], 'secret');
}

function readGrants(client: Source, attributes: Source | undefined, draft: Draft): void {
  const standard = client.flag('standardFlowEnabled');
  if (standard === undefined) draft.notes.assumed('standardFlowEnabled', 'is true where nothing is said');
  if (standard !== false) draft.list('grantTypes', ['authorization_code'], 'standardFlowEnabled');
  const refreshes = attributes?.flag('use.refresh.tokens') !== false;
  if (standard !== false && refreshes) draft.list('grantTypes', ['refresh_token'], 'standardFlowEnabled');
  if (client.flag('serviceAccountsEnabled')) draft.list('grantTypes', ['client_credentials'], 'serviceAccountsEnabled');
  if (client.flag('implicitFlowEnabled')) draft.list('grantTypes', ['implicit'], 'implicitFlowEnabled');
  if (client.flag('directAccessGrantsEnabled')) draft.list('grantTypes', ['password'], 'directAccessGrantsEnabled');
  for (const [attribute, grant] of [
    ['oauth2.device.authorization.grant.enabled', 'urn:ietf:params:oauth:grant-type:device_code'],
    ['oidc.ciba.grant.enabled', 'urn:openid:params:grant-type:ciba'],
    ['standard.token.exchange.enabled', 'urn:ietf:params:oauth:grant-type:token-exchange'],
  ] as const) {
    if (attributes?.flag(attribute)) draft.list('grantTypes', [grant], `attributes.${attribute}`);
  }
}

function readUris(client: Source, attributes: Source | undefined, draft: Draft): void {
  // Read only where it is needed, or else it counts as one more field that does not come along.
  const root = () => client.text('rootUrl')?.replace(/\/+$/, '') ?? '';
  const whole = (uri: string) => (uri.startsWith('/') ? `${root()}${uri}` : uri);
  draft.list('redirectUris', client.list('redirectUris')?.map(whole), 'redirectUris');
  const redirects = draft.listOf('redirectUris');

  // `+` stands for the redirect URIs, which may all have stayed behind.
  const likeRedirects = (entry: string, from: string, alike: readonly string[]) => {
    if (alike.length === 0) draft.notes.leave(from, 'no redirect URI came along', entry);
    return alike;
  };
  const field = 'attributes.post.logout.redirect.uris';
  const afterLogout = attributes?.text('post.logout.redirect.uris')?.split('##') ?? [];
  const uris = afterLogout.flatMap((uri) => {
    if (uri === '+') return likeRedirects(uri, field, redirects);
    return uri === '-' ? [] : [whole(uri)];
  });
  draft.list('postSignOutRedirectUris', uris, field);

  const origins = client.list('webOrigins')?.flatMap((origin) => {
    return origin === '+' ? likeRedirects(origin, 'webOrigins', originsOf(redirects)) : [origin];
  });
  draft.list('allowedOrigins', origins, 'webOrigins');
}

function originsOf(uris: readonly string[]): string[] {
  return uris.map((uri) => new URL(uri).origin).filter((origin) => origin !== 'null');
}

function readScopes(client: Source, draft: Draft): void {
  for (const field of ['defaultClientScopes', 'optionalClientScopes']) {
    const names = client.list(field) ?? [];
    const inner = names.filter((name) => WITHOUT_NAME_IN_TOKENS.includes(name));
    if (inner.length > 0) draft.notes.leave(field, 'these only arrange claims', inner.join(' '));
    const scopes = names.filter((name) => !inner.includes(name));
    if (scopes.length > 0 && field === 'defaultClientScopes') draft.scope(['openid'], field);
    draft.scope(scopes, field);
  }
}

function readMappers(client: Source, draft: Draft): void {
  const others: string[] = [];
  for (const mapper of client.objects('protocolMappers')) {
    const config = (mapper.config ?? {}) as Record<string, unknown>;
    const audience = config['included.client.audience'] || config['included.custom.audience'];
    const isAudience = mapper.protocolMapper === 'oidc-audience-mapper' && typeof audience === 'string';
    if (isAudience) draft.list('audiences', [audience], 'protocolMappers');
    else others.push(String(mapper.name ?? mapper.protocolMapper));
  }
  if (others.length > 0) draft.notes.leave('protocolMappers', 'claims are arranged elsewhere', others.join(', '));
}

/** An ID token lives as long as an access token there, and a refresh token as long as a session, idle or not. */
function readLifetimes(attributes: Source | undefined, draft: Draft, realm: Context['document']): void {
  const lifetime = (attribute: string, field: string) => lifetimeOf(attributes, attribute, realm, field);
  const access = lifetime('access.token.lifespan', 'accessTokenLifespan');
  const idle = lifetime('client.session.idle.timeout', 'ssoSessionIdleTimeout');
  const most = lifetime('client.session.max.lifespan', 'ssoSessionMaxLifespan');
  if (access) {
    draft.seconds('accessTokenExpiry', access.seconds, access.from);
    draft.copyLifetime('accessTokenExpiry', 'idTokenExpiry');
  } else {
    const message = 'the realm’s lifetimes are not in the file: the defaults of the registry apply';
    draft.notes.assumed('attributes.access.token.lifespan', message);
  }
  const refresh = idle && most && most.seconds < idle.seconds ? most : (idle ?? most);
  if (refresh) draft.seconds('refreshTokenExpiry', refresh.seconds, refresh.from);
}

/** A client that says nothing, or no positive number, has the lifetime of its realm. */
function lifetimeOf(
  attributes: Source | undefined,
  attribute: string,
  realm: Context['document'],
  field: string,
): { readonly seconds: number; readonly from: string } | undefined {
  const own = attributes?.number(attribute);
  if (own !== undefined && own > 0) return { seconds: own, from: `attributes.${attribute}` };
  const seconds = realm[field];
  return typeof seconds === 'number' && seconds > 0 ? { seconds, from: `realm.${field}` } : undefined;
}
