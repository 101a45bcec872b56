// Ory Hydra: OAuth 2.0 clients as JSON, as `hydra get oauth2-client --format json`, `hydra list oauth2-clients --format
// json` and `GET /admin/clients` write them: one, a list, or a list in `items`.
//
// https://www.ory.sh/docs/hydra/reference/api#tag/oAuth2/operation/listOAuth2Clients (oAuth2Client)
// https://www.ory.sh/docs/hydra/guides/client-token-expiration
//
// | oAuth2Client                                    | line                                                          |
// | ----------------------------------------------- | ------------------------------------------------------------- |
// | client_id                                       | clientId                                                      |
// | client_name                                     | clientName                                                    |
// | token_endpoint_auth_method                      | clientType: none is Public, any other Confidential            |
// | grant_types (absent: authorization_code)        | grantTypes                                                    |
// | scope, audience                                 | scope, audiences                                              |
// | redirect_uris, post_logout_redirect_uris        | redirectUris, postSignOutRedirectUris                         |
// | allowed_cors_origins                            | allowedOrigins                                                |
// | authorization_code_grant_…_token_lifespan       | …TokenExpiry; `1h30m0s` is a duration of Go                   |
// | refresh_token_grant_…_, client_credentials_grant_… | the same where the former says nothing                     |
// | logo_uri                                        | logoURI                                                       |
// | metadata                                        | additionalConfig                                              |
// | client_secret, also as Hydra stores it          | secrets, in the clear or as a hash                            |
import type { Draft } from './draft.js';
import type { Kind } from './kind.js';
import type { Source } from './source.js';

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
/** How Hydra writes a hash into its database. */
const HASH = /^\$(2[abxy]?|pbkdf2-\w+)\$/;
const DURATION = /^(\d+(\.\d+)?(h|ms|m|us|µs|ns|s))+$/;

/** What a client need not say. */
const USUAL = {
  subject_type: 'public',
  userinfo_signed_response_alg: 'none',
  client_secret_expires_at: 0,
  skip_consent: false,
  skip_logout_consent: false,
  frontchannel_logout_session_required: false,
  backchannel_logout_session_required: false,
};

export const hydra: Kind = {
  system: 'Ory Hydra',
  paths: [['[]'], ['items', '[]'], ['clients', '[]']],
  // Hydra 1.0 wrote `id`, too.
  idOf,
  read,
};

function idOf(value: Source): string | undefined {
  if (['app_type', 'callbacks', 'jwt_configuration'].some((field) => value.has(field))) return undefined;
  return value.text('client_id') ?? (value.has('grant_types') ? value.text('id') : undefined);
}

function read(client: Source, draft: Draft): void {
  client.value('client_id');
  client.value('id');
  client.expect(USUAL);
  const method = client.text('token_endpoint_auth_method') ?? 'client_secret_basic';
  draft.type(method === 'none' ? 'Public' : 'Confidential', 'token_endpoint_auth_method');
  if (!['none', 'client_secret_basic', 'client_secret_post'].includes(method)) {
    draft.notes.leave('token_endpoint_auth_method', 'a client authenticates with a secret here', method);
  }
  draft.text('clientName', client.text('client_name'), 'client_name');
  const grants = client.list('grant_types');
  if (!grants?.length) draft.notes.assumed('grant_types', 'is authorization_code where nothing is said');
  draft.list('grantTypes', grants?.length ? grants : ['authorization_code'], 'grant_types');
  draft.scope(client.text('scope')?.split(' '), 'scope');
  draft.list('audiences', client.list('audience'), 'audience');
  draft.list('redirectUris', client.list('redirect_uris'), 'redirect_uris');
  draft.list('postSignOutRedirectUris', client.list('post_logout_redirect_uris'), 'post_logout_redirect_uris');
  draft.list('allowedOrigins', client.list('allowed_cors_origins'), 'allowed_cors_origins');
  readLifetimes(client, draft);
  draft.text('logoURI', client.text('logo_uri'), 'logo_uri');
  draft.config(client.object('metadata'), 'metadata');
  const secret = client.text('client_secret');
  if (secret !== undefined) draft.secrets.add([HASH.test(secret) ? { hash: secret } : { secret }], 'client_secret');
  else if (draft.isConfidential)
    draft.secrets.leave('client_secret', 'is in Hydra’s database, as a hash, and stays behind');
  if (client.has('registration_access_token')) {
    draft.notes.leave('registration_access_token', 'clients do not register themselves here');
  }
  draft.finish();
}

function readLifetimes(client: Source, draft: Draft): void {
  const grants = draft.listOf('grantTypes').includes('authorization_code')
    ? ['authorization_code', 'refresh_token']
    : ['client_credentials'];
  let isSaid = false;
  for (const [token, field] of [
    ['access', 'accessTokenExpiry'],
    ['id', 'idTokenExpiry'],
    ['refresh', 'refreshTokenExpiry'],
  ] as const) {
    const from = grants.map((grant) => `${grant}_grant_${token}_token_lifespan`).find((name) => client.has(name));
    if (from === undefined) continue;
    isSaid = true;
    const duration = client.text(from)!;
    const seconds = secondsOf(duration);
    if (seconds === undefined) draft.notes.leave(from, 'is no duration such as 1h30m', duration);
    else draft.seconds(field, seconds, from);
  }
  if (!isSaid) {
    draft.notes.assumed(
      '…_token_lifespan',
      'Hydra’s own configuration decides them: here, the defaults of the registry do',
    );
  }
}

function secondsOf(duration: string): number | undefined {
  if (!DURATION.test(duration)) return undefined;
  const parts = duration.matchAll(/(\d+(?:\.\d+)?)([a-zµ]+)/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}
