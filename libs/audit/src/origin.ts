/** Where a change came from: recorded with it, and never used to decide anything. */
export interface Origin {
  readonly credentialId: string | null;
  readonly credentialName: string;
  /** The name of the dialect (or tool) through which the change came, e.g. `accounts`. */
  readonly dialect: string;
  readonly requestId: string;
}
