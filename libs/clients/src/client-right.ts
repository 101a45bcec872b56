import type { ClientLife } from './client-life.js';

/** What a caller may do to clients: write any of them, or only propose some (decision 62). */
export type ClientRight = 'write' | Proposer;

/** May create clients that are suspended until somebody resumes them, and change those until then. */
export interface Proposer {
  /** The id of its credential. */
  readonly credentialId: string;
  /** Now, by the store's clock. */
  readonly at: Date;
}

const REASON = 'proposed';

/** What stands beside the record of a client that is being proposed. */
export function lifeOfProposed({ credentialId, at }: Proposer): Partial<ClientLife> {
  return { suspendedAt: at, suspensionReason: REASON, suspendedBy: credentialId };
}

/** Whether the client was proposed by this credential, and nobody has resumed it or suspended it otherwise. */
export function isProposedBy({ credentialId }: Proposer, { suspensionReason, suspendedBy }: ClientLife): boolean {
  return suspensionReason === REASON && suspendedBy === credentialId;
}
