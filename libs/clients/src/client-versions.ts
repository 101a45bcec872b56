import { Injectable } from '@nestjs/common';
import {
  AuditTrail,
  type Changes,
  changesBetween,
  type EntryOutline,
  type Origin,
  type OutlineQuery,
  type TrailEntry,
} from '#audit';
import type { ClientRef } from './client.entity.js';
import { ClientError } from './client-errors.js';
import { makesVersion, metadataAtDeletion, metadataFrom, type Sources, SourcesOfVersion } from './client-history.js';
import { type ClientMetadata, METADATA_FIELDS } from './client-metadata.js';
import { Clients, type Precondition, type Proposal, type WriteResult } from './clients.js';

/** For how long a deleted client can be restored. */
const RESTORABLE_MS = 30 * 24 * 60 * 60 * 1000;
const OUTLINES_PER_READ = 1000;

/** What a client was at a time. Its id is the position of the audit entry that made it, so it never recurs, whatever is deleted and created again. */
export interface ClientVersion {
  readonly entry: TrailEntry;
  readonly metadata: ClientMetadata;
}

/** What clients were, as the audit tells it: nothing else is kept for this. Restoring is a change like any other. */
@Injectable()
export class ClientVersions {
  constructor(
    private readonly clients: Clients,
    private readonly trail: AuditTrail,
  ) {}

  /** The changes that made a version, oldest first, also those of a client that was deleted since. */
  async list(ref: ClientRef, { after, limit }: { after?: string; limit: number }): Promise<TrailEntry[]> {
    const positions: string[] = [];
    let isKnown = after !== undefined;
    for await (const outline of this.outlinesOf(ref, { after })) {
      isKnown = true;
      if (makesVersion(outline)) positions.push(outline.position);
      if (positions.length === limit) break;
    }
    if (!isKnown) throw new ClientError({ code: 'client_not_found' });
    return this.trail.entries(ref.domainId, positions);
  }

  /** Reads the values of no entry but those that tell what the client was, however many there are. */
  async read(ref: ClientRef, id: string): Promise<ClientVersion> {
    const sources = (await this.sourcesOf(ref, id)) ?? versionNotFound();
    const entries = await this.trail.entries(ref.domainId, [...new Set([id, ...sources.values()])]);
    const entry = entries.find((each) => each.position === id) ?? versionNotFound();
    return { entry, metadata: metadataFrom(sources, entries) };
  }

  /** What would have to be changed in `one` to make it `other`. */
  async compare(ref: ClientRef, one: string, other: string): Promise<Changes> {
    const [before, after] = [await this.read(ref, one), await this.read(ref, other)];
    return changesBetween(before.metadata, after.metadata, METADATA_FIELDS);
  }

  /** Makes the client what it was; the rules of today hold. */
  async restore(ref: ClientRef, id: string, origin: Origin, precondition?: Precondition): Promise<WriteResult> {
    const { metadata } = await this.read(ref, id);
    return this.clients.change(ref, origin, () => proposalOf(metadata), precondition);
  }

  /** Makes a deleted client anew as it was last, with a new secret if it needs one; `client_exists` when there is one again. `now`: milliseconds since 1970 by the store's clock. */
  async restoreDeleted(ref: ClientRef, origin: Origin, now: number): Promise<WriteResult> {
    const [last] = await this.trail.outline({ ...ref, newestFirst: true, limit: 1 });
    const [deletion] = last?.action === 'client.deleted' ? await this.trail.entries(ref.domainId, [last.position]) : [];
    if (!deletion || now - deletion.at.getTime() > RESTORABLE_MS) {
      // Whoever asks for a client that is there is told so.
      await this.clients.read(ref);
      throw new ClientError({ code: 'client_exists' });
    }
    return this.clients.register(ref, origin, proposalOf(metadataAtDeletion(deletion)));
  }

  /** undefined = there is no such version, or nobody noted what it was. */
  private async sourcesOf(ref: ClientRef, id: string): Promise<Sources | undefined> {
    const sources = new SourcesOfVersion();
    let isBegun = false;
    for await (const outline of this.outlinesOf(ref, { upTo: id, newestFirst: true })) {
      isBegun ||= outline.position === id && makesVersion(outline);
      if (!isBegun || outline.action === 'client.deleted') return undefined;
      const found = sources.tell(outline);
      if (found) return found;
    }
    return undefined;
  }

  /** All that the audit has about the client, without the values, in bounded memory. */
  private async *outlinesOf(
    { domainId, clientId }: ClientRef,
    { after, upTo, newestFirst }: Pick<OutlineQuery, 'after' | 'upTo' | 'newestFirst'>,
  ): AsyncGenerator<EntryOutline, void> {
    const query = { domainId, clientId, newestFirst, limit: OUTLINES_PER_READ };
    let range = { after, upTo };
    for (;;) {
      const outlines = await this.trail.outline({ ...query, ...range });
      yield* outlines;
      if (outlines.length < OUTLINES_PER_READ) return;
      const last = outlines.at(-1)!.position;
      range = newestFirst ? { after, upTo: String(BigInt(last) - 1n) } : { after: last, upTo };
    }
  }
}

function versionNotFound(): never {
  throw new ClientError({ code: 'version_not_found' });
}

/** In the core's own words, since no dialect is asking. */
function proposalOf(metadata: ClientMetadata): Proposal {
  return { metadata, nameOf: (field, index) => (index === undefined ? field : `${field}[${index}]`) };
}
