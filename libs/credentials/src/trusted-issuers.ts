import { createHash } from 'node:crypto';
import { type CryptoKey, decodeJwt, errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { isVisible } from '#visible';
import { Credential } from './credential.entity.js';
import { CredentialError } from './credential-errors.js';
import { isNumericDate } from './numeric-date.js';
import type { Permission } from './permissions.js';

/** Only algorithms with a public key: neither `none` nor one with a shared secret. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA'.split(' ');
/** How much an issuer's clock may differ from ours. */
const CLOCK_TOLERANCE_S = 30;
/** Limited in length, because the audit stores it unchanged. */
const SUBJECT = /^.{1,255}$/u;

/** Another issuer whose JWTs are accepted, and what their callers may do. */
export interface TrustedIssuer {
  /** The claim `iss` of its tokens. */
  readonly issuer: string;
  /**
   * The public key that a token's header names. Returns the same object as long as the issuer is known to publish the
   * key. Rejects if the issuer publishes no such key; with `issuer_unavailable` if it cannot be asked.
   */
  readonly keys: (header: JWTHeaderParameters) => Promise<CryptoKey>;
  /** The claim that holds the name of the domain. */
  readonly domainClaim: string;
  readonly permissions: readonly Permission[];
}

/** Finds the domain that a caller is bound to. */
type DomainCalled = (name: string) => Promise<{ readonly id: string; readonly subscription: string } | undefined>;

/** A token that was valid, and the key that verified it. */
interface Verified {
  readonly header: JWTHeaderParameters;
  readonly key: CryptoKey;
  readonly subject: string;
  readonly domain: string;
  /** Seconds since 1970. */
  readonly expiry: number;
}

/** Accepts JWTs of trusted issuers. Such a caller is on no record, has one domain, and is no operator. */
export class TrustedIssuers {
  private readonly issuers: ReadonlyMap<string, TrustedIssuer>;
  private readonly verified = new LRUCache<string, Verified>({ max: 10_000 });

  constructor(
    issuers: readonly TrustedIssuer[],
    /** What `aud` must contain. */
    private readonly audience: readonly string[],
    private readonly domainCalled: DomainCalled,
    /** Milliseconds since 1970, by the clock that decides what has expired. */
    private readonly now: () => number,
  ) {
    this.issuers = new Map(issuers.map((each) => [each.issuer, each]));
  }

  /** The caller that a token stands for; undefined = it names none of the issuers. Throws CredentialError. */
  async callerOf(token: string): Promise<Credential | undefined> {
    const issuer = this.namedBy(token);
    if (!issuer) return undefined;
    const { subject, domain: name, expiry } = await this.verify(token, issuer);
    if (expiry + CLOCK_TOLERANCE_S <= Math.floor(this.now() / 1000)) {
      throw new CredentialError({ code: 'credential_expired' });
    }
    const domain = await this.domainCalled(name);
    if (!domain) throw new CredentialError({ code: 'credential_invalid' });
    return callerAs({
      id: idOf(issuer.issuer, subject, domain.id),
      name: `${issuer.issuer} ${subject}`,
      subscription: domain.subscription,
      domainId: domain.id,
      permissions: issuer.permissions,
      expiresAt: new Date(expiry * 1000),
    });
  }

  private namedBy(token: string): TrustedIssuer | undefined {
    if (this.issuers.size === 0) return undefined;
    try {
      return this.issuers.get(decodeJwt(token).iss ?? '');
    } catch {
      return undefined;
    }
  }

  /** Checks a signature once for each key, but asks every time whether the issuer still publishes the key. */
  private async verify(token: string, issuer: TrustedIssuer): Promise<Verified> {
    const hash = createHash('sha256').update(token).digest('base64');
    try {
      const known = this.verified.get(hash);
      if (known && (await issuer.keys(known.header)) === known.key) return known;
      const { payload, protectedHeader, key } = await jwtVerify(token, issuer.keys, {
        issuer: issuer.issuer,
        audience: [...this.audience],
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.now()),
      });
      const verified = { header: protectedHeader, key, ...claimsOf(payload, issuer.domainClaim) };
      this.verified.set(hash, verified);
      return verified;
    } catch (error) {
      this.verified.delete(hash);
      if (error instanceof CredentialError) throw error;
      throw new CredentialError({
        code: error instanceof errors.JWTExpired ? 'credential_expired' : 'credential_invalid',
      });
    }
  }
}

function claimsOf(payload: JWTPayload, domainClaim: string): Pick<Verified, 'subject' | 'domain' | 'expiry'> {
  const { sub, exp, nbf = 0, iat = 0 } = payload;
  const domain = Object.hasOwn(payload, domainClaim) ? payload[domainClaim] : undefined;
  const isNamed = typeof sub === 'string' && SUBJECT.test(sub) && isVisible(sub) && typeof domain === 'string';
  // JSON may contain 1e999, which becomes Infinity.
  if (!isNamed || !isNumericDate(exp) || ![nbf, iat].every(isNumericDate)) {
    throw new CredentialError({ code: 'credential_invalid' });
  }
  return { subject: sub, domain, expiry: exp };
}

/** A UUID that is always the same for a caller (RFC 9562, version 8). Credentials on record have version 4. */
function idOf(...caller: string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(caller)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

type TokenCaller = Pick<Credential, 'id' | 'name' | 'subscription' | 'domainId' | 'permissions' | 'expiresAt'>;

/** The caller as a credential that was never issued: it has no key, and is on no record. */
function callerAs(caller: TokenCaller): Credential {
  const nothing = { keyHash: Buffer.alloc(0), keyHint: '', keyChosen: false, revokedAt: null, lastUsedOn: null };
  const never = { renewable: false, makerExpiresAt: null, tokenId: null, rotatedAt: null };
  const noPrevious = { previousKeyHash: null, previousKeyHint: null, previousTokenId: null, previousExpiresAt: null };
  return Object.assign(new Credential(), caller, nothing, never, noPrevious, { createdAt: new Date() });
}
