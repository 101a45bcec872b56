import type { AuditScope } from '#audit';
import type { Domains } from '#domains';
import { type Caller, FailureError } from '../http/index.js';
import type { AuditScopeQuery } from './page-query.js';

/** What `domain` and `clientId` of a query, and the caller's own rights, leave to be seen. */
export async function scopeOf(
  caller: Caller,
  { domain, clientId }: AuditScopeQuery,
  domains: Domains,
): Promise<AuditScope> {
  const domainId = await domainIdOf(caller, domain, domains);
  return { subscription: caller.credential.subscription, domainId, clientId };
}

/**
 * The domain that a list is of; undefined = all that the caller reaches. A credential of one domain sees that one; a
 * domain that the caller does not reach does not exist for it.
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
