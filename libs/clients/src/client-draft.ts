import type { Changes, Origin } from '#audit';
import type { Client } from './client.entity.js';
import { actionOf, type ClientAction, type ClientLife } from './client-life.js';
import type { ClientMetadata } from './client-metadata.js';
import type { StoredSecret } from './client-secret.js';

/** What is to be done with a client. `unchanged` = nothing, but nobody else may have changed it either. */
export type DraftAction = 'created' | 'changed' | 'removed' | 'unchanged';

/** What a draft returns about a client when it is read again. */
export interface DraftedClient {
  readonly clientId: string;
  readonly action: DraftAction;
  /** The client's new metadata; null when it is removed. */
  readonly metadata: ClientMetadata | null;
  /** What is to be kept beside the record; null when there is no metadata either. */
  readonly life: ClientLife | null;
  readonly changes: Changes;
}

/** What is to be done with one client. It was decided on a record that must not have changed at the commit. */
export interface DraftEntry extends DraftedClient {
  /** The line that asked for it; 0 = none. */
  readonly line: number;
  /** The record that this was decided on; undefined = there was none. */
  readonly current: Pick<Client, 'version' | 'secretsVersion'> | undefined;
  /** `replace` ends all secrets and adds these. */
  readonly secrets:
    | { readonly action: 'none' }
    | { readonly action: 'revoke' }
    | { readonly action: 'replace'; readonly secrets: readonly StoredSecret[] };
  /** Clients that must exist at the end. */
  readonly needs: readonly string[];
}

/** What the audit calls what is done with a client. */
export function entryActionOf({
  action,
  changes,
}: Pick<DraftedClient, 'action' | 'changes'>): ClientAction | 'client.created' | 'client.changed' | 'client.deleted' {
  if (action === 'created') return 'client.created';
  if (action === 'removed') return 'client.deleted';
  return actionOf(changes) ?? 'client.changed';
}

/** `changed`: a record or its secrets have changed since the draft was decided, and nothing was done. */
export type DraftOutcome = 'done' | 'changed';

export type DraftCounts = Readonly<Record<DraftAction, number>>;

/** What is known about some clients. */
export interface DraftLook {
  readonly onRecord: ReadonlyMap<string, Client>;
  /** The lines of the clients that are already in the draft. */
  readonly drafted: ReadonlyMap<string, number>;
}

/**
 * Collects changes of many clients of one domain outside the records, in bounded memory. Then makes all of them at
 * once, or none. Until then nobody sees them or waits for them. A draft that is not committed leaves nothing. The
 * contract is the suite in testing/client-draft.contract.ts.
 */
export abstract class ClientDraft {
  abstract look(clientIds: readonly string[]): Promise<DraftLook>;

  /** Adds entries. Each client may be added once. */
  abstract add(entries: readonly DraftEntry[]): Promise<void>;

  /** The next clients on record that were not in the draft at the first call; none = there are no more. */
  abstract others(limit: number): Promise<readonly Client[]>;

  abstract counts(): Promise<DraftCounts>;

  /** Needed clients that would not exist: at most `limit`. */
  abstract missing(limit: number): Promise<readonly string[]>;

  /** Writes everything: records, secrets and one audit entry for each client that changes. */
  abstract commit(origin: Origin): Promise<DraftOutcome>;

  /** The changes in the order of the ids. May also be called after the commit. */
  abstract entries(after: string | undefined, limit: number): Promise<readonly DraftedClient[]>;

  /** Ends the draft. Must always be called. */
  abstract close(): Promise<void>;
}
