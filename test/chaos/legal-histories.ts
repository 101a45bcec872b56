import fc from 'fast-check';
import type { Feed, History, Operation, Read, Told, Write } from '../../chaos/domain-histories.js';
import type { Entry, Value } from '../../chaos/domain-log.js';
import type { Page } from '../../chaos/list-page.js';

export const DOMAIN = 'd.example.com';
const INSTANCES = 3;
const ENDINGS = ['-x', '-y', '-z'];
/** Between two moments at which something is done. */
const TICK_MS = 10;
/** As old as a client in the memory of another instance may be. */
const REMEMBERED_MS = 900;
const EXPORTED_TOGETHER = 3;

/** A history that can be changed. */
export interface Draft extends History {
  readonly log: Entry[];
  readonly operations: Operation[];
  readonly feeds: (Feed & { told: Told[] })[];
  /** After the last answer. */
  readonly over: number;
}

const KINDS = ['put', 'put', 'swap', 'create', 'remove', 'import', 'prune', 'read', 'read', 'read'] as const;
const ALL = [...KINDS, 'page', 'page', 'page', 'ids', 'export', 'hear', 'hear', 'wait'] as const;

export interface Step {
  readonly kind: (typeof ALL)[number];
  readonly client: number;
  readonly instance: number;
  /** How long before it is done it was asked for, and how long afterwards it is answered. */
  readonly early: number;
  readonly late: number;
  /** Whatever else there is to choose. */
  readonly choice: number;
}

const step = (clients: number): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constantFrom(...ALL),
    client: fc.nat(clients - 1),
    instance: fc.nat(INSTANCES - 1),
    early: fc.nat(60),
    late: fc.nat(60),
    choice: fc.nat(9999),
  });

/** Histories that a registry that keeps its promises may have. */
export function legalHistories({ clients = 6, steps = 120 } = {}): fc.Arbitrary<Draft> {
  return fc
    .array(step(clients), { minLength: 40, maxLength: steps, size: 'max' })
    .map((each) => historyOf(each, clients));
}

/** What happens step by step: each is done at one moment, between request and answer. */
export function historyOf(steps: readonly Step[], clients: number): Draft {
  const registry = new Registry(clients);
  // So that there is something of everything that can be planted a mistake in.
  const kinds = [
    'import',
    'put',
    'put',
    'put',
    'hear',
    'swap',
    'remove',
    'create',
    'read',
    'page',
    'import',
    'wait',
  ] as const;
  const prelude = kinds.map((kind, n) => ({
    kind,
    client: n % clients,
    instance: n % INSTANCES,
    early: 3,
    late: 3,
    choice: 1,
  }));
  for (const each of [...prelude, ...steps]) registry.do(each);
  return registry.history();
}

class Registry {
  readonly #log: Entry[] = [];
  readonly #operations: Operation[] = [];
  readonly #clients = new Map<string, string>();
  /** All that each client was, with the time from which on. */
  readonly #past = new Map<string, { readonly value: Value; readonly from: number }[]>();
  /** The oldest of it that an instance may still show. */
  readonly #shown = new Map<string, number>();
  /** When each session is free again. */
  readonly #sessions: number[] = [];
  readonly #exports: { readonly start: number; readonly step: Step; readonly pages: Page[] }[] = [];
  readonly #all = { told: [] as Told[], reached: 0, stream: 1 };
  readonly #one = { told: [] as Told[], reached: 0, stream: 1 };
  readonly #ids: readonly string[];
  #now = 0;

  constructor(clients: number) {
    this.#ids = Array.from({ length: clients }, (_, n) => `c${String(n).padStart(4, '0')}`);
  }

  do(step: Step): void {
    this.#now += TICK_MS;
    const id = this.#ids[step.client]!;
    if (step.kind === 'wait') this.#now += step.choice % 1500;
    else if (step.kind === 'hear') this.#hear(step);
    else if (step.kind === 'read') this.#add(step, { read: this.#read(step, id) });
    else if (step.kind === 'page') this.#add(step, { read: { kind: 'pages', pages: [this.#page(step)] } });
    else if (step.kind === 'ids') this.#add(step, { read: { kind: 'pages', pages: [this.#idPage(step)] } });
    else if (step.kind === 'export') this.#exports.push({ start: this.#now, step, pages: [] });
    else this.#write(step, id);
    for (const each of [...this.#exports]) this.#exportOn(each);
  }

  history(): Draft {
    while (this.#exports.length > 0) for (const each of [...this.#exports]) this.#exportOn(each);
    this.#now += 2000;
    this.#hearAll();
    const feed = (follower: string, isOnce: boolean, { told }: { readonly told: Told[] }) => ({
      follower,
      isOnce,
      domains: [DOMAIN],
      told,
    });
    return {
      log: this.#log,
      logs: new Map([[DOMAIN, this.#log]]),
      operations: this.#operations,
      feeds: [feed('who follows all', false, this.#all), feed('who follows one', true, this.#one)],
      over: this.#now + 2000,
    };
  }

  #write(step: Step, id: string) {
    const { kind, choice } = step;
    const requestId = `r${this.#operations.length}`;
    const value = `w${this.#operations.length}${ENDINGS[choice % 3]}`;
    const was = this.#clients.get(id) ?? null;
    const one = new Map<string, Value>([[id, kind === 'remove' ? null : value]]);
    if (kind === 'import' || kind === 'prune') return this.#import(step, requestId, value);
    const refuse = (read: Read) => this.#add(step, { read, write: { requestId, outcome: 'refused', values: one } });
    if (kind === 'create' && was !== null) return refuse({ kind: 'other', clientId: id, value: null });
    if (kind === 'remove' && was === null) {
      this.#shown.set(`${step.instance} ${id}`, (this.#past.get(id)?.length ?? 1) - 1);
      return refuse({ kind: 'client', clientId: id, value: null });
    }
    const known = this.#past.get(id)?.[choice % (this.#past.get(id)!.length || 1)]?.value ?? null;
    if (kind === 'swap' && known === null) return undefined;
    if (kind === 'swap' && known !== was) return refuse({ kind: 'other', clientId: id, value: known });
    const found = kind === 'swap' || kind === 'create' ? new Map([[id, was]]) : undefined;
    return this.#done(step, { requestId, values: one, found });
  }

  #import(step: Step, requestId: string, value: string) {
    const chosen = this.#ids.filter((_, n) => (step.choice >> (n % 12)) % 2 === 1);
    const values = new Map<string, Value>(chosen.map((id) => [id, `${id}.${value}`]));
    if (step.kind === 'prune') for (const id of this.#clients.keys()) if (!values.has(id)) values.set(id, null);
    const found = new Map([...values.keys()].map((id) => [id, this.#clients.get(id) ?? null]));
    this.#done(step, {
      requestId,
      values: new Map([...values].sort(([one], [other]) => (one < other ? -1 : 1))),
      found,
    });
  }

  /** One in eight is not answered, and half of those are not done. */
  #done(step: Step, write: Omit<Write, 'outcome'>) {
    const isAnswered = step.choice % 8 !== 0;
    if (isAnswered || step.choice % 16 === 0) {
      for (const [id, value] of write.values)
        this.#set(write.requestId, id, value, isAnswered ? step.instance : undefined);
    }
    this.#add(step, { write: { ...write, outcome: isAnswered ? 'done' : 'unknown' } }, isAnswered);
  }

  #set(requestId: string, id: string, value: Value, instance: number | undefined) {
    const was = this.#clients.get(id) ?? null;
    const position = String(1_700_000_000_000_000 + this.#log.length * 3);
    this.#log.push({ position, requestId, clientId: id, was, value });
    if (value === null) this.#clients.delete(id);
    else this.#clients.set(id, value);
    const past = this.#past.get(id) ?? [{ value: null, from: 0 }];
    this.#past.set(id, [...past, { value, from: this.#now }]);
    if (instance !== undefined) this.#shown.set(`${instance} ${id}`, past.length);
  }

  /** From memory or not. */
  #read({ instance, early, choice }: Step, id: string): Read {
    const past = this.#past.get(id) ?? [{ value: null, from: 0 }];
    const mayBeStale = choice % 3 !== 0;
    const asked = this.#now - early;
    const oldest = mayBeStale
      ? past.findIndex((_, n) => (past[n + 1]?.from ?? Infinity) >= asked - REMEMBERED_MS)
      : past.length - 1;
    const from = Math.max(oldest, this.#shown.get(`${instance} ${id}`) ?? 0);
    const shown = from + (choice % (past.length - from));
    this.#shown.set(`${instance} ${id}`, shown);
    return { kind: 'client', clientId: id, value: past[shown]!.value, mayBeStale };
  }

  #page({ instance, choice }: Step): Page {
    const by = choice % 3 === 0 ? 'value' : 'id';
    const isDescending = choice % 5 < 2;
    const valueHas = choice % 7 < 2 ? ENDINGS[choice % 3] : undefined;
    const size = 1 + (choice % 4);
    const listed = this.#list(by, isDescending, valueHas);
    const skipped = choice % 11 < 2 ? 1 + (choice % 3) : undefined;
    const after = skipped === undefined && choice % 13 < 6 ? listed[choice % (listed.length || 1)] : undefined;
    const rest = after ? listed.slice(listed.indexOf(after) + 1) : listed.slice(skipped ?? 0);
    const items = rest.slice(0, size);
    for (const { id } of items) this.#shown.set(`${instance} ${id}`, this.#past.get(id)!.length - 1);
    return {
      by,
      isDescending,
      valueHas,
      size,
      skipped,
      after,
      items,
      hasMore: rest.length > size,
      total: listed.length,
    };
  }

  #idPage({ choice }: Step): Page {
    const listed = this.#list('id', false).map(({ id }) => ({ id }));
    const size = 2 + (choice % 9);
    return { by: 'id', size, items: listed.slice(0, size), hasMore: listed.length > size };
  }

  #exportOn(underWay: { readonly start: number; readonly step: Step; readonly pages: Page[] }) {
    const { pages, step, start } = underWay;
    const after = pages.at(-1)?.items.at(-1) as Page['after'];
    const listed = this.#list('id', false).filter(({ id }) => after === undefined || id > after.id);
    const items = listed.slice(0, EXPORTED_TOGETHER);
    const hasMore = listed.length > items.length;
    pages.push({ by: 'id', after, size: EXPORTED_TOGETHER, items, hasMore });
    for (const { id } of items) this.#shown.set(`${step.instance} ${id}`, this.#past.get(id)!.length - 1);
    if (hasMore) return;
    this.#exports.splice(this.#exports.indexOf(underWay), 1);
    this.#add({ ...step, early: this.#now - start }, { read: { kind: 'pages', pages } });
  }

  #list(by: 'id' | 'value', isDescending: boolean, valueHas = '') {
    const listed = [...this.#clients]
      .map(([id, value]) => ({ id, value }))
      .filter(({ value }) => value.includes(valueHas));
    listed.sort((one, other) => (one[by] < other[by] ? -1 : 1));
    return isDescending ? listed.reverse() : listed;
  }

  /** Followers are told of what there is; who follows all is told some of it again when it comes back. */
  #hear({ choice }: Step) {
    if (choice % 4 === 0) this.#all.stream += 1;
    if (choice % 4 === 0) this.#all.reached = Math.max(0, this.#all.reached - (choice % 5));
    if (choice % 5 === 0) this.#one.stream += 1;
    this.#hearAll();
  }

  #hearAll() {
    for (const follower of [this.#all, this.#one]) {
      const { stream } = follower;
      for (const entry of this.#log.slice(follower.reached))
        follower.told.push({ ...entry, domain: DOMAIN, stream, at: this.#now });
      follower.reached = this.#log.length;
    }
  }

  #add({ kind, instance, early, late }: Step, what: Pick<Operation, 'read' | 'write'>, isAnswered = true) {
    const free = this.#sessions.findIndex((until) => until < this.#now - early);
    const session = free < 0 ? this.#sessions.length : free;
    const end = isAnswered ? this.#now + late : Infinity;
    this.#sessions[session] = end;
    const where = { session: `session ${session}`, instance: `instance ${instance}`, domain: DOMAIN };
    this.#operations.push({ ...where, what: kind, start: this.#now - early, end, ...what });
  }
}
