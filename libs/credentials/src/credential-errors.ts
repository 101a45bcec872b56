import type { Permission } from './permissions.js';

/** Why the core refused. */
export type CredentialProblem =
  /** No credential was presented. */
  | { readonly code: 'credential_missing' }
  /** It is malformed, unknown, revoked, or signed by somebody else. */
  | { readonly code: 'credential_invalid' }
  | { readonly code: 'credential_expired' }
  /** The token is from another issuer, and that issuer cannot be asked for its keys. */
  | { readonly code: 'issuer_unavailable' }
  /** Two headers name different credentials. */
  | { readonly code: 'credentials_differ' }
  /** The credential is valid, but does not allow this. */
  | { readonly code: 'permission_missing'; readonly permission: Permission }
  /** A caller cannot grant what it does not hold. */
  | { readonly code: 'grant_exceeds_own_rights'; readonly message: string }
  | { readonly code: 'credential_not_found' }
  /** `operator`: it is renewed beside the database. `issuer`: its issuer renews it. `two_valid`: it was rotated lately. */
  | { readonly code: 'rotation_refused'; readonly reason: 'operator' | 'issuer' | 'two_valid' }
  /** The last operator cannot be revoked. */
  | { readonly code: 'last_operator_kept' };

export class CredentialError extends Error {
  constructor(readonly problem: CredentialProblem) {
    super(problem.code);
    this.name = 'CredentialError';
  }
}
