import type { AuditScope, TrailEntry } from './audit-trail.js';

/** The next entries for a follower. */
export interface FeedPage {
  readonly entries: readonly TrailEntry[];
  /** The position of an entry. Everything up to it has been sent. */
  readonly position: string;
}

/** How far the logs that moved lately have come, by domain. All entries up to `settled` are visible. */
export interface RecentHeads {
  readonly heads: ReadonlyMap<string, bigint>;
  readonly settled: bigint;
}

/** Where a follower begins. */
export interface FeedStart {
  readonly scope: AuditScope;
  readonly position: string;
  /**
   * What need not be sent again. Absent = everything after the position is sent; with several domains, also what came
   * shortly before it.
   */
  readonly told?: RecentHeads;
}

/**
 * The audit as it grows. For one domain: every entry once, in the order of positions. For several: every entry, in
 * order within its domain. A follower that returns may get the entries from shortly before again; domain and position
 * identify an entry.
 */
export abstract class ChangeFeed {
  /**
   * Where to begin: after the entry at `after`, or with new entries. A follower that begins there misses nothing that
   * is committed from now on. undefined = there is no such entry: the position is from another history of the database.
   */
  abstract begin(scope: AuditScope, after?: string): Promise<FeedStart | undefined>;

  /**
   * The entries after the start, until `signal` ends it. While the store is away nothing comes, and nothing is lost.
   * Never reads further ahead than it is asked to.
   */
  abstract follow(start: FeedStart, signal: AbortSignal): AsyncGenerator<FeedPage, void>;
}
