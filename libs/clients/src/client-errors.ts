import type { Violation } from './metadata-rule.js';

/** Why the core refused. The codes are those of RFC 7591 §3.2.2 where it has one. */
export type ClientProblem =
  /** The metadata breaks rules: all of them, or the first of more than MAX_VIOLATIONS. */
  | { readonly code: 'invalid_client_metadata'; readonly violations: readonly Violation[] }
  /** There is no such client in the domain. */
  | { readonly code: 'client_not_found' }
  /** The client never had this version, or its values were not noted. */
  | { readonly code: 'version_not_found' }
  /** A client with this id is registered already. */
  | { readonly code: 'client_exists' }
  /** The caller's condition on the version does not hold (RFC 9110 §13). */
  | { readonly code: 'precondition_failed' }
  /** The caller may only propose clients, and this is not one that it proposed, or no longer. */
  | { readonly code: 'not_proposed_by_caller' }
  /** Their managers have locked these clients, and the caller writes in another name, or in nobody's. */
  | { readonly code: 'client_locked'; readonly clients: readonly LockedClient[] }
  /** There is no such secret, or it has ended. */
  | { readonly code: 'secret_not_found' }
  /** The request would break a rule about the client's secrets. */
  | { readonly code: 'secret_refused'; readonly reason: 'public_client' | 'too_many' | 'last_one' }
  /** Another import into this domain is under way. */
  | { readonly code: 'import_under_way' }
  /** A client was changed after the import had read it. */
  | { readonly code: 'changed_meanwhile' }
  /** There were too many wrong guesses at the client's chosen secrets. */
  | { readonly code: 'too_many_guesses'; readonly retryAfterSeconds: number }
  /** The audiences must exist (STRICT_AUDIENCES), and these do not. */
  | { readonly code: 'unknown_audiences'; readonly audiences: readonly string[] };

export interface LockedClient {
  readonly clientId: string;
  readonly managedBy: string;
}

/** Thrown by the use cases. A `switch` over `error.problem.code` narrows the type. */
export class ClientError extends Error {
  constructor(readonly problem: ClientProblem) {
    super(problem.code);
    this.name = 'ClientError';
  }
}
