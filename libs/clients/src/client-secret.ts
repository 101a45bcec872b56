import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { isRandomToken, Pepper, randomToken } from '#secrets';
import { type Holder, Shares, Turns } from '#shares';
import { isLongerThan } from '#visible';
import type { ClientSecret } from './client-secret.entity.js';
import { kindOfHash } from './kind-of-hash.js';
import type { RuleViolation } from './metadata-rule.js';
import { digestOf, type SecretHash, secretHashOf } from './secret-hash.js';

/** What is stored of a secret. Name and dates are added where it is written. */
export type StoredSecret = Pick<ClientSecret, 'id' | 'algorithm' | 'salt' | 'hash' | 'hint'> &
  Partial<Pick<ClientSecret, 'name' | 'expiresAt'>>;

/** A secret that exists already elsewhere: in the clear, or as the hash that is stored there. */
export type ImportedSecret = { readonly clear: string } | { readonly hash: SecretHash };

/** The prefix of generated secrets: leaked ones can be found, and foreign ones recognised. */
const SECRET_PREFIX = 'cls_';

const HMAC = 'hmac-sha256';
/** scrypt-<log2 N>-<r>-<p>, with parameters from OWASP's Password Storage Cheat Sheet. Needs 128 × N × r = 32 MiB. */
const SCRYPT = 'scrypt-15-8-3';
const SCRYPT_MEMORY = 64 * 1024 * 1024;
/** A slow hash occupies one of libuv's four threads, which files and DNS need, too. Half the cores are enough. */
const SLOW_AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));
/** How many may wait or run: some ten seconds of work, half for one subscription. Further ones are refused for now. */
const SLOW_PLACES = 32;
const MIN_CHOSEN_LENGTH = 8;
const MAX_CHOSEN_LENGTH = 1000;
const MASK = /^[*•]+$/;
/** 16 bytes as hexadecimal digits, or more. */
const LONG_HEX = /^(?:[\da-f]{32,}|[\dA-F]{32,})$/;
/** 128 bits in an alphabet of 62 characters, or more: letters and digits, and the signs of Base64 and of URLs. */
const LONG_TOKEN = /^[A-Za-z0-9._~+/-]{22,}={0,2}$/;
const KINDS = [/[A-Z]/, /[a-z]/, /\d/];
/** People who type digits put them at the beginning or the end. */
const DIGIT_WITHIN = /[A-Za-z]\d[A-Za-z]/;
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
  if (isLongerThan(secret, MAX_CHOSEN_LENGTH)) {
    return broken('value', `must have at most ${MAX_CHOSEN_LENGTH} characters`);
  }
  if (seen === clientId) return broken('value', 'must not equal the client id');
  if (secret.startsWith(SECRET_PREFIX)) {
    return broken('value', `must not start with ${SECRET_PREFIX} unless it is a live secret of this client`);
  }
  return [];
}

/**
 * What is wrong with a secret that exists already elsewhere, in the clear. Ours may come from another registry of ours. A
 * hash that is taken for a secret would let in everybody who has seen the database that it comes from.
 */
export function importedSecretViolations(secret: string, clientId: string): RuleViolation[] {
  if (isRandomToken(SECRET_PREFIX, secret)) return [];
  const kind = kindOfHash(secret);
  if (kind === undefined) return chosenSecretViolations(secret, clientId);
  const remedy = 'hash' in secretHashOf(secret) ? 'belongs in `hash`' : 'cannot be imported';
  const message = `must be the secret itself; this is a hash (${kind}), which ${remedy}`;
  return [{ field: 'clientSecret', rule: 'value', message }];
}

/**
 * Whether a secret has at least 128 bits, as far as its form shows. Nobody types such a text: it has the length and the
 * alphabet of generated secrets, and its characters change between upper case, lower case and digits as often as random
 * ones do, while words have runs of one kind. In doubt the answer is no, and the secret is hashed slowly, which is always safe.
 */
export function looksGenerated(secret: string): boolean {
  if (isRandomToken(SECRET_PREFIX, secret)) return true;
  const characters = new Set(secret).size;
  if (LONG_HEX.test(secret)) return characters >= 8;
  const isMixed = [...KINDS, DIGIT_WITHIN].every((kind) => kind.test(secret));
  if (!LONG_TOKEN.test(secret) || characters < 12 || !isMixed) return false;
  const kinds = Array.from(secret, (character) => KINDS.findIndex((kind) => kind.test(character)));
  const turns = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
  return turns * 3 >= secret.length;
}

/**
 * Makes and compares secrets. Generated secrets have 256 random bits, so a fast keyed hash is enough. Chosen secrets get
 * scrypt (spec/admin.md, Client secrets). Each is stored with its algorithm. The hash that another system stores is stored
 * under the pepper, and becomes one of ours when the secret is presented (decision 68).
 */
@Injectable()
export class SecretHasher {
  private readonly slowly = new Turns(new Shares('secrets', { each: SLOW_PLACES / 2, all: SLOW_PLACES }), {
    each: Math.ceil(SLOW_AT_ONCE / 2),
    all: SLOW_AT_ONCE,
  });

  constructor(private readonly pepper: Pepper) {}

  /** How a secret that a caller chose is hashed from now on. Tests that compare many override it with a cheaper one. */
  protected get slowAlgorithm(): string {
    return SCRYPT;
  }

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

  /**
   * What to store of a secret that exists already elsewhere. `by`: the caller's holder. `hasPlace`: the caller has a place
   * elsewhere and may wait for as long as it takes; otherwise this fails with a ShareError.
   */
  async take(imported: ImportedSecret, by: Holder, hasPlace = false): Promise<StoredSecret> {
    if ('clear' in imported) return this.again(imported.clear, by, hasPlace);
    const { algorithm, salt, digest } = imported.hash;
    return { id: randomUUID(), algorithm, salt, hash: this.importedHash(digest), hint: '' };
  }

  /** What to store of a secret whose value is known: a fast hash if it looks generated, otherwise a slow one. */
  async again(secret: string, by: Holder, hasPlace = false): Promise<StoredSecret> {
    if (!looksGenerated(secret)) return this.store(secret, by, this.slowAlgorithm, hasPlace);
    return { id: randomUUID(), algorithm: HMAC, salt: null, hash: this.keyedHash(secret), hint: '' };
  }

  /** What to store of a secret that a caller chose. `by`: the caller's holder. Fails with a ShareError. */
  async store(chosen: string, by: Holder, algorithm = this.slowAlgorithm, hasPlace = false): Promise<StoredSecret> {
    const salt = randomBytes(16);
    const work = () => this.scryptHash(chosen, salt, algorithm);
    const hash = await (hasPlace ? this.slowly.wait(by, work) : this.slowly.run(by, work));
    return { id: randomUUID(), algorithm, salt, hash, hint: '' };
  }

  /**
   * The secret of `live` that equals `presented`. Compares every secret that could match, in constant time. Compares
   * fast hashes first, so that a generated secret never waits for slow ones. `by`: the caller's holder. Fails with a
   * ShareError.
   */
  async find(live: readonly ClientSecret[], presented: string, by: Holder): Promise<ClientSecret | undefined> {
    const fast = this.findFast(live, presented);
    if (fast) return fast;
    const others = this.comparedSlowly(live, presented);
    const hashes = await Promise.all(
      others.map((secret) => this.slowly.run(by, () => this.slowHash(presented, secret))),
    );
    return others.filter(({ hash }, index) => hashes[index] !== undefined && equal(hash, hashes[index]))[0];
  }

  /** The same, among those secrets only that are hashed fast. */
  findFast(live: readonly ClientSecret[], presented: string): ClientSecret | undefined {
    const fast = this.keyedHash(presented);
    return live.filter(({ algorithm, hash }) => algorithm === HMAC && equal(hash, fast))[0];
  }

  /** The secrets of `live` that are compared slowly with `presented`. A generated one was not chosen by anybody. */
  comparedSlowly(live: readonly ClientSecret[], presented: string): ClientSecret[] {
    if (presented === '') return [];
    const isOurs = isRandomToken(SECRET_PREFIX, presented);
    return live.filter(({ algorithm }) => algorithm !== HMAC && !(isOurs && isScrypt(algorithm)));
  }

  /** Whether the algorithm of `stored` is no longer the current one of its kind. */
  isOutdated({ algorithm }: Pick<StoredSecret, 'algorithm'>): boolean {
    return algorithm !== HMAC && algorithm !== this.slowAlgorithm;
  }

  private keyedHash(value: string): Buffer {
    return this.pepper.hash('client-secret', value);
  }

  /** undefined = the algorithm has no hash for such a value. */
  private async slowHash(
    value: string,
    { salt, algorithm }: Pick<StoredSecret, 'salt' | 'algorithm'>,
  ): Promise<Buffer | undefined> {
    if (isScrypt(algorithm)) return this.scryptHash(value, salt!, algorithm);
    const digest = await digestOf(value, { algorithm, salt });
    return digest && this.importedHash(digest);
  }

  /** The pepper comes last, since only the digest is known. A stolen dump alone cannot be searched either. */
  private importedHash(digest: Buffer): Buffer {
    return this.pepper.hash('imported client-secret', digest.toString('base64'));
  }

  /** Applies the pepper before the salt, so that a stolen dump alone cannot be searched even for weak secrets. */
  private scryptHash(value: string, salt: Buffer, algorithm: string): Promise<Buffer> {
    const [, logN, r, p] = algorithm.split('-').map(Number);
    const parameters = { N: 2 ** logN!, r, p, maxmem: SCRYPT_MEMORY };
    return slowHash(this.keyedHash(value).toString('base64'), salt, 32, parameters);
  }
}

function isScrypt(algorithm: string): boolean {
  return algorithm.startsWith('scrypt-');
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
