import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Database, StandIn } from './database.js';
import { PreparingClient } from './preparing-client.js';
import { type Connections, type Position, positionIn, Replica } from './replica.js';
import { openPool } from './store-connection.js';
import { StoreUnavailable, storeError } from './store-error.js';

const INTERVAL_MS = 250;
/** A primary that takes longer to accept a connection counts as away. Waiting requests are refused only later. */
const CONNECTION_TIMEOUT_MS = 1000;
/** A primary that does not answer for this long counts as away, too. */
const ANSWER_TIMEOUT_MS = 2500;
/** A request that the primary refused waits this long to learn whether it is away: a 503 is due within two seconds. */
const PATIENCE_MS = 1800;
const AGAIN_MS = 100;
/** A primary that has answered nobody for this long may accept no new connections, and answer only on its old ones. */
const DOUBT_MS = 1000;
/** One second of looks. What the primary wrote later may have died with it, and a replica may be used without it. */
const LOOKS_KEPT = 4;

/** The end of what the primary has written, and the timeline, which changes with each promotion. Fails on a standby. */
const PRIMARY_POSITION = `select pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::text as position,
  substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline`;

export interface ReplicaOptions {
  readonly primaryUrl: string;
  readonly urls: readonly string[];
  readonly poolSize: number;
  /** Called when reads go to a replica, and when they return. */
  readonly notify: (sentence: string) => void;
}

/** Sends reads to replicas while the primary is away. Finds that out over a separate connection. */
export class ReplicaReads implements StandIn {
  private readonly probe: pg.Pool | undefined;
  private readonly replicas: readonly Replica[];
  private readonly notify: (sentence: string) => void;
  private looks: Position[] = [];
  private looking: Promise<void> | undefined;
  private isAway = false;
  /** When the primary last answered a statement, or had to accept a new connection for a look. */
  private trustedAt = Number.NEGATIVE_INFINITY;
  private choice: Promise<Replica> | undefined;
  /** The replica that was chosen. */
  private inUse: Replica | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor({ primaryUrl, urls, poolSize, notify }: ReplicaOptions) {
    this.notify = notify;
    this.replicas = urls.map((url) => new Replica(url, poolSize));
    if (urls.length === 0) return;
    this.probe = openPool({
      connectionString: primaryUrl,
      max: 1,
      application_name: 'clientele probe',
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      Client: PreparingClient,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
  }

  /** What the repositories are given. Undefined without replicas, so that reads cost nothing more. */
  standIn(): StandIn | undefined {
    return this.probe && this;
  }

  start(): void {
    if (this.probe && !this.isStopped) void this.look().then(() => this.again());
  }

  async close(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.looking;
    await Promise.all([this.probe?.end(), ...this.replicas.map((replica) => replica.close())]);
  }

  /** The state of each replica, in the order in which they are listed. */
  statistics(): (Connections & { readonly isInUse: boolean })[] {
    return this.replicas.map((replica) => ({ ...replica.connections(), isInUse: replica === this.inUse }));
  }

  /** Returns what `primary` reads. While the primary is away, returns what `replica` reads from a replica. */
  read<T>(primary: () => Promise<T>, replica: (database: Database) => Promise<T>): Promise<T> {
    return this.probe ? this.readEither(primary, replica) : primary();
  }

  /** To be called whenever the primary has answered: a caller that wrote there must read there, too. */
  primaryAnswered(): void {
    this.trustedAt = performance.now();
    this.returnThere();
  }

  private returnThere(): void {
    if (!this.isAway) return;
    this.isAway = false;
    this.leave();
    this.notify('The primary answers again: reads have returned to it.');
  }

  private async readEither<T>(primary: () => Promise<T>, replica: (database: Database) => Promise<T>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    let ask = primary;
    while (!this.isAway) {
      try {
        return await ask();
      } catch (error) {
        if (!(storeError(error) instanceof StoreUnavailable)) throw error;
        await Promise.race([this.confirm(), until(deadline)]);
        if (this.isAway) break;
        if (performance.now() + AGAIN_MS >= deadline) throw error;
        // The primary is there, but the connections for statements have not noticed yet, as just after a failover.
        await sleep(AGAIN_MS);
        ask = () => Promise.race([primary(), until(deadline).then(() => Promise.reject(error))]);
      }
    }
    try {
      return await replica((await this.chosen()).database);
    } catch (error) {
      if (error instanceof StoreUnavailable) this.leave();
      throw error;
    }
  }

  private again(): void {
    if (!this.isStopped) this.timer = setTimeout(() => this.start(), INTERVAL_MS).unref();
  }

  /** Closes the probe's connection, so that the next look needs a new one. */
  private async leaveProbe(): Promise<void> {
    await this.probe!.connect().then(
      (connection) => connection.release(true),
      () => {},
    );
  }

  /** Looks again after a look under way, which may have begun before the primary went away. */
  private async confirm(): Promise<void> {
    await this.looking;
    if (this.isAway) return;
    if (performance.now() - this.trustedAt > DOUBT_MS) {
      this.trustedAt = performance.now();
      await this.leaveProbe();
    }
    await this.look();
  }

  /** Concurrent callers share one look. */
  private look(): Promise<void> {
    this.looking ??= this.lookNow().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async lookNow(): Promise<void> {
    try {
      const seen = await positionIn(this.probe!, PRIMARY_POSITION);
      if (this.looks.at(-1)?.timeline !== seen.timeline) this.looks = [];
      this.looks = [...this.looks, seen].slice(-LOOKS_KEPT);
      this.returnThere();
    } catch (error) {
      if (this.isAway || this.isStopped || !(storeError(error) instanceof StoreUnavailable)) return;
      this.isAway = true;
      this.notify('The primary is away: reads go to a replica, writes are refused.');
    }
  }

  /** The same replica as long as the primary is away, so that reads do not go back and forth. */
  private chosen(): Promise<Replica> {
    if (!this.choice) {
      const choice = this.choose();
      this.choice = choice;
      choice.then(
        (replica) => {
          if (this.choice === choice) this.inUse = replica;
        },
        () => {
          if (this.choice === choice) this.leave();
        },
      );
    }
    return this.choice;
  }

  /** Forgets the chosen replica. The next read from a replica chooses again. */
  private leave(): void {
    this.choice = undefined;
    this.inUse = undefined;
  }

  /** Chooses the replica that is furthest ahead. */
  private async choose(): Promise<Replica> {
    const floor = this.looks[0];
    const usable = await Promise.all(
      this.replicas.map(async (replica) => ({ replica, position: floor && (await replica.reached(floor)) })),
    );
    let best: { replica: Replica; position: bigint } | undefined;
    for (const { replica, position } of usable) {
      if (position !== undefined && (!best || position > best.position)) best = { replica, position };
    }
    if (!best) throw new StoreUnavailable('no replica can stand in for the primary');
    return best.replica;
  }
}

function until(deadline: number): Promise<void> {
  return sleep(Math.max(0, deadline - performance.now()), undefined, { ref: false });
}
