import { fingerprint } from '#secrets';
import type { ClientRef } from './client.entity.js';
import { ClientError } from './client-errors.js';

/** How many different wrong guesses at one client's chosen secrets are compared within a window. */
export const MAX_WRONG = 10;
const WINDOW_MS = 60_000;
/** After those, one guess is compared in this time, so that a caller who knows the secret gets a chance, too. */
const PAUSE_MS = 1000;
const MAX_CLIENTS = 10_000;

interface Tries {
  /** The ids of the secrets that were guessed at. */
  readonly secrets: string;
  readonly endsAt: number;
  /** Fingerprints of the latest wrong guesses. They stay wrong as long as the secrets are the same. */
  readonly wrong: Set<string>;
  /** The fingerprint of the last correct secret. */
  right?: string;
  /** How many comparisons of each fingerprint are running. Any of them may be wrong. */
  readonly underWay: Map<string, number>;
  /** When the next guess beyond MAX_WRONG may be compared. */
  nextAt: number;
}

/**
 * Limits the slow comparisons of chosen secrets that callers can cause by guessing, one after the other or all at once
 * (decision 25). The last correct secret is always compared; a known wrong one never.
 */
export class Guesses {
  private readonly clients = new Map<string, Tries>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * The result of `compare` for a guess at the secrets with these ids; undefined = the guess is wrong. Fails with
   * `too_many_guesses`, or as `compare` does.
   */
  async compare<T>(
    ref: ClientRef,
    ids: readonly string[],
    presented: string,
    compare: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const print = fingerprint(presented);
    const secrets = ids.join();
    const known = this.triesOf(ref, secrets);
    if (isKnownWrong(known, print)) return undefined;
    this.begin(known, print);
    const { underWay } = known;
    try {
      const found = await compare();
      const tries = this.triesOf(ref, secrets);
      if (found === undefined) noteWrong(tries, print);
      else tries.right = print;
      return found;
    } finally {
      const others = underWay.get(print)! - 1;
      if (others > 0) underWay.set(print, others);
      else underWay.delete(print);
    }
  }

  private begin(tries: Tries, print: string): void {
    const { wrong, right, underWay, nextAt } = tries;
    const isNew = print !== right && !underWay.has(print);
    if (isNew && wrong.size + underWay.size >= MAX_WRONG) {
      const waitMs = nextAt - this.now();
      if (waitMs > 0) throw new ClientError({ code: 'too_many_guesses', retryAfterSeconds: Math.ceil(waitMs / 1000) });
      tries.nextAt = this.now() + PAUSE_MS;
    }
    underWay.set(print, (underWay.get(print) ?? 0) + 1);
  }

  private triesOf(ref: ClientRef, secrets: string): Tries {
    const key = keyOf(ref);
    const tries = this.goingOn(this.clients.get(key), secrets);
    this.clients.delete(key);
    this.clients.set(key, tries);
    if (this.clients.size > MAX_CLIENTS) this.clients.delete(this.clients.keys().next().value!);
    return tries;
  }

  /** Continues the tries while secrets and window are the same. Then starts new ones, and keeps what still holds. */
  private goingOn(known: Tries | undefined, secrets: string): Tries {
    const isSame = known?.secrets === secrets;
    if (isSame && known.endsAt > this.now()) return known;
    return {
      secrets,
      endsAt: this.now() + WINDOW_MS,
      wrong: new Set(),
      right: isSame ? known.right : undefined,
      underWay: known?.underWay ?? new Map(),
      nextAt: this.now(),
    };
  }
}

/** Keeps the latest at the end. */
function noteWrong({ wrong }: Tries, print: string): void {
  wrong.delete(print);
  wrong.add(print);
  if (wrong.size > MAX_WRONG) wrong.delete(wrong.values().next().value!);
}

function isKnownWrong(tries: Tries, print: string): boolean {
  if (!tries.wrong.has(print)) return false;
  noteWrong(tries, print);
  return true;
}

function keyOf({ domainId, clientId }: ClientRef): string {
  return `${domainId} ${clientId}`;
}
