import { createHmac, createPrivateKey, createPublicKey } from 'node:crypto';
import { CompactSign, compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { AccessTokens, Credential, newSigningKey } from '#credentials';

const ISSUER = 'https://clients.example.com';
const key = createPrivateKey(newSigningKey());
const tokens = new AccessTokens(key, ISSUER);

const credential = (columns: Partial<Credential> = {}): Credential =>
  Object.assign(Object.create(Credential.prototype), {
    id: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
    createdAt: new Date('2026-01-31T12:00:00.789Z'),
    expiresAt: new Date('2026-07-31T12:00:00.789Z'),
    ...columns,
  });

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an access token', () => {
  it('is a JWT, RS512, with the claims jti sub iss iat exp', async () => {
    const token = await tokens.sign(credential());
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS512', typ: 'JWT', kid: expect.any(String) });
    expect(claimsOf(token)).toEqual({
      jti: credential().id,
      sub: credential().id,
      iss: ISSUER,
      iat: Date.parse('2026-01-31T12:00:00Z') / 1000,
      exp: Date.parse('2026-07-31T12:00:00Z') / 1000,
    });
  });

  it('has the claim exp also for a credential that never expires', async () => {
    const { exp } = claimsOf(await tokens.sign(credential({ expiresAt: null })));
    expect(exp).toBeGreaterThan(Date.parse('2999-01-01') / 1000);
    expect(new Date(exp * 1000).toJSON()).toMatch(/^\d{4}-/);
  });

  it('has an id of its own after a rotation, and begins then', async () => {
    const tokenId = '0b0c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e';
    const rotatedAt = new Date('2026-02-28T12:00:00.789Z');
    const token = await tokens.sign(credential({ tokenId, rotatedAt }));
    expect(claimsOf(token)).toMatchObject({ jti: tokenId, sub: credential().id, iat: Math.floor(+rotatedAt / 1000) });
    expect(await tokens.verify(token)).toEqual({ id: credential().id, tokenId });
  });

  it('leads to the credential’s id', async () => {
    const { id } = credential();
    expect(await tokens.verify(await tokens.sign(credential()))).toEqual({ id, tokenId: id });
  });

  it('leads there after it has expired: the record decides that', async () => {
    const token = await tokens.sign(credential({ expiresAt: new Date('2020-01-01T00:00:00Z') }));
    expect(await tokens.verify(token)).toMatchObject({ id: credential().id });
  });

  it('can be checked by others with the published PEM and with the published key set', async () => {
    const token = await tokens.sign(credential());
    const { payload } = await compactVerify(token, createPublicKey(tokens.publicKeyPem));
    expect(JSON.parse(new TextDecoder().decode(payload)).jti).toBe(credential().id);
    const { keys } = await tokens.jwks();
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS512', use: 'sig', kid: decodeProtectedHeader(token).kid });
    await expect(compactVerify(token, await importJWK(keys[0]!))).resolves.toBeDefined();
  });
});

describe('what is published', () => {
  it('has no private half', async () => {
    expect(tokens.publicKeyPem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    expect(Object.keys((await tokens.jwks()).keys[0]!).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('names the same key after a restart, and another key otherwise', async () => {
    const kidOf = async (each: AccessTokens) => (await each.jwks()).keys[0]?.kid;
    expect(await kidOf(new AccessTokens(key, ISSUER))).toBe(await kidOf(tokens));
    expect(await kidOf(new AccessTokens(createPrivateKey(newSigningKey()), ISSUER))).not.toBe(await kidOf(tokens));
  });
});

describe('no access token is', () => {
  it.each([
    ['the empty string', ''],
    ['a word', 'nonsense'],
    ['two parts', 'a.b'],
    ['three parts of nothing', '..'],
    ['what the SDK takes for one', 'a.e30.c'],
    ['non-ASCII text', 'ä.ö.ü'],
  ])('%s', async (_, token) => {
    expect(await tokens.verify(token)).toBeUndefined();
  });

  it('one that another key signed', async () => {
    const foreign = new AccessTokens(createPrivateKey(newSigningKey()), ISSUER);
    expect(await tokens.verify(await foreign.sign(credential()))).toBeUndefined();
  });

  it('one whose claims were changed', async () => {
    const [header, , signature] = (await tokens.sign(credential())).split('.');
    expect(await tokens.verify(`${header}.${encoded({ jti: 'somebody-else' })}.${signature}`)).toBeUndefined();
  });

  it('one without a signature (alg none)', async () => {
    expect(await tokens.verify(`${encoded({ alg: 'none' })}.${encoded({ jti: 'x' })}.`)).toBeUndefined();
  });

  it('one whose HMAC was made with the public key', async () => {
    const input = `${encoded({ alg: 'HS256' })}.${encoded({ jti: 'x' })}`;
    const signature = createHmac('sha256', tokens.publicKeyPem).update(input).digest('base64url');
    expect(await tokens.verify(`${input}.${signature}`)).toBeUndefined();
  });

  it.each([
    ['without an id', '{"sub":"x"}'],
    ['with an id that is no string', '{"sub":"x","jti":1}'],
    ['without the credential’s id', '{"jti":"x"}'],
    ['null', 'null'],
    ['no JSON', 'nonsense'],
  ])('one that we signed, with claims %s', async (_, claims) => {
    const token = await new CompactSign(new TextEncoder().encode(claims))
      .setProtectedHeader({ alg: 'RS512' })
      .sign(key);
    expect(await tokens.verify(token)).toBeUndefined();
  });
});
