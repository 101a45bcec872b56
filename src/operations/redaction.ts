/** What stands where a secret was. */
const REDACTED = '[redacted]';
/** Shorter ones would be found in words. */
const MIN_KNOWN_LENGTH = 8;

/** Keys and secrets that the server made (libs/secrets), whole or cut off, and tokens (RFC 7519). */
const GENERATED = /\b(cl[ks]_)[\w-]{12,}|\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g;
/** The password of a URL. */
const PASSWORD = /(\b[a-z][\w+.-]*:\/\/[^\s:@/"]*:)[^\s@/"]+@/gi;
/** A member of JSON whose name says that it is nobody's business; `…Expiry` and the like are numbers, and stay. */
const TELLING =
  /("[^"]*(?:secret|pepper|password|passphrase|authorization|cookie|api-?_?key|token)[^"]*":)(?:"(?:[^"\\]|\\.)*"|\[[^[\]]*\])/gi;
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
      .replace(TELLING, `$1"${REDACTED}"`)
      .replace(GENERATED, `$1${REDACTED}`)
      .replace(PASSWORD, `$1${REDACTED}@`);
}
