/** Where a change came from: recorded with it. Only `manager` decides whether it is written, and is not recorded. */
export interface Origin {
  readonly credentialId: string | null;
  readonly credentialName: string;
  /** The credential's subscription, whose share the work uses; null = the operator’s, or the server’s own. */
  readonly subscription: string | null;
  /** The name of the dialect (or tool) through which the change came, e.g. `accounts`. */
  readonly dialect: string;
  readonly requestId: string;
  /** The manager that the caller names, for changes of locked clients; absent = none. */
  readonly manager?: string;
}

/** Stands for the manager of any client. No manager can have this name. */
export const ANY_MANAGER = '*';

/** What the server does by itself. `occasion`: why, such as `start`; it stands where the dialect of a caller would. */
export function byTheServer(occasion: string, requestId = '-'): Origin {
  return {
    credentialId: null,
    credentialName: 'server',
    subscription: null,
    dialect: occasion,
    requestId,
    manager: ANY_MANAGER,
  };
}
