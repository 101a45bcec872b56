import type { ClientLife } from './client-life.js';

/** What a caller may do to clients: write all of them, or only propose new ones (decision 62). */
export type ClientRight = 'write' | Proposer;

/** A caller who may create clients, which are suspended until somebody resumes them, and change these until then. */
export interface Proposer {
  /** The id of the caller's credential. */
  readonly credentialId: string;
  /** Now, by the store's clock. */
  readonly at: Date;
}

const REASON = 'proposed';

/** What is kept beside the record of a client that is being proposed. */
export function lifeOfProposed({ credentialId, at }: Proposer): Partial<ClientLife> {
  return { suspendedAt: at, suspensionReason: REASON, suspendedBy: credentialId };
}

/** Whether this credential proposed the client, and nobody has resumed it or changed its suspension since. */
export function isProposedBy({ credentialId }: Proposer, { suspensionReason, suspendedBy }: ClientLife): boolean {
  return suspensionReason === REASON && suspendedBy === credentialId;
}
