import type { ApiContract } from './api-contract.js';

/** How v1 and administration answer each kind of failure: as RFC 9457 problem details. */
export const PROBLEM_FAILURES: ApiContract['failures'] = {
  route_not_found: [404, 'not-found'],
  method_not_allowed: [405, 'method-not-allowed'],
  malformed_request: [400, 'bad-request'],
  credential_missing: [401, 'unauthorized'],
  credential_invalid: [401, 'unauthorized'],
  credential_expired: [401, 'unauthorized'],
  permission_missing: [403, 'forbidden'],
  operator_only: [403, 'forbidden'],
  grant_exceeds_own_rights: [403, 'forbidden'],
  body_too_large: [413, 'body-too-large'],
  body_late: [408, 'body-late'],
  body_missing: [400, 'bad-request'],
  body_malformed: [400, 'bad-request'],
  media_type_unsupported: [415, 'unsupported-media-type'],
  invalid: [400, 'validation-failed'],
  invalid_query: [400, 'validation-failed'],
  not_found: [404, 'not-found'],
  conflict: [409, 'conflict'],
  precondition_failed: [412, 'precondition-failed'],
  idempotency_key_reused: [422, 'idempotency-key-reused'],
  rate_limited: [429, 'rate-limited'],
  busy: [429, 'busy'],
  unavailable: [503, 'unavailable'],
  internal: [500, 'internal'],
};
export const problemWords = ({ type }: Record<string, unknown>): string => String(type).split('/').at(-1)!;
