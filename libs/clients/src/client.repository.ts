import type { Changes, Origin } from '#audit';
import type { Client, ClientRef } from './client.entity.js';
import type { ClientDraft } from './client-draft.js';
import type { ClientPage, ClientQuery, IdQuery } from './client-query.js';
import type { ClientSecret } from './client-secret.entity.js';
import type { StoredSecret } from './client-secret.js';

/** What becomes of a client's secrets; expired ones go whenever anything does. */
type SecretsWrite =
  | { readonly action: 'none' }
  /** All end at once. */
  | { readonly action: 'revoke' }
  /** All end at once, and this one begins. */
  | { readonly action: 'replace'; readonly secret: StoredSecret }
  /** This one begins; the others end after the overlap, or when they would have anyway. */
  | { readonly action: 'add'; readonly secret: StoredSecret; readonly overlapSeconds: number }
  /** This one ends at once. */
  | { readonly action: 'drop'; readonly id: string };

/** What to write: the record, what becomes of its secrets, and what the audit says of it. */
export interface ClientWrite {
  readonly client: Client;
  readonly secrets: SecretsWrite;
  readonly changes: Changes;
  readonly origin: Origin;
}

/** What is to be written, given the record as it is; undefined = nothing. */
export type Decide<Current> = (
  current: Current,
  liveSecrets: () => Promise<ClientSecret[]>,
) => Promise<ClientWrite | undefined>;

export interface Put {
  readonly client: Client;
  readonly created: boolean;
  /** The secret that this very write began, if it did. */
  readonly secret?: ClientSecret;
}

/**
 * The port to wherever clients are kept. Every write is one atomic step: record, secrets and audit entry, all or none.
 * The contract is the suites in testing/whole-contract.ts.
 */
export abstract class ClientRepository {
  /** The client, or undefined. */
  abstract find(ref: ClientRef): Promise<Client | undefined>;

  /** Stores a new client and returns it as stored; undefined when the id is taken, and then nothing was written. */
  abstract insert(write: ClientWrite): Promise<Client | undefined>;

  /**
   * Hands the record (undefined = there is none) to `decide` and writes what that returns (undefined = nothing to write)
   * if record and secrets are so on the authoritative record; else it begins again with that, so `decide` may run
   * several times. Returns the record as it is now; undefined when there is none.
   */
  abstract put(ref: ClientRef, decide: Decide<Client | undefined>): Promise<Put | undefined>;

  /** The same for a client that exists; undefined when there is none, and then `decide` is not asked. */
  async update(ref: ClientRef, decide: Decide<Client>): Promise<Client | undefined> {
    const put = await this.put(ref, async (current, liveSecrets) => current && decide(current, liveSecrets));
    return put?.client;
  }

  /** The authoritative record, whatever is remembered elsewhere. */
  findNow(ref: ClientRef): Promise<Client | undefined> {
    return this.update(ref, async () => undefined);
  }

  /** Deletes the client and its secrets after `allow` has seen the record; undefined when there is no such client. */
  abstract remove(
    ref: ClientRef,
    allow: (current: Client) => Pick<ClientWrite, 'changes' | 'origin'>,
  ): Promise<Client | undefined>;

  /** The secrets that are live by the store's clock, oldest first; none for a client that does not exist. */
  abstract liveSecrets(ref: ClientRef): Promise<ClientSecret[]>;

  /** Notes that a secret was used today, and stores it anew if its algorithm is no longer the present one. Best effort. */
  abstract noteUse(secret: ClientSecret, anew?: Pick<StoredSecret, 'algorithm' | 'salt' | 'hash'>): Promise<void>;

  /** A page, always in the order of `sort`: before a position the clients nearest to it. */
  abstract list(domainId: string, query: ClientQuery): Promise<ClientPage>;

  /** A place to gather what is to be changed at once; undefined while there is another one for this domain. */
  abstract openDraft(domainId: string): Promise<ClientDraft | undefined>;

  /** Client ids in ascending order. */
  abstract ids(domainId: string, query: IdQuery): Promise<string[]>;
}
