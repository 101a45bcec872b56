import type { Credential } from '#credentials';
import type { NewEntry } from '../log/append-entries.js';

export type Revoked = Pick<Credential, 'id' | 'subscription'>;

/** The audit entry about a revoked credential, for its subscription. */
export function revocationOf({ id, subscription }: Revoked): NewEntry {
  return { subscription, action: 'credential.revoked', changes: { id: { before: id, after: null } } };
}
