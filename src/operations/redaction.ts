/** What stands where a secret was. */
const REDACTED = '[redacted]';
/** Shorter ones would be found in words. */
const MIN_KNOWN_LENGTH = 8;

// Callers choose much of a line: each of these looks at a character a bounded number of times, whatever stands there.

/** Keys and secrets that the server made (libs/secrets), whole or cut off, and tokens (RFC 7519). */
const GENERATED = /\b(cl[ks]_)[\w-]{12,}|(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g;
/** The password of a URL. */
const PASSWORD = /((?<![\w+.-])[a-z][\w+.-]*:\/\/[^\s:@/"]*:)[^\s@/"]+@/gi;
/** A member of JSON whose value is a string or a list of them. */
const MEMBER = /"((?:[^"\\]|\\.)*)":(?:"(?:[^"\\]|\\.)*"|\[(?:"(?:[^"\\]|\\.)*",?)+\])/g;
/** Names whose values are nobody's business. */
const TELLING = /secret|pepper|password|passphrase|authorization|cookie|api[-_]?key|token/i;
/** Bytes as JSON has them: a body, a hash, a key. */
const BYTES = /\{"type":"Buffer","data":\[[\d,]*\]\}/g;

/**
 * Takes out of a line of the log what is a secret by its form, by the name it stands under, or because it is one of
 * `known`: whoever logs one by mistake. The lines themselves hold no header and no body.
 */
export function redaction(known: readonly string[]): (line: string) => string {
  const spellings = known
    .filter((value) => value.length >= MIN_KNOWN_LENGTH)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]);
  return (line) =>
    spellings
      .reduce((text, secret) => text.replaceAll(secret, REDACTED), line)
      .replace(BYTES, '"[bytes]"')
      .replace(MEMBER, (member, name) => (TELLING.test(name) ? `"${name}":"${REDACTED}"` : member))
      .replace(GENERATED, `$1${REDACTED}`)
      .replace(PASSWORD, `$1${REDACTED}@`);
}
