import fc from 'fast-check';
import type { DialectContract } from '../../support/api-contract.js';
import {
  basic,
  coreUri,
  grants,
  grantsWithoutSecret,
  listOf,
  orNull,
  scope,
  text,
  withOptional,
} from '../../support/arbitraries.js';
import type { Door } from '../../support/door.js';
import { registrations } from './index.js';

const CLIENT = '/registrations/{domain}/{client_id}';

const others = {
  client_name: orNull(text),
  redirect_uris: orNull(listOf(coreUri)),
  scope: orNull(scope),
};
const body = fc.oneof(
  withOptional({}, { ...others, grant_types: orNull(grants), token_endpoint_auth_method: orNull(basic) }),
  withOptional(
    { token_endpoint_auth_method: fc.constant('none') },
    { ...others, grant_types: orNull(grantsWithoutSecret) },
  ),
);
const path = (domain: string, id: string) => `/registrations/${domain}/${id}`;

const door: Door = {
  id: 'client_id',
  dates: ['issued_at', 'changed_at'],
  body,
  wholeBody: body,
  create: (domain, id, given) => ['PUT', path(domain, id), given],
  path,
  after: (view, given) => ({
    client_id: view.client_id,
    client_name: given.client_name ?? null,
    redirect_uris: given.redirect_uris ?? [],
    grant_types: given.grant_types ?? ['authorization_code'],
    token_endpoint_auth_method: given.token_endpoint_auth_method ?? 'client_secret_basic',
    scope: given.scope ?? '',
  }),
  inWhole: (view) => ({
    clientId: view.client_id,
    clientName: view.client_name,
    clientType: view.token_endpoint_auth_method === 'none' ? 'Public' : 'Confidential',
    grantType:
      (view.grant_types as string[]).join() === 'client_credentials' ? 'ClientCredentials' : 'AuthorizationCode',
    grantTypes: view.grant_types,
    redirectUris: view.redirect_uris,
    scope: view.scope,
    createdAt: view.issued_at,
    updatedAt: view.changed_at,
  }),
};

export const contract: DialectContract = {
  api: registrations,
  errorType: 'application/json',
  failures: {
    route_not_found: [404, 'not_found'],
    method_not_allowed: [405, 'method_not_allowed'],
    malformed_request: [400, 'invalid_request'],
    credential_missing: [401, 'invalid_token'],
    credential_invalid: [401, 'invalid_token'],
    credential_expired: [401, 'invalid_token'],
    permission_missing: [403, 'insufficient_scope'],
    operator_only: [403, 'insufficient_scope'],
    grant_exceeds_own_rights: [403, 'insufficient_scope'],
    body_too_large: [413, 'invalid_request'],
    body_late: [408, 'invalid_request'],
    body_missing: [400, 'invalid_request'],
    body_malformed: [400, 'invalid_request'],
    media_type_unsupported: [415, 'invalid_request'],
    invalid: [400, 'invalid_client_metadata'],
    invalid_query: [400, 'invalid_request'],
    not_found: [404, 'not_found'],
    conflict: [409, 'invalid_state'],
    precondition_failed: [412, 'invalid_state'],
    idempotency_key_reused: [422, 'invalid_request'],
    rate_limited: [429, 'slow_down'],
    busy: [429, 'slow_down'],
    unavailable: [503, 'temporarily_unavailable'],
    internal: [500, 'server_error'],
  },
  wordsOf: ({ error }) => String(error),
  refusal: () => '403 insufficient_scope',
  operations: {
    [`get ${CLIENT}`]: ['ETag'],
    [`put ${CLIENT}`]: ['conditional', 'ETag'],
    [`delete ${CLIENT}`]: ['conditional'],
  },
  examples: [
    [`get ${CLIENT}`, 'GET', '/registrations/default/nobody'],
    [`put ${CLIENT}`, 'PUT', '/registrations/nowhere/x', {}],
    [`put ${CLIENT}`, 'PUT', '/registrations/default/x', { redirect_uris: 'https://x.example.com' }],
    [`delete ${CLIENT}`, 'DELETE', '/registrations/default/nobody'],
  ],
  door,
};
