import type { Changes, EntryOutline, TrailEntry } from '#audit';
import { type ClientMetadata, DEFAULT_METADATA, METADATA_FIELDS, type MetadataField } from './client-metadata.js';

/** Whether a change made another version of the client: secrets are not part of any. */
export function makesVersion({ action, fields }: EntryOutline): boolean {
  return action !== 'client.deleted' && METADATA_FIELDS.some((field) => fields.includes(field));
}

/** Which entry tells what each field was; a field that none tells of was empty. */
export type Sources = ReadonlyMap<MetadataField, string>;

/**
 * Finds the sources of a version. It is told of the client's entries from that of the version on, newest first: of each
 * field the first that names it is the source, and the client's creation names all that were not empty then.
 */
export class SourcesOfVersion {
  private readonly found = new Map<MetadataField, string>();

  /** The sources once there are no others; undefined = what came before has to be told. */
  tell({ position, action, fields }: EntryOutline): Sources | undefined {
    for (const field of METADATA_FIELDS)
      if (fields.includes(field) && !this.found.has(field)) this.found.set(field, position);
    return action === 'client.created' || this.found.size === METADATA_FIELDS.length ? this.found : undefined;
  }
}

/** What the client was, by entries among which all sources are. */
export function metadataFrom(sources: Sources, entries: readonly TrailEntry[]): ClientMetadata {
  const changes = new Map(entries.map((entry) => [entry.position, entry.changes]));
  const values = [...sources].map(([field, position]) => [field, changes.get(position)![field]!.after]);
  return { ...DEFAULT_METADATA, ...Object.fromEntries(values) };
}

/** What the client was that was deleted here; the entry names every field that was not empty. */
export function metadataAtDeletion({ changes }: { readonly changes: Changes }): ClientMetadata {
  const values = METADATA_FIELDS.flatMap((field) => (field in changes ? [[field, changes[field]!.before]] : []));
  return { ...DEFAULT_METADATA, ...Object.fromEntries(values) };
}
