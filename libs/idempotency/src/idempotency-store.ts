/** What the store knows of an earlier request with the same idempotency key. */
export interface KnownRequest {
  readonly request: Buffer;
  /** Sealed; null while the first request is in flight. */
  readonly answer: Buffer | null;
}

/** The port to the store of idempotency keys. It keeps answers for ten minutes by its own clock. */
export abstract class IdempotencyStore {
  /** Claims `scope` for a first request. undefined = we have it; else what is known of the request that has it. */
  abstract claim(scope: Buffer, request: Buffer): Promise<KnownRequest | undefined>;

  abstract keep(scope: Buffer, sealedAnswer: Buffer): Promise<void>;

  /** Gives a claim up, so that the request can be tried again. */
  abstract release(scope: Buffer): Promise<void>;

  /** Removes what is older than ten minutes. */
  abstract purge(): Promise<void>;
}
