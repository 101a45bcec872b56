import type { Credential } from '#credentials';
import type { NewEntry } from '../log/append-entries.js';

export type Revoked = Pick<Credential, 'id' | 'subscription'>;

/** What the audit says of a credential that was revoked, told to whoever may know of it. */
export function revocationOf({ id, subscription }: Revoked): NewEntry {
  return { subscription, action: 'credential.revoked', changes: { id: { before: id, after: null } } };
}
