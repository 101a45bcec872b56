/** What one process tells the others that are one instance with it. */
export type SiblingMessage =
  /** A write of this client begins: read past what you remember of it. */
  | { readonly kind: 'writing'; readonly client: string }
  /** It has ended. */
  | { readonly kind: 'written'; readonly client: string }
  /** Credentials or domains have changed. */
  | { readonly kind: 'forget' };

/** The other processes of this instance: what one of them commits, all serve at once. */
export interface Siblings {
  /** Resolves when all have heard it. */
  tell(message: SiblingMessage): Promise<void>;
  /** To be called once; `listener` is done with a message when it returns. */
  listen(listener: (message: SiblingMessage) => void): void;
}
