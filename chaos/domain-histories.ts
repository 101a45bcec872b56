/**
 * Judges what many sessions read and wrote of whole domains, against the domains' logs: single clients, pages, exports,
 * imports, and the change feed. Each answer must be a state that the log passed through, not older than is promised, and
 * each acknowledged write must be in the log, once. Anomalies have the names that Adya (1999) and Elle (Kingsbury and
 * Alvaro, 2020) give them. The order of writes is not searched for, as in linearizability.ts: the log tells it.
 */
import { DomainLog, type Entry, type Value, type Version } from './domain-log.js';
import { ListPage, type Page } from './list-page.js';
import { type Seen, SeenSoFar } from './seen.js';

/** What a write is to leave, by client. */
type Values = ReadonlyMap<string, Value>;

export interface Write {
  readonly requestId: string;
  readonly outcome: 'done' | 'refused' | 'unknown';
  readonly values: Values;
  /** Whether it may also have written others: an import that removes, and was not answered. */
  readonly mayWriteMore?: boolean;
  /** What it says that it found. */
  readonly found?: Values;
}

export type Read =
  | { readonly kind: 'client'; readonly clientId: string; readonly value: Value; readonly mayBeStale?: boolean }
  /** It was refused because the client was not this. */
  | { readonly kind: 'other'; readonly clientId: string; readonly value: Value }
  /** In the order in which they were read. */
  | { readonly kind: 'pages'; readonly pages: readonly Page[] };

export interface Operation {
  /** Whose operations come one after the other. */
  readonly session: string;
  readonly instance: string;
  readonly domain: string;
  /** Method and path. */
  readonly what: string;
  readonly start: number;
  /** Infinity = it was never answered. */
  readonly end: number;
  readonly write?: Write;
  readonly read?: Read;
}

/** An entry as a follower was told of it. */
export interface Told extends Entry {
  readonly domain: string;
  /** Which of the follower's connections it came over. */
  readonly stream: number;
  readonly at: number;
}

export interface Feed {
  readonly follower: string;
  /** Whether nothing may come again after a reconnection. */
  readonly isOnce: boolean;
  readonly domains: readonly string[];
  /** In the order in which they came. */
  readonly told: readonly Told[];
}

export interface History {
  readonly logs: ReadonlyMap<string, readonly Entry[]>;
  readonly operations: readonly Operation[];
  /** Each from the beginning to the end of the logs. */
  readonly feeds: readonly Feed[];
}

export interface Finding {
  readonly kind: string;
  readonly sentence: string;
}

/** For so long a read of one client may be answered from memory after somebody else's write. */
const STALE_MS = 1000;
/** Of so many reads in a domain it is found out what is wrong with them. */
const EXPLAINED = 200;
/** So many clients of a page are compared with each other. */
const COMPARED = 300;

/** Everything that does not fit. */
export function findingsIn({ logs, operations, feeds }: History, { staleMs = STALE_MS } = {}): Finding[] {
  const found: Finding[] = [];
  const told = feeds.flatMap((feed) => feed.told.map((each) => ({ ...each, follower: feed.follower })));
  for (const [domain, entries] of logs) {
    const find: Find = (kind, sentence) => found.push({ kind, sentence: `${domain}: ${sentence}` });
    const judge = new Judge(new DomainLog(entries), staleMs, find);
    judge.judge(
      operations.filter((each) => each.domain === domain),
      told.filter((each) => each.domain === domain).map(hearing),
    );
  }
  for (const feed of feeds) found.push(...gapsIn(feed, logs));
  return found;
}

/** Being told of an entry is to have seen it. */
function hearing({ follower, domain, at, ...entry }: Told & { readonly follower: string }): Hearing {
  const what = `event ${entry.position}`;
  return { session: follower, instance: follower, domain, what, start: at, end: at, entry };
}

/** The feed is the log: every entry once, as it is, and in its order. */
function gapsIn({ follower, isOnce, domains, told }: Feed, logs: History['logs']): Finding[] {
  const found: Finding[] = [];
  const find = (kind: string, sentence: string) => found.push({ kind, sentence: `${follower}: ${sentence}` });
  for (const domain of domains) {
    const log = new DomainLog(logs.get(domain) ?? []);
    const seen = new Set<number>();
    /** By stream. */
    const reached = new Map<number, number>();
    let most = 0;
    for (const event of told) {
      const number = event.domain === domain ? log.at(event.position) : undefined;
      // What is in no log, the judge finds.
      if (number === undefined) continue;
      const name = `${domain}, entry ${event.position}`;
      const entry = log.entries[number - 1]!;
      const isSame = (['requestId', 'clientId', 'was', 'value'] as const).every(
        (field) => entry[field] === event[field],
      );
      if (!isSame) find('the feed tells something else', name);
      if (seen.has(number) && (isOnce || number <= (reached.get(event.stream) ?? 0)))
        find('the feed repeats an entry', name);
      else if (!seen.has(number) && number < most) find('the feed tells an entry out of order', name);
      seen.add(number);
      reached.set(event.stream, Math.max(number, reached.get(event.stream) ?? 0));
      most = Math.max(most, number);
    }
    for (const [index, { position }] of log.entries.entries())
      if (!seen.has(index + 1)) find('the feed leaves an entry out', `${domain}, entry ${position}`);
  }
  return found;
}

type Party = Pick<Operation, 'session' | 'instance' | 'what' | 'start' | 'end'> &
  Partial<Pick<Operation, 'write' | 'read'>>;
type Hearing = Party & { readonly domain: string; readonly entry: Entry };
type Find = (kind: string, sentence: string) => void;

/** How far a session has come by its own writes, and by what it has read. */
interface Progress {
  wrote: number;
  read: number;
}

/** A page that some state explains. */
interface Explained {
  readonly page: ListPage;
  readonly state: number;
  readonly by: Party;
}

class Judge {
  readonly #seen = new SeenSoFar<Party>();
  /** What an instance has shown or written of a client. */
  readonly #shown = new Map<string, SeenSoFar<Party>>();
  readonly #sessions = new Map<string, Progress>();
  readonly #writers = new Map<string, Party>();
  /** By state: no entry up to it was asked for later than this. */
  readonly #asked: number[] = [Number.NEGATIVE_INFINITY];
  readonly #explained: Explained[] = [];
  #unexplained = 0;

  constructor(
    private readonly log: DomainLog,
    private readonly staleMs: number,
    private readonly find: Find,
  ) {}

  judge(operations: readonly Operation[], hearings: readonly Hearing[]): void {
    for (const each of operations) {
      if (each.write) this.#writers.set(each.write.requestId, each);
    }
    for (const index of this.log.entries.keys())
      this.#asked.push(Math.max(this.#startOf(index + 1), this.#asked.at(-1)!));
    this.#checkLog();
    const parties: (Operation | Hearing)[] = [...operations, ...hearings];
    for (const each of parties.sort((one, other) => one.start - other.start)) {
      if ('entry' in each) this.#hear(each);
      else this.#look(each);
    }
  }

  /** Whether each entry follows from those before, and what belongs together stands together. */
  #checkLog() {
    for (const [index, entry] of this.log.entries.entries()) {
      const number = index + 1;
      if (entry.clientId !== null && entry.was !== this.log.before[number])
        this.find('G0 (dirty write)', `${this.#named(number)} found ${entry.was}, not ${this.log.before[number]}`);
      const own = this.log.of(entry.requestId);
      if (own[0] !== number || own.at(-1)! - number < own.length || !this.#writers.has(entry.requestId)) continue;
      this.find('G0 (dirty write)', `others wrote between the entries of ${this.#named(number)}`);
    }
  }

  #hear(hearing: Hearing) {
    const number = this.log.at(hearing.entry.position);
    if (number === undefined) this.#findAborted(hearing, hearing.entry.clientId, hearing.entry.value);
    else if (number > this.#askedUntil(hearing.end)) this.#findEarly(hearing, number);
    else this.#seen.note(hearing.end, number, hearing);
  }

  #look(operation: Operation) {
    const { session, start, end, write, read } = operation;
    const seen = this.#seen.before(start);
    const progress = this.#sessions.get(session) ?? { wrote: 0, read: 0 };
    this.#sessions.set(session, progress);
    if (write) {
      const numbers = this.log.of(write.requestId);
      this.#checkWrite(operation, write, numbers);
      if (numbers.length > 0) {
        this.#checkOrder(operation, numbers[0]!, seen, progress);
        if (write.outcome === 'done') {
          this.#seen.note(end, numbers.at(-1)!, operation);
          progress.wrote = Math.max(progress.wrote, numbers.at(-1)!);
          for (const number of numbers) this.#note(operation, this.log.entries[number - 1]!.clientId, number);
        }
      }
    }
    if (!read || end === Infinity) return;
    const number = this.#state(operation, read, seen.number);
    if (number === undefined) return;
    this.#seen.note(end, number, operation);
    progress.read = Math.max(progress.read, number);
  }

  /** The answer to a write, held against its entries. */
  #checkWrite(
    operation: Operation,
    { requestId, outcome, values, mayWriteMore, found }: Write,
    numbers: readonly number[],
  ) {
    const { log } = this;
    if (outcome === 'refused') {
      if (numbers.length > 0) this.find('refused, and in the log', `${shown(operation)}; ${this.#named(numbers[0]!)}`);
      return;
    }
    if (numbers.length === 0) {
      if (outcome === 'done' && values.size > 0) this.find('acknowledged, and not in the log', shown(operation));
      return;
    }
    const written = new Map<string | null, number>();
    for (const number of numbers) {
      const { clientId, value } = log.entries[number - 1]!;
      if (written.has(clientId)) this.find('written twice', `${shown(operation)}; ${this.#named(number)}`);
      written.set(clientId, number);
      const isAsked = clientId !== null && values.has(clientId) ? values.get(clientId) === value : mayWriteMore;
      if (!isAsked) this.find('written as something else', `${shown(operation)}; ${this.#named(number)}`);
    }
    const missing = [...values.keys()].filter((clientId) => !written.has(clientId));
    if (missing.length > 0)
      this.find(
        'half done',
        `${shown(operation)} (${requestId}): ${missing.length} of ${values.size} are not in the log`,
      );
    for (const [clientId, value] of found ?? []) {
      const number = written.get(clientId);
      if (number === undefined || log.before[number] === value) continue;
      const isLater = log.versionsOf(clientId, value).every(({ from }) => from > number);
      const kind = isLater ? 'G1c (circular information flow)' : 'G-single (lost update)';
      this.find(kind, `${shown(operation)} found ${value}; ${this.#named(number)} replaced ${log.before[number]}`);
    }
  }

  /** No write that was acknowledged when this one was asked for stands behind it. */
  #checkOrder(operation: Operation, number: number, { number: most, by }: Seen<Party>, { wrote }: Progress) {
    const story = `${shown(operation)} wrote ${this.#named(number)}`;
    if (wrote >= number) this.find('monotonic writes (G0-process)', `${story}, after its session had written ${wrote}`);
    else if (most >= number) this.find('G0-realtime', `${story}, after ${most} was known: ${by && shown(by)}`);
  }

  /** The earliest state that explains what was read. */
  #state(operation: Operation, read: Read, least: number): number | undefined {
    if (read.kind === 'pages') return this.#pages(operation, read.pages, least);
    if (read.kind === 'other') return this.#other(operation, read, least);
    return this.#client(operation, read, least);
  }

  #client(operation: Operation, { clientId, value, mayBeStale }: Read & { kind: 'client' }, least: number) {
    const { start, end } = operation;
    const versions = this.log.versionsOf(clientId, value);
    if (versions.length === 0) return this.#findAborted(operation, clientId, value);
    const from = mayBeStale ? this.#seen.longBefore(start - this.staleMs).number : least;
    const to = this.#askedUntil(end);
    const own = this.#shownBy(operation, clientId).before(start);
    const fitting = versions.find((each) => each.from <= to && each.until >= from && each.from >= own.number);
    if (fitting) {
      this.#note(operation, clientId, fitting.from);
      return fitting.from;
    }
    const asked = versions.filter((each) => each.from <= to).at(-1);
    if (!asked) this.#findEarly(operation, versions[0]!.from);
    else if (asked.until < from) this.#findOld(operation, asked.until, from);
    else
      this.find(nameOfOwn(operation, own.by!), `${shown(operation)}: ${clientId} is ${value}, after ${shown(own.by!)}`);
    return undefined;
  }

  #other(operation: Operation, { clientId, value }: Read & { kind: 'other' }, from: number) {
    const to = this.#askedUntil(operation.end);
    const isOther = (each: Version) => each.value !== value && each.from <= to && each.until >= from;
    const version = this.log.versions(clientId).find(isOther);
    if (!version) this.find('a refusal that nothing explains', `${shown(operation)}: ${clientId} was ${value}`);
    return version?.from;
  }

  #pages(operation: Operation, pages: readonly Page[], least: number): number | undefined {
    const to = this.#askedUntil(operation.end);
    let from = least;
    for (const each of pages) {
      const page = new ListPage(each, this.log);
      if (page.disorder !== undefined) {
        this.find('a page out of order', `${shown(operation)}: ${page.disorder}`);
        return undefined;
      }
      const unknown = each.items.find(({ id, value }) => !this.#wasEver(id, value));
      if (unknown) return this.#findAborted(operation, unknown.id, unknown.value ?? null);
      const state = page.stateIn({ from, to });
      if (state === undefined) {
        this.#findSkew(operation, page, { from, to, least });
        return undefined;
      }
      this.#explained.push({ page, state, by: operation });
      for (const { id, value } of each.items) {
        const version = value === undefined ? undefined : this.log.versionsOf(id, value)[0];
        if (version) this.#note(operation, id, version.from);
      }
      from = state;
    }
    return from;
  }

  #wasEver(id: string, value: string | undefined) {
    if (value !== undefined) return this.log.versionsOf(id, value).length > 0;
    return this.log.versions(id).length > 1;
  }

  /** What is wrong with a page that is none of the states that it may be. */
  #findSkew(operation: Operation, page: ListPage, { from, to, least }: { from: number; to: number; least: number }) {
    this.#unexplained += 1;
    if (this.#unexplained > EXPLAINED) return this.find('a page that no state explains', shown(operation));
    const { last } = this.log;
    const half = page.stateIn({ from, to, alsoHalf: true });
    if (half !== undefined) return this.find('G1b (intermediate read)', `${shown(operation)} shows ${half}`);
    if (page.stateIn({ from: least, to: from, alsoHalf: true }) !== undefined)
      return this.find('monotonic reads', `${shown(operation)}: a later part is older`);
    const old = page.stateIn({ from: 0, to: from, alsoHalf: true, isLast: true });
    if (old !== undefined) return this.#findOld(operation, old, from);
    const later = page.stateIn({ from: to, to: last, alsoHalf: true });
    if (later !== undefined) return this.#findEarly(operation, later);
    const total = page.stateIn({ from, to, alsoHalf: true, anyTotal: true });
    if (total !== undefined)
      return this.find(
        'G-single (read skew)',
        `${shown(operation)}: its total is not that of ${total}, which it shows`,
      );
    return this.#findPair(operation, page, from, to);
  }

  /** One client is shown as after an entry, and another as before one that stands before it. */
  #findPair(operation: Operation, page: ListPage, from: number, to: number) {
    const bound: (readonly Version[])[] = [];
    for (const id of page.ids) {
      const versions = this.log.versions(id);
      const inTime = versions.filter((each) => each.from <= to && each.until >= from);
      const fitting = inTime.filter(({ value }) => page.fits(id, value));
      const all = versions.filter(({ value }) => page.fits(id, value));
      if (fitting.length === 0 && all.length > 0 && all.every((each) => each.until < from))
        return this.#findOld(operation, all.at(-1)!.until, from);
      if (fitting.length === 0 && all.length > 0 && all.every((each) => each.from > to))
        return this.#findEarly(operation, all[0]!.from);
      if (fitting.length > 0 && fitting.length < inTime.length) bound.push(fitting);
    }
    const pair = pairApart(bound.slice(0, COMPARED));
    if (!pair) return this.find('G-single (read skew)', `${shown(operation)}: no state looks like that`);
    const { seen, missed } = pair;
    const story = `${shown(operation)} shows ${this.#named(seen)} and not ${this.#named(missed)}`;
    const entries = [this.log.entries[seen - 1]!, this.log.entries[missed - 1]!] as const;
    if (entries[0].requestId === entries[1].requestId) return this.find('G1b (intermediate read)', story);
    const isOpposite = ({ page: other, state }: Explained) =>
      state >= missed && state < seen && entries.every(({ clientId }) => clientId !== null && other.covers(clientId));
    const opposite = this.#explained.find(isOpposite);
    if (!opposite) return this.find('G-single (read skew)', story);
    return this.find('long fork', `${story}, and the other way round ${shown(opposite.by)}`);
  }

  /** Shows the log as it was after `state`, and not `from`, which must be seen. */
  #findOld(operation: Operation, state: number, from: number) {
    const { wrote, read } = this.#sessions.get(operation.session)!;
    const story = `${shown(operation)} shows ${state}, not ${from}`;
    if (state < Math.min(wrote, from)) return this.find('read-your-writes', story);
    if (state < Math.min(read, from)) return this.find('monotonic reads', story);
    return this.find('older than is promised (G-single-realtime)', story);
  }

  /** Shows an entry although it, or one before it, was asked for only later. */
  #findEarly(by: Party, number: number) {
    const isEarly = (each: number) => this.#startOf(each) > by.end;
    const story = `${shown(by)} shows ${this.#named(number)}`;
    if (isEarly(number)) return this.find('a read of the future', story);
    const early = this.log.entries.slice(0, number).findIndex((_, index) => isEarly(index + 1)) + 1;
    const { session } = this.#writers.get(this.log.entries[early - 1]!.requestId)!;
    const kind = session === by.session ? 'writes follow reads (G1c-process)' : 'G1c-realtime';
    return this.find(
      kind,
      `${story}, and ${this.#named(early)}, which stands before it, was asked for only afterwards`,
    );
  }

  #findAborted(by: Party, clientId: string | null, value: Value): undefined {
    const writer = [...this.#writers.values()].find(
      ({ write }) => clientId !== null && value !== null && write?.values.get(clientId) === value,
    );
    const why = writer ? `${shown(writer)} (${writer.write?.outcome})` : 'nobody wrote it';
    this.find('G1a (aborted read)', `${shown(by)}: ${clientId} is ${value}, which is not in the log; ${why}`);
  }

  #note(by: Party, clientId: string | null, number: number) {
    if (clientId !== null) this.#shownBy(by, clientId).note(by.end, number, by);
  }

  #shownBy({ instance }: Party, clientId: string) {
    const key = `${instance} ${clientId}`;
    const known = this.#shown.get(key) ?? new SeenSoFar<Party>();
    this.#shown.set(key, known);
    return known;
  }

  /** When an entry was asked for; what nobody here wrote, was so ever since. */
  #startOf(number: number) {
    return this.#writers.get(this.log.entries[number - 1]!.requestId)?.start ?? Number.NEGATIVE_INFINITY;
  }

  /** The last state that there can have been at a time. */
  #askedUntil(time: number): number {
    let [low, high] = [0, this.log.last];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#asked[middle]! <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #named(number: number) {
    const { position, clientId, value } = this.log.entries[number - 1]!;
    return `entry ${number} (${position}, ${clientId} = ${value})`;
  }
}

/**
 * Two clients that were never at once as they are shown: the number of an entry that is seen of one, and of another that
 * is missed of the other although it came before.
 */
function pairApart(clients: readonly (readonly Version[])[]) {
  for (const [index, one] of clients.entries()) {
    for (const other of clients.slice(index + 1)) {
      const isAtOnce = one.some((each) => other.some(({ from, until }) => from <= each.until && each.from <= until));
      if (isAtOnce) continue;
      const pairs = one.flatMap((each) =>
        other.map((another) =>
          each.from > another.until
            ? { seen: each.from, missed: another.until + 1 }
            : { seen: another.from, missed: each.until + 1 },
        ),
      );
      return pairs.sort((left, right) => left.seen - left.missed - (right.seen - right.missed))[0];
    }
  }
  return undefined;
}

/** An instance showed less than it had written or shown. */
function nameOfOwn({ session }: Party, by: Party) {
  if (!hasWritten(by)) return 'monotonic reads';
  return session === by.session ? 'read-your-writes' : 'older than what its instance wrote';
}

function hasWritten({ write }: Party) {
  return write?.outcome === 'done';
}

function shown({ session, what, instance, start, end }: Party) {
  return `${session}: ${what} to ${instance}, ${start.toFixed(1)}–${end.toFixed(1)} ms`;
}
