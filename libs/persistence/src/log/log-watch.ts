import { LRUCache } from 'lru-cache';
import type { ClientRef } from '#clients';

/** How often others' changes are looked for. */
const INTERVAL_MS = 250;
/** Looks that somebody waits for come sooner, and leave the database four times as long as they take. */
const MIN_PAUSE_MS = 20;
/** What others committed must be seen within a second (operations.md, Life cycle); the rest is for the way. */
const MAX_AGE_MS = 900;
/** Logs that are looked at: those asked for last. */
const MAX_LOGS = 2000;

/** A domain's log, and how far it had come at the last look. What is remembered of the domain is as good as that. */
export interface WatchedLog {
  readonly domainId: string;
  /** undefined = nobody has looked yet. */
  readonly position: bigint | undefined;
}

/** A client that an entry behind the known position is about. */
interface Change extends ClientRef {
  readonly position: string;
}

/** A watched log that is no longer where it was known to be. */
export interface MovedLog {
  readonly domainId: string;
  readonly position: bigint;
  /** undefined = too many to be told. */
  readonly changes: readonly Change[] | undefined;
}

/** What one look at the database shows, all in one snapshot. */
export interface Look {
  /** Another one has another history, perhaps; so has the same one once it was started anew. */
  readonly server: string;
  readonly moved: readonly MovedLog[];
}

export interface Watcher<L extends Look> {
  changed(change: Change): void;
  /** The database may have another history than before. */
  lost(): void;
  looked(look: L): void;
  /** The database does not answer looks any more, and why. */
  away(error: unknown): void;
  /** It does again. */
  back(): void;
}

/**
 * Sees what others have committed by asking four times a second how far the logs of domains have come, and reading the
 * entries behind what was known. Positions of a domain commit in their order (domain-log.sql.ts), so no entry can appear
 * below one that was seen.
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
  /** How many wait for a log to move. */
  private awaiting = 0;
  private isAway = false;
  /** When a look may begin that somebody waits for. */
  private soonest = 0;

  /** `look`: which of these logs have moved. */
  constructor(
    private readonly look: (logs: readonly WatchedLog[]) => Promise<L>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lookedAt = now();
  }

  /**
   * The log of a domain while everything that was committed in it a second ago has been told; from the first time on that
   * it is asked for. Another object than before means that something may have been missed between the two.
   */
  of(domainId: string): WatchedLog | undefined {
    const log = this.logs.get(domainId);
    if (!log) this.logs.set(domainId, { domainId, position: undefined });
    return log?.position !== undefined && this.isCurrent() ? log : undefined;
  }

  /** Whether what was committed a second ago has been looked for. */
  isCurrent(): boolean {
    return this.now() - this.currentFrom < MAX_AGE_MS;
  }

  /** Since the last look that the database answered, or since the beginning. */
  ageMs(): number {
    return this.now() - this.lookedAt;
  }

  /** To be called once, before anything is looked at. */
  tell(watcher: Watcher<L>): void {
    this.watcher = watcher;
  }

  /** Somebody waits for a log to move, until what this returns is called. */
  awaited(): () => void {
    this.awaiting += 1;
    return () => {
      this.awaiting -= 1;
    };
  }

  /** Settles after the first look, whatever came of it. */
  start(): Promise<void> {
    return this.run();
  }

  /** Something was written: if anybody waits for it, the next look comes soon. */
  wake(): void {
    if (this.isStopped || this.isWoken || this.awaiting === 0) return;
    this.isWoken = true;
    if (!this.isLooking) this.schedule(this.soonest - this.now());
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** One look. A failure leaves everything as it was: the next one sees the same and more. */
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
    // One that was given up meanwhile is looked at anew.
    const log = this.logs.peek(domainId);
    if (!log) return;
    if (log.position !== undefined && position < log.position) this.beginAnew();
    else if (log.position !== undefined && !changes) this.logs.delete(domainId);
    else {
      log.position = position;
      for (const change of changes ?? []) this.watcher?.changed(change);
    }
  }

  /** Whatever is remembered may never have happened. */
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
