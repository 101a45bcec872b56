import type { DomainLog, Value } from './domain-log.js';

interface Key {
  readonly id: string;
  readonly value: string;
}

/** A page of a list, or a batch of an answer that is read in several, and what was asked for. */
export interface Page {
  readonly by: 'id' | 'value';
  readonly isDescending?: boolean;
  /** It begins behind this client. */
  readonly after?: Key;
  /** It begins behind so many. */
  readonly skipped?: number;
  /** Only clients whose value has this in it. */
  readonly valueHas?: string;
  /** With more behind it, it has so many. */
  readonly size: number;
  /** `value` is undefined where the list does not tell it. */
  readonly items: readonly { readonly id: string; readonly value?: string }[];
  readonly hasMore: boolean;
  /** undefined = it does not tell how many there are. */
  readonly total?: number;
}

type Place = 'before' | 'in' | 'behind';

interface Sweep {
  readonly from: number;
  readonly to: number;
  /** Whether a state will do in which a request is half done. */
  readonly alsoHalf?: boolean;
  readonly anyTotal?: boolean;
  /** Gives the last one, not the first. */
  readonly isLast?: boolean;
}

/** A page, held against the states of its domain. */
export class ListPage {
  /** Whether the log alone tells how many clients there are, and the page is a range of ids. */
  readonly #isRange: boolean;
  readonly #shown: ReadonlyMap<string, string | undefined>;

  constructor(
    readonly page: Page,
    private readonly log: DomainLog,
  ) {
    this.#shown = new Map(page.items.map(({ id, value }) => [id, value]));
    this.#isRange = page.by === 'id' && page.valueHas === undefined && !page.skipped;
  }

  /** Why no state can look so; undefined = one may. */
  get disorder(): string | undefined {
    const { items, after, size, hasMore, valueHas } = this.page;
    const keys = items.map(({ id, value = '' }) => ({ id, value }));
    const isAscending = keys.every((key, index) => index === 0 || this.#compare(keys[index - 1]!, key) < 0);
    if (!isAscending) return 'its clients are out of order';
    if (after && keys[0] && this.#compare(after, keys[0]) >= 0) return 'it begins before the end of the last one';
    if (items.length > size || (hasMore && items.length < size)) return `it has ${items.length} of ${size} clients`;
    if (valueHas !== undefined && keys.some(({ value }) => !value.includes(valueHas)))
      return 'it shows what was not asked for';
    return undefined;
  }

  /** Whether it tells what becomes of this client. */
  covers(id: string): boolean {
    return this.#shown.has(id) || (this.#isRange && this.placeOf({ id, value: '' }) === 'in');
  }

  /** All clients of which it may tell anything. */
  get ids(): readonly string[] {
    if (!this.#isRange) return this.log.ids;
    const { after, items, hasMore, isDescending } = this.page;
    const last = hasMore ? items.at(-1)?.id : undefined;
    const [low, high] = isDescending ? [last, after?.id] : [after?.id, last];
    const { ids } = this.log;
    const begin = low === undefined ? 0 : firstAtLeast(ids, low);
    const end = high === undefined ? ids.length : firstAtLeast(ids, `${high}\0`);
    return ids.slice(begin, end);
  }

  /** Whether the page looks so if the client is this. */
  fits(id: string, value: Value): boolean {
    const isIn = this.#isListed(value) && this.placeOf({ id, value }) === 'in';
    if (isIn !== this.#shown.has(id)) return false;
    const shown = this.#shown.get(id);
    return !isIn || shown === undefined || shown === value;
  }

  /** The first state from `from` to `to` that looks as the page does. */
  stateIn({ from, to, alsoHalf = false, anyTotal = false, isLast = false }: Sweep): number | undefined {
    const { log } = this;
    let found: number | undefined;
    let [misfits, listed, before] = [0, 0, 0];
    const count = (id: string, value: Value, by: number) => {
      if (!this.fits(id, value)) misfits += by;
      if (!this.#isListed(value)) return;
      listed += by;
      if (this.placeOf({ id, value }) === 'before') before += by;
    };
    const ids = this.ids;
    const isCounted = this.#isRange ? new Set(ids) : { has: () => true };
    for (const id of ids) count(id, log.valueAt(id, from), 1);
    for (let state = from; state <= to; state += 1) {
      const total = this.#isRange ? log.totals[state]! : listed;
      const isTotal = anyTotal || this.page.total === undefined || this.page.total === total;
      if (misfits === 0 && isTotal && this.#isSkipped(before) && (alsoHalf || log.isWhole(state))) found = state;
      if (found !== undefined && !isLast) return found;
      const next = log.entries[state];
      if (!next || next.clientId === null || !isCounted.has(next.clientId)) continue;
      count(next.clientId, log.before[state + 1]!, -1);
      count(next.clientId, next.value, 1);
    }
    return found;
  }

  placeOf(key: Key): Place {
    const { after, skipped, hasMore, items } = this.page;
    if (after && this.#compare(key, after) <= 0) return 'before';
    const [first, last] = [items[0], items.at(-1)];
    if (skipped && (!first || this.#compare(key, { value: '', ...first }) < 0)) return 'before';
    return hasMore && last && this.#compare(key, { value: '', ...last }) > 0 ? 'behind' : 'in';
  }

  #isSkipped(before: number) {
    const { skipped, items } = this.page;
    if (!skipped) return true;
    return items.length === 0 ? before <= skipped : before === skipped;
  }

  #isListed(value: Value): value is string {
    return value !== null && (this.page.valueHas === undefined || value.includes(this.page.valueHas));
  }

  #compare(one: Key, other: Key) {
    const order = this.page.by === 'id' ? 0 : compared(one.value, other.value);
    return (order || compared(one.id, other.id)) * (this.page.isDescending ? -1 : 1);
  }
}

function compared(one: string, other: string) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function firstAtLeast(ids: readonly string[], id: string) {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
