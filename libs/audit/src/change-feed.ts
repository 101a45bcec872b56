import type { AuditScope, TrailEntry } from './audit-trail.js';

/** What comes next for whoever follows. */
export interface FeedPage {
  readonly entries: readonly TrailEntry[];
  /** The id of an entry; up to that one there is nothing more to tell. */
  readonly position: string;
}

/** The audit as it grows: every entry once, in the order of ids, and so in the same order wherever it is followed. */
export abstract class ChangeFeed {
  /** Where to begin for what is new. Whoever begins behind it misses nothing that is committed from now on. */
  abstract position(): Promise<string>;

  /** Whether entries have come as far as this id; if not, it was given out by another history of the database. */
  abstract reaches(id: string): Promise<boolean>;

  /**
   * The entries behind the one with the id `after`, for as long as `signal` lets it. While the store is away nothing
   * comes, and nothing is lost. Reads ahead no further than it is asked to.
   */
  abstract follow(scope: AuditScope, after: string, signal: AbortSignal): AsyncGenerator<FeedPage, void>;
}
