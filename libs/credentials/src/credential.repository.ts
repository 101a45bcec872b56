import type { Origin } from '#audit';
import type { Credential } from './credential.entity.js';
import type { Permission } from './permissions.js';

export interface NewCredential {
  readonly id: string;
  readonly name: string;
  readonly subscription: string | null;
  readonly domainId: string | null;
  readonly permissions: readonly Permission[];
  readonly keyHash: Buffer;
  readonly keyHint: string;
  readonly keyChosen: boolean;
  /** null = never expires; undefined = six months from the database's now, or when its maker does, if that is sooner. */
  readonly expiresAt: Date | null | undefined;
  /** When its maker expires; null = never. */
  readonly makerExpiresAt: Date | null;
}

/** A credential and whether it is in force by the database's clock. */
export interface Standing {
  readonly credential: Credential;
  readonly state: 'valid' | 'expired' | 'revoked';
}

/** How a presented credential is looked up: by the hash of its key, or by the id in its token. */
export type Presented = { readonly keyHashHex: string } | { readonly id: string };

/** The port to wherever credentials are kept. */
export abstract class CredentialRepository {
  /**
   * The credential and its standing, at most a second old. Called for every request, so it must not cost a query
   * each time. A credential whose domain has been deleted counts as revoked.
   */
  abstract standing(presented: Presented): Promise<Standing | undefined>;

  /** The hashes of keys that were chosen; there are as good as none, and no others come after the first start. */
  abstract chosenKeyHashes(): Promise<Buffer[]>;

  /** Those that are within the rights of `by` (`Credential.isWithin`), by id, revoked ones included. */
  abstract list(by: Credential, page: { after?: string; limit: number }): Promise<Credential[]>;

  abstract find(id: string): Promise<Credential | undefined>;

  abstract insert(credential: NewCredential, origin: Origin): Promise<Credential>;

  /**
   * Inserts the first operator; undefined when there is a credential already. Safe when several instances start at once.
   */
  abstract insertFirst(credential: NewCredential, origin: Origin): Promise<Credential | undefined>;

  /** False = it is the last operator in force, which stays. Revoking twice changes nothing. */
  abstract revoke(id: string, origin: Origin): Promise<boolean>;
}
