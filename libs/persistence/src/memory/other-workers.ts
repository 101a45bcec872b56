/** What one worker tells the other workers of its instance. */
export type WorkerNotice =
  /** A write of this client begins: until it ends, read the client from the database. */
  | { readonly kind: 'writing'; readonly client: string }
  /** The write has ended. */
  | { readonly kind: 'written'; readonly client: string }
  /** Credentials or domains have changed: forget those that you remember. */
  | { readonly kind: 'forget' };

/** The other workers of this instance. What one of them commits, all of them serve at once. */
export interface OtherWorkers {
  /** Resolves when all have handled it. */
  tell(message: WorkerNotice): Promise<void>;
  /** To be called once. `listener` has handled a message when it returns. */
  listen(listener: (message: WorkerNotice) => void): void;
}
