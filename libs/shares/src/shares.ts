/** Whose share something counts against: a subscription, whatever credentials it makes; null = the operator. */
export type Holder = string | null;

/** What is shared. */
export type Shared = 'streams' | 'imports' | 'secrets' | 'reads';

/** Who has too much of what: the one who asks, or all together. */
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
  /** Places of one holder. Less than `all`, so that some are left whatever one of them does. */
  readonly each: number;
  /** Places in this process. */
  readonly all: number;
  /** What the holders are. */
  readonly of?: 'credential' | 'subscription';
}

/** Places for something that costs, so many in all and so many for each holder (decision 46). */
export class Shares {
  private readonly taken = new Map<Holder, number>();
  private total = 0;

  constructor(
    private readonly what: Shared,
    private readonly limits: Limits,
  ) {}

  /** Takes a place; what this returns gives it back, however often it is called. Fails with a ShareError. */
  take(holder: Holder): () => void {
    const { each, all, of = 'subscription' } = this.limits;
    const own = this.taken.get(holder) ?? 0;
    if (own >= each) throw new ShareError({ code: 'too_many', what: this.what, of });
    if (this.total >= all) throw new ShareError({ code: 'too_many', what: this.what, of: 'server' });
    this.taken.set(holder, own + 1);
    this.total += 1;
    let isHeld = true;
    return () => {
      if (isHeld) this.giveBack(holder);
      isHeld = false;
    };
  }

  private giveBack(holder: Holder): void {
    const left = this.taken.get(holder)! - 1;
    if (left > 0) this.taken.set(holder, left);
    else this.taken.delete(holder);
    this.total -= 1;
  }
}
