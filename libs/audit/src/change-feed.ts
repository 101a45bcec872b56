import type { AuditScope, TrailEntry } from './audit-trail.js';

/** What comes next for whoever follows. */
export interface FeedPage {
  readonly entries: readonly TrailEntry[];
  /** That of an entry; up to that one there is nothing more to tell. */
  readonly position: string;
}

/** How far the logs have come that moved lately, by domain; all entries up to `settled` are there. */
export interface RecentHeads {
  readonly heads: ReadonlyMap<string, bigint>;
  readonly settled: bigint;
}

/** Where somebody begins to follow. */
export interface FeedStart {
  readonly scope: AuditScope;
  readonly position: string;
  /** What need not be told. Absent = all that stands behind the position, and of several domains what came shortly before it. */
  readonly told?: RecentHeads;
}

/**
 * The audit as it grows. Of one domain: every entry once, in the order of positions. Of several: every entry, in order
 * within its domain; whoever comes back may be told again what came shortly before, and knows it by domain and position.
 */
export abstract class ChangeFeed {
  /**
   * Where to begin: behind the entry at `after`, or for what is new; whoever begins there misses nothing that is committed
   * from now on. undefined = there is no such entry: the position was given out by another history of the database.
   */
  abstract begin(scope: AuditScope, after?: string): Promise<FeedStart | undefined>;

  /**
   * What comes behind the start, for as long as `signal` lets it. While the store is away nothing comes, and nothing is
   * lost. Reads ahead no further than it is asked to.
   */
  abstract follow(start: FeedStart, signal: AbortSignal): AsyncGenerator<FeedPage, void>;
}
