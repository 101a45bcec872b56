import type { AuditScope, FeedStart, TrailEntry } from '#audit';
import type { LogRange, PostgresAuditTrail } from './postgres-audit-trail.js';
import { type Heads, SETTLING_MS } from './postgres-log-look.js';

/** How many logs a follower of all domains remembers. Beyond that, it forgets those where no older entry can appear. */
const MANY_LOGS = 1000;

/** The next read of a follower. */
export interface NextRead {
  /** Equal for equal reads. */
  readonly key: string;
  readonly read: (trail: PostgresAuditTrail, limit: number) => Promise<TrailEntry[]>;
  /** Takes the entries that were read, and whether they are all. Returns the position up to which everything is sent. */
  readonly told: (entries: readonly TrailEntry[], isAll: boolean) => bigint;
}

/** Follows one log or many, and remembers what was sent to the reader. */
export abstract class Follower {
  isEnded = false;
  private wake = () => {};

  constructor(readonly scope: AuditScope) {}

  /** The position up to which the reader had everything when it began, for a follower of all logs before its first look. */
  get begunAt(): bigint | undefined {
    return undefined;
  }

  /** undefined = nothing new. */
  abstract next(): NextRead | undefined;

  protected abstract note(heads: Heads): void;

  looked(heads: Heads): void {
    this.note(heads);
    this.wake();
  }

  end(): void {
    this.isEnded = true;
    this.wake();
  }

  /** Resolves at the next look, or at the end. */
  news(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (this.isEnded) resolve();
    });
  }

  protected readOf(ranges: readonly LogRange[], told: NextRead['told']): NextRead {
    const { scope } = this;
    return {
      key: JSON.stringify([scope, ranges.map(({ domainId, after, upTo }) => [domainId, String(after), String(upTo)])]),
      read: (trail, limit) => trail.behind(ranges, scope, limit),
      told,
    };
  }
}

export class DomainFollower extends Follower {
  private position: bigint;
  private head: bigint | undefined;

  constructor(
    { scope, position }: FeedStart,
    private readonly domainId: string,
  ) {
    super(scope);
    this.position = BigInt(position);
  }

  next(): NextRead | undefined {
    const { domainId, position: after, head: upTo } = this;
    if (upTo === undefined || upTo <= after) return undefined;
    return this.readOf([{ domainId, after, upTo }], (entries, isAll) => {
      this.position = isAll ? upTo : BigInt(entries.at(-1)!.position);
      return this.position;
    });
  }

  protected note({ named }: Heads): void {
    this.head = named.get(this.domainId);
  }
}

/**
 * Follows the logs of all domains side by side. Recent entries, which may not be settled, are sent log by log: in one
 * log, an entry can still appear that is earlier than those sent of another. Older ones are sent in order of time.
 */
export class AcrossFollower extends Follower {
  private position: bigint;
  /** Whether older entries must be sent first. */
  private isCatchingUp: boolean;
  /** Everything up to here is sent, in all logs … */
  private floor: bigint;
  /** … and entries at the floor for the domains up to this one. */
  private floorDomain: string | undefined;
  /** The position up to which each log is sent, if that is beyond the floor. */
  private readonly toldTo: Map<string, bigint>;
  private readonly heads = new Map<string, bigint>();
  private settled: bigint | undefined;

  constructor({ scope, position, told }: FeedStart) {
    super(scope);
    this.position = BigInt(position);
    this.isCatchingUp = told === undefined;
    // Entries shortly before the position may have become visible after it, so they are sent again.
    this.floor = told?.settled ?? this.position - BigInt(SETTLING_MS * 1000);
    this.toldTo = new Map(told?.heads);
  }

  override get begunAt(): bigint | undefined {
    return this.settled === undefined && !this.isCatchingUp ? this.floor : undefined;
  }

  next(): NextRead | undefined {
    const { settled } = this;
    if (settled === undefined) return undefined;
    if (this.isCatchingUp) return this.older(settled);
    const ranges: LogRange[] = [];
    for (const [domainId, upTo] of this.heads) {
      const after = this.toldTo.get(domainId) ?? this.floor;
      if (upTo > after) ranges.push({ domainId, after, upTo });
    }
    if (ranges.length > 0) return this.readOf(ranges, (entries, isAll) => this.tell(ranges, entries, isAll));
    if (this.heads.size > MANY_LOGS) this.forget(settled);
    return undefined;
  }

  protected note({ recent }: Heads): void {
    if (!recent) return;
    this.settled = recent.settled;
    for (const [domainId, head] of recent.heads) this.heads.set(domainId, head);
  }

  /** Reads in the order of time, up to where no older entry can appear. */
  private older(upTo: bigint): NextRead {
    const { scope, floor, floorDomain: afterDomain } = this;
    const query = { ...scope, after: String(floor), afterDomain, upTo: String(upTo) };
    return {
      key: JSON.stringify(query),
      read: (trail, limit) => trail.list({ ...query, limit }),
      told: (entries, isAll) => {
        const last = entries.at(-1);
        this.floor = isAll ? upTo : BigInt(last!.position);
        this.floorDomain = isAll ? undefined : last!.domainId;
        if (isAll) {
          this.isCatchingUp = false;
          this.forget(upTo);
        }
        return this.reached(last ? BigInt(last.position) : floor);
      },
    };
  }

  private tell(ranges: readonly LogRange[], entries: readonly TrailEntry[], isAll: boolean): bigint {
    for (const { domainId, position } of entries) this.toldTo.set(domainId, BigInt(position));
    if (isAll) for (const { domainId, upTo } of ranges) this.toldTo.set(domainId, upTo);
    const ends = isAll ? ranges.map(({ upTo }) => upTo) : entries.map(({ position }) => BigInt(position));
    return ends.reduce((last, end) => this.reached(end > last ? end : last), this.position);
  }

  /** Forgets logs in which nothing happens. */
  private forget(settled: bigint): void {
    this.floor = settled;
    for (const logs of [this.heads, this.toldTo]) {
      for (const [domainId, position] of logs) if (position <= settled) logs.delete(domainId);
    }
  }

  private reached(position: bigint): bigint {
    if (position > this.position) this.position = position;
    return this.position;
  }
}
