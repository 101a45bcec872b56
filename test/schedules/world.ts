import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Scheduler } from 'fast-check';
import type { DataSource } from 'typeorm';
import { type AuditQuery, type AuditScope, ChangeFeed, type FeedStart, type Origin, type TrailEntry } from '#audit';
import { Client, type ClientRef, ClientRepository, DEFAULT_LIFE, DEFAULT_METADATA } from '#clients';
import { DomainError } from '#domains';
import { type OtherWorkers, PersistenceModule, ReplicaReads, type WorkerNotice } from '#persistence';
import { Turns } from '#shares';
import {
  ClientCache,
  type LogRange,
  LogWatch,
  type MovedLog,
  PostgresLogLook,
  StoreUnavailable,
} from '../../libs/persistence/src/testing/index.js';
import { type Asked, CUT, type Fate, KEYS, type Kind, Ledger, PAST_THE_END, poisoned } from './ledger.js';

/** Nobody waits longer for a write, so the caches count on it (writes-under-way.ts). */
const LONGEST_WRITE_MS = 9000;
/** A write that waits longer for those before it is refused (batches.ts). */
const PATIENCE_MS = 3000;
/** What was committed longer ago is seen by everybody (log-watch.ts). */
const SEEN_AFTER_MS = 900;
/** More than this many changes of a log count as too many to list. */
const MANY_CHANGES = 40;
/** After so many turns of the event loop, everything that needs no further answer is done. */
const TURNS = 12;
/** More than a page of the change feed. */
const MANY_CLIENTS = 60;

const DOMAINS = ['1', '2'];
const EVERYBODY: AuditScope = { subscription: null };

export interface Op {
  readonly do: What;
  readonly process: number;
  readonly key: string;
  /** How many steps are done before the next operation begins. */
  readonly steps: number;
}

type What =
  | 'find'
  | 'findNow'
  | 'touch'
  | 'list'
  | 'put'
  | 'insert'
  | 'remove'
  | 'poison'
  | 'import'
  | 'large import'
  | 'change elsewhere'
  | 'remove elsewhere'
  | 'end'
  | 'restart'
  | 'failover'
  | 'look'
  | 'wait'
  | 'settle'
  | 'follow'
  | 'leave';

/** A planted mistake: in each process, in the database, or in a class. */
export interface Fault {
  readonly inProcess?: (process: Process) => void;
  readonly inLedger?: keyof Ledger['faults'];
  /** Changes a class until the returned function is called. */
  readonly inClass?: () => () => void;
}

/** A process with the real store. Only its connection to PostgreSQL is replaced: the ledger answers its statements. */
export class Process {
  readonly repository: ClientRepository;
  readonly cache: ClientCache;
  readonly watch: LogWatch;
  readonly look: PostgresLogLook;
  readonly feed: ChangeFeed;
  /** The newest state of each client that anybody has read here. */
  readonly read = new Map<string, number>();
  isLooking = false;
  world!: World;
  tell: OtherWorkers['tell'] = (notice) => this.world.tell(this, notice);
  hear: (notice: WorkerNotice) => void = () => {};

  constructor(
    readonly name: string,
    readonly instance: Instance,
  ) {
    const source = {
      options: { url: 'postgres://nowhere' },
      query: (sql: string, values: unknown[]) => this.query(sql, values),
    };
    const replicas = new ReplicaReads({ primaryUrl: 'postgres://nowhere', urls: [], poolSize: 1, notify: () => {} });
    const otherWorkers: OtherWorkers = {
      tell: (notice) => this.tell(notice),
      listen: (listener) => {
        this.hear = listener;
      },
    };
    const turns = { wait: (_: unknown, work: () => Promise<unknown>) => work() } as unknown as Turns;
    const made = PersistenceModule.over(source as unknown as DataSource, replicas, turns, () => {}, otherWorkers);
    const part = <T>(token: unknown): T =>
      (made.providers as { provide?: unknown; useValue?: unknown }[]).find(({ provide }) => provide === token)!
        .useValue as T;
    this.repository = part(ClientRepository);
    this.cache = part(ClientCache);
    this.watch = part(LogWatch);
    this.look = part(PostgresLogLook);
    this.feed = part(ChangeFeed);
    // The test says when a look begins.
    this.watch.stop();
    Object.assign(this.look, { pool: { query: (_: string, values: unknown[]) => this.looked(values) } });
    const { look } = this.look;
    this.look.look = async (logs) => {
      const { moved, ...rest } = await look.call(this.look, logs);
      const isTooLong = ({ changes = [] }: MovedLog) => changes.length > MANY_CHANGES;
      return { ...rest, moved: moved.map((log) => (isTooLong(log) ? { ...log, changes: undefined } : log)) };
    };
    const trail = (find: (ledger: Ledger) => TrailEntry[]) =>
      this.world.ledger.read('trail', this.world.wayOf(name, { isSafe: true }), () => find(this.world.ledger));
    Object.assign(this.feed, {
      trail: {
        behind: (ranges: LogRange[], _: AuditScope, limit: number) => trail((ledger) => ledger.behind(ranges, limit)),
        list: (query: AuditQuery) => trail((ledger) => ledger.list(query)),
      },
    });
  }

  /** Takes part in another world, and forgets what it knew of the one before. */
  enter(world: World): void {
    this.world = world;
    this.read.clear();
    this.instance.answered.clear();
  }

  private async looked([ids, known, followed, since]: unknown[]) {
    const { ledger } = this.world;
    const answer = await ledger.read('look', this.world.wayOf(this.name), () =>
      ledger.look(ids as bigint[], known as bigint[], followed as string[], since as string | null | undefined),
    );
    return { rows: [answer] };
  }

  /** Answers the statements of clients and of the change feed. */
  private async query(sql: string, values: readonly unknown[] = []): Promise<unknown[]> {
    const { world } = this;
    const { ledger } = world;
    const way = world.wayOf(this.name);
    const [first, second] = values;
    if (typeof first === 'string' && typeof second === 'string')
      return [await world.sent(this, first, kindOf(sql), JSON.parse(second) as Asked[])];
    if (sql.includes('as clients')) {
      const refs = JSON.parse(first as string) as ClientRef[];
      const keys = refs.map(({ domainId, clientId }) => `${domainId} ${clientId}`);
      const answer = await ledger.read(`read of ${keys}`, way, () => ({
        clients: keys.map((key) => ledger.rowOf(key)).filter((row) => row !== undefined),
        ended: ledger.faults.knowsNoEnd
          ? []
          : refs.map(({ domainId }) => domainId).filter((domainId) => ledger.log(domainId).isEnded),
      }));
      return [answer];
    }
    if (sql.includes('from domain_logs where domain_id = $1'))
      return ledger.read('position', way, () => [{ position: String(ledger.log(first as string).position) }]);
    if (sql.includes('from audit_entries where position = $1'))
      return ledger.read('has', way, () => ledger.entries.filter(({ position }) => String(position) === first));
    if (sql.includes('as recent'))
      return ledger.read('recent', way, () => {
        const last = ledger.entries.reduce((most, { position }) => (position > most ? position : most), 0n);
        const recent = ledger.headsSince(ledger.settled);
        return [{ settled: String(ledger.settled), recent, last: last === 0n ? null : String(last) }];
      });
    throw new Error(`Unknown statement: ${sql}`);
  }
}

interface Instance {
  readonly processes: Process[];
  /** The newest state of each client that a write of this instance has answered. */
  readonly answered: Map<string, number>;
}

/** Two workers of one instance, and another instance. If a run ends well, the next one can use them again. */
export function startProcesses(fault?: Fault): Process[] {
  const processes: Process[] = [];
  for (const names of [['a1', 'a2'], ['b1']]) {
    const instance: Instance = { processes: [], answered: new Map() };
    for (const name of names) instance.processes.push(new Process(name, instance));
    processes.push(...instance.processes);
  }
  if (fault?.inProcess) for (const process of processes) fault.inProcess(process);
  return processes;
}

/** Reads the change feed, leaves, and comes back, perhaps elsewhere. */
class Reader {
  private leaving: AbortController | undefined;
  private first: FeedStart | undefined;
  private position: string | undefined;
  private readonly told: string[] = [];

  constructor(
    private readonly world: World,
    private readonly scope: AuditScope,
  ) {}

  follow(process: Process): void {
    if (this.leaving) return;
    const leaving = new AbortController();
    this.leaving = leaving;
    const over = () => {
      if (this.leaving === leaving) this.leaving = undefined;
    };
    void this.session(process, leaving.signal).then(over, (error) => {
      over();
      this.world.mayFail(error);
    });
  }

  leave(): void {
    this.leaving?.abort();
  }

  /** Compares the entries that it got with the logs. */
  check({ entries }: Ledger): void {
    const { first, world } = this;
    if (!first) return;
    const isNew = ({ domainId, position }: { domainId: string; position: bigint }) =>
      position > (first.told?.heads.get(domainId) ?? first.told?.settled ?? BigInt(first.position));
    const due = entries.filter((entry) => this.sees(entry.domainId) && isNew(entry));
    const names = due.map(({ domainId, position }) => `${domainId} ${position}`);
    if (this.scope.domainId === undefined) {
      const told = new Set(this.told);
      const missing = names.filter((name) => !told.has(name));
      if (missing.length > 0) world.illegal(`a follower of all was never told ${missing}`);
    } else if (String(names) !== String(this.told)) {
      world.illegal(`a follower of one domain was told ${this.told} instead of ${names}`);
    }
  }

  private sees(domainId: string): boolean {
    return this.scope.domainId === undefined || this.scope.domainId === domainId;
  }

  private async session({ name, feed }: Process, signal: AbortSignal): Promise<void> {
    const start = await feed.begin(this.scope, this.position);
    if (!start) {
      this.world.illegal(`nobody knows position ${this.position}, which a follower was told`);
      return;
    }
    this.first ??= start;
    this.position = start.position;
    const session = new Map<string, bigint>();
    for await (const { entries, position } of feed.follow(start, signal)) {
      this.position = position;
      for (const { domainId, position: at } of entries) {
        if (BigInt(at) <= (session.get(domainId!) ?? 0n)) this.world.illegal(`a follower was told ${at} late or again`);
        session.set(domainId!, BigInt(at));
        this.told.push(`${domainId} ${at}`);
      }
      await this.world.step(`reader at ${name} takes ${entries.length}`);
    }
  }
}

/** Processes over one database. Each answer comes when the schedule says so. */
export class World {
  readonly ledger = new Ledger();
  private readonly readers: Reader[];
  private readonly channels = new Map<string, Promise<void>>();
  private readonly running = new Map<
    Promise<void>,
    { readonly op: string; readonly begin: number; readonly isWrite: boolean }
  >();
  /** The statements under way, and the step in which each was sent. */
  private readonly sending = new Map<object, { readonly line: string; readonly kind: Kind; readonly step: number }>();
  /** The step in which the last statement of a process and domain failed. */
  private readonly refusals = new Map<string, number>();
  private readonly trace: string[] = [];
  private steps = 0;
  private requests = 0;
  private violation: string | undefined;
  private hasLost = false;
  /** Before and after the operations, everything is answered at once. */
  private isScheduled = false;
  private readonly endedAt = new Map<string, number>();

  constructor(
    readonly processes: readonly Process[],
    private readonly scheduler: Scheduler,
    private fates: readonly Fate[],
    fault?: Fault,
  ) {
    this.readers = [new Reader(this, { ...EVERYBODY, domainId: '1' }), new Reader(this, EVERYBODY)];
    if (fault?.inLedger) this.ledger.faults[fault.inLedger] = true;
    for (const process of processes) process.enter(this);
  }

  /** Does the operations, each while those before it may still be under way, and then looks whether all is well. */
  async run(ops: readonly Op[]): Promise<void> {
    const { now } = performance;
    performance.now = () => this.ledger.ms;
    try {
      const { fates } = this;
      this.fates = [];
      await this.warmUp();
      this.trace.length = 0;
      [this.isScheduled, this.fates] = [true, fates];
      for (const op of ops) {
        this.begin(op);
        for (let step = 0; step < op.steps; step += 1) await this.next();
        if (this.violation) break;
      }
      this.fates = [];
      while (await this.next());
      this.isScheduled = false;
      await this.checkAtRest();
      if (this.violation) throw new Error([this.violation, ...this.trace].join('\n'));
    } finally {
      performance.now = now;
    }
  }

  illegal(sentence: string, isAtRest = false): void {
    // The database has lost commits, so earlier answers no longer bind it.
    if (this.hasLost && !isAtRest) return;
    this.note(`ILLEGAL: ${sentence}`);
    this.violation ??= sentence;
  }

  async step(label: string): Promise<void> {
    if (this.isScheduled) await this.scheduler.schedule(Promise.resolve(), label);
    this.ledger.time += 1n;
    this.note(label);
  }

  wayOf(name: string, { isSafe = false } = {}) {
    return {
      step: (label: string) => this.step(`${name}: ${label}`),
      fate: (): Fate => {
        const [fate = 'answered', ...rest] = isSafe ? [] : this.fates;
        if (!isSafe) this.fates = rest;
        return fate;
      },
    };
  }

  /** Messages from one worker to another arrive in their order; the sender waits for the others' answers. */
  async tell(from: Process, notice: WorkerNotice): Promise<void> {
    const others = from.instance.processes.filter((process) => process !== from);
    await Promise.all(
      others.map(async (to) => {
        const channel = `${from.name} ${to.name}`;
        const heard = (this.channels.get(channel) ?? Promise.resolve()).then(async () => {
          await this.step(`${to.name} hears ${JSON.stringify(notice)}`);
          to.hear(notice);
        });
        this.channels.set(channel, heard);
        await heard;
        await this.step(`${from.name} is told that ${to.name} has heard`);
      }),
    );
  }

  /** Sends a statement that writes, and sees that those of a domain and process go one batch after the other. */
  async sent({ name }: Process, domainId: string, kind: Kind, asked: readonly Asked[]): Promise<object> {
    const line = `${name} ${domainId}`;
    const ids = asked.map(({ clientId }) => clientId);
    if (String([...new Set(ids)].sort()) !== String(ids)) this.illegal(`a statement writes ${ids}`);
    // After a refusal, each write is tried by itself, and another one of the same client as well.
    const isRepeated = asked.length === 1 && this.refusals.get(line) === this.steps;
    for (const other of isRepeated ? [] : this.sending.values()) {
      if (other.line !== line) continue;
      if (other.step !== this.steps) this.illegal(`two batches of ${line} are under way at once`);
      if (other.kind === kind) this.illegal(`two statements of one batch ${kind}`);
    }
    const statement = {};
    this.sending.set(statement, { line, kind, step: this.steps });
    try {
      return await this.ledger.write(domainId, kind, asked, this.wayOf(name));
    } catch (error) {
      this.refusals.set(line, this.steps);
      throw error;
    } finally {
      this.sending.delete(statement);
    }
  }

  /** A refusal must have a reason. */
  mayFail(error: unknown, { begin = this.ledger.ms, cuts = 0, domainId = '' } = {}): void {
    const { code } = error as { code?: string };
    const isLate = this.ledger.ms - begin >= PATIENCE_MS;
    const isCut =
      error instanceof StoreUnavailable ? this.ledger.cuts > cuts || isLate : code === CUT && this.ledger.cuts > cuts;
    const isGone = (error instanceof DomainError || code === PAST_THE_END) && this.ledger.log(domainId).isEnded;
    if (!isCut && !isGone) this.illegal(`failed for no reason: ${error}`);
  }

  private note(line: string): void {
    this.trace.push(`${String(this.ledger.time).slice(-12)} ${line}`);
  }

  /** All processes watch both domains, as after a while of use. */
  private async warmUp(): Promise<void> {
    // The first look forgets what another database has answered.
    await this.lookEverywhere();
    for (const { watch } of this.processes) for (const domainId of DOMAINS) watch.of(domainId);
    for (const domainId of DOMAINS)
      await this.ledger.writeElsewhere(domainId, ['x'], 'first', false, this.wayOf('elsewhere'));
    await this.lookEverywhere();
  }

  /** One step of the schedule; false = there is none. */
  private async next(): Promise<boolean> {
    // What the store puts off to the end of a turn, such as a batch or a look-up, is sent.
    for (let turn = 0; turn < 2; turn += 1) await nextTurn();
    if (this.scheduler.count() === 0) return false;
    this.steps += 1;
    await this.scheduler.waitNext(1);
    // All processes hear of it before the next operation begins.
    await nextTurn();
    return true;
  }

  private async rest(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
  }

  private begin({ do: what, process: index, key }: Op): void {
    const process = this.processes[index % this.processes.length]!;
    const [domainId, clientId] = key.split(' ') as [string, string];
    const ref = { domainId, clientId };
    this.requests += 1;
    const by = `w${this.requests}`;
    this.note(`BEGIN ${process.name} ${what} ${key} (${by})`);
    const way = this.wayOf('elsewhere');
    switch (what) {
      case 'find':
        this.reads(process, ref, () => process.repository.find(ref));
        break;
      case 'findNow':
        this.reads(process, ref, () => process.repository.findNow(ref), true);
        break;
      case 'list':
        this.reads(process, ref, () => this.list(process, ref));
        break;
      case 'put':
      case 'poison':
        this.writes(process, ref, by, () => this.put(process, ref, by, what === 'poison'));
        break;
      case 'touch':
        this.reads(process, ref, () => process.repository.update(ref, async () => undefined), true);
        break;
      case 'insert':
        this.writes(process, ref, by, () => this.insert(process, ref, by));
        break;
      case 'remove':
        this.writes(process, ref, by, () => this.remove(process, ref, by));
        break;
      case 'change elsewhere':
      case 'remove elsewhere':
        this.track(
          what,
          true,
          () => this.ledger.writeElsewhere(domainId, [clientId], by, what === 'remove elsewhere', way),
          domainId,
        );
        break;
      case 'import':
        this.writes(process, ref, by, () => this.import(process, domainId, ['x', 'y'], by));
        break;
      case 'large import':
        this.writes(process, ref, by, () => this.import(process, domainId, [...FILLERS, 'x', 'y'], by));
        break;
      case 'look':
        this.looks(process);
        break;
      case 'wait':
        this.pass(1000);
        break;
      case 'settle':
        this.pass(30_000);
        break;
      case 'restart':
        this.ledger.replace(0);
        break;
      case 'failover':
        this.hasLost = true;
        this.ledger.replace(2);
        break;
      case 'end':
        this.ends(key);
        break;
      case 'follow':
        this.readers[index % 2]!.follow(process);
        break;
      case 'leave':
        this.readers[index % 2]!.leave();
        break;
    }
  }

  /** Time passes, unless a write would take longer than any may. */
  private pass(ms: number): void {
    for (const { begin, isWrite } of this.running.values())
      if (isWrite && this.ledger.ms + ms - begin > LONGEST_WRITE_MS) return;
    this.ledger.time += BigInt(ms) * 1000n;
  }

  private track(op: string, isWrite: boolean, work: () => Promise<unknown>, domainId = ''): void {
    const { ms: begin, cuts } = this.ledger;
    const done: Promise<void> = work().then(
      () => void this.running.delete(done),
      (error) => {
        this.running.delete(done);
        this.note(`FAILED ${op}: ${error}`);
        this.mayFail(error, { begin, cuts, domainId });
      },
    );
    this.running.set(done, { op, begin, isWrite });
  }

  private looks(process: Process): void {
    // The looks of a process never overlap.
    if (process.isLooking) return;
    process.isLooking = true;
    const over = () => {
      process.isLooking = false;
    };
    this.track('look', false, () => process.watch.poll().finally(over));
  }

  private ends(key: string): void {
    const domainId = key.split(' ')[0]!;
    // In the other one, a follower reads.
    if (domainId === '1') return;
    this.track('end', true, async () => {
      await this.ledger.end(domainId, this.wayOf('elsewhere'));
      this.endedAt.set(domainId, this.requests);
    });
  }

  private reads(process: Process, ref: ClientRef, read: () => Promise<Client | undefined>, isNow = false): void {
    const { domainId, clientId } = ref;
    const key = `${domainId} ${clientId}`;
    const states = this.ledger.statesOf(key);
    const seen = states.findLastIndex(({ atMs }) => atMs <= this.ledger.ms - SEEN_AFTER_MS);
    const floor = Math.max(
      process.instance.answered.get(key) ?? 0,
      process.read.get(key) ?? 0,
      seen,
      isNow ? states.length - 1 : 0,
    );
    const isAfterEnd = this.endedAt.has(domainId);
    this.track(
      `read of ${key}`,
      false,
      async () => {
        const client = await read();
        if (isNow && isAfterEnd) this.illegal(`${key} was read for a write after the end of its domain`);
        const state = states.findIndex(
          ({ row }, index) =>
            index >= floor && row?.version === client?.version && row?.clientName === (client?.clientName ?? undefined),
        );
        const found = client ? `${client.clientName} at ${client.version}` : 'nothing';
        this.note(`READ ${process.name} ${key}: ${found}`);
        if (state < 0) this.illegal(`${process.name} read ${key}: ${found}, which was over before`);
        else process.read.set(key, Math.max(process.read.get(key) ?? 0, state));
      },
      domainId,
    );
  }

  /** `write` returns the clients that it says were written. */
  private writes(
    { instance, name }: Process,
    { domainId }: ClientRef,
    by: string,
    write: () => Promise<string[]>,
  ): void {
    const isAfterEnd = this.endedAt.has(domainId);
    this.track(
      `write ${by}`,
      true,
      async () => {
        const written = await write();
        this.note(`WRITTEN ${name} ${by}: ${written}`);
        if (isAfterEnd && written.length > 0) this.illegal(`${by} was written after the end of its domain`);
        for (const key of written) {
          const state = this.ledger.statesOf(key).findIndex((each) => each.by === by);
          if (state < 0) this.illegal(`${by} was answered, but is not on record`);
          instance.answered.set(key, Math.max(instance.answered.get(key) ?? 0, state));
        }
      },
      domainId,
    );
  }

  private async list({ name, cache }: Process, ref: ClientRef): Promise<Client | undefined> {
    const key = `${ref.domainId} ${ref.clientId}`;
    const found = await this.ledger.read(`list of ${key}`, this.wayOf(name), () => {
      const { row } = this.ledger.current(key);
      return row && aClient(ref, row.clientName, row.version);
    });
    if (found) return cache.observe(found);
    cache.forget(ref);
    return undefined;
  }

  private async put({ repository }: Process, ref: ClientRef, by: string, isPoison: boolean): Promise<string[]> {
    const client = aClient(ref, by);
    const put = repository.put(ref, async (current) => ({
      client: isPoison ? poisoned(client) : client,
      secrets: { action: 'none' },
      changes: { clientName: { before: current?.clientName ?? null, after: by } },
      origin: originOf(by),
    }));
    if (isPoison) {
      await put.then(
        () => this.illegal(`${by} was written, which no statement takes`),
        (error: Error) => {
          if (error.message !== 'refused') throw error;
        },
      );
      return [];
    }
    const answer = await put;
    if (answer?.client.clientName !== by) this.illegal(`${by} was answered with ${answer?.client.clientName}`);
    return [`${ref.domainId} ${ref.clientId}`];
  }

  private async insert({ repository }: Process, ref: ClientRef, by: string): Promise<string[]> {
    const changes = { clientName: { before: null, after: by } };
    const client = aClient(ref, by);
    const stored = await repository.insert({ client, secrets: { action: 'none' }, changes, origin: originOf(by) });
    return stored ? [`${ref.domainId} ${ref.clientId}`] : [];
  }

  private async remove({ repository }: Process, ref: ClientRef, by: string): Promise<string[]> {
    const removed = await repository.remove(ref, () => ({ changes: {}, origin: originOf(by) }));
    return removed ? [`${ref.domainId} ${ref.clientId}`] : [];
  }

  private async import(
    { cache, name }: Process,
    domainId: string,
    ids: readonly string[],
    by: string,
  ): Promise<string[]> {
    await cache.aroundAll(() => this.ledger.writeElsewhere(domainId, ids, by, false, this.wayOf(name)));
    return ids.map((clientId) => `${domainId} ${clientId}`);
  }

  /** Checks, when nothing is under way any more: after one look, memory and database agree, and followers know everything. */
  private async checkAtRest(): Promise<void> {
    await this.lookEverywhere();
    for (const { op } of this.running.values()) this.illegal(`${op} was never answered`);
    for (const { name, cache } of this.processes) {
      for (const key of KEYS) {
        const [domainId, clientId] = key.split(' ') as [string, string];
        const known = cache.peek({ domainId, clientId });
        const { row } = this.ledger.current(key);
        if (known && (known.version !== row?.version || known.clientName !== row.clientName))
          this.illegal(`${name} keeps ${key} as ${known.clientName}, which is ${row?.clientName ?? 'gone'}`, true);
      }
    }
    // Those that a restart has ended come back.
    for (const [index, reader] of this.readers.entries()) reader.follow(this.processes[index]!);
    await this.rest();
    await this.lookEverywhere();
    for (const reader of this.readers) {
      reader.leave();
      reader.check(this.ledger);
    }
    await this.rest();
  }

  private async lookEverywhere(): Promise<void> {
    for (const process of this.processes) this.looks(process);
    await this.rest();
  }
}

const FILLERS = Array.from({ length: MANY_CLIENTS - 2 }, (_, index) => `f${index}`);

function kindOf(sql: string): Kind {
  if (sql.includes('insert into clients ')) return 'insert';
  return sql.includes('delete from clients ') ? 'remove' : 'change';
}

function aClient({ domainId, clientId }: ClientRef, clientName: string, version = '0'): Client {
  const dates = { createdAt: new Date(0), updatedAt: new Date(0) };
  const record = { domainId, clientId, version, secretsVersion: 1, ...dates };
  return Object.assign(new Client(), record, DEFAULT_METADATA, DEFAULT_LIFE, { clientName });
}

function originOf(requestId: string): Origin {
  return { credentialId: null, credentialName: 'test', subscription: null, dialect: 'v1', requestId } as Origin;
}
