import type { Origin } from '#audit';
import {
  Credential,
  CredentialRepository,
  type CredentialStatus,
  type NewCredential,
  type PresentedCredential,
} from '#credentials';

const SIX_MONTHS_MS = 183 * 24 * 60 * 60 * 1000;

/** A CredentialRepository in an array, for tests of what stands above the port. */
export class InMemoryCredentialRepository extends CredentialRepository {
  readonly stored: Credential[] = [];
  readonly origins: Origin[] = [];
  /** How often a credential was looked up. */
  lookUps = 0;

  async statusOf(presented: PresentedCredential): Promise<CredentialStatus | undefined> {
    this.lookUps += 1;
    const credential = this.stored.find((each) =>
      'id' in presented ? each.id === presented.id : each.keyHash.toString('hex') === presented.keyHashHex,
    );
    return credential && { credential, state: stateOf(credential) };
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
    const usual = Math.min(createdAt.getTime() + SIX_MONTHS_MS, makerExpiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
    const expiresAt = asked === undefined ? new Date(usual) : asked;
    const dates = { createdAt, expiresAt, revokedAt: null, lastUsedOn: null };
    const credential: Credential = Object.assign(Object.create(Credential.prototype), rest, dates);
    this.stored.push(credential);
    this.origins.push(origin);
    return credential;
  }

  async insertFirst(given: NewCredential, origin: Origin): Promise<Credential | undefined> {
    return this.stored.length > 0 ? undefined : this.insert(given, origin);
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

function stateOf({ revokedAt, expiresAt }: Credential): CredentialStatus['state'] {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt.getTime() <= Date.now() ? 'expired' : 'valid';
}
