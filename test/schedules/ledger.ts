import type { AuditQuery, TrailEntry } from '#audit';
import { type Client, DEFAULT_METADATA, LIFE_FIELDS } from '#clients';
import { CLIENT_COLUMNS, type LogRange, SETTLING_MS } from '../../libs/persistence/src/testing/index.js';

/** What a write asks for, as its statement reads it. */
export interface Asked {
  readonly clientId: string;
  readonly request_id: string;
  readonly clientName?: string;
  readonly decided_version?: string;
}

export type Kind = 'insert' | 'change' | 'remove';

/** A client as it is on record after a commit; without a row, there is none. */
export interface State {
  readonly by: string;
  readonly atMs: number;
  readonly row?: Row;
}

interface Row {
  readonly version: string;
  readonly clientName: string;
}

export interface Entry {
  readonly domainId: string;
  readonly clientId: string | null;
  readonly position: bigint;
}

interface Log {
  position: bigint;
  isEnded: boolean;
  lock: Promise<void>;
}

/** Whether the connection of a statement breaks: `lost` = before the database gets it, `unanswered` = after its commit. */
export type Fate = 'answered' | 'lost' | 'unanswered';

/** The way of a statement to the database and back. */
export interface Way {
  /** One step, which happens when the schedule says so. */
  readonly step: (label: string) => Promise<void>;
  readonly fate: () => Fate;
}

interface Move {
  readonly asked: Asked;
  readonly row?: Row;
}

export const KEYS = ['1 x', '1 y', '2 x'];
/** A connection broke. */
export const CUT = 'ECONNRESET';
/** PostgreSQL’s code for what a check refuses. */
export const PAST_THE_END = '23514';
const POISON = 'poison';
const NOBODY: State = { by: 'nobody', atMs: Number.NEGATIVE_INFINITY };
const METADATA = Object.keys(CLIENT_COLUMNS).filter((field) => !(LIFE_FIELDS as readonly string[]).includes(field));

/**
 * What PostgreSQL does with the store's statements, without their SQL: a statement that writes reads its snapshot and
 * the clock, takes the domain's log, compares the versions again, gets its positions, and commits. Each of these may
 * happen long after the one before.
 */
export class Ledger {
  /** The last time of all ledgers: each begins later than those before it. */
  private static last = 2_000_000_000_000_000n;
  private static servers = 0;
  private now = Ledger.last + 3_600_000_000n;
  private server = 0;
  entries: Entry[] = [];
  /** How many statements were cut. */
  cuts = 0;
  readonly faults = { answersBeforeCommit: false, locksNothing: false, knowsNoEnd: false };
  private readonly logs = new Map<string, Log>();
  private readonly states = new Map<string, State[]>();
  /** Undoes one commit each. */
  private readonly undo: (() => void)[] = [];

  constructor() {
    this.replace(0);
  }

  /** Microseconds. */
  get time(): bigint {
    return this.now;
  }

  set time(time: bigint) {
    this.now = time;
    Ledger.last = time;
  }

  get ms(): number {
    return Number(this.time / 1000n);
  }

  log(domainId: string): Log {
    const log = this.logs.get(domainId) ?? { position: 0n, isEnded: false, lock: Promise.resolve() };
    this.logs.set(domainId, log);
    return log;
  }

  statesOf(key: string): State[] {
    const states = this.states.get(key) ?? [NOBODY];
    this.states.set(key, states);
    return states;
  }

  current(key: string): State {
    return this.statesOf(key).at(-1)!;
  }

  /** The client as the store reads it. */
  rowOf(key: string): unknown[] | undefined {
    const { row } = this.current(key);
    if (!row) return undefined;
    const [domainId, clientId] = key.split(' ') as [string, string];
    const date = new Date(0).toISOString();
    const values = { ...DEFAULT_METADATA, domainId, clientId, secretsVersion: 1, createdAt: date, updatedAt: date };
    const record: Record<string, unknown> = { ...values, ...row };
    return [...METADATA.map((field) => record[field]), null];
  }

  /** Reads what is committed. */
  async read<T>(label: string, { step, fate }: Way, read: () => T): Promise<T> {
    const goes = fate();
    await step(`${label} is sent`);
    if (goes === 'lost') throw this.cut();
    const answer = read();
    await step(`${label} is answered`);
    if (goes === 'unanswered') throw this.cut();
    return answer;
  }

  /** Writes clients of one domain. Returns those that were written, with their positions, and those in the way. */
  async write(domainId: string, kind: Kind, all: readonly Asked[], way: Way): Promise<object> {
    const label = `${kind} ${all.map(({ clientId, request_id: request }) => `${domainId} ${clientId} (${request})`)}`;
    const goes = way.fate();
    await way.step(`${label} is sent`);
    if (goes === 'lost') throw this.cut();
    if (all.some(({ clientName }) => clientName === POISON)) {
      await way.step(`${label} is refused`);
      throw new Error('refused');
    }
    const log = this.log(domainId);
    const taken = all.map(({ clientId }) => this.rowOf(`${domainId} ${clientId}`)).filter((row) => row !== undefined);
    const ended = log.isEnded && !this.faults.knowsNoEnd ? [domainId] : null;
    const written = await this.commit(domainId, label, way, () =>
      all.flatMap((asked) => this.moveOf(domainId, kind, asked)),
    );
    await way.step(`${label} is answered`);
    if (goes === 'unanswered') throw this.cut();
    const date = new Date(0).toISOString();
    const results = written.map(({ asked, row, position }) => {
      const version = row?.version ?? asked.decided_version;
      return [asked.clientId, version, 1, date, date, date, String(position)];
    });
    return {
      written: results.length > 0 ? JSON.stringify(results) : null,
      ...(kind === 'insert' && { taken: taken.length > 0 ? JSON.stringify(taken) : null, ended }),
    };
  }

  /** Ends a domain: its last entry, after which it takes none. */
  async end(domainId: string, way: Way): Promise<void> {
    await way.step(`end of ${domainId} is sent`);
    const log = this.log(domainId);
    const free = await this.lock(log);
    await way.step(`end of ${domainId} is committed`);
    if (!log.isEnded) {
      log.position = log.position + 1n > this.time ? log.position + 1n : this.time;
      log.isEnded = true;
      this.entries.push({ domainId, clientId: null, position: log.position });
    }
    free();
  }

  /** Another instance writes clients, whatever they are now. Creates missing ones, unless it `removes`. */
  async writeElsewhere(
    domainId: string,
    ids: readonly string[],
    by: string,
    removes: boolean,
    way: Way,
  ): Promise<void> {
    const label = `${removes ? 'removal' : 'write'} of ${ids.length > 2 ? ids.length : ids} in ${domainId} (${by})`;
    const goes = way.fate();
    await way.step(`${label} is sent`);
    if (goes === 'lost') throw this.cut();
    await this.commit(domainId, label, way, () =>
      ids.flatMap((clientId) => {
        const { row } = this.current(`${domainId} ${clientId}`);
        const kind = removes ? 'remove' : row ? 'change' : 'insert';
        return this.moveOf(domainId, kind, { clientId, request_id: by, clientName: by, decided_version: row?.version });
      }),
    );
    await way.step(`${label} is answered`);
    if (goes === 'unanswered') throw this.cut();
  }

  /** From now on another database server answers, which lacks the last commits. */
  replace(lost: number): void {
    Ledger.servers += 1;
    this.server = Ledger.servers;
    for (const undo of this.undo.splice(this.undo.length - Math.min(lost, this.undo.length)).reverse()) undo();
  }

  /** The trail that followers read. */
  behind(ranges: readonly LogRange[], limit: number): TrailEntry[] {
    return this.trail(limit, ({ domainId, position }) =>
      ranges.some((range) => range.domainId === domainId && position > range.after && position <= range.upTo),
    );
  }

  list({ after, afterDomain = '9', upTo, limit }: AuditQuery): TrailEntry[] {
    const [from, to] = [BigInt(after!), BigInt(upTo!)];
    return this.trail(
      limit,
      ({ domainId, position: at }) => at <= to && (at > from || (at === from && domainId > afterDomain)),
    );
  }

  get settled(): bigint {
    return this.time - BigInt(SETTLING_MS * 1000);
  }

  /** The last positions of the logs that have moved since. */
  headsSince(since: bigint): string | null {
    const heads = new Map<string, bigint>();
    for (const { domainId, position } of this.entries) if (position > since) heads.set(domainId, position);
    return heads.size > 0 ? JSON.stringify([...heads].map(([id, head]) => [id, String(head)])) : null;
  }

  /** The answer to a look. */
  look(domainIds: readonly bigint[], known: readonly bigint[], followed: readonly string[], since?: string | null) {
    const moved = domainIds.flatMap((id, index) => {
      const domainId = String(id);
      const { position } = this.log(domainId);
      if (position === known[index] || position === 0n) return [];
      const behind = this.entries.filter(
        (entry) => entry.domainId === domainId && entry.position > known[index]! && entry.clientId !== null,
      );
      const changes = behind.map((entry) => [entry.clientId, String(entry.position)]);
      return [[domainId, String(position), changes.length > 0 ? changes : null]];
    });
    const named = followed.map((domainId) => [domainId, String(this.log(domainId).position)]);
    return {
      time: this.ms,
      server: String(this.server),
      moved: moved.length > 0 ? JSON.stringify(moved) : null,
      named: named.length > 0 ? JSON.stringify(named) : null,
      recent: since === undefined ? undefined : this.headsSince(since === null ? this.settled : BigInt(since)),
      settled: String(this.settled),
    };
  }

  private async commit(domainId: string, label: string, { step }: Way, moves: () => Move[]) {
    const log = this.log(domainId);
    // The clock is read before the wait for the log.
    const clock = this.time;
    const free = this.faults.locksNothing ? () => {} : await this.lock(log);
    try {
      const server = this.server;
      const due = moves();
      if (due.length === 0) return [];
      if (log.isEnded && !this.faults.knowsNoEnd)
        throw Object.assign(new Error('domain_logs_nothing_after_the_end'), { code: PAST_THE_END });
      const entries = BigInt(due.length);
      const last = log.position + entries > clock + entries ? log.position + entries : clock + entries;
      const written = due.map((move, index) => ({ ...move, position: last - entries + BigInt(index) + 1n }));
      const commit = async () => {
        await step(`${label} is committed`);
        if (this.server !== server) throw this.cut();
        this.apply(domainId, log, last, written);
      };
      if (this.faults.answersBeforeCommit) void commit().catch(() => {});
      else await commit();
      return written;
    } finally {
      free();
    }
  }

  private apply(domainId: string, log: Log, last: bigint, written: readonly (Move & { position: bigint })[]): void {
    const before = log.position;
    const undone: (() => void)[] = [];
    const entries = new Set<Entry>();
    log.position = last;
    for (const { asked, row, position } of written) {
      const { clientId, request_id: by } = asked;
      const states = this.statesOf(`${domainId} ${clientId}`);
      states.push({ by, atMs: this.ms, row });
      undone.push(() => states.pop());
      const entry = { domainId, clientId, position };
      this.entries.push(entry);
      entries.add(entry);
    }
    this.undo.push(() => {
      log.position = before;
      for (const undo of undone) undo();
      this.entries = this.entries.filter((entry) => !entries.has(entry));
    });
  }

  /** What a write makes of a client, if the client is still the one on which the write was decided. */
  private moveOf(domainId: string, kind: Kind, asked: Asked): Move[] {
    const { row } = this.current(`${domainId} ${asked.clientId}`);
    const clientName = asked.clientName ?? '';
    if (kind === 'insert') return row ? [] : [{ asked, row: { version: String(this.time), clientName } }];
    if (!row || row.version !== asked.decided_version) return [];
    return [kind === 'remove' ? { asked } : { asked, row: { version: String(BigInt(row.version) + 1n), clientName } }];
  }

  private cut(): Error {
    this.cuts += 1;
    return Object.assign(new Error('the connection was cut'), { code: CUT });
  }

  private async lock(log: Log): Promise<() => void> {
    const before = log.lock;
    let free = () => {};
    log.lock = new Promise((resolve) => {
      free = resolve;
    });
    await before;
    return free;
  }

  private trail(limit: number, isMeant: (entry: Entry) => boolean): TrailEntry[] {
    const found = this.entries.filter(isMeant).sort((one, other) => {
      const isBefore = one.position === other.position ? one.domainId < other.domainId : one.position < other.position;
      return isBefore ? -1 : 1;
    });
    const shown = found.slice(0, limit).map((entry) => ({ ...entry, position: String(entry.position) }));
    return shown as unknown as TrailEntry[];
  }
}

/** The name of a client that every statement refuses. */
export const poisoned = (client: Client): Client => Object.assign(client, { clientName: POISON });
