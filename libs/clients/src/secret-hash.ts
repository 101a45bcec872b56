import { createHash, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { hash as bcrypt } from '@node-rs/bcrypt';
import type { RuleName } from './metadata-rule.js';

/** The hash algorithms that can be imported, with their names in texts such as `$pbkdf2-sha256$…`. */
export const HASH_ALGORITHMS = ['sha256', 'pbkdf2-sha256', 'pbkdf2-sha512', 'bcrypt'] as const;
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** A hash, given as fields. */
export interface HashFields {
  readonly algorithm: HashAlgorithm;
  /** bcrypt: the whole text. */
  readonly hash: string;
  readonly salt?: string | null;
  readonly iterations?: number | null;
  /** Absent = hexadecimal if there are no other characters, else Base64. */
  readonly encoding?: 'base64' | 'hex' | null;
}

/** The hash that another system stores of a secret, taken apart. */
export interface SecretHash {
  /** The algorithm with its parameters, as it is stored: `pbkdf2-sha256-600000-32`. */
  readonly algorithm: string;
  readonly salt: Buffer | null;
  readonly digest: Buffer;
}

/** What is wrong with a hash. */
interface HashViolation {
  /** The field; absent = the text as a whole. */
  readonly field?: keyof HashFields;
  readonly rule: RuleName;
  /** A sentence without its subject: `must …`. */
  readonly message: string;
}

type Taken = { readonly hash: SecretHash } | { readonly violations: readonly HashViolation[] };

const SHA256_BYTES = 32;
/**
 * The longest hashes, and the largest numbers of iterations. These take about half a second, so that no hash makes a
 * comparison last for seconds. The smallest number of iterations is that of RFC 8018 §4.2.
 */
const PBKDF2 = {
  'pbkdf2-sha256': { digest: 'sha256', bytes: SHA256_BYTES, most: 1_000_000 },
  'pbkdf2-sha512': { digest: 'sha512', bytes: 64, most: 500_000 },
} as const;
const MIN_ITERATIONS = 1000;
const MIN_HASH_BYTES = 16;
const MIN_SALT_BYTES = 8;
const MAX_SALT_BYTES = 128;
/** Each step doubles the time. 13 takes about half a second. */
const MAX_COST = 13;
const MIN_COST = 4;
/** bcrypt looks at no more bytes of a secret. */
const BCRYPT_BYTES = 72;

/** `2a` and `2y` mean the same as `2b`. `2x` marks hashes of a faulty implementation. */
const BCRYPT_TEXT = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;
/** The PHC string format, as Ory writes it. */
const PBKDF2_TEXT = /^\$(pbkdf2-sha(?:256|512))\$i=(\d{1,10})(?:,l=(\d{1,4}))?\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const HEX = /^(?:[\da-f]{2})+$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/;

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const OF_BCRYPT = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const derive = promisify(pbkdf2);

/** Takes a hash apart: its fields, or the text that a system has for it. */
export function secretHashOf(given: string | HashFields): Taken {
  return typeof given === 'string' ? ofText(given) : ofFields(given);
}

/**
 * The hash of `presented` as another system computes it; undefined = no hash, since the secret could have the hash of
 * another secret. That is so for more than 72 bytes under bcrypt, which ignores the rest, and for NUL under both: bcrypt takes
 * it for the end of the secret, and PBKDF2 (HMAC, RFC 2104) appends NULs to a short one.
 */
export async function digestOf(
  presented: string,
  { algorithm, salt }: Pick<SecretHash, 'algorithm' | 'salt'>,
): Promise<Buffer | undefined> {
  const [name, ...parameters] = algorithm.split(/-(?=\d+(?:-|$))/);
  const [first, bytes] = parameters.map(Number);
  if (name === 'sha256') return createHash('sha256').update(presented).digest();
  if (presented.includes('\0')) return undefined;
  if (name === 'bcrypt') {
    if (Buffer.byteLength(presented) > BCRYPT_BYTES) return undefined;
    return bytesOfBcrypt((await bcrypt(presented, first, salt!)).slice(-31));
  }
  return derive(presented, salt!, first!, bytes!, PBKDF2[name as keyof typeof PBKDF2].digest);
}

function ofText(text: string): Taken {
  if (BCRYPT_TEXT.test(text)) return ofBcrypt(text);
  const parts = PBKDF2_TEXT.exec(text);
  if (!parts) return broken({ rule: 'format', message: 'must be a text such as $2b$10$… or $pbkdf2-sha256$i=…' });
  const [, algorithm, iterations, length, salt, hash] = parts;
  const taken = ofPbkdf2({
    algorithm: algorithm as keyof typeof PBKDF2,
    iterations: Number(iterations),
    salt,
    hash: hash!,
    encoding: 'base64',
  });
  const isOfLength = 'violations' in taken || length === undefined || Number(length) === taken.hash.digest.length;
  return isOfLength ? taken : broken({ rule: 'format', message: 'must have a hash of the length that it tells' });
}

function ofFields(fields: HashFields): Taken {
  const { algorithm, hash } = fields;
  if (algorithm === 'pbkdf2-sha256' || algorithm === 'pbkdf2-sha512') return ofPbkdf2({ ...fields, algorithm });
  const others = (['salt', 'iterations', 'encoding'] as const).filter(
    (field) => fields[field] != null && !(algorithm === 'sha256' && field === 'encoding'),
  );
  const superfluous = others.map((field) => ({ field, rule: 'value', message: `is not for ${algorithm}` }) as const);
  const taken = algorithm === 'bcrypt' ? ofBcrypt(hash, 'hash') : ofSha256(fields);
  const violations = [...superfluous, ...('violations' in taken ? taken.violations : [])];
  return violations.length > 0 ? { violations } : taken;
}

function ofSha256({ algorithm, hash, encoding }: HashFields): Taken {
  const digest = bytesOf('hash', hash, encoding, { least: SHA256_BYTES, most: SHA256_BYTES });
  return Buffer.isBuffer(digest) ? { hash: { algorithm, salt: null, digest } } : broken(digest);
}

function ofPbkdf2({
  algorithm,
  hash,
  salt,
  iterations,
  encoding,
}: HashFields & { readonly algorithm: keyof typeof PBKDF2 }): Taken {
  const { bytes, most } = PBKDF2[algorithm];
  const digest = bytesOf('hash', hash, encoding, { least: MIN_HASH_BYTES, most: bytes });
  const grains = salt
    ? bytesOf('salt', salt, encoding, { least: MIN_SALT_BYTES, most: MAX_SALT_BYTES })
    : ({ field: 'salt', rule: 'required', message: 'is required' } as const);
  const isCounted = Number.isInteger(iterations) && iterations! >= MIN_ITERATIONS && iterations! <= most;
  if (isCounted && Buffer.isBuffer(digest) && Buffer.isBuffer(grains)) {
    return { hash: { algorithm: `${algorithm}-${iterations}-${digest.length}`, salt: grains, digest } };
  }
  const range = `must be a whole number from ${MIN_ITERATIONS} to ${most}`;
  return broken(
    ...[digest, grains].filter((part): part is HashViolation => !Buffer.isBuffer(part)),
    ...(isCounted ? [] : [{ field: 'iterations', rule: 'limit', message: range } as const]),
  );
}

function ofBcrypt(text: string, field?: 'hash'): Taken {
  const parts = BCRYPT_TEXT.exec(text);
  if (!parts) return broken({ field, rule: 'format', message: 'must be the whole text, such as $2b$10$…' });
  const [cost, salt, hash] = [Number(parts[1]), bytesOfBcrypt(parts[2]!), bytesOfBcrypt(parts[3]!)];
  return cost >= MIN_COST && cost <= MAX_COST
    ? { hash: { algorithm: `bcrypt-${cost}`, salt, digest: hash } }
    : broken({ field, rule: 'limit', message: `must have a cost from ${MIN_COST} to ${MAX_COST}` });
}

function broken(...violations: readonly HashViolation[]): Taken {
  return { violations };
}

/** The decoded bytes of a text, or what is wrong with it. */
function bytesOf(
  field: 'hash' | 'salt',
  text: string,
  encoding: HashFields['encoding'],
  { least, most }: { readonly least: number; readonly most: number },
): Buffer | HashViolation {
  const bytes = decode(text, encoding);
  if (!bytes) return { field, rule: 'format', message: `must be ${encoding === 'hex' ? 'hexadecimal' : 'Base64'}` };
  if (bytes.length >= least && bytes.length <= most) return bytes;
  return { field, rule: 'value', message: `must have ${least === most ? most : `${least} to ${most}`} bytes` };
}

function decode(text: string, encoding: HashFields['encoding']): Buffer | undefined {
  if (encoding !== 'base64' && HEX.test(text)) return Buffer.from(text, 'hex');
  return encoding !== 'hex' && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** bcrypt has a Base64 of its own. */
function bytesOfBcrypt(text: string): Buffer {
  return Buffer.from(
    text.replace(/./g, (character) => STANDARD[OF_BCRYPT.indexOf(character)]!),
    'base64',
  );
}
