import type { Origin } from '#audit';
import {
  Credential,
  CredentialRepository,
  type CredentialStatus,
  type NewCredential,
  type PresentedCredential,
  type Rotation,
  type RotationRefusal,
  rotated,
} from '#credentials';

const NO_PREVIOUS = { previousKeyHash: null, previousKeyHint: null, previousTokenId: null, previousExpiresAt: null };
const SIX_MONTHS_MS = 183 * 24 * 60 * 60 * 1000;

/** A CredentialRepository in an array, for tests of what stands above the port. */
export class InMemoryCredentialRepository extends CredentialRepository {
  readonly stored: Credential[] = [];
  readonly origins: Origin[] = [];
  /** How often a credential was looked up. */
  lookUps = 0;

  async statusOf(presented: PresentedCredential): Promise<CredentialStatus | undefined> {
    this.lookUps += 1;
    const isOf = ({ id, tokenId, keyHash }: Credential) =>
      'id' in presented
        ? id === presented.id && (tokenId ?? id) === presented.tokenId
        : keyHash.toString('hex') === presented.keyHashHex;
    const isPreviousOf = ({ id, previousTokenId, previousKeyHash }: Credential) =>
      'id' in presented
        ? id === presented.id && previousTokenId === presented.tokenId
        : previousKeyHash?.toString('hex') === presented.keyHashHex;
    const credential = this.stored.find((each) => isOf(each) || isPreviousOf(each));
    if (!credential) return undefined;
    const state = stateOf(credential);
    const isOver = !isOf(credential) && credential.previousExpiresAt!.getTime() <= Date.now();
    return { credential, state: state === 'valid' && isOver ? 'expired' : state };
  }

  async chosenKeyHashes(): Promise<Buffer[]> {
    return this.stored.filter(({ keyChosen }) => keyChosen).map(({ keyHash }) => keyHash);
  }

  async list(by: Credential, { after = '', limit }: { after?: string; limit: number }) {
    return this.stored
      .filter((each) => each.isWithin(by) && each.id > after)
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .slice(0, limit);
  }

  async find(id: string): Promise<Credential | undefined> {
    return this.stored.find((each) => each.id === id);
  }

  async insert(given: NewCredential, origin: Origin): Promise<Credential> {
    const createdAt = new Date();
    const { expiresAt: asked, makerExpiresAt, ...rest } = given;
    const expiresAt = asked === undefined ? usualEnd(createdAt, makerExpiresAt) : asked;
    const dates = { createdAt, expiresAt, makerExpiresAt, revokedAt: null, lastUsedOn: null };
    const rotation = { renewable: asked === undefined, tokenId: null, rotatedAt: null, ...NO_PREVIOUS };
    const credential: Credential = Object.assign(Object.create(Credential.prototype), rest, dates, rotation);
    this.stored.push(credential);
    this.origins.push(origin);
    return credential;
  }

  async insertFirst(given: NewCredential, origin: Origin): Promise<Credential | undefined> {
    return this.stored.length > 0 ? undefined : this.insert(given, origin);
  }

  async rotate(by: Credential, rotation: Rotation, origin: Origin): Promise<Credential | RotationRefusal> {
    const before = this.stored.find(({ id }) => id === by.id);
    const now = new Date();
    if (!before) return 'not_valid';
    const values = rotated(before, by, rotation, { now, usualEnd: usualEnd(now, before.makerExpiresAt) });
    if (typeof values === 'string') return values;
    // Another object: what callers have been given stays as it was.
    const after: Credential = Object.assign(Object.create(Credential.prototype), before, values);
    this.stored[this.stored.indexOf(before)] = after;
    this.origins.push(origin);
    return after;
  }

  async revoke(id: string, origin: Origin): Promise<boolean> {
    const inForce = this.stored.filter((each) => each.isOperator && stateOf(each) === 'valid');
    if (inForce.length === 1 && inForce[0]?.id === id) return false;
    this.amend(id, { revokedAt: new Date() });
    this.origins.push(origin);
    return true;
  }

  /** Sets what time or an operator would. */
  amend(id: string, columns: Partial<Credential>): void {
    Object.assign(this.stored.find((each) => each.id === id)!, columns);
  }
}

function usualEnd(now: Date, makerExpiresAt: Date | null): Date {
  return new Date(Math.min(now.getTime() + SIX_MONTHS_MS, makerExpiresAt?.getTime() ?? Number.POSITIVE_INFINITY));
}

function stateOf({ revokedAt, expiresAt }: Credential): CredentialStatus['state'] {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt.getTime() <= Date.now() ? 'expired' : 'valid';
}
