import pLimit, { type LimitFunction } from 'p-limit';
import type { Holder, Shares } from './shares.js';

interface Line {
  readonly limit: LimitFunction;
  /** Those who wait or work. */
  size: number;
}

interface AtOnce {
  readonly each: number;
  readonly all: number;
}

/**
 * Work that is done a few at a time. Each holder waits in a line of its own before the one for all, so whoever comes
 * with much waits for himself, and the others for `each` pieces of his work at most.
 */
export class Turns {
  private readonly lines = new Map<Holder, Line>();
  private readonly all: LimitFunction;

  /** `places`: for those who wait or work. */
  constructor(
    private readonly places: Shares,
    private readonly atOnce: AtOnce,
  ) {
    this.all = pLimit(atOnce.all);
  }

  /** Does `work` when it is the holder’s turn. Fails with a ShareError when too many wait already. */
  async run<T>(holder: Holder, work: () => Promise<T>): Promise<T> {
    const giveBack = this.places.take(holder);
    try {
      return await this.wait(holder, work);
    } finally {
      giveBack();
    }
  }

  /** The pieces, each made in a turn of its own: in between, others have theirs. Fails like `run`, before the first. */
  async *each<T>(holder: Holder, pieces: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
    const giveBack = this.places.take(holder);
    try {
      for (;;) {
        const next = await this.wait(holder, () => pieces.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      giveBack();
      await pieces.return();
    }
  }

  /** Like `run` for those who have a place elsewhere: however many wait. */
  async wait<T>(holder: Holder, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(holder) ?? { limit: pLimit(this.atOnce.each), size: 0 };
    this.lines.set(holder, line);
    line.size += 1;
    try {
      return await line.limit(() => this.all(work));
    } finally {
      line.size -= 1;
      if (line.size === 0) this.lines.delete(holder);
    }
  }
}
