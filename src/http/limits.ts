/** How long a connection may keep the server waiting. Slower ones are ended (docs/security.md, Limits). */
export interface WireTimes {
  /** From the first byte, or from connecting, to the end of the headers. */
  readonly headersMs: number;
  /** To the end of the body; generous for 64 KiB. */
  readonly requestMs: number;
  /** To the end of a streamed body: an import. */
  readonly streamedMs: number;
  /** For the next KiB of such a body, while the server waits for it. */
  readonly pieceMs: number;
  /** Without a byte in either direction while a request is answered: the server is stuck. */
  readonly silenceMs: number;
  /** While an answer waits and the caller takes no byte of it: the caller does not read. */
  readonly unreadMs: number;
  /** Between two requests; longer than proxies keep idle connections (KEEP_ALIVE_SECONDS). */
  readonly idleMs: number;
  /** How often the server checks for late headers, late requests and unread answers. */
  readonly checkMs: number;
}

/** The times that have no setting. */
export const WIRE_TIMES: Omit<WireTimes, 'idleMs'> = {
  headersMs: 10_000,
  requestMs: 15_000,
  streamedMs: 600_000,
  pieceMs: 15_000,
  silenceMs: 60_000,
  unreadMs: 30_000,
  checkMs: 1000,
};

/** The Fastify options for these times. */
export function serverOptions({ headersMs, streamedMs, silenceMs, idleMs, checkMs }: WireTimes) {
  return {
    // Node has one limit for all requests; bodies.ts ends those without a streamed body sooner.
    requestTimeout: streamedMs,
    connectionTimeout: silenceMs,
    keepAliveTimeout: idleMs,
    http: {
      headersTimeout: headersMs,
      connectionsCheckingInterval: checkMs,
      // A request without a host is refused with a problem document, like any other.
      requireHostHeader: false,
      // Otherwise Node silently ignores a second Host or Authorization.
      joinDuplicateHeaders: true,
    },
  };
}
