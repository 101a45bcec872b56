/** The log of a domain as the truth about its clients: what each of them was after every entry. */

/** What a client is, as far as it was looked at; null = there is no such client. No two writes leave the same. */
export type Value = string | null;

export interface Entry {
  readonly position: string;
  readonly requestId: string;
  /** null = it is about no client. */
  readonly clientId: string | null;
  readonly was: Value;
  readonly value: Value;
}

/** What a client was from an entry on, until the next one about it. */
export interface Version {
  /** The number of the entry that made it, from 1 on; 0 = the client was never made. */
  readonly from: number;
  /** The last entry after which it was still so. */
  until: number;
  readonly value: Value;
}

/** A state is the number of entries that have happened: 0 is the empty domain. */
export class DomainLog {
  readonly entries: readonly Entry[];
  /** How many clients there are, by state. */
  readonly totals: Int32Array;
  /** Each client that ever was, in order. */
  readonly ids: readonly string[];
  /** What the client of an entry was before it, by the number of the entry. */
  readonly before: Value[] = [null];
  readonly #versions = new Map<string, Version[]>();
  readonly #byValue = new Map<string, Version>();
  readonly #byRequest = new Map<string, number[]>();
  readonly #byPosition: ReadonlyMap<string, number>;

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
    this.totals = new Int32Array(entries.length + 1);
    this.#byPosition = new Map(entries.map(({ position }, index) => [position, index + 1]));
    for (const [index, entry] of entries.entries()) this.#append(entry, index + 1);
    this.ids = [...this.#versions.keys()].sort();
  }

  get last(): number {
    return this.entries.length;
  }

  /** All that the client ever was, the first being that it was not there. */
  versions(clientId: string): readonly Version[] {
    return this.#versions.get(clientId) ?? [{ from: 0, until: this.last, value: null }];
  }

  /** When the client was this, in order; more than once only if it was not there. */
  versionsOf(clientId: string, value: Value): readonly Version[] {
    if (value === null) return this.versions(clientId).filter((each) => each.value === null);
    const found = this.#byValue.get(`${clientId} ${value}`);
    return found ? [found] : [];
  }

  valueAt(clientId: string, state: number): Value {
    const versions = this.versions(clientId);
    let [low, high] = [0, versions.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (versions[middle]!.from <= state) low = middle;
      else high = middle - 1;
    }
    return versions[low]!.value;
  }

  /** The numbers of a request's entries. */
  of(requestId: string): readonly number[] {
    return this.#byRequest.get(requestId) ?? [];
  }

  at(position: string): number | undefined {
    return this.#byPosition.get(position);
  }

  /** Whether no request's entries are partly in it: what belongs together is seen together, or not at all. */
  isWhole(state: number): boolean {
    if (state === 0 || state === this.last) return true;
    return this.entries[state - 1]!.requestId !== this.entries[state]!.requestId;
  }

  #append({ clientId, requestId, value }: Entry, number: number) {
    const own = this.#byRequest.get(requestId);
    if (own) own.push(number);
    else this.#byRequest.set(requestId, [number]);
    this.totals[number] = this.totals[number - 1]!;
    this.before.push(null);
    if (clientId === null) return;
    const versions = this.#versions.get(clientId) ?? [{ from: 0, until: 0, value: null }];
    this.#versions.set(clientId, versions);
    const known = versions.at(-1)!;
    known.until = number - 1;
    this.before[number] = known.value;
    this.totals[number]! += Number(value !== null) - Number(known.value !== null);
    const version = { from: number, until: this.last, value };
    versions.push(version);
    if (value !== null) this.#byValue.set(`${clientId} ${value}`, version);
  }
}
