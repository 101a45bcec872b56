import type { Changes, Origin } from '#audit';
import type { Client, ClientRef } from './client.entity.js';
import type { ClientDraft } from './client-draft.js';
import type { ClientAction } from './client-life.js';
import type { ClientPage, ClientQuery, IdQuery } from './client-query.js';
import type { ClientSecret } from './client-secret.entity.js';
import type { StoredSecret } from './client-secret.js';

/** What happens to a client's secrets. Every change of secrets also removes expired ones. */
type SecretsWrite =
  | { readonly action: 'none' }
  /** All secrets end at once. */
  | { readonly action: 'revoke' }
  /** All secrets end at once, and this one is added. */
  | { readonly action: 'replace'; readonly secret: StoredSecret }
  /** This one is added. The others end after the overlap, or earlier if they expire earlier. */
  | { readonly action: 'add'; readonly secret: StoredSecret; readonly overlapSeconds: number }
  /** This one ends at once. */
  | { readonly action: 'drop'; readonly id: string };

/** What to write: the record, the change of its secrets, and the audit's changes. */
export interface ClientWrite {
  /** With what is kept beside the record. Of a client that exists, that is written only if `changes` name some of it. */
  readonly client: Client;
  readonly secrets: SecretsWrite;
  readonly changes: Changes;
  readonly origin: Origin;
  /** What the audit calls it; absent = a creation, a change, or a change of secrets. */
  readonly action?: ClientAction;
}

/** Returns what to write, given the current record; undefined = nothing. */
export type Decide<Current> = (
  current: Current,
  liveSecrets: () => Promise<ClientSecret[]>,
) => Promise<ClientWrite | undefined>;

export interface Put {
  readonly client: Client;
  readonly created: boolean;
  /** The secret that this write added, if any. */
  readonly secret?: ClientSecret;
}

/** What decides whether a secret is good. */
export interface SecretsToVerify {
  /** The secrets that are live by the store's clock, oldest first. None for a client that does not exist, or has expired. */
  readonly live: ClientSecret[];
  /** Whether the client is suspended by the store's clock. Not told of a client without live secrets. */
  readonly isSuspended: boolean;
}

/** At which something happens to a client by itself. */
export type DueDate = 'expiresAt' | 'suspendedUntil';

/** Which clients to find by what is said of them. A client must meet all conditions. */
export interface AboutQuery {
  readonly owner?: string;
  readonly managedBy?: string;
  /** Without a value: any. */
  readonly label?: { readonly key: string; readonly value?: string };
  /** Only clients after this one. */
  readonly after?: string;
  readonly limit: number;
}

/** How many clients one page looks at, where it has to choose from them. */
export const CLIENTS_LOOKED_AT = 10_000;

/** What was found: fewer than asked for, or none, where CLIENTS_LOOKED_AT were looked at. */
export interface AboutPage {
  readonly clients: readonly Client[];
  /** Where the next page begins; undefined = there is nothing more to find. */
  readonly after?: string;
}

/** A client whose date has come. */
export interface DueClient extends ClientRef {
  readonly dueAt: Date;
}

/**
 * The port to the store of clients. Every write is atomic: record, what is kept beside it, secrets and audit entry, all or
 * none. The contract is the suites in testing/whole-contract.ts.
 */
export abstract class ClientRepository {
  /** The client, or undefined. */
  abstract find(ref: ClientRef): Promise<Client | undefined>;

  /** Stores a new client and returns it as stored. undefined = the id is taken, and nothing was written. */
  abstract insert(write: ClientWrite): Promise<Client | undefined>;

  /**
   * Passes the record (undefined = there is none) to `decide` and writes what that returns (undefined = nothing), if
   * the authoritative record, what is kept beside it and its secrets are still the same. Otherwise it starts again with that record, so
   * `decide` may run several times. Returns the record as it is now; undefined = there is none.
   */
  abstract put(ref: ClientRef, decide: Decide<Client | undefined>): Promise<Put | undefined>;

  /** The same for a client that exists. undefined = there is none; then `decide` is not called. */
  async update(ref: ClientRef, decide: Decide<Client>): Promise<Client | undefined> {
    const put = await this.put(ref, async (current, liveSecrets) => current && decide(current, liveSecrets));
    return put?.client;
  }

  /** The authoritative record, never a cached one. */
  findNow(ref: ClientRef): Promise<Client | undefined> {
    return this.update(ref, async () => undefined);
  }

  /** Deletes the client and its secrets after `allow` has seen the record. undefined = there is no such client. */
  abstract remove(
    ref: ClientRef,
    allow: (current: Client) => Pick<ClientWrite, 'changes' | 'origin'>,
  ): Promise<Client | undefined>;

  /** At one moment; never from a cache. */
  abstract secretsToVerify(ref: ClientRef): Promise<SecretsToVerify>;

  /** The secrets that are live by the store's clock, oldest first. None for a client that does not exist, or has expired. */
  async liveSecrets(ref: ClientRef): Promise<ClientSecret[]> {
    return (await this.secretsToVerify(ref)).live;
  }

  /**
   * Notes that a secret was used today, and stores it with a new hash if its algorithm is outdated. Best effort: nothing
   * happens to a secret that has ended or has got another hash since.
   */
  abstract noteUse(secret: ClientSecret, anew?: Pick<StoredSecret, 'algorithm' | 'salt' | 'hash'>): Promise<void>;

  /** A page, always in the order of `sort`. Before a position, it has the clients nearest to that position. */
  abstract list(domainId: string, query: ClientQuery): Promise<ClientPage>;

  /** Opens a draft for many changes at once; undefined = another one is open for this domain. */
  abstract openDraft(domainId: string): Promise<ClientDraft | undefined>;

  /** Clients of all domains whose date has come by the store's clock, the earliest first; those after one of them. */
  abstract due(
    date: DueDate,
    page: { readonly after?: DueClient; readonly limit: number },
  ): Promise<readonly DueClient[]>;

  /** The clients that are suspended by the store's clock, in the order of their ids. */
  abstract suspended(domainId: string, page: { readonly after?: string; readonly limit: number }): Promise<Client[]>;

  /** In the order of the ids. One condition is met by an index, and further ones by looking at what that finds. */
  abstract described(domainId: string, query: AboutQuery): Promise<AboutPage>;

  /** Client ids in ascending order. */
  abstract ids(domainId: string, query: IdQuery): Promise<string[]>;
}
