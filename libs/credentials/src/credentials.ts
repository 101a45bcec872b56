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
/** No token of ours is longer; what is longer is refused unread, whoever signed it. */
const MAX_PRESENTED_LENGTH = 4096;
/** One for each place where a caller may put one; looking at one may take checking a signature. */
const MAX_PRESENTED = 3;

export interface Grant {
  readonly name: string;
  readonly subscription: string;
  /** The domain to bind it to, whose subscription it then has. */
  readonly domainId?: string | null;
  readonly permissions?: readonly Permission[];
  /** Absent = in six months, or with its maker, if that is sooner. */
  readonly expiresAt?: Date;
}

/** A credential together with its two presentations, which nobody can read again. */
export interface Issued {
  readonly credential: Credential;
  readonly apiKey: string;
  readonly accessToken: string;
}

/** Injection token of the operator's choices. */
export const CREDENTIALS_OPTIONS = Symbol('CredentialsOptions');

export interface CredentialsOptions {
  /** The operator's key if it was chosen; it need not have the form of the generated ones. */
  readonly bootstrapKey?: string;
}

/** Who calls, and who may be let in. Refusals are CredentialErrors. */
@Injectable()
export class Credentials {
  /** What was presented before, by its fingerprint, so that it is hashed or its signature checked only once. */
  private readonly known = new LRUCache<string, PresentedCredential>({ max: 10_000 });
  /** Hashes of the keys that do not have our form; anything else without that form is refused without a look-up. */
  private chosenKeys: ReadonlySet<string> = new Set();

  constructor(
    private readonly repository: CredentialRepository,
    private readonly tokens: AccessTokens,
    private readonly issuers: TrustedIssuers,
    private readonly pepper: Pepper,
    @Inject(CREDENTIALS_OPTIONS) private readonly options: CredentialsOptions,
  ) {}

  /**
   * The one credential that all of `presented` name, each an API key, an access token, or a trusted issuer's token.
   * What cannot be a credential is refused before anything is looked up.
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

  /** Makes a credential whose rights are within those of `by`, also in time (decision 42). */
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

  /** To be called at start: on a database without any credential makes the operator's; undefined when there was one. */
  async ensureOperator(origin: Origin): Promise<Issued | undefined> {
    const chosen = this.options.bootstrapKey;
    const apiKey = chosen ?? randomToken(API_KEY_PREFIX);
    const first = { ...this.operator(apiKey), keyChosen: chosen !== undefined };
    const credential = await this.repository.insertFirst(first, origin);
    // What was made is shown once: no look-up comes behind it that could fail.
    const own = first.keyChosen ? [first.keyHash] : [];
    const chosenHashes = credential ? own : await this.repository.chosenKeyHashes();
    this.chosenKeys = new Set(chosenHashes.map((hash) => hash.toString('hex')));
    return credential && { credential, apiKey, accessToken: await this.tokens.sign(credential) };
  }

  /** Whether a chosen key is an operator's that is good, however it came to be. To be asked after `ensureOperator`. */
  async isBootstrapKeyGood(): Promise<boolean> {
    if (this.options.bootstrapKey === undefined) return false;
    const status = await this.statusOf(this.options.bootstrapKey);
    return status?.state === 'valid' && status.credential.isOperator;
  }

  /** Another credential of the operator, for whoever has lost the first. */
  async addOperator(origin: Origin): Promise<Issued> {
    const apiKey = randomToken(API_KEY_PREFIX);
    const credential = await this.repository.insert(this.operator(apiKey), origin);
    return { credential, apiKey, accessToken: await this.tokens.sign(credential) };
  }

  /** Those that `by` may see: of its own subscription and with no right that it lacks itself. */
  list(by: Credential, page: { after?: string; limit: number }): Promise<Credential[]> {
    return this.repository.list(by, page);
  }

  async read(by: Credential, id: string): Promise<Credential> {
    const credential = await this.repository.find(id);
    if (!credential?.isWithin(by)) throw new CredentialError({ code: 'credential_not_found' });
    return credential;
  }

  /** Whether whoever holds the credential would be let in, past what is remembered. */
  async isGood(id: string): Promise<boolean> {
    const status = await this.repository.statusOf({ id });
    return status?.state === 'valid' && (await this.repository.find(id))?.revokedAt === null;
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
      // What names a trusted issuer is checked against that issuer's keys alone, never against ours.
      const caller = await this.issuers.callerOf(value);
      if (caller) return { credential: caller, state: 'valid' };
      const id = await this.tokens.verify(value);
      if (id !== undefined) return this.firstStatus(name, { id });
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
    return { id: randomUUID(), keyHash: this.keyHash(apiKey), keyHint: apiKey.slice(-4) };
  }

  private keyHash(apiKey: string): Buffer {
    return this.pepper.hash('api-key', apiKey);
  }
}

function exceeds(message: string): CredentialError {
  return new CredentialError({ code: 'grant_exceeds_own_rights', message });
}
