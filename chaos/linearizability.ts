/**
 * Judges the history of one client against what docs/operations promise: "writes are linearizable; a read is so on the
 * instance that wrote, elsewhere never goes backwards and is at most 1 s old".
 *
 * That is one order of all operations in which each finds what the one before left, and in which one stands behind
 * another if it began after the other's answer; a read behind what was answered elsewhere only if it began `staleMs`
 * later. The search is that of Wing and Gong (1993) with the memory of Lowe (2017).
 */

export interface Operation {
  readonly instance: string;
  /** When it was sent. */
  readonly start: number;
  /** When it was answered; Infinity = never, so that it may have been done at any time since, or not. */
  readonly end: number;
  /** A read that may be answered from memory. */
  readonly mayBeStale?: boolean;
  /** The value that it found; null = no such client. */
  readonly was?: string | null;
  /** A value that it did not find. */
  readonly wasNot?: string | null;
  /** The value that it wrote. */
  readonly leaves?: string | null;
}

/** Any value that nobody found. */
const UNSEEN = Symbol('unseen');
type Value = string | null | typeof UNSEEN;

/** An operation as it is tried: what it leaves may be a value that nobody found. */
type Tried = Omit<Operation, 'leaves'> & { readonly leaves?: Value };

/** How far the search has come: those before `first` and those in `done` are in their places. */
interface Step {
  readonly done: ReadonlySet<number>;
  readonly first: number;
  readonly value: Value;
  /** The loose ones that had their effect. */
  readonly used: ReadonlySet<number>;
}

/** The first operation, by its answer, that no order of it and those before explains; undefined when all is well. */
export function violationIn<Kind extends Operation>(
  operations: readonly Kind[],
  { staleMs = 1000, initial = null }: { readonly staleMs?: number; readonly initial?: string | null } = {},
): Kind | undefined {
  const answered = operations.filter(({ end }) => end !== Infinity).sort((one, other) => one.end - other.end);
  const fits = (count: number) => hasOrder(until(operations, answered, count), staleMs, initial);
  if (fits(answered.length)) return undefined;
  let [good, bad] = [0, answered.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return answered[bad - 1];
}

/** The history as it was when the `count`th answer came: what was under way then may have been done, or not. */
function until(operations: readonly Operation[], answered: readonly Operation[], count: number): Operation[] {
  const last = answered[count - 1]?.end ?? Number.NEGATIVE_INFINITY;
  const known = new Set<Operation>(answered.slice(0, count));
  return operations
    .filter((each) => known.has(each) || (each.leaves !== undefined && each.start <= last))
    .map((each) => (known.has(each) ? each : { ...each, end: Infinity }));
}

function hasOrder(history: readonly Operation[], staleMs: number, initial: string | null) {
  const { operations, loose } = prepared(history, initial);
  const seen = new Set<string>();
  const steps: Step[] = [{ done: new Set(), first: 0, value: initial, used: new Set() }];
  while (steps.length > 0) {
    const { done, first, value, used } = steps.pop()!;
    if (first === operations.length) return true;
    const state = `${first} ${[...done].sort()} ${String(value)} ${[...used].sort()}`;
    if (seen.has(state)) continue;
    seen.add(state);
    const { next, earliestEnd } = candidates(operations, done, first, staleMs);
    const fitting = next.filter((index) => explains(operations[index]!, value));
    const take = (index: number) => {
      const { leaves = value } = operations[index]!;
      steps.push({ ...without(operations, done, first, index), value: leaves, used });
    };
    // What changes nothing can always come first.
    const reading = fitting.find((index) => operations[index]!.leaves === undefined);
    if (reading !== undefined) {
      take(reading);
      continue;
    }
    for (const [index, each] of loose.entries()) {
      if (used.has(index) || each.start > earliestEnd || !explains(each, value)) continue;
      const isSeen = each.leaves !== UNSEEN;
      steps.push({ done, first, value: each.leaves, used: isSeen ? new Set(used).add(index) : used });
    }
    fitting.reverse().forEach(take);
  }
  return false;
}

/**
 * In the order in which they were sent. A write without an answer was done before the first answer that shows its
 * value, if no other write has the same; else it is `loose`: it may be done at any time, or not.
 */
function prepared(history: readonly Operation[], initial: string | null) {
  const seenAt = new Map<Value | undefined, number>();
  for (const { was, wasNot, end } of history) {
    if (was !== undefined) seenAt.set(was, Math.min(end, seenAt.get(was) ?? Infinity));
    if (wasNot !== undefined && !seenAt.has(wasNot)) seenAt.set(wasNot, Infinity);
  }
  const writers = new Map<Value | undefined, number>();
  for (const { leaves } of history) writers.set(leaves, (writers.get(leaves) ?? 0) + 1);
  const isOnlyWriter = ({ leaves }: Operation) => leaves !== initial && writers.get(leaves) === 1;
  const operations: Tried[] = [];
  const loose: (Tried & { readonly leaves: Value })[] = [];
  for (const each of history) {
    const leaves: Value | undefined = each.leaves === undefined || seenAt.has(each.leaves) ? each.leaves : UNSEEN;
    const end = each.end === Infinity && isOnlyWriter(each) ? (seenAt.get(leaves) ?? Infinity) : each.end;
    if (end !== Infinity) operations.push({ ...each, leaves, end });
    else if (leaves !== undefined) loose.push({ ...each, leaves });
  }
  operations.sort((one, other) => one.start - other.start);
  return { operations, loose };
}

/** What is left without one of them: all from `first` on that are not `done`. */
function without(operations: readonly Tried[], done: ReadonlySet<number>, first: number, taken: number) {
  const rest = new Set(done).add(taken);
  let from = first;
  while (from < operations.length && rest.delete(from)) from += 1;
  return { done: rest, first: from };
}

/** Those behind none of the others that are left. */
function candidates(operations: readonly Tried[], done: ReadonlySet<number>, first: number, staleMs: number) {
  const left: number[] = [];
  let earliestEnd = Infinity;
  for (let index = first; index < operations.length && operations[index]!.start <= earliestEnd + staleMs; index += 1) {
    if (done.has(index)) continue;
    left.push(index);
    earliestEnd = Math.min(earliestEnd, operations[index]!.end);
  }
  const next = left.filter((index) => !left.some((other) => precedes(operations[other]!, operations[index]!, staleMs)));
  return { next, earliestEnd };
}

function precedes(one: Tried, other: Tried, staleMs: number) {
  const grace = other.mayBeStale && other.instance !== one.instance ? staleMs : 0;
  return one.end + grace < other.start;
}

function explains({ was, wasNot }: Tried, value: Value) {
  return (was === undefined || was === value) && (wasNot === undefined || wasNot !== value);
}
