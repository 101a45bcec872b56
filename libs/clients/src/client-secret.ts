import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Pepper, randomToken } from '#secrets';
import { type Holder, Shares, Turns } from '#shares';
import type { ClientSecret } from './client-secret.entity.js';
import type { RuleViolation } from './metadata-rule.js';

/** What is stored of a secret. Name and dates are added where it is written. */
export type StoredSecret = Pick<ClientSecret, 'id' | 'algorithm' | 'salt' | 'hash' | 'hint'> &
  Partial<Pick<ClientSecret, 'name' | 'expiresAt'>>;

/** The prefix of generated secrets: leaked ones can be found, and foreign ones recognised. */
const SECRET_PREFIX = 'cls_';

const HMAC = 'hmac-sha256';
/** scrypt-<log2 N>-<r>-<p>, with parameters from OWASP's Password Storage Cheat Sheet. Needs 128 × N × r = 32 MiB. */
const SCRYPT = 'scrypt-15-8-3';
const SCRYPT_MEMORY = 64 * 1024 * 1024;
/** A slow hash occupies one of libuv's four threads, which files and DNS need, too. Half the cores are enough. */
const SLOW_AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));
/** How many may wait or run: some ten seconds of work, half for one subscription. Others are told to come again. */
const SLOW_PLACES = 32;
const MIN_CHOSEN_LENGTH = 8;
const MAX_CHOSEN_LENGTH = 1000;
const MASK = /^[*•]+$/;
/** Includes the replacement character, which stands for text that could not be decoded. */
const UNSEEN = /[\p{C}\ufffd]/u;
/** Characters that make a text longer without being visible. */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

const slowHash = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** What is wrong with a secret that a caller chose. One that looks generated can only be somebody else's. */
export function chosenSecretViolations(secret: string, clientId: string): RuleViolation[] {
  const broken = (rule: RuleViolation['rule'], message: string): RuleViolation[] => [
    { field: 'clientSecret', rule, message },
  ];
  const seen = secret.replace(IGNORABLE, '').trim();
  if (MASK.test(seen)) return broken('value', 'must not be a mask');
  if (UNSEEN.test(secret)) return broken('value', 'must hold only characters that can be seen, and spaces');
  if ([...seen].length < MIN_CHOSEN_LENGTH) {
    return broken('value', `must have at least ${MIN_CHOSEN_LENGTH} characters, white space at its ends not counted`);
  }
  if (secret.length > MAX_CHOSEN_LENGTH) return broken('value', `must have at most ${MAX_CHOSEN_LENGTH} characters`);
  if (seen === clientId) return broken('value', 'must not equal the client id');
  if (secret.startsWith(SECRET_PREFIX)) {
    return broken('value', `must not start with ${SECRET_PREFIX} unless it is a live secret of this client`);
  }
  return [];
}

/**
 * Makes and compares secrets. Generated secrets have 256 random bits, so a fast
 * keyed hash is enough. Chosen secrets get scrypt (spec/admin.md, Client
 * secrets). Each is stored with its algorithm.
 */
@Injectable()
export class SecretHasher {
  private readonly slowly = new Turns(new Shares('secrets', { each: SLOW_PLACES / 2, all: SLOW_PLACES }), {
    each: Math.ceil(SLOW_AT_ONCE / 2),
    all: SLOW_AT_ONCE,
  });

  constructor(private readonly pepper: Pepper) {}

  /** Makes a new secret: the value to show once, and what to store of it. `bits`: 256 that nobody can guess. */
  generate(bits?: Buffer): { value: string; stored: StoredSecret } {
    const value = randomToken(SECRET_PREFIX, bits);
    const stored = {
      id: randomUUID(),
      algorithm: HMAC,
      salt: null,
      hash: this.keyedHash(value),
      hint: value.slice(-4),
    };
    return { value, stored };
  }

  /** What to store of a secret that a caller chose. `by`: the caller's holder. Fails with a ShareError. */
  async store(chosen: string, by: Holder, algorithm = SCRYPT): Promise<StoredSecret> {
    const salt = randomBytes(16);
    return { id: randomUUID(), algorithm, salt, hash: await this.slowHash(chosen, by, salt, algorithm), hint: '' };
  }

  /**
   * The secret of `live` that equals `presented`. Compares every secret that could match, in constant time. Compares
   * fast hashes first, so that a generated secret never waits for slow ones. `by`: the caller's holder. Fails with a
   * ShareError.
   */
  async find(live: readonly ClientSecret[], presented: string, by: Holder): Promise<ClientSecret | undefined> {
    const fast = this.keyedHash(presented);
    const generated = live.filter(({ algorithm, hash }) => algorithm === HMAC && equal(hash, fast));
    if (generated.length > 0) return generated[0];
    const chosen = this.comparedSlowly(live, presented);
    const hashes = await Promise.all(
      chosen.map(({ salt, algorithm }) => this.slowHash(presented, by, salt!, algorithm)),
    );
    return chosen.filter(({ hash }, index) => equal(hash, hashes[index]!))[0];
  }

  /** The secrets of `live` that are compared slowly with `presented`: the chosen ones. */
  comparedSlowly(live: readonly ClientSecret[], presented: string): ClientSecret[] {
    return presented.startsWith(SECRET_PREFIX) ? [] : live.filter(({ algorithm }) => algorithm !== HMAC);
  }

  /** Whether the algorithm of `stored` is no longer the current one of its kind. */
  isOutdated({ algorithm }: Pick<StoredSecret, 'algorithm'>): boolean {
    return algorithm !== HMAC && algorithm !== SCRYPT;
  }

  private keyedHash(value: string): Buffer {
    return this.pepper.hash('client-secret', value);
  }

  /** Applies the pepper before the salt, so that a stolen dump alone cannot be searched even for weak secrets. */
  private slowHash(value: string, by: Holder, salt: Buffer, algorithm: string): Promise<Buffer> {
    const [, logN, r, p] = algorithm.split('-').map(Number);
    const parameters = { N: 2 ** logN!, r, p, maxmem: SCRYPT_MEMORY };
    return this.slowly.run(by, () => slowHash(this.keyedHash(value).toString('base64'), salt, 32, parameters));
  }
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
