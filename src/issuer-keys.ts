import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, type JWTHeaderParameters } from 'jose';
import { CredentialError, type TrustedIssuer } from '#credentials';

/** How an issuer's keys are kept. */
export interface KeyTimes {
  /** After this long they are read again; a key that is no longer published then counts no more. */
  readonly maxAgeMs: number;
  /** For this long they count on when the issuer cannot be reached. */
  readonly graceMs: number;
  /** For this long the issuer is left alone after it was asked in vain. */
  readonly restMs: number;
  readonly timeoutMs: number;
}

export const KEY_TIMES: KeyTimes = { maxAgeMs: 5 * 60_000, graceMs: 60 * 60_000, restMs: 10_000, timeoutMs: 2000 };

/** A set of keys has a few of these. */
const MAX_KEYS_BYTES = 256 * 1024;

/** The keys at `jwksUrl`, read when they are first needed, when they have become old, and for a key that is not among them. */
export function issuerKeys(
  jwksUrl: URL,
  times: KeyTimes,
  warn: (sentence: string) => void,
  now: () => number = () => performance.now(),
): TrustedIssuer['keys'] {
  // When it reads is decided here alone: by itself it would ask an issuer that is down for each request.
  const remote = createRemoteJWKSet(jwksUrl, {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    timeoutDuration: times.timeoutMs,
    [customFetch]: fetchKeys,
  });
  let readAt = Number.NEGATIVE_INFINITY;
  let restsUntil = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const age = () => now() - readAt;
  const rest = () => {
    restsUntil = now() + times.restMs;
  };

  /** Whoever needs the keys meanwhile waits for the same answer; undefined = not now. */
  const read = (): Promise<void> | undefined => {
    if (now() < restsUntil) return undefined;
    reading ??= remote
      .reload()
      .then(() => {
        readAt = now();
      })
      .catch((error: Error) => {
        rest();
        const reason = reasonOf(error, times);
        warn(`The keys of a trusted issuer at ${jwksUrl.origin}${jwksUrl.pathname} cannot be read: ${reason}`);
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };

  const find = (header: JWTHeaderParameters) =>
    remote(header).catch((error: unknown) => {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined;
      throw error;
    });

  return async (header) => {
    if (age() > times.maxAgeMs) await read();
    if (age() > times.graceMs) throw new CredentialError({ code: 'issuer_unavailable' });
    const known = await find(header);
    if (known) return known;
    // It may have been published since. Made-up keys must not make us ask for each of them.
    const again = read();
    await again;
    const published = again && (await find(header));
    if (published) return published;
    if (again) rest();
    throw new errors.JWKSNoMatchingKey();
  };
}

/** Says what jose would not: with which status an issuer refuses, and that it does not come to an end. */
const fetchKeys: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`it answers with ${response.status}`);
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_KEYS_BYTES) throw new Error(`it sends more than ${MAX_KEYS_BYTES / 1024} KiB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return new Response(text + decoder.decode());
};

/** In words. Node's fetch hides what happened in the cause, which has several where a name has several addresses. */
function reasonOf(error: Error, { timeoutMs }: KeyTimes): string {
  if (error instanceof errors.JWKSTimeout) return `no answer within ${timeoutMs / 1000} seconds`;
  if (!(error instanceof TypeError)) return error.message;
  const { cause } = error;
  const reason = cause instanceof AggregateError ? cause.errors[0] : cause;
  return reason instanceof Error && reason.message !== '' ? reason.message : error.message;
}
