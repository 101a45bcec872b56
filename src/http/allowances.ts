import { LRUCache } from 'lru-cache';
import type { RateLimitOptions, SharedCount } from '#shares';

/** Where a holder stands. */
export interface Allowance {
  readonly isAllowed: boolean;
  /** What is left, as far as this process knows. */
  readonly left: number;
  readonly milliseconds: number;
}

/** A window of one holder, as this process knows it. */
interface Window {
  endsAt: number;
  /** What no process had claimed at the last claim. */
  left: number;
  /** What this process has claimed and not yet used. */
  held: number;
  /** What the last claim granted. */
  lease: number;
  used: number;
  owed: number;
  /** How many requests wait for the claim under way. */
  waiting: number;
  claim?: { readonly done: Promise<void>; isLate: boolean };
}

/** The longest wait for the shared count. Without an answer by then, the limit holds for this process alone. */
const PATIENCE_MS = 200;
const MAX_WINDOWS = 20_000;

/**
 * Counts requests against a limit that all instances share, without asking the shared count for each (decision 24). A
 * process claims points ahead, as many again as it has used, so all processes together never let in more than the limit.
 */
export class Allowances {
  private readonly windows = new LRUCache<string, Window>({ max: MAX_WINDOWS });

  constructor(
    private readonly options: RateLimitOptions,
    private readonly count: SharedCount,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async take(holder: string): Promise<Allowance> {
    let window = this.windowOf(holder);
    while (window.held === 0 && window.left > 0) {
      window.waiting += 1;
      await this.claimed(holder, window);
      window.waiting -= 1;
      window = this.windowOf(holder);
    }
    const isAllowed = window.held > 0;
    if (isAllowed) {
      window.held -= 1;
      window.used += 1;
      if (window.held * 2 < window.lease && window.left > 0) this.begin(holder, window);
    }
    return { isAllowed, left: window.left + window.held, milliseconds: window.endsAt - this.now() };
  }

  private windowOf(holder: string): Window {
    const known = this.windows.get(holder);
    if (known && known.endsAt > this.now()) return known;
    const { requests, seconds } = this.options;
    const endsAt = this.now() + seconds * 1000;
    const window = { endsAt, left: requests, held: 0, lease: 0, used: 0, owed: 0, waiting: 0 };
    this.windows.set(holder, window);
    return window;
  }

  /** Settles when the claim is answered, or when it takes too long. */
  private async claimed(holder: string, window: Window): Promise<void> {
    const claim = this.begin(holder, window);
    if (!claim.isLate) {
      const patience = new Promise<void>((resolve) => {
        const late = setTimeout(() => {
          claim.isLate = true;
          resolve();
        }, PATIENCE_MS);
        void claim.done.finally(() => clearTimeout(late));
      });
      await Promise.race([claim.done, patience]);
    }
    if (claim.isLate && window.held === 0) this.lendItself(window);
  }

  /** Starts a claim unless one is under way. */
  private begin(holder: string, window: Window): NonNullable<Window['claim']> {
    if (window.claim) return window.claim;
    const { waiting: needed, used, owed } = window;
    const done = this.count.claim(holder, { needed, wanted: needed + used, owed }, this.options).then(
      ({ granted, left, milliseconds }) => {
        window.claim = undefined;
        window.owed -= owed;
        window.held += granted;
        window.lease = granted;
        window.left = left;
        window.endsAt = this.now() + milliseconds;
      },
      () => {
        window.claim = undefined;
        claim.isLate = true;
      },
    );
    const claim = { done, isLate: false };
    window.claim = claim;
    return claim;
  }

  /** Lets in requests within this process's own limit while the shared count does not answer; they are settled later. */
  private lendItself(window: Window): void {
    const lent = Math.min(window.waiting + window.used, this.options.requests - window.used);
    window.held = lent;
    window.lease = 0;
    window.owed += lent;
    if (lent === 0) window.left = 0;
  }
}
