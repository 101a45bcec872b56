import { fingerprint } from '#secrets';
import type { ClientRef } from './client.entity.js';
import { ClientError } from './client-errors.js';

/** So many wrong guesses at the chosen secrets of one client are compared within a window. */
export const MAX_WRONG = 10;
const WINDOW_MS = 60_000;
const MAX_CLIENTS = 10_000;

interface Tries {
  wrong: number;
  endsAt: number;
  /** The last one that was right, by its fingerprint. */
  right?: string;
}

/**
 * Keeps chosen secrets, which may be weak, from being guessed one after the other (decision 25). What was right the last
 * time is never refused, so that whoever guesses does not lock out whoever knows.
 */
export class Guesses {
  private readonly clients = new Map<string, Tries>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** To be called before a guess is compared. Fails with `too_many_guesses`. */
  require(ref: ClientRef, presented: string): void {
    const { wrong, endsAt, right } = this.triesOf(ref);
    if (wrong < MAX_WRONG || (right !== undefined && right === fingerprint(presented))) return;
    throw new ClientError({ code: 'too_many_guesses', retryAfterSeconds: Math.ceil((endsAt - this.now()) / 1000) });
  }

  note(ref: ClientRef, presented: string, isRight: boolean): void {
    const tries = this.triesOf(ref);
    if (isRight) tries.right = fingerprint(presented);
    else tries.wrong += 1;
    const key = keyOf(ref);
    this.clients.delete(key);
    this.clients.set(key, tries);
    if (this.clients.size > MAX_CLIENTS) this.clients.delete(this.clients.keys().next().value!);
  }

  private triesOf(ref: ClientRef): Tries {
    const known = this.clients.get(keyOf(ref));
    if (known && known.endsAt > this.now()) return known;
    return { wrong: 0, endsAt: this.now() + WINDOW_MS, right: known?.right };
  }
}

function keyOf({ domainId, clientId }: ClientRef): string {
  return `${domainId} ${clientId}`;
}
