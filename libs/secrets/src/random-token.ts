import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const CHECK_SUM_LENGTH = 6;
/** 32 bytes in base64url. */
const BODY = /^[\w-]{43}$/;

/** `prefix` + 256 random bits + six characters of check sum, which shows a mistyped value without a look-up. */
export function randomToken(prefix: string, bits: Buffer = randomBytes(32)): string {
  const body = `${prefix}${bits.toString('base64url')}`;
  return `${body}${checkSum(body)}`;
}

/** Whether `token` has the form of `randomToken(prefix)`, including the check sum. */
export function isRandomToken(prefix: string, token: string): boolean {
  if (!token.startsWith(prefix) || !BODY.test(token.slice(prefix.length, -CHECK_SUM_LENGTH))) return false;
  return checkSum(token.slice(0, -CHECK_SUM_LENGTH)) === token.slice(-CHECK_SUM_LENGTH);
}

function checkSum(text: string): string {
  return crc32(text).toString(36).padStart(CHECK_SUM_LENGTH, '0').slice(-CHECK_SUM_LENGTH);
}
