/** Whose share something counts against: a subscription, however many credentials it makes; null = the operator. */
export type Holder = string | null;

/** What is shared. */
export type Shared = 'streams' | 'imports' | 'secrets' | 'reads' | 'answers';

/** Who has too much of what: the caller's own holder, or all together. */
export interface TooMany {
  readonly code: 'too_many';
  readonly what: Shared;
  readonly of: 'credential' | 'subscription' | 'server';
}

/** There is no place left. */
export class ShareError extends Error {
  constructor(readonly problem: TooMany) {
    super(problem.code);
    this.name = 'ShareError';
  }
}

interface Limits {
  /** Places of one holder. Fewer than `all`, so that no holder can take every place. */
  readonly each: number;
  /** Places in this process. */
  readonly all: number;
  /** What the holders are. */
  readonly of?: 'credential' | 'subscription';
}

/** Limited places for something costly: a number in all, and a number for each holder (decision 46). */
export class Shares {
  private readonly taken = new Map<Holder, number>();
  private total = 0;

  constructor(
    private readonly what: Shared,
    private readonly limits: Limits,
  ) {}

  /** Takes places. The returned function gives them back, however often it is called. Fails with a ShareError. */
  take(holder: Holder, places = 1): () => void {
    const { each, all, of = 'subscription' } = this.limits;
    const own = this.taken.get(holder) ?? 0;
    if (own + places > each) throw new ShareError({ code: 'too_many', what: this.what, of });
    if (this.total + places > all) throw new ShareError({ code: 'too_many', what: this.what, of: 'server' });
    this.taken.set(holder, own + places);
    this.total += places;
    let isHeld = true;
    return () => {
      if (isHeld) this.giveBack(holder, places);
      isHeld = false;
    };
  }

  private giveBack(holder: Holder, places: number): void {
    const left = this.taken.get(holder)! - places;
    if (left > 0) this.taken.set(holder, left);
    else this.taken.delete(holder);
    this.total -= places;
  }
}
