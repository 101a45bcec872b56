import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditScope, type AuditTrail, ChangeFeed, type FeedPage, type TrailEntry } from '#audit';
import type { Turns } from '#shares';
import { RecentEntries } from './recent-entries.js';
import { StoreUnavailable } from './store-error.js';

/** Entries that are read at once: for all who are up to date, and for one who has to catch up. */
const SHARED_PAGE = 200;
const OWN_PAGE = 50;
/** Whoever is not further behind than this is up to date: what others wrote is read along for him. */
const NEAR = 1000n;
/** How long whoever begins waits for the floor. */
const PATIENCE_MS = 1500;
const PAUSE_MS = 100;

/**
 * Tells entries only up to the floor (change-watch.ts), below which nothing can appear any more, and so in the order
 * of their ids without a gap. Whoever is up to date shares one read of what is new; whoever is behind reads alone.
 */
export class PostgresChangeFeed extends ChangeFeed {
  private floor: bigint | undefined;
  private readonly recent = new RecentEntries();
  private extending: Promise<void> | undefined;
  private readonly followers = new Set<() => void>();
  /** Counts how often the database turned out to be another one than before. */
  private history = 0;

  /**
   * `trail` must read where the floor was found: on a replica that is behind, entries below it may be missing.
   * `looked` settles when the floor has been looked for anew.
   */
  constructor(
    private readonly trail: AuditTrail,
    private readonly slowReads: Turns,
    private readonly looked: () => Promise<void>,
  ) {
    super();
  }

  isFollowed(): boolean {
    return this.followers.size > 0;
  }

  /** To be told whenever the floor is known. */
  settled(floor: bigint): void {
    if (this.floor !== undefined && floor < this.floor) this.beginAnew();
    if (floor === this.floor) return;
    this.floor = floor;
    for (const wake of this.followers) wake();
  }

  async position(): Promise<string> {
    const late = sleep(PATIENCE_MS, 'late', { ref: false });
    // Anew, since what was written just before is no news; and until there is a floor at all.
    let isLate = false;
    do isLate = (await Promise.race([this.looked(), late])) === 'late';
    while (this.floor === undefined && !isLate);
    if (this.floor === undefined) throw new StoreUnavailable();
    return String(this.floor);
  }

  async reaches(id: string): Promise<boolean> {
    if (this.floor !== undefined && BigInt(id) <= this.floor) return true;
    // The floor lies behind the last entry, and other instances may be further.
    return (await this.trail.list({ subscription: null, after: String(BigInt(id) - 1n), limit: 1 })).length > 0;
  }

  async *follow(scope: AuditScope, after: string, signal: AbortSignal): AsyncGenerator<FeedPage, void> {
    const { history } = this;
    let position = BigInt(after);
    let wake = () => {};
    const follower = () => wake();
    signal.addEventListener('abort', follower);
    this.followers.add(follower);
    try {
      while (!signal.aborted && history === this.history) {
        if (this.floor === undefined || this.floor <= position) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const page = await this.page(scope, position).catch(unlessAway);
        if (!page) await sleep(PAUSE_MS);
        else {
          position = BigInt(page.position);
          yield page;
        }
      }
    } finally {
      signal.removeEventListener('abort', follower);
      this.followers.delete(follower);
    }
  }

  private async page(scope: AuditScope, position: bigint): Promise<FeedPage> {
    const { recent } = this;
    if (this.floor! - position <= NEAR) {
      if (position > recent.to) recent.beginBehind(position);
      if (position === recent.to) await this.extend();
    }
    const shared = position < recent.to ? recent.behind(position) : undefined;
    if (shared) return { entries: shared.filter((entry) => isWithin(scope, entry)), position: String(recent.to) };
    return this.slowReads.wait(scope.subscription, () => this.read(scope, position, OWN_PAGE));
  }

  private extend(): Promise<void> {
    this.extending ??= (async () => {
      const from = this.recent.to;
      const { entries, position } = await this.read({ subscription: null }, from, SHARED_PAGE);
      if (this.recent.to === from) this.recent.append(entries, BigInt(position));
    })().finally(() => {
      this.extending = undefined;
    });
    return this.extending;
  }

  private async read(scope: AuditScope, position: bigint, limit: number): Promise<FeedPage> {
    const upTo = String(this.floor!);
    const entries = await this.trail.list({ ...scope, after: String(position), upTo, limit });
    return { entries, position: entries.length < limit ? upTo : entries.at(-1)!.id };
  }

  /** Ends whatever is followed: entries that were there are gone, as after a failover to a replica that was behind: ids will be given out again. */
  private beginAnew(): void {
    this.recent.beginBehind(-1n);
    this.history += 1;
  }
}

function isWithin({ subscription, domainId, clientId }: AuditScope, entry: TrailEntry): boolean {
  return (
    (subscription === null || entry.owner === subscription) &&
    (domainId === undefined || entry.domainId === domainId) &&
    (clientId === undefined || entry.clientId === clientId)
  );
}

function unlessAway(error: unknown): undefined {
  if (!(error instanceof StoreUnavailable)) throw error;
}
