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

/** A credential and its state by the database’s clock. */
export interface CredentialStatus {
  readonly credential: Credential;
  readonly state: 'valid' | 'expired' | 'revoked';
}

/** A presented credential, as it is looked up: by the hash of its API key, or by the id in its access token. */
export type PresentedCredential = { readonly keyHashHex: string } | { readonly id: string };

/** The port to wherever credentials are kept. */
export abstract class CredentialRepository {
  /**
   * The credential and its status, at most a second old. Called for every request, so it must not cost a query
   * each time. A credential whose domain has been deleted counts as revoked.
   */
  abstract statusOf(presented: PresentedCredential): Promise<CredentialStatus | undefined>;

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
