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
import { DEFAULT_LIFE, lifeAt, lifeBefore } from './client-life.js';
import { type ClientMetadata, METADATA_FIELDS } from './client-metadata.js';
import { Clients, type Precondition, type Proposal, type WriteResult } from './clients.js';

/** How long a deleted client can be restored. */
const RESTORABLE_MS = 30 * 24 * 60 * 60 * 1000;
const OUTLINES_PER_READ = 1000;

/**
 * The client as it was at a time. The id is the position of the audit entry that made this version. So an id never
 * recurs, even if the client is deleted and created again.
 */
export interface ClientVersion {
  readonly entry: TrailEntry;
  readonly metadata: ClientMetadata;
}

/** Past versions of clients, read from the audit: nothing else is stored for them. Restoring is an ordinary change. */
@Injectable()
export class ClientVersions {
  constructor(
    private readonly clients: Clients,
    private readonly trail: AuditTrail,
  ) {}

  /** The changes that made a version, oldest first. Includes those of a client that was deleted since. */
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

  /** Reads the values of only those entries that the version needs, however many entries there are. */
  async read(ref: ClientRef, id: string): Promise<ClientVersion> {
    const sources = (await this.sourcesOf(ref, id)) ?? versionNotFound();
    const entries = await this.trail.entries(ref.domainId, [...new Set([id, ...sources.values()])]);
    const entry = entries.find((each) => each.position === id) ?? versionNotFound();
    return { entry, metadata: metadataFrom(sources, entries) };
  }

  /** The changes that turn `one` into `other`. */
  async compare(ref: ClientRef, one: string, other: string): Promise<Changes> {
    const [before, after] = [await this.read(ref, one), await this.read(ref, other)];
    return changesBetween(before.metadata, after.metadata, METADATA_FIELDS);
  }

  /** Makes the client what it was in a version. The present rules apply. */
  async restore(ref: ClientRef, id: string, origin: Origin, precondition?: Precondition): Promise<WriteResult> {
    const { metadata } = await this.read(ref, id);
    return this.clients.change(ref, origin, 'write', () => proposalOf(metadata), precondition);
  }

  /**
   * Creates a deleted client again as it was last, suspended if it was, with a new secret if it needs one. One that has
   * ended by itself comes back for good. Fails with `client_exists` if there is one again. `now`: milliseconds since
   * 1970 by the store's clock.
   */
  async restoreDeleted(ref: ClientRef, origin: Origin, now: number): Promise<WriteResult> {
    const [last] = await this.trail.outline({ ...ref, newestFirst: true, limit: 1 });
    const [deletion] = last?.action === 'client.deleted' ? await this.trail.entries(ref.domainId, [last.position]) : [];
    if (!deletion || now - deletion.at.getTime() > RESTORABLE_MS) {
      // If the client exists, the caller is told so.
      await this.clients.read(ref);
      throw new ClientError({ code: 'client_exists' });
    }
    const life = lifeAt(lifeBefore(DEFAULT_LIFE, deletion.changes), now);
    const proposal = { ...proposalOf(metadataAtDeletion(deletion)), life };
    return this.clients.register(ref, origin, 'write', proposal);
  }

  /** undefined = there is no such version, or its values were not noted. */
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

  /** All audit entries about the client, without the values, in bounded memory. */
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

/** Uses the core's own names, because no dialect is asking. */
function proposalOf(metadata: ClientMetadata): Proposal {
  return { metadata, nameOf: (field, index) => (index === undefined ? field : `${field}[${index}]`) };
}
