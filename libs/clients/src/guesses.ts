import { fingerprint } from '#secrets';
import type { ClientRef } from './client.entity.js';
import { ClientError } from './client-errors.js';

/** So many different wrong guesses at the chosen secrets of one client are compared within a window, */
export const MAX_WRONG = 10;
const WINDOW_MS = 60_000;
/** and then one in this time, so that whoever knows the secret gets in between those who guess. */
const PAUSE_MS = 1000;
const MAX_CLIENTS = 10_000;

interface Tries {
  /** The ids of the secrets that were guessed at. */
  readonly secrets: string;
  readonly endsAt: number;
  /** The latest that were wrong, by their fingerprints: they still are, as long as the secrets are the same. */
  readonly wrong: Set<string>;
  /** The last one that was right, by its fingerprint. */
  right?: string;
  /** How often each is being compared, by its fingerprint: it may be wrong. */
  readonly underWay: Map<string, number>;
  /** When the next one is compared beyond those. */
  nextAt: number;
}

/**
 * Keeps the slow comparison of chosen secrets from being done for whoever guesses them one after the other or all at
 * once (decision 25). What was right the last time is always compared, and what was wrong is known to be.
 */
export class Guesses {
  private readonly clients = new Map<string, Tries>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * What `compare` finds for a guess at the secrets with these ids; undefined = it is wrong. Fails with
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

  /** The same as long as secrets and window are; then new ones, of which is kept what is still so. */
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

/** The latest stand last. */
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
