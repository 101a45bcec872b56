import pLimit, { type LimitFunction } from 'p-limit';
import type { Holder, Shares } from './shares.js';

interface Line {
  readonly limit: LimitFunction;
  /** How many wait or work. */
  size: number;
}

interface AtOnce {
  readonly each: number;
  readonly all: number;
}

/**
 * Does work a few pieces at a time. Each holder has its own line before the common one. So a holder with much work
 * waits for itself, and others wait for at most `each` pieces of its work.
 */
export class Turns {
  private readonly lines = new Map<Holder, Line>();
  private readonly all: LimitFunction;

  /** `places` limits how many may wait or work. */
  constructor(
    private readonly places: Shares,
    private readonly atOnce: AtOnce,
  ) {
    this.all = pLimit(atOnce.all);
  }

  /** Does `work` when it is the holder’s turn. Fails with a ShareError if too many wait already. */
  async run<T>(holder: Holder, work: () => Promise<T>): Promise<T> {
    const giveBack = this.places.take(holder);
    try {
      return await this.wait(holder, work);
    } finally {
      giveBack();
    }
  }

  /** Makes each piece in a turn of its own, with others' turns in between. Fails like `run`, before the first piece. */
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

  /** Like `run`, for callers that have a place elsewhere. Any number of them may wait. */
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
