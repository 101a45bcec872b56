import type { Origin } from '#audit';
import type { Credential } from './credential.entity.js';
import type { Permission } from './permissions.js';
import type { Rotation, RotationRefusal } from './rotation.js';

export interface NewCredential {
  readonly id: string;
  readonly name: string;
  readonly subscription: string | null;
  readonly domainId: string | null;
  readonly permissions: readonly Permission[];
  readonly keyHash: Buffer;
  readonly keyHint: string;
  readonly keyChosen: boolean;
  /** null = never; undefined = six months from the database's now, or when its maker expires, if that is sooner. */
  readonly expiresAt: Date | null | undefined;
  /** When its maker expires; null = never. */
  readonly makerExpiresAt: Date | null;
}

/** A credential and the state of the value that was presented, by the database’s clock. */
export interface CredentialStatus {
  readonly credential: Credential;
  readonly state: 'valid' | 'expired' | 'revoked';
}

/** A presented credential, as it is looked up: by the hash of its API key, or by the ids in its access token. */
export type PresentedCredential = { readonly keyHashHex: string } | { readonly id: string; readonly tokenId: string };

/** The port to the store of credentials. */
export abstract class CredentialRepository {
  /**
   * The credential and its status, at most a second old. Called for every request, so it must not need a query each
   * time. A credential whose domain has been deleted counts as revoked.
   */
  abstract statusOf(presented: PresentedCredential): Promise<CredentialStatus | undefined>;

  /** The hashes of chosen keys. There are hardly any, and none is added after the first start. */
  abstract chosenKeyHashes(): Promise<Buffer[]>;

  /** The credentials within the rights of `by` (`Credential.isWithin`), by id, including revoked ones. */
  abstract list(by: Credential, page: { after?: string; limit: number }): Promise<Credential[]>;

  abstract find(id: string): Promise<Credential | undefined>;

  abstract insert(credential: NewCredential, origin: Origin): Promise<Credential>;

  /** Inserts the first operator; undefined = there is a credential already. Safe if several instances start at once. */
  abstract insertFirst(credential: NewCredential, origin: Origin): Promise<Credential | undefined>;

  /**
   * Replaces the values that `by` has. They stay valid for the overlap, but no longer than they would have. At most two API
   * keys are valid at any time, also if several callers rotate them at the same moment. A renewable credential gets its usual validity
   * anew, up to its maker’s end.
   */
  abstract rotate(by: Credential, rotation: Rotation, origin: Origin): Promise<Credential | RotationRefusal>;

  /** false = this is the last valid operator, which stays. Revoking twice changes nothing. */
  abstract revoke(id: string, origin: Origin): Promise<boolean>;
}
