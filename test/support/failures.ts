import { type Failure, type FailureKind } from '../../src/http/failure.js';
import type { Dialect, FailedRequest } from '../../src/http/index.js';

export const PUBLIC_URL = 'https://clients.example.com';

const request: FailedRequest = {
  method: 'PUT',
  path: '/client',
  requestId: 'request-1',
  accept: '*/*',
  publicUrl: PUBLIC_URL,
};

/** One failure of each kind; a kind that is forgotten does not compile. */
export const SAMPLES: { readonly [K in FailureKind]: Extract<Failure, { kind: K }> } = {
  route_not_found: { kind: 'route_not_found' },
  method_not_allowed: { kind: 'method_not_allowed', method: 'PATCH', allow: ['GET', 'PUT'] },
  malformed_request: { kind: 'malformed_request', detail: 'The path has a bad escape.' },
  credential_missing: { kind: 'credential_missing' },
  credential_invalid: { kind: 'credential_invalid' },
  credential_expired: { kind: 'credential_expired' },
  permission_missing: { kind: 'permission_missing', permission: 'clients:write' },
  operator_only: { kind: 'operator_only' },
  grant_exceeds_own_rights: { kind: 'grant_exceeds_own_rights', detail: 'the domain must be your own' },
  body_too_large: { kind: 'body_too_large' },
  body_late: { kind: 'body_late' },
  body_missing: { kind: 'body_missing' },
  body_malformed: { kind: 'body_malformed', detail: 'The body must be a JSON object.' },
  media_type_unsupported: { kind: 'media_type_unsupported', detail: 'gzip is not accepted.' },
  invalid: {
    kind: 'invalid',
    violations: [
      { property: 'redirectUris[0]', rule: 'format', message: 'must be a URI' },
      { property: 'clientID', rule: 'required', message: 'is required' },
      { property: 'scope', rule: 'value', message: 'must be something else' },
      { property: 'scope', rule: 'limit', message: 'must be shorter' },
    ],
  },
  invalid_query: {
    kind: 'invalid_query',
    violations: [
      { property: 'page', rule: 'format', message: 'must be a number' },
      { property: 'nope', rule: 'unfilterable', message: 'is not a property' },
      { property: 'other', rule: 'unsortable', message: 'is not a property' },
      { property: 'clientID', rule: 'missing', message: 'is needed' },
      { property: 'clientName', rule: 'unrangeable', message: 'has no order' },
    ],
  },
  not_found: { kind: 'not_found', what: 'client' },
  conflict: { kind: 'conflict', conflict: { reason: 'client_exists' } },
  precondition_failed: { kind: 'precondition_failed' },
  idempotency_key_reused: { kind: 'idempotency_key_reused' },
  rate_limited: { kind: 'rate_limited', retryAfterSeconds: 7 },
  busy: { kind: 'busy', what: 'streams', of: 'subscription' },
  unavailable: { kind: 'unavailable' },
  internal: { kind: 'internal' },
};

export const KINDS = Object.keys(SAMPLES) as FailureKind[];

/** A failure as an API tells it, through JSON. */
export function rendered(api: Dialect, failure: Failure, more: Partial<FailedRequest> = {}) {
  const { status, headers, body } = api.render(failure, { ...request, ...more });
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
  return { status, headers, body: JSON.parse(JSON.stringify(body)) as any };
}
