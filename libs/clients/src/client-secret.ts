import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { type Pepper, randomToken } from '#secrets';
import type { RuleBreak } from './client-rules.js';
import type { ClientSecret } from './client-secret.entity.js';

/** What a secret is stored as; identity, name and dates are added where it is written. */
export type StoredSecret = Pick<ClientSecret, 'id' | 'algorithm' | 'salt' | 'hash' | 'hint'>;

/** Generated secrets start with this, so that leaked ones can be found and foreign ones recognised. */
const SECRET_PREFIX = 'cls_';

const HMAC = 'hmac-sha256';
/** scrypt with N = 2^15, r = 8, p = 3: OWASP Password Storage Cheat Sheet. Needs 128 × N × r = 32 MiB. */
const SCRYPT = 'scrypt-15-8-3';
const SCRYPT_LIMITS = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const MIN_CHOSEN_LENGTH = 8;
const MAX_CHOSEN_LENGTH = 1000;
const MASK = /^[*•]+$/;

const slowHash = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** What is wrong with a secret that a caller chose; a generated-looking one can only be somebody else's. */
export function chosenSecretBreaks(secret: string, clientId: string): RuleBreak[] {
  const broken = (rule: RuleBreak['rule'], message: string): RuleBreak[] => [{ field: 'clientSecret', rule, message }];
  if (MASK.test(secret)) return broken('value', 'must not be a mask');
  if (secret.length < MIN_CHOSEN_LENGTH) return broken('value', `must have at least ${MIN_CHOSEN_LENGTH} characters`);
  if (secret.length > MAX_CHOSEN_LENGTH) return broken('value', `must have at most ${MAX_CHOSEN_LENGTH} characters`);
  if (secret === clientId) return broken('value', 'must not equal the client id');
  if (secret.startsWith(SECRET_PREFIX)) {
    return broken('value', `must not start with ${SECRET_PREFIX} unless it is a live secret of this client`);
  }
  return [];
}

/**
 * Makes and compares secrets. Generated ones hold 256 random bits, so a keyed fast hash is enough;
 * chosen ones get scrypt (spec/admin.md, Client secrets). The algorithm is stored with each.
 */
export class SecretHasher {
  constructor(private readonly pepper: Pepper) {}

  /** A new secret: the value to show once, and what to store of it. */
  generate(): { value: string; stored: StoredSecret } {
    const value = randomToken(SECRET_PREFIX);
    const stored = {
      id: randomUUID(),
      algorithm: HMAC,
      salt: null,
      hash: this.keyedHash(value),
      hint: value.slice(-4),
    };
    return { value, stored };
  }

  /** What to store of a secret that a caller chose. */
  async store(chosen: string): Promise<StoredSecret> {
    const salt = randomBytes(16);
    return { id: randomUUID(), algorithm: SCRYPT, salt, hash: await this.slowHash(chosen, salt), hint: '' };
  }

  /** Whether `presented` is the secret that `stored` was made of; in constant time for each algorithm. */
  async matches(stored: StoredSecret, presented: string): Promise<boolean> {
    const hash = stored.algorithm === HMAC ? this.keyedHash(presented) : await this.slowHash(presented, stored.salt!);
    return hash.length === stored.hash.length && timingSafeEqual(hash, stored.hash);
  }

  private keyedHash(value: string): Buffer {
    return this.pepper.hash('client-secret', value);
  }

  /** The pepper goes in before the salt, so a stolen dump alone cannot be searched even for weak secrets. */
  private slowHash(value: string, salt: Buffer): Promise<Buffer> {
    return slowHash(this.keyedHash(value).toString('base64'), salt, 32, SCRYPT_LIMITS);
  }
}
