import type { Credential } from '#credentials';
import type { NewEntry } from '../log/append-entries.js';

/** What the audit says of a credential that was revoked, told to whoever may know of it. */
export function revocationOf({ id, subscription }: Pick<Credential, 'id' | 'subscription'>): NewEntry {
  return { subscription, action: 'credential.revoked', changes: { id: { before: id, after: null } } };
}
