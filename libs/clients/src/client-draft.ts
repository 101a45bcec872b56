import type { Changes, Origin } from '#audit';
import type { Client } from './client.entity.js';
import type { ClientMetadata } from './client-metadata.js';
import type { StoredSecret } from './client-secret.js';

/** What is to be done with a client; `unchanged` = nothing, but nobody else may have changed it either. */
export type DraftAction = 'created' | 'changed' | 'removed' | 'unchanged';

/** What a draft tells of a client when it is read again. */
export interface DraftedClient {
  readonly clientId: string;
  readonly action: DraftAction;
  /** What it would be; null when it is removed. */
  readonly metadata: ClientMetadata | null;
  readonly changes: Changes;
}

/** What is to be done with one client, decided on a record that must still be there when it is done. */
export interface DraftEntry extends DraftedClient {
  /** Where it was asked for; 0 = nowhere. */
  readonly line: number;
  /** The record on which this was decided; undefined = there was none. */
  readonly current: Pick<Client, 'version' | 'secretsVersion'> | undefined;
  /** `replace` ends all and begins this one. */
  readonly secrets:
    | { readonly action: 'none' }
    | { readonly action: 'revoke' }
    | { readonly action: 'replace'; readonly secret: StoredSecret };
  /** Clients that have to exist when this is done. */
  readonly needs: readonly string[];
}

/** `changed`: a record or its secrets are no longer what the draft was decided on, and nothing was done. */
export type DraftOutcome = 'done' | 'changed';

export type DraftCounts = Readonly<Record<DraftAction, number>>;

/** What is known of some clients. */
export interface DraftLook {
  readonly onRecord: ReadonlyMap<string, Client>;
  /** The lines of those that the draft has already. */
  readonly drafted: ReadonlyMap<string, number>;
}

/**
 * Changes of many clients of one domain, gathered beside the records, in bounded memory, and then made all at once or
 * not at all. Until then nobody sees or waits for anything. A draft that is not committed leaves nothing.
 * The contract is the suite in testing/client-draft.contract.ts.
 */
export abstract class ClientDraft {
  abstract look(clientIds: readonly string[]): Promise<DraftLook>;

  /** Each client once. */
  abstract add(entries: readonly DraftEntry[]): Promise<void>;

  /** The next clients on record that the draft did not have when this was first asked; none = there are no more. */
  abstract others(limit: number): Promise<readonly Client[]>;

  abstract counts(): Promise<DraftCounts>;

  /** Needed clients that would not exist; at most `limit`. */
  abstract missing(limit: number): Promise<readonly string[]>;

  /** Does everything: records, secrets and one audit entry for each client that changes. */
  abstract commit(origin: Origin): Promise<DraftOutcome>;

  /** What changes, in the order of the ids; also after the commit. */
  abstract entries(after: string | undefined, limit: number): Promise<readonly DraftedClient[]>;

  /** Ends the draft. To be called in any case. */
  abstract close(): Promise<void>;
}
