import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactSign, compactVerify, exportJWK, type JWK } from 'jose';
import type { Credential } from './credential.entity.js';
import { LAST_NUMERIC_DATE } from './numeric-date.js';

const ALGORITHM = 'RS512';

/** A fresh RSA key for signing, as PKCS #8 PEM. */
export function newSigningKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
}

/** Signs and checks the JWT form of credentials: RS512, claims `jti sub iss iat exp`, as seed 1's own accounts API. */
export class AccessTokens {
  private readonly publicKey: KeyObject;
  readonly publicKeyPem: string;
  private readonly keyId: string;

  constructor(
    private readonly privateKey: KeyObject,
    private readonly issuer: string,
  ) {
    this.publicKey = createPublicKey(privateKey);
    this.publicKeyPem = this.publicKey.export({ type: 'spki', format: 'pem' }) as string;
    this.keyId = createHash('sha256').update(this.publicKeyPem).digest('base64url').slice(0, 16);
  }

  async sign(credential: Credential): Promise<string> {
    const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
    const claims = {
      jti: credential.tokenId ?? credential.id,
      sub: credential.id,
      iss: this.issuer,
      iat: seconds(credential.rotatedAt ?? credential.createdAt),
      // The claim is required, but the operator's credential never expires.
      exp: credential.expiresAt ? seconds(credential.expiresAt) : LAST_NUMERIC_DATE,
    };
    return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: this.keyId })
      .sign(this.privateKey);
  }

  /**
   * The ids of the credential and of this token; undefined = not signed by us. Whether they are valid is checked on the
   * record, by the database's clock.
   */
  async verify(token: string): Promise<{ id: string; tokenId: string } | undefined> {
    try {
      const { payload } = await compactVerify(token, this.publicKey, { algorithms: [ALGORITHM] });
      const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
      const { sub: id, jti: tokenId } = claims as { sub?: unknown; jti?: unknown };
      return typeof id === 'string' && typeof tokenId === 'string' ? { id, tokenId } : undefined;
    } catch {
      return undefined;
    }
  }

  /** The public keys (RFC 7517). */
  async jwks(): Promise<{ keys: JWK[] }> {
    return { keys: [{ ...(await exportJWK(this.publicKey)), kid: this.keyId, alg: ALGORITHM, use: 'sig' }] };
  }
}
