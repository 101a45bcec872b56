import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { type AuditScope, ChangeFeed, type FeedPage, type FeedStart, type TrailEntry } from '#audit';
import type { Turns } from '#shares';
import { Database } from '../database/database.js';
import { StoreUnavailable } from '../database/store-error.js';
import { AcrossFollower, DomainFollower, type Follower, type NextRead } from './followers.js';
import type { LogWatch } from './log-watch.js';
import { PostgresAuditTrail } from './postgres-audit-trail.js';
import { type Followed, type Heads, headsOf, RECENT } from './postgres-log-look.js';

const PAGE = 50;
const PAUSE_MS = 100;

/**
 * Tells the entries of the logs up to their positions at the last look (log-watch.ts). When a log has moved, a follower
 * reads the entries after the position that it was told last. So it misses nothing and hears nothing twice, in whatever
 * order things were committed. Equal followers share one read.
 */
export class PostgresChangeFeed extends ChangeFeed {
  private readonly database: Database;
  private readonly trail: PostgresAuditTrail;
  private readonly followers = new Set<Follower>();
  private readonly reads = new Map<string, Promise<TrailEntry[]>>();

  /** Reads only the primary: an entry that a replica lacks would be left out for ever. */
  constructor(
    source: DataSource,
    private readonly slowReads: Turns,
    private readonly watch: Pick<LogWatch, 'awaited'>,
  ) {
    super();
    this.database = new Database(source);
    this.trail = new PostgresAuditTrail(source);
  }

  /** What the followers need from the next look. */
  followed(): Followed {
    const domainIds = new Set<string>();
    let across = false;
    let since: bigint | undefined;
    for (const { scope, begunAt } of this.followers) {
      if (scope.domainId === undefined) across = true;
      else domainIds.add(scope.domainId);
      if (begunAt !== undefined && (since === undefined || begunAt < since)) since = begunAt;
    }
    return { domainIds: [...domainIds], across, since };
  }

  looked(heads: Heads): void {
    for (const follower of this.followers) follower.looked(heads);
  }

  /** Ends all streams, because the database may have lost what was sent. */
  lost(): void {
    for (const follower of this.followers) follower.end();
  }

  async begin(scope: AuditScope, after?: string): Promise<FeedStart | undefined> {
    if (after === undefined) return this.now(scope);
    return after === '0' || (await this.has(after)) ? { scope, position: after } : undefined;
  }

  async *follow(start: FeedStart, signal: AbortSignal): AsyncGenerator<FeedPage, void> {
    const { scope } = start;
    const follower =
      scope.domainId === undefined ? new AcrossFollower(start) : new DomainFollower(start, scope.domainId);
    const end = () => follower.end();
    signal.addEventListener('abort', end);
    this.followers.add(follower);
    const isOver = this.watch.awaited();
    // A follower that has more than a page to catch up with reads in its subscription's turns.
    let isBehind = false;
    try {
      while (!(follower.isEnded || signal.aborted)) {
        const next = follower.next();
        if (!next) {
          isBehind = false;
          await follower.news();
          continue;
        }
        const read = () => this.read(next);
        const entries: TrailEntry[] | undefined = await (isBehind
          ? this.slowReads.wait(scope.subscription, read)
          : read()
        ).catch(unlessAway);
        if (!entries) await sleep(PAUSE_MS);
        else {
          isBehind = entries.length === PAGE;
          yield { entries, position: String(next.told(entries, !isBehind)) };
        }
      }
    } finally {
      signal.removeEventListener('abort', end);
      this.followers.delete(follower);
      isOver();
    }
  }

  /** Concurrent callers with the same question share the answer. */
  private read({ key, read }: NextRead): Promise<TrailEntry[]> {
    const known = this.reads.get(key);
    if (known) return known;
    const entries = read(this.trail, PAGE).finally(() => this.reads.delete(key));
    this.reads.set(key, entries);
    return entries;
  }

  private async now(scope: AuditScope): Promise<FeedStart> {
    if (scope.domainId !== undefined) {
      const [log] = await this.database.query<{ position: string }>(
        'select position from domain_logs where domain_id = $1',
        [scope.domainId],
      );
      return { scope, position: log?.position ?? '0' };
    }
    const [row] = await this.database.query<{ settled: string; recent: string | null; last: string | null }>(RECENT);
    const { settled, recent, last } = row!;
    return { scope, position: last ?? '0', told: { heads: headsOf(recent), settled: BigInt(settled) } };
  }

  /** Whether any log has an entry at this position: another history has other times. */
  private async has(position: string): Promise<boolean> {
    return (await this.database.query('select from audit_entries where position = $1 limit 1', [position])).length > 0;
  }
}

function unlessAway(error: unknown): undefined {
  if (!(error instanceof StoreUnavailable)) throw error;
}
