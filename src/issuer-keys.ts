import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, type JWTHeaderParameters } from 'jose';
import { CredentialError, type TrustedIssuer } from '#credentials';

/** How long an issuer's keys are used and when they are read. */
export interface KeyTimes {
  /** After this long they are read again; a key that is no longer published is then invalid. */
  readonly maxAgeMs: number;
  /** Up to this age they stay valid while the issuer cannot be reached. */
  readonly graceMs: number;
  /** After a vain attempt the issuer is not asked again for this long. */
  readonly restMs: number;
  readonly timeoutMs: number;
}

export const KEY_TIMES: KeyTimes = { maxAgeMs: 5 * 60_000, graceMs: 60 * 60_000, restMs: 10_000, timeoutMs: 2000 };

/** A set of keys usually has a few KiB. */
const MAX_KEYS_BYTES = 256 * 1024;

/** The keys at `jwksUrl`: read at first use, when they have become old, and for a key that is not among them. */
export function issuerKeys(
  jwksUrl: URL,
  times: KeyTimes,
  warn: (sentence: string) => void,
  now: () => number = () => performance.now(),
): TrustedIssuer['keys'] {
  // Only this function decides when to read: by itself jose would ask an issuer that is down for each request.
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

  /** Reads the keys; callers in the meantime wait for the same answer. undefined = the issuer must not be asked now. */
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
    // The key may be new. If it is still missing, the issuer rests, so that made-up keys do not cause a request each.
    const again = read();
    await again;
    const published = again && (await find(header));
    if (published) return published;
    if (again) rest();
    throw new errors.JWKSNoMatchingKey();
  };
}

/** Reports what jose does not: the status with which an issuer refuses, and an answer that is too long. */
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

/** The reason in words. Node's fetch puts it into the cause, which has one error per address of a host name. */
function reasonOf(error: Error, { timeoutMs }: KeyTimes): string {
  if (error instanceof errors.JWKSTimeout) return `no answer within ${timeoutMs / 1000} seconds`;
  if (!(error instanceof TypeError)) return error.message;
  const { cause } = error;
  const reason = cause instanceof AggregateError ? cause.errors[0] : cause;
  return reason instanceof Error && reason.message !== '' ? reason.message : error.message;
}
