import type { AuditScope } from '#audit';
import type { Domains } from '#domains';
import { type Caller, FailureError } from '../http/index.js';
import type { AuditScopeQuery } from './page-query.js';

/** The part of the audit that the query asks for and its caller may see. */
export async function scopeOf(
  caller: Caller,
  { domain, clientId }: AuditScopeQuery,
  domains: Domains,
): Promise<AuditScope> {
  const domainId = await domainIdOf(caller, domain, domains);
  return { subscription: caller.credential.subscription, domainId, clientId };
}

/**
 * The domain that a list is about; undefined = all that the caller reaches. A credential that is bound to a domain sees only
 * that one. A domain that the caller does not reach is treated as if it did not exist.
 */
export async function domainIdOf(
  { credential }: Caller,
  name: string | undefined,
  domains: Domains,
): Promise<string | undefined> {
  if (name === undefined) return credential.domainId ?? undefined;
  const domain = await domains.findReached(name, credential);
  if (domain) return domain.id;
  throw new FailureError({ kind: 'not_found', what: 'domain' });
}
