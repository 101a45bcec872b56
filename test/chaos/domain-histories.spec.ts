import fc from 'fast-check';
import { findingsIn, type History, type Operation, type Read, type Told } from '../../chaos/domain-histories.js';
import type { Entry, Value } from '../../chaos/domain-log.js';
import type { Page } from '../../chaos/list-page.js';
import { DOMAIN, type Draft, historyOf, legalHistories } from './legal-histories.js';

/** LAWS_RUNS=1000 is the long form. */
const NUM_RUNS = Number(process.env.LAWS_RUNS ?? 12);

type Mutable<T> = { -readonly [name in keyof T]: T[name] };
/** Plants one mistake, if there is a place for it; `n` chooses among places. */
type Plant = (draft: Draft, n: number) => boolean;

const kindsIn = (history: History) => findingsIn(history).map(({ kind }) => kind);
const pick = <Each>(list: readonly Each[], n: number) => list[n % list.length] as Mutable<Each> | undefined;

/** The domain after so many entries, as a list of everything shows it. */
function everythingAt(log: readonly Entry[], state: number): Page {
  const clients = new Map<string, string>();
  for (const { clientId, value } of log.slice(0, state)) {
    if (value === null) clients.delete(clientId!);
    else clients.set(clientId!, value);
  }
  const items = [...clients].map(([id, value]) => ({ id, value })).sort((one, other) => (one.id < other.id ? -1 : 1));
  return { by: 'id', size: 1000, items, hasMore: false, total: items.length };
}

/** Whether no state of the log looks so, but for one. */
function isUnique({ log }: Draft, page: Page, but?: number) {
  const text = JSON.stringify(page.items);
  return log
    .concat(log[0]!)
    .every((_, state) => state === but || JSON.stringify(everythingAt(log, state).items) !== text);
}

/** Somebody reads at a time when nobody else asks anything. */
function ask({ operations, over }: Draft, read: Read, more: Partial<Operation> = {}) {
  const where = { session: 'somebody', instance: 'instance 9', domain: DOMAIN, what: 'read' };
  operations.push({ ...where, start: over, end: over + 1, read, ...more });
}

const list = (...pages: Page[]): Read => ({ kind: 'pages', pages });
const done = ({ operations }: Draft) =>
  operations.filter(({ write }) => write?.outcome === 'done' && write.values.size > 0);
const single = (draft: Draft) => done(draft).filter(({ write }) => write!.values.size === 1);
const several = (draft: Draft) => done(draft).filter(({ write }) => write!.values.size > 1);
const placesOf = ({ log }: Draft, { write }: Operation) =>
  log.flatMap(({ requestId }, index) => (requestId === write!.requestId ? [index] : []));

/** A list of everything that shows the `n`th last entry, and not the one before it, which is another's. */
function skew({ log }: Draft, n: number): { page: Page; missed: number; seen: number } | undefined {
  const seen = log.length - (n % 5);
  const missed = seen - 1;
  const [last, before] = [log[seen - 1]!, log[missed - 1]!];
  if (last.clientId === before.clientId) return undefined;
  // It would be an intermediate read as well where one of them is a part of an import, or where a client is absent, which
  // it also is before an import that made it.
  const isPart = ({ requestId }: typeof last) => log.filter((entry) => entry.requestId === requestId).length > 1;
  if (isPart(last) || isPart(before) || last.value === null || before.was === null) return undefined;
  const page = everythingAt(log, seen);
  const others = page.items.filter(({ id }) => id !== before.clientId);
  const was = { id: before.clientId!, value: before.was };
  const items = [...others, was].sort((one, other) => (one.id < other.id ? -1 : 1));
  return { page: { ...page, items, total: items.length }, missed, seen };
}

const ALWAYS = { start: -1, end: Number.MAX_SAFE_INTEGER };

const planted: [string, readonly string[], Plant][] = [
  [
    'an acknowledged write that is not in the log',
    ['acknowledged, and not in the log'],
    (draft, n) => {
      const write = pick(single(draft), n);
      return write !== undefined && draft.log.splice(placesOf(draft, write)[0]!, 1).length > 0;
    },
  ],
  [
    'a refused write that is in the log',
    ['refused, and in the log'],
    (draft, n) => {
      const write = pick(done(draft), n);
      if (write) write.write = { ...write.write!, outcome: 'refused' };
      return write !== undefined;
    },
  ],
  [
    'a write that was done twice',
    ['written twice'],
    (draft, n) => {
      const write = pick(single(draft), n)!;
      const [place] = placesOf(draft, write);
      const entry = draft.log[place!]!;
      draft.log.splice(place! + 1, 0, { ...entry, position: `${entry.position}1`, was: entry.value });
      return true;
    },
  ],
  [
    'a write that left something else',
    ['written as something else'],
    (draft, n) => {
      const [place] = placesOf(draft, pick(single(draft), n)!);
      const entry = draft.log[place!] as Mutable<Entry>;
      if (entry.value === null) return false;
      draft.log[place!] = { ...entry, value: 'something else' };
      return true;
    },
  ],
  [
    'an import that was half done',
    ['half done'],
    (draft, n) => {
      const write = pick(several(draft), n);
      return write !== undefined && draft.log.splice(placesOf(draft, write).at(-1)!, 1).length > 0;
    },
  ],
  [
    'an entry that replaced what was not there (G0)',
    ['G0 (dirty write)'],
    (draft, n) => {
      pick(draft.log, n)!.was = 'never there';
      return true;
    },
  ],
  [
    'a write between the entries of an import (G0)',
    ['G0 (dirty write)'],
    (draft, n) => {
      const write = pick(several(draft), n);
      if (!write) return false;
      const places = placesOf(draft, write);
      const next = draft.log[places.at(-1)! + 1];
      if (!next || places.some((place) => draft.log[place]!.clientId === next.clientId)) return false;
      draft.log.splice(places.at(-1)!, 2, next, draft.log[places.at(-1)!]!);
      return true;
    },
  ],
  [
    'writes that the log has in another order than time (G0)',
    ['G0-realtime', 'G1c-realtime', 'monotonic writes (G0-process)', 'writes follow reads (G1c-process)'],
    (draft, n) => {
      const { log, operations } = draft;
      const place = n % (log.length - 1);
      const [one, other] = [log[place]!, log[place + 1]!];
      const asked = [one, other].map(
        ({ requestId }) => operations.find(({ write }) => write?.requestId === requestId)!,
      );
      if (one.clientId === other.clientId || one.requestId === other.requestId) return false;
      if (asked[0]!.end >= asked[1]!.start) return false;
      log.splice(place, 2, other, one);
      return true;
    },
  ],
  [
    'a write that was decided on what came later (G1c)',
    ['G1c (circular information flow)'],
    (draft, n) => {
      const write = pick(single(draft), n)!;
      const [place] = placesOf(draft, write);
      const { clientId } = draft.log[place!]!;
      const later = draft.log.slice(place! + 1).find((entry) => entry.clientId === clientId && entry.value !== null);
      if (later) write.write = { ...write.write!, found: new Map([[clientId!, later.value]]) };
      return later !== undefined;
    },
  ],
  [
    'a write that replaced what it had not found (lost update)',
    ['G-single (lost update)'],
    (draft, n) => {
      const write = pick(single(draft), n)!;
      const [place] = placesOf(draft, write);
      const { clientId, was } = draft.log[place!]!;
      const earlier = draft.log.slice(0, place).find((entry) => entry.clientId === clientId && entry.value !== was);
      if (earlier) write.write = { ...write.write!, found: new Map([[clientId!, earlier.value]]) };
      return earlier !== undefined;
    },
  ],
  [
    'a read of what was refused (G1a)',
    ['G1a (aborted read)'],
    (draft, n) => {
      const refused = pick(
        draft.operations.filter(({ write }) => write?.outcome === 'refused'),
        n,
      );
      const [clientId, value] = [...(refused?.write?.values ?? [])][0] ?? [];
      if (clientId === undefined || !value) return false;
      ask(draft, { kind: 'client', clientId, value });
      return true;
    },
  ],
  [
    'a list with what is in no log (G1a)',
    ['G1a (aborted read)'],
    (draft) => {
      const page = everythingAt(draft.log, draft.log.length);
      ask(draft, list({ ...page, items: [...page.items, { id: 'z', value: 'lost' }] }));
      return true;
    },
  ],
  [
    'an event of what is in no log (G1a)',
    ['G1a (aborted read)'],
    (draft, n) => {
      const told = pick(draft.feeds, n)!.told;
      told.push({ ...told[0]!, position: '7', at: draft.over });
      return true;
    },
  ],
  [
    'a list with half of an import (G1b)',
    ['G1b (intermediate read)'],
    (draft, n) => {
      const leaving = several(draft).filter(({ write }) => ![...write!.values.values()].includes(null));
      const write = pick(leaving, n);
      if (!write) return false;
      const page = everythingAt(draft.log, placesOf(draft, write)[0]! + 1);
      if (!isUnique(draft, page, placesOf(draft, write)[0]! + 1)) return false;
      ask(draft, list(page), ALWAYS);
      return true;
    },
  ],
  [
    'a list that shows a later write and not an earlier one (read skew)',
    ['G-single (read skew)', 'long fork'],
    (draft, n) => {
      const found = skew(draft, n);
      if (!found || !isUnique(draft, found.page)) return false;
      ask(draft, list(found.page), ALWAYS);
      return true;
    },
  ],
  [
    'an export of which one batch is skewed',
    ['G-single (read skew)', 'long fork'],
    (draft, n) => {
      const found = skew(draft, n);
      if (!found || !isUnique(draft, found.page)) return false;
      const behind: Page = { by: 'id', after: { id: 'zz', value: '' }, size: 9, items: [], hasMore: false };
      ask(draft, list(found.page, behind), ALWAYS);
      return true;
    },
  ],
  [
    'two lists that saw two writes in opposite orders (long fork)',
    ['long fork'],
    (draft, n) => {
      const found = skew(draft, n);
      if (!found || !isUnique(draft, found.page)) return false;
      const between = everythingAt(draft.log, found.missed);
      if (!isUnique(draft, between, found.missed)) return false;
      ask(draft, list(between), { ...ALWAYS, start: -2 });
      ask(draft, list(found.page), ALWAYS);
      return true;
    },
  ],
  [
    'a total that is not that of its page',
    ['G-single (read skew)'],
    (draft, n) => {
      const page = everythingAt(draft.log, draft.log.length);
      ask(draft, list({ ...page, total: page.total! + 1 + (n % 3) }));
      return true;
    },
  ],
  ['a list that is old', ['older than is promised (G-single-realtime)'], (draft) => old(draft, {})],
  [
    'a list that lacks what its session wrote',
    ['read-your-writes'],
    (draft) => {
      const last = draft.operations.find(({ write }) => write?.requestId === draft.log.at(-1)!.requestId)!;
      return last.write!.outcome === 'done' && old(draft, { session: last.session });
    },
  ],
  [
    'a list that is older than what its session has read',
    ['monotonic reads'],
    (draft) => {
      ask(draft, list(everythingAt(draft.log, draft.log.length)), { start: draft.over - 9, end: draft.over - 8 });
      return old(draft, {});
    },
  ],
  [
    'an export of which a later batch is older',
    ['monotonic reads'],
    (draft) => {
      const { log } = draft;
      const [now, before] = [everythingAt(log, log.length), everythingAt(log, log.length - 1)];
      const last = log.at(-1)!;
      if (last.requestId === log.at(-2)!.requestId || !isUnique(draft, now, log.length)) return false;
      const first: Page = { ...now, items: now.items, hasMore: false };
      if (!isUnique(draft, before, log.length - 1)) return false;
      ask(draft, list(first, before), ALWAYS);
      return true;
    },
  ],
  [
    'a list that is told before it is so',
    ['a read of the future'],
    (draft) => {
      const { log, operations } = draft;
      const page = everythingAt(log, log.length);
      const last = operations.find(({ write }) => write?.requestId === log.at(-1)!.requestId)!;
      if (!isUnique(draft, page, log.length)) return false;
      const others = operations.filter(({ write }) => log.some(({ requestId }) => requestId === write?.requestId));
      if (others.some((each) => each !== last && each.start >= last.start)) return false;
      ask(draft, list(page), { start: last.start - 2, end: last.start - 1 });
      return true;
    },
  ],
  [
    'an event that is told before it was asked for',
    ['a read of the future'],
    (draft) => {
      const told = draft.feeds[0]!.told;
      const at = -5;
      told.unshift({ ...told[0]!, stream: 0, at });
      return true;
    },
  ],
  [
    'a client that is told before it is so',
    ['a read of the future'],
    ({ log, operations }, n) => {
      const entry = pick(
        log.filter(({ value }) => value !== null),
        n,
      )!;
      const read: Read = { kind: 'client', clientId: entry.clientId!, value: entry.value, mayBeStale: true };
      const where = { session: 'somebody', instance: 'instance 9', domain: DOMAIN, what: 'read' };
      operations.push({ ...where, start: -3, end: -2, read });
      return true;
    },
  ],
  [
    'a client elsewhere that is older than a second',
    ['older than is promised (G-single-realtime)'],
    (draft, n) => {
      const entry = pick(draft.log.filter(replaced(draft)), n);
      if (entry) ask(draft, { kind: 'client', clientId: entry.clientId!, value: entry.value, mayBeStale: true });
      return entry !== undefined;
    },
  ],
  [
    'a client that is older than what its session wrote there',
    ['read-your-writes', 'older than what its instance wrote', 'monotonic reads'],
    (draft, n) => ownRead(draft, n, (write) => ({ session: write.session })),
  ],
  [
    'a client that is older than what its instance wrote',
    ['older than what its instance wrote', 'monotonic reads'],
    (draft, n) => ownRead(draft, n, () => ({ session: 'somebody else' })),
  ],
  [
    'a client that goes back on one instance',
    ['monotonic reads'],
    (draft, n) => {
      const entry = pick(draft.log.filter(replaced(draft)), n);
      if (!entry) return false;
      const [clientId, mayBeStale] = [entry.clientId!, true];
      const now = draft.log.filter((each) => each.clientId === clientId).at(-1)!.value;
      const place = draft.log.findLastIndex((each) => each.clientId === clientId);
      const at = Math.max(...draft.log.slice(0, place + 1).map((each) => operationOf(draft, each).start));
      ask(draft, { kind: 'client', clientId, value: now, mayBeStale }, { start: at, end: at + 1 });
      const last = draft.log.findLast((each) => each.clientId === clientId && each.value === entry.value)!;
      ask(draft, { kind: 'client', clientId, value: last.value, mayBeStale }, { start: at + 2, end: at + 3 });
      return now !== null && isRecent(draft, last, at);
    },
  ],
  [
    'a refusal that nothing explains',
    ['a refusal that nothing explains'],
    (draft, n) => {
      const { clientId } = pick(draft.log, n)!;
      ask(draft, { kind: 'other', clientId: clientId!, value: valueAtEnd(draft, clientId!) });
      return true;
    },
  ],
  [
    'a page whose clients are out of order',
    ['a page out of order'],
    (draft) => {
      const page = everythingAt(draft.log, draft.log.length);
      if (page.items.length < 2) return false;
      ask(draft, list({ ...page, items: [...page.items].reverse() }));
      return true;
    },
  ],
  [
    'a page that repeats the last client of the page before',
    ['a page out of order'],
    (draft) => {
      const page = everythingAt(draft.log, draft.log.length);
      const [first] = page.items;
      if (first) ask(draft, list({ ...page, after: { value: '', ...first } }));
      return first !== undefined;
    },
  ],
  [
    'a page that lacks clients although more follow',
    ['a page out of order'],
    (draft) => {
      ask(draft, list({ ...everythingAt(draft.log, draft.log.length), hasMore: true }));
      return true;
    },
  ],
  [
    'a feed that leaves an entry out',
    ['the feed leaves an entry out'],
    (draft, n) => {
      const feed = pick(draft.feeds, n)!;
      const { position } = pick(draft.log, n)!;
      feed.told = feed.told.filter((each) => each.position !== position);
      return true;
    },
  ],
  [
    'a feed of one domain that repeats an entry',
    ['the feed repeats an entry'],
    (draft, n) => {
      const { told } = draft.feeds[1]!;
      told.push({ ...told[n % told.length]!, stream: 99, at: draft.over });
      return true;
    },
  ],
  [
    'a feed that repeats an entry in one stream',
    ['the feed repeats an entry'],
    ({ feeds }, n) => {
      const { told } = feeds[0]!;
      told.splice((n % told.length) + 1, 0, told[n % told.length]!);
      return true;
    },
  ],
  [
    'a feed that tells entries out of order',
    ['the feed tells an entry out of order'],
    ({ feeds }, n) => {
      const { told } = feeds[1]!;
      const place = n % (told.length - 1);
      const [one, other] = told.slice(place) as [Told, Told];
      told.splice(place, 2, { ...other, at: one.at }, { ...one, at: other.at });
      return true;
    },
  ],
  [
    'a feed that tells something else',
    ['the feed tells something else'],
    ({ feeds }, n) => {
      pick(feeds[n % 2]!.told, n)!.value = 'something else';
      return true;
    },
  ],
];

/** A list of everything, as it was before the last entries, when everybody knew of them. */
function old(draft: Draft, more: Partial<Operation>) {
  const { log } = draft;
  const state = log.length - placesOf(draft, operationOf(draft, log.at(-1)!)).length;
  const page = everythingAt(log, state);
  if (!isUnique(draft, page, state)) return false;
  ask(draft, list(page), more);
  return true;
}

function operationOf({ operations }: Draft, { requestId }: Entry) {
  return operations.find(({ write }) => write?.requestId === requestId)!;
}

function valueAtEnd({ log }: Draft, clientId: string): Value {
  return log.findLast((entry) => entry.clientId === clientId)!.value;
}

/** Whether what an entry left was replaced by another value. */
function replaced(draft: Draft) {
  return ({ clientId, value }: Entry) => value !== null && valueAtEnd(draft, clientId!) !== value;
}

/** Whether what the entry left was still there less than a second before. */
function isRecent(draft: Draft, entry: Entry, at: number) {
  const next = draft.log.slice(draft.log.indexOf(entry) + 1).find(({ clientId }) => clientId === entry.clientId);
  return next !== undefined && operationOf(draft, next).start > at - 900;
}

/** Reads a client, just after a write of it was answered, as it was before, on the instance that wrote. */
function ownRead(draft: Draft, n: number, more: (write: Operation) => Partial<Operation>) {
  const write = pick(
    single(draft).filter((each) => draft.log[placesOf(draft, each)[0]!]!.was !== null),
    n,
  );
  if (!write) return false;
  const { clientId, was } = draft.log[placesOf(draft, write)[0]!]!;
  const isAlone = draft.operations.every(
    (each) => each === write || each.session !== write.session || each.start < write.start,
  );
  if (!isAlone) return false;
  const times = { start: write.end + 1, end: write.end + 2, instance: write.instance };
  ask(draft, { kind: 'client', clientId: clientId!, value: was, mayBeStale: true }, { ...times, ...more(write) });
  return true;
}

/** Who is never answered. */
const UNANSWERED = 'nobody';

/** Two clients, and what was written and read of them by hand; each takes 1 ms. */
function byHand(
  ...parts: readonly (readonly [start: number, session: string, instance: string, what: [string, Value] | Read])[]
): History {
  const log: Entry[] = [];
  const operations: Operation[] = [];
  for (const [start, session, instance, what] of parts) {
    const isWrite = Array.isArray(what);
    const requestId = `r${start}`;
    if (isWrite) {
      const [clientId, value] = what;
      const was = log.findLast((entry) => entry.clientId === clientId)?.value ?? null;
      log.push({ position: String(log.length), requestId, clientId, was, value });
    }
    operations.push({
      ...{ session, instance, domain: DOMAIN, what: 'by hand', start, end: start + 1 },
      ...(isWrite ? { write: { requestId, outcome: 'done', values: new Map([what]) } } : { read: what }),
      ...(session === UNANSWERED && { end: Infinity }),
    });
  }
  return { logs: new Map([[DOMAIN, log]]), operations, feeds: [] };
}

const client = (clientId: string, value: Value): Read => ({ kind: 'client', clientId, value, mayBeStale: true });
const both = (...items: { id: string; value: string }[]) =>
  list({ by: 'id', size: 9, items, hasMore: false, total: items.length });
const [a1, a2, b1] = [
  { id: 'a', value: 'a1' },
  { id: 'a', value: 'a2' },
  { id: 'b', value: 'b1' },
];

const byName: [string, History][] = [
  ['G0-realtime', byHand([3, 'one', 'i', ['a', 'a1']], [1, 'two', 'j', ['b', 'b1']])],
  ['monotonic writes (G0-process)', byHand([3, 'one', 'i', ['a', 'a1']], [1, 'one', 'j', ['b', 'b1']])],
  [
    'G1c-realtime',
    byHand([5, 'one', 'i', ['a', 'a1']], [1, UNANSWERED, 'j', ['b', 'b1']], [3, 'three', 'j', client('b', 'b1')]),
  ],
  [
    'writes follow reads (G1c-process)',
    byHand([5, 'one', 'i', ['a', 'a1']], [1, UNANSWERED, 'j', ['b', 'b1']], [3, 'one', 'j', both(b1)]),
  ],
  [
    'read-your-writes',
    byHand([1, 'one', 'i', ['a', 'a1']], [3, 'one', 'i', ['a', 'a2']], [5, 'one', 'i', client('a', 'a1')]),
  ],
  [
    'older than what its instance wrote',
    byHand([1, 'one', 'i', ['a', 'a1']], [3, 'one', 'i', ['a', 'a2']], [5, 'two', 'i', client('a', 'a1')]),
  ],
  [
    'monotonic reads',
    byHand(
      [1, 'one', 'i', ['a', 'a1']],
      [3, 'one', 'i', ['a', 'a2']],
      [5, 'two', 'j', client('a', 'a2')],
      [7, 'three', 'j', client('a', 'a1')],
    ),
  ],
  [
    'older than is promised (G-single-realtime)',
    byHand([1, 'one', 'i', ['a', 'a1']], [3, 'one', 'i', ['a', 'a2']], [1006, 'two', 'j', client('a', 'a1')]),
  ],
  [
    'older than is promised (G-single-realtime)',
    byHand([1, 'one', 'i', ['a', 'a1']], [3, 'one', 'i', ['a', 'a2']], [5, 'two', 'j', both(a1)]),
  ],
];

const allowed: [string, History][] = [
  [
    'a client elsewhere that is less than a second old, also after a list that showed the new one elsewhere',
    byHand(
      [1, 'one', 'i', ['a', 'a1']],
      [3, 'one', 'i', ['a', 'a2']],
      [5, 'two', 'i', both(a2)],
      [1003, 'two', 'j', client('a', 'a1')],
    ),
  ],
  [
    'single clients that are seen in the opposite order elsewhere (a long fork of clients in memory)',
    byHand(
      [1, 'one', 'i', ['a', 'a1']],
      [3, 'two', 'j', ['b', 'b1']],
      [5, 'one', 'i', client('a', 'a1')],
      [7, 'one', 'i', client('b', null)],
      [9, 'two', 'j', client('b', 'b1')],
      [11, 'two', 'j', client('a', null)],
    ),
  ],
];

describe('the checker of histories of whole domains', () => {
  it.each(byName)('names %s', (name, history) => {
    expect(kindsIn(history)).toEqual([name]);
  });

  it.each(allowed)('lets pass %s', (_, history) => {
    expect(findingsIn(history)).toEqual([]);
  });

  it('lets pass whatever a registry may do that keeps its promises', () => {
    fc.assert(fc.property(legalHistories(), (history) => expect(findingsIn(history)).toEqual([])));
  });

  it.each(planted)('finds %s', (_, kinds, plant) => {
    fc.assert(
      fc.property(legalHistories(), fc.nat(), (legal, n) => {
        const history = structuredClone(legal);
        fc.pre(plant(history, n));
        const found = kindsIn(history);
        if (!kinds.some((kind) => found.includes(kind))) throw new Error(`found ${found.join()}`);
      }),
      { numRuns: NUM_RUNS, includeErrorInReport: true },
    );
  });

  it('judges long histories of many clients', () => {
    const [steps] = fc.sample(fc.array(fc.nat(9999), { minLength: 4000, maxLength: 4000, size: 'max' }), 1);
    const kinds = ['put', 'read', 'page', 'import', 'hear', 'swap', 'ids', 'export', 'prune', 'create'] as const;
    const history = historyOf(
      steps!.map((choice, n) => ({
        kind: kinds[choice % 97 === 0 ? choice % 10 : choice % 3]!,
        client: choice % 500,
        instance: n % 3,
        early: choice % 50,
        late: choice % 40,
        choice,
      })),
      500,
    );
    expect(findingsIn(history)).toEqual([]);
  });
});
