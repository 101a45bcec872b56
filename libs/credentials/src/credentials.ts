import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Origin } from '#audit';
import { fingerprint, isRandomToken, Pepper, randomToken } from '#secrets';
import { AccessTokens } from './access-token.js';
import type { Credential } from './credential.entity.js';
import {
  CredentialRepository,
  type CredentialStatus,
  type NewCredential,
  type PresentedCredential,
} from './credential.repository.js';
import { CredentialError } from './credential-errors.js';
import { DEFAULT_PERMISSIONS, PERMISSIONS, type Permission } from './permissions.js';
import { TrustedIssuers } from './trusted-issuers.js';

const API_KEY_PREFIX = 'clk_';
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** No token of ours is longer. A longer one is refused before it is parsed. */
const MAX_PRESENTED_LENGTH = 4096;
/** One for each place where a caller may send one. Checking one may mean checking a signature. */
const MAX_PRESENTED = 3;

export interface Grant {
  readonly name: string;
  readonly subscription: string;
  /** The domain to bind it to. The credential then has that domain's subscription. */
  readonly domainId?: string | null;
  readonly permissions?: readonly Permission[];
  /** Absent = in six months, or when its maker expires, if that is sooner. */
  readonly expiresAt?: Date;
}

/** A credential with its two forms, which can never be read again. */
export interface Issued {
  readonly credential: Credential;
  readonly apiKey: string;
  readonly accessToken: string;
}

/** Injection token of the operator's choices. */
export const CREDENTIALS_OPTIONS = Symbol('CredentialsOptions');

export interface CredentialsOptions {
  /** The operator's key if it was chosen. It need not have the form of a generated one. */
  readonly bootstrapKey?: string;
}

/** Who calls, and who may call. Refusals are CredentialErrors. */
@Injectable()
export class Credentials {
  /** Known credentials by fingerprint, so that each is hashed, or its signature checked, only once. */
  private readonly known = new LRUCache<string, PresentedCredential>({ max: 10_000 });
  /** Hashes of the keys without our form. Any other value without that form is refused without a look-up. */
  private chosenKeys: ReadonlySet<string> = new Set();

  constructor(
    private readonly repository: CredentialRepository,
    private readonly tokens: AccessTokens,
    private readonly issuers: TrustedIssuers,
    private readonly pepper: Pepper,
    @Inject(CREDENTIALS_OPTIONS) private readonly options: CredentialsOptions,
  ) {}

  /**
   * The one credential that all of `presented` name. Each is an API key, an access token, or a trusted issuer's token.
   * A value that cannot be a credential is refused before any look-up.
   */
  async authenticate(presented: readonly string[]): Promise<Credential> {
    if (presented.length === 0) throw new CredentialError({ code: 'credential_missing' });
    if (presented.length > MAX_PRESENTED) throw new CredentialError({ code: 'credentials_differ' });
    const first = await this.statusOf(presented[0]!);
    for (const value of presented.slice(1)) {
      const other = await this.statusOf(value);
      if (other?.credential.id !== first?.credential.id) throw new CredentialError({ code: 'credentials_differ' });
    }
    if (!first || first.state === 'revoked') throw new CredentialError({ code: 'credential_invalid' });
    if (first.state === 'expired') throw new CredentialError({ code: 'credential_expired' });
    return first.credential;
  }

  /** Makes a credential that has no more rights than `by`, and lasts no longer (decision 42). */
  async issue(by: Credential, grant: Grant, origin: Origin): Promise<Issued> {
    const permissions = grant.permissions ?? DEFAULT_PERMISSIONS;
    if (!by.isOperator && grant.subscription !== by.subscription) {
      throw exceeds('the subscription must be your own');
    }
    if (by.domainId !== null && grant.domainId !== by.domainId) throw exceeds('the domain must be your own');
    const missing = permissions.filter((permission) => !by.may(permission));
    if (missing.length > 0) throw exceeds(`you do not hold ${missing.join(', ')}`);
    if (by.expiresAt && grant.expiresAt && grant.expiresAt > by.expiresAt) {
      throw exceeds(`expiresAt must be no later than ${by.expiresAt.toISOString()}, when your own credential ends`);
    }
    const apiKey = randomToken(API_KEY_PREFIX);
    const credential = await this.repository.insert(
      {
        ...this.identify(apiKey),
        keyChosen: false,
        name: grant.name,
        subscription: grant.subscription,
        domainId: grant.domainId ?? null,
        permissions,
        expiresAt: grant.expiresAt,
        makerExpiresAt: by.expiresAt,
      },
      origin,
    );
    return { credential, apiKey, accessToken: await this.tokens.sign(credential) };
  }

  /**
   * Gives a credential other values, which replace the present ones after the overlap. Its rights, and what the audit knows
   * it by, stay (decision 66).
   */
  async rotate(by: Credential, overlapSeconds: number, origin: Origin): Promise<Issued> {
    if (by.isOperator) throw rotationRefused('operator');
    if (!by.isOnRecord) throw rotationRefused('issuer');
    const apiKey = randomToken(API_KEY_PREFIX);
    const rotation = { ...this.hashed(apiKey), tokenId: randomUUID(), overlapSeconds };
    const rotated = await this.repository.rotate(by, rotation, origin);
    if (rotated === 'two_valid') throw rotationRefused('two_valid');
    if (rotated === 'not_valid') throw new CredentialError({ code: 'credential_invalid' });
    return { credential: rotated, apiKey, accessToken: await this.tokens.sign(rotated) };
  }

  /** To be called at start. Makes the operator's credential in a database without any; undefined = there was one. */
  async ensureOperator(origin: Origin): Promise<Issued | undefined> {
    const chosen = this.options.bootstrapKey;
    const apiKey = chosen ?? randomToken(API_KEY_PREFIX);
    const first = { ...this.operator(apiKey), keyChosen: chosen !== undefined };
    const credential = await this.repository.insertFirst(first, origin);
    // The new credential is shown only once, so no look-up that could fail comes after it.
    const own = first.keyChosen ? [first.keyHash] : [];
    const chosenHashes = credential ? own : await this.repository.chosenKeyHashes();
    this.chosenKeys = new Set(chosenHashes.map((hash) => hash.toString('hex')));
    return credential && { credential, apiKey, accessToken: await this.tokens.sign(credential) };
  }

  /** Whether the chosen key is a valid operator's, however it was made. To be called after `ensureOperator`. */
  async isBootstrapKeyGood(): Promise<boolean> {
    if (this.options.bootstrapKey === undefined) return false;
    const status = await this.statusOf(this.options.bootstrapKey);
    return status?.state === 'valid' && status.credential.isOperator;
  }

  /** Makes another credential of the operator, for an operator who has lost the first. */
  async addOperator(origin: Origin): Promise<Issued> {
    const apiKey = randomToken(API_KEY_PREFIX);
    const credential = await this.repository.insert(this.operator(apiKey), origin);
    return { credential, apiKey, accessToken: await this.tokens.sign(credential) };
  }

  /** The credentials that `by` may see: those of its own subscription with no right that it lacks itself. */
  list(by: Credential, page: { after?: string; limit: number }): Promise<Credential[]> {
    return this.repository.list(by, page);
  }

  async read(by: Credential, id: string): Promise<Credential> {
    const credential = await this.repository.find(id);
    if (!credential?.isWithin(by)) throw new CredentialError({ code: 'credential_not_found' });
    return credential;
  }

  /** Whether the API key of this credential would be accepted, according to the store and not a cache. */
  async isGood(id: string, apiKey: string): Promise<boolean> {
    const keyHash = this.keyHash(apiKey);
    const status = await this.repository.statusOf({ keyHashHex: keyHash.toString('hex') });
    const now = status?.state === 'valid' ? await this.repository.find(id) : undefined;
    return now?.revokedAt === null && (now.keyHash.equals(keyHash) || now.previousKeyHash?.equals(keyHash) === true);
  }

  async revoke(by: Credential, id: string, origin: Origin): Promise<void> {
    const credential = await this.read(by, id);
    if (!(await this.repository.revoke(credential.id, origin)))
      throw new CredentialError({ code: 'last_operator_kept' });
  }

  publicKeyPem(): string {
    return this.tokens.publicKeyPem;
  }

  jwks(): ReturnType<AccessTokens['jwks']> {
    return this.tokens.jwks();
  }

  private async statusOf(value: string): Promise<CredentialStatus | undefined> {
    if (value.length > MAX_PRESENTED_LENGTH) return undefined;
    const name = fingerprint(value);
    const known = this.known.get(name);
    if (known) return this.repository.statusOf(known);
    const isGenerated = isRandomToken(API_KEY_PREFIX, value);
    if (!isGenerated && JWT.test(value)) {
      // A token that names a trusted issuer is checked only against that issuer's keys, never against ours.
      const caller = await this.issuers.callerOf(value);
      if (caller) return { credential: caller, state: 'valid' };
      const ids = await this.tokens.verify(value);
      if (ids) return this.firstStatus(name, ids);
    }
    const keyHashHex = this.keyHash(value).toString('hex');
    const isKey = isGenerated || this.chosenKeys.has(keyHashHex);
    return isKey ? this.firstStatus(name, { keyHashHex }) : undefined;
  }

  private async firstStatus(name: string, presented: PresentedCredential): Promise<CredentialStatus | undefined> {
    const status = await this.repository.statusOf(presented);
    if (status) this.known.set(name, presented);
    return status;
  }

  private operator(apiKey: string): NewCredential {
    return {
      ...this.identify(apiKey),
      keyChosen: false,
      name: 'operator',
      subscription: null,
      domainId: null,
      permissions: PERMISSIONS,
      expiresAt: null,
      makerExpiresAt: null,
    };
  }

  private identify(apiKey: string): { id: string; keyHash: Buffer; keyHint: string } {
    return { id: randomUUID(), ...this.hashed(apiKey) };
  }

  private hashed(apiKey: string): { keyHash: Buffer; keyHint: string } {
    return { keyHash: this.keyHash(apiKey), keyHint: apiKey.slice(-4) };
  }

  private keyHash(apiKey: string): Buffer {
    return this.pepper.hash('api-key', apiKey);
  }
}

function rotationRefused(reason: 'operator' | 'issuer' | 'two_valid'): CredentialError {
  return new CredentialError({ code: 'rotation_refused', reason });
}

function exceeds(message: string): CredentialError {
  return new CredentialError({ code: 'grant_exceeds_own_rights', message });
}
