import { type LockedClient, MAX_VIOLATIONS, type Violation } from '#clients';
import type { Permission } from '#credentials';
import type { TooMany } from '#shares';

/** What is wrong with a query string; `property` is the parameter's name as the caller wrote it. */
export interface QueryViolation {
  readonly property: string;
  readonly rule: 'missing' | 'format' | 'unsortable' | 'unfilterable' | 'unrangeable';
  readonly message: string;
}

/** The stored state does not allow the request now. */
export type Conflict =
  | { readonly reason: 'client_exists' }
  | { readonly reason: 'unknown_audiences'; readonly audiences: readonly string[] }
  | { readonly reason: 'client_locked'; readonly clients: readonly LockedClient[] }
  | { readonly reason: 'public_client_has_no_secret' }
  | { readonly reason: 'too_many_secrets' }
  | { readonly reason: 'last_secret_kept' }
  | { readonly reason: 'import_under_way' }
  | { readonly reason: 'changed_meanwhile' }
  | { readonly reason: 'in_flight' }
  | { readonly reason: 'answer_outdated' }
  | { readonly reason: 'domain_taken' }
  | { readonly reason: 'default_domain_kept' }
  | { readonly reason: 'last_operator_kept' }
  | { readonly reason: 'operator_not_rotated' }
  | { readonly reason: 'issuer_rotates' }
  | { readonly reason: 'two_keys_valid' };

/** Something that an address names does not exist. */
export interface NotFound {
  readonly kind: 'not_found';
  readonly what: 'client' | 'domain' | 'credential' | 'secret' | 'suspension' | 'version';
}

/**
 * Every way in which a request can fail, found by core, authentication, parser, router or database. Holds no stack and no
 * SQL, so that neither can leak. Each dialect renders every kind.
 */
export type Failure =
  | { readonly kind: 'route_not_found' }
  | { readonly kind: 'method_not_allowed'; readonly method: string; readonly allow: readonly string[] }
  | { readonly kind: 'malformed_request'; readonly detail: string }
  | { readonly kind: 'credential_missing' }
  | { readonly kind: 'credential_invalid' }
  | { readonly kind: 'credential_expired' }
  /** `inDomain`: the credential has the permission, but not in this domain. Whether the domain exists is not told. */
  | { readonly kind: 'permission_missing'; readonly permission: Permission; readonly inDomain?: true }
  | { readonly kind: 'operator_only' }
  | { readonly kind: 'grant_exceeds_own_rights'; readonly detail: string }
  | { readonly kind: 'body_too_large'; readonly limit?: string }
  | { readonly kind: 'body_late' }
  | { readonly kind: 'body_missing' }
  | { readonly kind: 'body_malformed'; readonly detail: string }
  | { readonly kind: 'media_type_unsupported'; readonly detail: string }
  /** `hasMore`: there are more violations than these. */
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[]; readonly hasMore?: boolean }
  | { readonly kind: 'invalid_query'; readonly violations: readonly QueryViolation[]; readonly hasMore?: boolean }
  | NotFound
  | { readonly kind: 'conflict'; readonly conflict: Conflict }
  | { readonly kind: 'precondition_failed' }
  | { readonly kind: 'idempotency_key_reused' }
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  /** Too many requests of this kind are under way. */
  | { readonly kind: 'busy'; readonly what: TooMany['what']; readonly of: TooMany['of'] }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'internal' };

export type FailureKind = Failure['kind'];

/** One renderer for each kind; without all of them the code does not compile. */
export type FailureTable<T> = { readonly [K in FailureKind]: (failure: Extract<Failure, { kind: K }>) => T };

/** Throws a failure that was found outside the cores. */
export class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.kind);
    this.name = 'FailureError';
  }
}

/** At most this many characters of a caller's own text are repeated; sentences of ours are shorter. */
const MAX_PLACE = 200;
const MAX_SENTENCE = 500;

/** Limits how many violations, and how much of the caller's own text, a failure repeats (decision 44). */
export function bounded(failure: Failure): Failure {
  if (failure.kind === 'invalid' || failure.kind === 'invalid_query') {
    const violations = failure.violations.slice(0, MAX_VIOLATIONS).map(({ property, message, ...violation }) => ({
      ...violation,
      property: cut(property, MAX_PLACE),
      message: cut(message, MAX_SENTENCE),
    }));
    const hasMore = failure.violations.length > MAX_VIOLATIONS;
    return { ...failure, violations, hasMore } as Failure;
  }
  return 'detail' in failure ? { ...failure, detail: cut(failure.detail, MAX_SENTENCE) } : failure;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

/** Looks up the row of a failure. Only this function must tell the compiler that kind and row belong together. */
export function lookUp<T>(table: FailureTable<T>, failure: Failure): T {
  return (table[failure.kind] as (failure: Failure) => T)(failure);
}
