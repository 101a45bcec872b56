import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { Undo } from '../bench/undo.js';

export interface Issuer {
  /** For TRUSTED_ISSUERS. */
  readonly setting: string;
  sign(claims: JWTPayload): Promise<string>;
}

export const DOMAIN_CLAIM = 'https://example.com/domain';
const HEADER = { alg: 'ES256', kid: 'key-1' };

/** Somebody whose JWTs the product is to trust: publishes a key, and signs with it. */
export async function startIssuer(undo: Undo): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair(HEADER.alg);
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), ...HEADER, use: 'sig' }] });
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(jwks));
  await undo.add(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const trust = { jwksUrl: `${url}/jwks.json`, domainClaim: DOMAIN_CLAIM, permissions: ['clients:read'] };
  return {
    setting: JSON.stringify({ [url]: trust }),
    sign: (claims) => new SignJWT({ iss: url, sub: 'alice', ...claims }).setProtectedHeader(HEADER).sign(privateKey),
  };
}
