/** Why the core refused. */
export type DomainProblem =
  | { readonly code: 'invalid_domain_name'; readonly message: string }
  | { readonly code: 'domain_taken' }
  | { readonly code: 'domain_not_found' }
  /** The domain was deleted after the writer had been accepted. Nothing was written. */
  | { readonly code: 'domain_gone' }
  /** The default domain cannot be deleted. */
  | { readonly code: 'default_domain_kept' };

export class DomainError extends Error {
  constructor(readonly problem: DomainProblem) {
    super(problem.code);
    this.name = 'DomainError';
  }
}
