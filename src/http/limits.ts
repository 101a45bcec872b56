/** How long a connection may keep the server waiting, so that slow ones end by themselves (docs/security.md, Limits). */
export interface WireTimes {
  /** From the first byte, or from connecting, to the end of the headers. */
  readonly headersMs: number;
  /** To the end of the body; generous for 64 KiB. */
  readonly requestMs: number;
  /** To the end of a body that is read as it comes in: an import. */
  readonly streamedMs: number;
  /** For the next KiB of such a body, whenever it is waited for. */
  readonly pieceMs: number;
  /** Without a byte either way while a request is answered: a server that does not know the answer. */
  readonly silenceMs: number;
  /** Without taking a byte of what waits to be sent: a caller who does not read. */
  readonly unreadMs: number;
  /** Between two requests; longer than proxies keep theirs (KEEP_ALIVE_SECONDS). */
  readonly idleMs: number;
  /** How often it is looked for headers and requests that are late, and for answers that are not read. */
  readonly checkMs: number;
}

/** All that are not set. */
export const WIRE_TIMES: Omit<WireTimes, 'idleMs'> = {
  headersMs: 10_000,
  requestMs: 15_000,
  streamedMs: 600_000,
  pieceMs: 15_000,
  silenceMs: 60_000,
  unreadMs: 30_000,
  checkMs: 1000,
};

/** The options of Fastify that keep to these times. */
export function serverOptions({ headersMs, streamedMs, silenceMs, idleMs, checkMs }: WireTimes) {
  return {
    // Node knows one for all requests; bodies.ts ends the others sooner.
    requestTimeout: streamedMs,
    connectionTimeout: silenceMs,
    keepAliveTimeout: idleMs,
    http: {
      headersTimeout: headersMs,
      connectionsCheckingInterval: checkMs,
      // A request without a host is refused with a problem document, like any other.
      requireHostHeader: false,
      // Node would pass over a second Host or Authorization in silence.
      joinDuplicateHeaders: true,
    },
  };
}
