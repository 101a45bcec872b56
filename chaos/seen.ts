/** What was certainly in the log at a time, because somebody had been told of it: the highest number so far. */
export interface Seen<By> {
  readonly number: number;
  readonly by: By | undefined;
}

/** To be asked and told in the order of time: of what was told, only that counts which ended before one asks. */
export class SeenSoFar<By> {
  #now: Seen<By> = { number: 0, by: undefined };
  /** By their ends. */
  readonly #waiting: (Seen<By> & { readonly end: number })[] = [];
  readonly #steps: { readonly end: number; readonly seen: Seen<By> }[] = [];

  note(end: number, number: number, by: By): void {
    if (end === Infinity) return;
    let place = this.#waiting.length;
    while (place > 0 && this.#waiting[place - 1]!.end > end) place -= 1;
    this.#waiting.splice(place, 0, { end, number, by });
  }

  /** Strictly before this time, which is never earlier than when this was called last. */
  before(time: number): Seen<By> {
    let done = 0;
    for (; done < this.#waiting.length && this.#waiting[done]!.end < time; done += 1) {
      const { end, number, by } = this.#waiting[done]!;
      if (number <= this.#now.number) continue;
      this.#now = { number, by };
      this.#steps.push({ end, seen: this.#now });
    }
    if (done > 0) this.#waiting.splice(0, done);
    return this.#now;
  }

  /** The same for any earlier time. */
  longBefore(time: number): Seen<By> {
    let [low, high] = [0, this.#steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#steps[middle]!.end < time) low = middle + 1;
      else high = middle;
    }
    return this.#steps[low - 1]?.seen ?? { number: 0, by: undefined };
  }
}
