import type { ClientRef } from '#clients';

/** How often others' changes are looked for. */
const INTERVAL_MS = 250;
/** Looks that somebody waits for come sooner, and leave the database four times as long as they take. */
const MIN_PAUSE_MS = 20;
/** What others committed must be seen within a second (operations.md, Life cycle); the rest is for the way. */
const MAX_AGE_MS = 900;
/** After more changes than this, or after so long, it is cheaper to forget everything and begin anew. */
const MAX_CHANGES = 10_000;
const MAX_GAP_MS = 10_000;

/** An audit entry about a client. */
interface Change extends ClientRef {
  readonly entry: string;
}

/** What one look at the database shows, all in one snapshot. */
export interface Look {
  /** Every transaction before this one has ended. */
  readonly xmin: bigint;
  /** No transaction from this one on had begun. */
  readonly xmax: bigint;
  /** Changes when a standby has become the primary: it may lack what was seen here, and count anew. */
  readonly timeline: string;
  /** The last audit entry. */
  readonly lastId: bigint;
  /** The entries behind `floor`. */
  readonly changes: readonly Change[];
}

export interface Watcher {
  changed(change: Change): void;
  /** Anything may have changed. */
  lost(): void;
  /** The floor: up to this entry all are there that will ever be. */
  settled(floor: bigint): void;
  /** Whether somebody waits for the floor to move. */
  isAwaited(): boolean;
  /** The database does not answer looks any more, and why. */
  away(error: unknown): void;
  /** It does again. */
  back(): void;
}

/**
 * Sees what others have committed by reading the audit, four times a second. A notification would have to be sent inside
 * the write's transaction, which would cost two thirds of the writes; and it could get lost, which this cannot.
 *
 * Ids of entries are handed out before their transactions commit, so an entry may appear behind one with a higher id.
 * The floor is therefore the last entry of a look before which all transactions that are still under way had begun:
 * `lastId` of the newest look whose `xmax` is no later than the present `xmin`. Everything above the floor is read
 * again each time; below it nothing can appear any more.
 */
export class ChangeWatch {
  private floor: bigint | undefined;
  private timeline: string | undefined;
  private looks: { xmax: bigint; lastId: bigint }[] = [];
  private currentFrom = Number.NEGATIVE_INFINITY;
  private lookedAt: number;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private isLooking = false;
  private isWoken = false;
  private isAway = false;
  private readonly waiting: (() => void)[] = [];
  /** When a look may begin that somebody waits for. */
  private soonest = 0;
  /** Looks in a row that left something above the floor and did not move it. */
  private stuck = 0;

  /** `look(floor)` reads what is above the floor; nothing when there is no floor yet. */
  constructor(
    private readonly look: (floor: bigint | undefined, limit: number) => Promise<Look>,
    private readonly watcher: Watcher,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lookedAt = now();
  }

  /** Whether everything that was committed a second ago has been reported. */
  isCurrent(): boolean {
    return this.now() - this.currentFrom < MAX_AGE_MS;
  }

  /** Since the last look that the database answered, or since the beginning. */
  ageMs(): number {
    return this.now() - this.lookedAt;
  }

  /** Settles after the first look, whatever came of it. */
  start(): Promise<void> {
    return this.run();
  }

  /** Something was written: if anybody waits for it, the next look comes soon. */
  wake(): void {
    if (this.isStopped || this.isWoken || !this.watcher.isAwaited()) return;
    this.isWoken = true;
    if (!this.isLooking) this.schedule(this.soonest - this.now());
  }

  /** Settles after a look that began later than this, whatever came of it. */
  looked(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.isLooking) this.isWoken = true;
      else this.schedule(this.soonest - this.now());
    });
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** One look. A failure leaves everything as it was: the next one sees the same and more. */
  async poll(): Promise<void> {
    const start = this.now();
    if (this.floor !== undefined && start - this.currentFrom > MAX_GAP_MS) this.beginAnew();
    const { xmin, xmax, timeline, lastId, changes } = await this.look(this.floor, MAX_CHANGES);
    this.lookedAt = start;
    const isOther = this.timeline !== undefined && this.timeline !== timeline;
    this.timeline = timeline;
    if (isOther || changes.length >= MAX_CHANGES) return this.beginAnew();
    for (const change of changes) this.watcher.changed(change);
    // Of looks that saw the same the first settles first.
    if (this.looks.at(-1)?.lastId !== lastId) this.looks.push({ xmax, lastId });
    const before = this.floor;
    const settled = this.looks.findLastIndex((past) => past.xmax <= xmin);
    if (settled >= 0) {
      this.floor = this.looks[settled]!.lastId;
      this.looks = this.looks.slice(settled);
      this.watcher.settled(this.floor);
    }
    this.stuck = this.floor === lastId ? 0 : this.floor === before ? this.stuck + 1 : 1;
    if (this.floor !== undefined) this.currentFrom = start;
  }

  private async run(): Promise<void> {
    const start = this.now();
    this.isLooking = true;
    this.isWoken = false;
    const waiting = this.waiting.splice(0);
    await this.poll().then(
      () => this.answered(),
      (error) => this.failed(error),
    );
    this.isLooking = false;
    for (const resolve of waiting) resolve();
    const end = this.now();
    const pause = Math.max(MIN_PAUSE_MS, 4 * (end - start));
    this.soonest = end + pause;
    this.schedule(this.isWoken ? pause : this.usualPause(pause));
  }

  private answered(): void {
    if (this.isAway) this.watcher.back();
    this.isAway = false;
  }

  private failed(error: unknown): void {
    if (!this.isAway && !this.isStopped) {
      this.isAway = true;
      this.watcher.away(error);
    }
  }

  /** What cannot settle yet is looked for again soon, and less and less so: a transaction may take long. */
  private usualPause(shortest: number): number {
    if (this.stuck === 0 || !this.watcher.isAwaited()) return INTERVAL_MS;
    return Math.min(INTERVAL_MS, shortest * 2 ** (this.stuck - 1));
  }

  private schedule(pause: number): void {
    clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(() => void this.run(), Math.max(0, pause)).unref();
  }

  private beginAnew(): void {
    this.floor = undefined;
    this.looks = [];
    this.currentFrom = Number.NEGATIVE_INFINITY;
    this.watcher.lost();
  }
}
