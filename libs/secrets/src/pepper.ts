import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The server's own key (`SECRET_PEPPER`). What it has hashed or sealed is of no use in a stolen dump. */
export class Pepper {
  readonly #key: Uint8Array;

  constructor(key: string | Uint8Array) {
    this.#key = Buffer.from(key);
  }

  /** HMAC-SHA-256, 32 bytes. The purpose distinguishes equal values of different kinds. */
  hash(purpose: string, value: string): Buffer {
    return createHmac('sha256', this.derive(`hash:${purpose}`))
      .update(value)
      .digest();
  }

  /** AES-256-GCM under a key derived for the purpose (and, if given, from what only the caller knows). */
  seal(purpose: string, plain: Uint8Array, callersKey = ''): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.derive(`seal:${purpose}`, callersKey), iv);
    return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Reverses `seal`. undefined = the pepper, the purpose or the caller's key is another one, or a bit has changed. */
  unseal(purpose: string, sealed: Uint8Array, callersKey = ''): Buffer | undefined {
    const bytes = Buffer.from(sealed);
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
    const key = this.derive(`seal:${purpose}`, callersKey);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  /** HKDF-SHA-256 (RFC 5869), 32 bytes. Results without a caller's key are kept, because each costs two HMACs. */
  private derive(info: string, callersKey = ''): Buffer {
    const known = callersKey === '' ? this.#derived.get(info) : undefined;
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', Buffer.concat([this.#key, Buffer.from(callersKey)]), '', info, 32));
    if (callersKey === '') this.#derived.set(info, key);
    return key;
  }

  readonly #derived = new Map<string, Buffer>();
}
