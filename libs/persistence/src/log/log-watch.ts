import { LRUCache } from 'lru-cache';
import type { ClientRef } from '#clients';

/** How often the watch looks for changes by others. */
const INTERVAL_MS = 250;
/** The least pause before a look that is waited for. It is also at least four times as long as the last look took. */
const MIN_PAUSE_MS = 20;
/** Others' commits must be seen within a second (operations.md, Life cycle). The rest of it is for the way. */
const MAX_AGE_MS = 900;
/** How many logs are watched: those that were asked for last. */
const MAX_LOGS = 2000;

/** A domain's log and its position at the last look. Anything cached of the domain is as current as that. */
export interface WatchedLog {
  readonly domainId: string;
  /** undefined = no look has reached the log yet. */
  readonly position: bigint | undefined;
}

/** A client that has an audit entry after the known position. */
interface Change extends ClientRef {
  readonly position: string;
}

/** A watched log whose position is no longer the known one. */
export interface MovedLog {
  readonly domainId: string;
  readonly position: bigint;
  /** undefined = there are too many changes to list. */
  readonly changes: readonly Change[] | undefined;
}

/** What one look at the database shows, in a single snapshot. */
export interface Look {
  /** Identifies the running server. Another one may have another history, and so may the same one after a restart. */
  readonly server: string;
  readonly moved: readonly MovedLog[];
}

export interface Watcher<L extends Look> {
  changed(change: Change): void;
  /** The database may have another history than before. */
  lost(): void;
  looked(look: L): void;
  /** Called with the reason when the database no longer answers looks. */
  away(error: unknown): void;
  /** Called when it answers them again. */
  back(): void;
}

/**
 * Sees what others have committed. Four times a second it asks how far the domains' logs have come, and reads the
 * entries after the known positions. Positions of a domain commit in their order (domain-log.sql.ts), so no entry can
 * appear before one that was seen.
 */
export class LogWatch<L extends Look = Look> {
  private readonly logs = new LRUCache<string, { domainId: string; position: bigint | undefined }>({ max: MAX_LOGS });
  private server: string | undefined;
  private currentFrom = Number.NEGATIVE_INFINITY;
  private lookedAt: number;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private isLooking = false;
  private isWoken = false;
  private watcher: Watcher<L> | undefined;
  /** How many callers wait for a log to move. */
  private awaiting = 0;
  private isAway = false;
  /** When the next look that is waited for may begin. */
  private soonest = 0;

  /** `look` tells which of these logs have moved. */
  constructor(
    private readonly look: (logs: readonly WatchedLog[]) => Promise<L>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lookedAt = now();
  }

  /**
   * The log of a domain, if everything that was committed in it up to a second ago has been told. The first call begins
   * to watch it. If the object is not the same as before, something in between may have been missed.
   */
  of(domainId: string): WatchedLog | undefined {
    const log = this.logs.get(domainId);
    if (!log) this.logs.set(domainId, { domainId, position: undefined });
    return log?.position !== undefined && this.isCurrent() ? log : undefined;
  }

  /** Whether a look has covered everything that was committed up to a second ago. */
  isCurrent(): boolean {
    return this.now() - this.currentFrom < MAX_AGE_MS;
  }

  /** The time since the last look that the database answered, or since the beginning. */
  ageMs(): number {
    return this.now() - this.lookedAt;
  }

  /** To be called once, before the first look. */
  tell(watcher: Watcher<L>): void {
    this.watcher = watcher;
  }

  /** A caller waits for a log to move, until it calls the function that this returns. */
  awaited(): () => void {
    this.awaiting += 1;
    return () => {
      this.awaiting -= 1;
    };
  }

  /** Resolves after the first look, whether it succeeded or not. */
  start(): Promise<void> {
    return this.run();
  }

  /** Something was written. If a caller waits for it, the next look comes soon. */
  wake(): void {
    if (this.isStopped || this.isWoken || this.awaiting === 0) return;
    this.isWoken = true;
    if (!this.isLooking) this.schedule(this.soonest - this.now());
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Does one look. A failed look changes nothing: the next one sees the same and more. */
  async poll(): Promise<void> {
    const start = this.now();
    const asked = [...this.logs.values()];
    const look = await this.look(asked);
    this.lookedAt = start;
    this.currentFrom = start;
    const isOther = this.server !== undefined && this.server !== look.server;
    this.server = look.server;
    if (isOther) this.beginAnew();
    for (const moved of look.moved) this.move(moved);
    this.watcher?.looked(look);
  }

  private move({ domainId, position, changes }: MovedLog): void {
    // A log that was dropped meanwhile is looked at anew.
    const log = this.logs.peek(domainId);
    if (!log) return;
    if (log.position !== undefined && position < log.position) this.beginAnew();
    else if (log.position !== undefined && !changes) this.logs.delete(domainId);
    else {
      log.position = position;
      for (const change of changes ?? []) this.watcher?.changed(change);
    }
  }

  /** Forgets everything: what is remembered may never have happened. */
  private beginAnew(): void {
    this.logs.clear();
    this.watcher?.lost();
  }

  private async run(): Promise<void> {
    const start = this.now();
    this.isLooking = true;
    this.isWoken = false;
    await this.poll().then(
      () => this.answered(),
      (error) => this.failed(error),
    );
    this.isLooking = false;
    const end = this.now();
    const pause = Math.max(MIN_PAUSE_MS, 4 * (end - start));
    this.soonest = end + pause;
    this.schedule(this.isWoken ? pause : INTERVAL_MS);
  }

  private answered(): void {
    if (this.isAway) this.watcher?.back();
    this.isAway = false;
  }

  private failed(error: unknown): void {
    if (this.isAway || this.isStopped) return;
    this.isAway = true;
    this.watcher?.away(error);
  }

  private schedule(pause: number): void {
    clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(() => void this.run(), Math.max(0, pause)).unref();
  }
}
