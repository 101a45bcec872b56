import type { Changes, EntryOutline, TrailEntry } from '#audit';
import { type ClientMetadata, DEFAULT_METADATA, METADATA_FIELDS, type MetadataField } from './client-metadata.js';

/** Whether a change made another version of the client. Secrets belong to no version. */
export function makesVersion({ action, fields }: EntryOutline): boolean {
  return action !== 'client.deleted' && METADATA_FIELDS.some((field) => fields.includes(field));
}

/** The position of the entry that holds each field's value. A field without an entry was empty. */
export type Sources = ReadonlyMap<MetadataField, string>;

/**
 * Finds the sources of a version. Takes the client's entries, newest first, from the version's own entry backwards. The
 * first entry that names a field is its source. The entry of the client's creation names all fields that were not empty
 * then.
 */
export class SourcesOfVersion {
  private readonly found = new Map<MetadataField, string>();

  /** Returns the sources when they are complete; undefined = the earlier entries are needed, too. */
  tell({ position, action, fields }: EntryOutline): Sources | undefined {
    for (const field of METADATA_FIELDS)
      if (fields.includes(field) && !this.found.has(field)) this.found.set(field, position);
    return action === 'client.created' || this.found.size === METADATA_FIELDS.length ? this.found : undefined;
  }
}

/** The client's metadata, from entries that include all sources. */
export function metadataFrom(sources: Sources, entries: readonly TrailEntry[]): ClientMetadata {
  const changes = new Map(entries.map((entry) => [entry.position, entry.changes]));
  const values = [...sources].map(([field, position]) => [field, changes.get(position)![field]!.after]);
  return { ...DEFAULT_METADATA, ...Object.fromEntries(values) };
}

/** The metadata of the client that this entry deleted. The entry names every field that was not empty. */
export function metadataAtDeletion({ changes }: { readonly changes: Changes }): ClientMetadata {
  const values = METADATA_FIELDS.flatMap((field) => (field in changes ? [[field, changes[field]!.before]] : []));
  return { ...DEFAULT_METADATA, ...Object.fromEntries(values) };
}
