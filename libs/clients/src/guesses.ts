import { fingerprint } from '#secrets';
import type { ClientRef } from './client.entity.js';
import { ClientError } from './client-errors.js';

/** So many wrong guesses at the chosen secrets of one client are compared within a window. */
export const MAX_WRONG = 10;
const WINDOW_MS = 60_000;
const MAX_CLIENTS = 10_000;

interface Tries {
  wrong: number;
  readonly endsAt: number;
  /** The last one that was right, by its fingerprint. */
  right?: string;
  /** How often each is being compared, by its fingerprint: it may be wrong. */
  readonly underWay: Map<string, number>;
}

/**
 * Keeps chosen secrets, which may be weak, from being guessed one after the other or all at once (decision 25). What was
 * right the last time is never refused, so that whoever guesses does not lock out whoever knows.
 */
export class Guesses {
  private readonly clients = new Map<string, Tries>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** What `compare` finds for a guess; undefined = it is wrong. Fails with `too_many_guesses`, or as `compare` does. */
  async compare<T>(ref: ClientRef, presented: string, compare: () => Promise<T | undefined>): Promise<T | undefined> {
    const print = fingerprint(presented);
    const { underWay } = this.begin(ref, print);
    try {
      const found = await compare();
      const tries = this.triesOf(ref);
      if (found === undefined) tries.wrong += 1;
      else tries.right = print;
      return found;
    } finally {
      const others = underWay.get(print)! - 1;
      if (others > 0) underWay.set(print, others);
      else underWay.delete(print);
    }
  }

  private begin(ref: ClientRef, print: string): Tries {
    const tries = this.triesOf(ref);
    const { wrong, endsAt, right, underWay } = tries;
    const isNew = print !== right && !underWay.has(print);
    if (isNew && wrong + underWay.size >= MAX_WRONG)
      throw new ClientError({ code: 'too_many_guesses', retryAfterSeconds: Math.ceil((endsAt - this.now()) / 1000) });
    underWay.set(print, (underWay.get(print) ?? 0) + 1);
    return tries;
  }

  private triesOf(ref: ClientRef): Tries {
    const key = keyOf(ref);
    const known = this.clients.get(key);
    const { right, underWay = new Map() } = known ?? {};
    const tries =
      known && known.endsAt > this.now() ? known : { wrong: 0, endsAt: this.now() + WINDOW_MS, right, underWay };
    this.clients.delete(key);
    this.clients.set(key, tries);
    if (this.clients.size > MAX_CLIENTS) this.clients.delete(this.clients.keys().next().value!);
    return tries;
  }
}

function keyOf({ domainId, clientId }: ClientRef): string {
  return `${domainId} ${clientId}`;
}
