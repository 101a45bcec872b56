import type { Changes } from '#audit';
import { type ClientMetadata, DEFAULT_METADATA, METADATA_FIELDS } from './client-metadata.js';

/** What the audit tells of one change of a client. */
export interface PastChange {
  readonly action: string;
  readonly changes: Changes;
}

/** Whether a change made another version of the client: secrets are not part of any. */
export function makesVersion({ action, changes }: PastChange): boolean {
  return action !== 'client.deleted' && METADATA_FIELDS.some((field) => field in changes);
}

/** What the client was after this change of what it was before; undefined = there was none, or nobody knows. */
export function metadataAfter(
  { action, changes }: PastChange,
  before: ClientMetadata | undefined,
): ClientMetadata | undefined {
  if (action === 'client.deleted') return undefined;
  const base = action === 'client.created' ? DEFAULT_METADATA : before;
  return base && { ...base, ...valuesOf(changes, 'after') };
}

/** What the client was that was deleted here; the entry names every field that was not empty. */
export function metadataAtDeletion({ changes }: PastChange): ClientMetadata {
  return { ...DEFAULT_METADATA, ...valuesOf(changes, 'before') };
}

function valuesOf(changes: Changes, side: 'before' | 'after'): Partial<ClientMetadata> {
  const known = METADATA_FIELDS.filter((field) => field in changes);
  return Object.fromEntries(known.map((field) => [field, changes[field]![side]]));
}
