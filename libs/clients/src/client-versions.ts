import { type AuditTrail, type Changes, changesBetween, type Origin, type TrailEntry } from '#audit';
import type { ClientRef } from './client.entity.js';
import { ClientError } from './client-errors.js';
import { makesVersion, metadataAfter, metadataAtDeletion } from './client-history.js';
import { type ClientMetadata, METADATA_FIELDS } from './client-metadata.js';
import type { Clients, Outcome, Precondition, Proposal } from './clients.js';

/** For how long a deleted client can be restored. */
const RESTORABLE_MS = 30 * 24 * 60 * 60 * 1000;
const ENTRIES_PER_READ = 100;

/** What a client was at a time. Its id is that of the audit entry that made it, so it never recurs, whatever is deleted and created again. */
export interface ClientVersion {
  readonly entry: TrailEntry;
  readonly metadata: ClientMetadata;
}

/** What clients were, as the audit tells it: nothing else is kept for this. Restoring is a change like any other. */
export class ClientVersions {
  constructor(
    private readonly clients: Clients,
    private readonly trail: AuditTrail,
  ) {}

  /** The changes that made a version, oldest first, also those of a client that was deleted since. */
  async list(ref: ClientRef, { after, limit }: { after?: string; limit: number }): Promise<TrailEntry[]> {
    const found: TrailEntry[] = [];
    let isKnown = after !== undefined;
    for await (const entry of this.entriesOf(ref, { after })) {
      isKnown = true;
      if (makesVersion(entry)) found.push(entry);
      if (found.length === limit) break;
    }
    if (!isKnown) throw new ClientError({ code: 'client_not_found' });
    return found;
  }

  async read(ref: ClientRef, id: string): Promise<ClientVersion> {
    let metadata: ClientMetadata | undefined;
    for await (const entry of this.entriesOf(ref, { upTo: id })) {
      metadata = metadataAfter(entry, metadata);
      if (entry.id === id && metadata && makesVersion(entry)) return { entry, metadata };
    }
    throw new ClientError({ code: 'version_not_found' });
  }

  /** What would have to be changed in `one` to make it `other`. */
  async compare(ref: ClientRef, one: string, other: string): Promise<Changes> {
    const [before, after] = [await this.read(ref, one), await this.read(ref, other)];
    return changesBetween(before.metadata, after.metadata, METADATA_FIELDS);
  }

  /** Makes the client what it was; the rules of today hold. */
  async restore(ref: ClientRef, id: string, origin: Origin, precondition?: Precondition): Promise<Outcome> {
    const { metadata } = await this.read(ref, id);
    return this.clients.change(ref, origin, () => proposalOf(metadata), precondition);
  }

  /** Makes a deleted client anew as it was last, with a new secret if it needs one; `client_exists` when there is one again. `now`: milliseconds since 1970 by the store's clock. */
  async restoreDeleted(ref: ClientRef, origin: Origin, now: number): Promise<Outcome> {
    let deletion: TrailEntry | undefined;
    for await (const entry of this.entriesOf(ref)) if (entry.action === 'client.deleted') deletion = entry;
    if (!deletion || now - deletion.at.getTime() > RESTORABLE_MS) {
      // Whoever asks for a client that is there is told so.
      await this.clients.read(ref);
      throw new ClientError({ code: 'client_exists' });
    }
    return this.clients.register(ref, origin, proposalOf(metadataAtDeletion(deletion)));
  }

  /** All that the audit has about the client, oldest first, in bounded memory. */
  private async *entriesOf(
    { domainId, clientId }: ClientRef,
    { after, upTo }: { after?: string; upTo?: string } = {},
  ): AsyncGenerator<TrailEntry, void> {
    const query = { subscription: null, domainId, clientId, upTo, limit: ENTRIES_PER_READ };
    let behind = after;
    for (;;) {
      const entries = await this.trail.list({ ...query, after: behind });
      yield* entries;
      if (entries.length < ENTRIES_PER_READ) return;
      behind = entries.at(-1)!.id;
    }
  }
}

/** In the core's own words, since no dialect is asking. */
function proposalOf(metadata: ClientMetadata): Proposal {
  return { metadata, nameOf: (field, index) => (index === undefined ? field : `${field}[${index}]`) };
}
