/** What the store knows of a request that came with an idempotency key before. */
export interface KnownRequest {
  readonly request: Buffer;
  /** Sealed; null while the first request is in flight. */
  readonly answer: Buffer | null;
}

/** The port to wherever answers wait to be replayed. They are kept for ten minutes by the store's clock. */
export abstract class ReplayStore {
  /** Claims `scope` for a first request; what is known when somebody was faster, undefined when the claim is ours. */
  abstract claim(scope: Buffer, request: Buffer): Promise<KnownRequest | undefined>;

  abstract keep(scope: Buffer, sealedAnswer: Buffer): Promise<void>;

  /** Gives a claim up, so that the request can be tried again. */
  abstract release(scope: Buffer): Promise<void>;

  /** Removes what is older than ten minutes. */
  abstract purge(): Promise<void>;
}
