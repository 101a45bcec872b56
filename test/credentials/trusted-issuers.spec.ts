import { createHmac, createPrivateKey } from 'node:crypto';
import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  importPKCS8,
  type JWK,
  SignJWT,
} from 'jose';
import {
  AccessTokens,
  CredentialError,
  Credentials,
  newSigningKey,
  PERMISSIONS,
  type Permission,
  TrustedIssuers,
} from '#credentials';
import { Pepper } from '#secrets';
import { InMemoryCredentialRepository } from '../support/in-memory-credential.repository.js';

const PUBLIC_URL = 'https://clients.example.com';
const ISSUER = 'https://login.example.com';
const CLAIM = 'https://example.com/domain';
const NOW = Date.parse('2026-03-01T12:00:00Z');
const SECONDS = NOW / 1000;
const CLAIMS = { iss: ISSUER, aud: PUBLIC_URL, sub: 'alice', exp: SECONDS + 600, [CLAIM]: 'acme.example.com' };
const DOMAINS: Record<string, { id: string; subscription: string }> = {
  'acme.example.com': { id: '7', subscription: 'acme' },
  'other.example.com': { id: '8', subscription: 'other' },
};

interface Pair {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function pairOf(kid: string, alg = 'RS256'): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

const pair = await pairOf('key-1');
const stranger = await pairOf('key-1');
const ownKey = createPrivateKey(newSigningKey());

const sign = (claims: object = {}, header: object = {}, key: Pair['privateKey'] | typeof ownKey = pair.privateKey) =>
  new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'key-1', ...header }).sign(key);
/** Also what a library would not sign. */
async function signRaw(header: object, claims: object | Buffer): Promise<string> {
  const input = `${encoded({ alg: 'RS256', kid: 'key-1', ...header })}.${encoded(claims)}`;
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', pair.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}
const encoded = (value: object | Buffer) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');
const without = (claim: string) => ({ [claim]: undefined });

/** A server that trusts two issuers, whose clock and whose issuers' keys can be set. */
async function office(permissions: readonly Permission[] = ['clients:read', 'credentials:write']) {
  const state = { now: NOW, keys: createLocalJWKSet({ keys: [pair.jwk] }), asked: 0 };
  const keys = (header: Parameters<typeof state.keys>[0]) => {
    state.asked += 1;
    return state.keys(header);
  };
  const issuers = new TrustedIssuers(
    [ISSUER, 'second'].map((issuer) => ({ issuer, keys, domainClaim: CLAIM, permissions })),
    [PUBLIC_URL],
    async (name) => (Object.hasOwn(DOMAINS, name) ? DOMAINS[name] : undefined),
    () => state.now,
  );
  const repository = new InMemoryCredentialRepository();
  const own = new AccessTokens(ownKey, PUBLIC_URL);
  const credentials = new Credentials(repository, own, issuers, new Pepper('a pepper for tests'), {});
  const origin = {
    credentialId: null,
    credentialName: 'tester',
    subscription: null,
    dialect: 'test',
    requestId: 'r-1',
  };
  const operator = (await credentials.ensureOperator(origin))!;
  return { state, repository, credentials, operator, origin, of: (token: string) => credentials.authenticate([token]) };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'let in';
  } catch (error) {
    if (error instanceof CredentialError) return error.problem.code;
    throw error;
  }
}

describe('a token of a trusted issuer', () => {
  it('stands for a caller with the domain of its claim and the permissions of the setting, and no operator', async () => {
    const { of } = await office();
    const caller = await of(await sign());
    expect(caller).toMatchObject({
      name: `${ISSUER} alice`,
      subscription: 'acme',
      domainId: '7',
      permissions: ['clients:read', 'credentials:write'],
      expiresAt: new Date(NOW + 600_000),
      isOperator: false,
    });
    expect(caller.reaches({ id: '7', subscription: 'acme' })).toBe(true);
    expect(caller.reaches({ id: '9', subscription: 'acme' })).toBe(false);
    expect(caller.may('domains:write')).toBe(false);
  });

  it('is no operator either when it has every permission', async () => {
    const { of } = await office(PERMISSIONS);
    const caller = await of(await sign());
    expect(caller.isOperator).toBe(false);
    expect(caller.reaches({ id: '8', subscription: 'other' })).toBe(false);
  });

  it('always has the same id, a UUID; another subject, issuer or domain has another', async () => {
    const { of } = await office();
    const { id } = await of(await sign());
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await of(await sign({ exp: SECONDS + 700 }))).id).toBe(id);
    const others = [{ sub: 'bob' }, { iss: 'second' }, { [CLAIM]: 'other.example.com' }];
    const ids = await Promise.all(others.map(async (claims) => (await of(await sign(claims))).id));
    expect(new Set([id, ...ids]).size).toBe(4);
  });

  it('may be for several audiences', async () => {
    const { of } = await office();
    expect((await of(await sign({ aud: ['https://elsewhere.example.com', PUBLIC_URL] }))).domainId).toBe('7');
  });

  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
    'may be signed with %s',
    async (alg) => {
      const { of, state } = await office();
      const { privateKey, jwk } = await pairOf('key-1', alg);
      state.keys = createLocalJWKSet({ keys: [jwk] });
      expect((await of(await sign({}, { alg }, privateKey))).domainId).toBe('7');
    },
  );

  it('is looked up nowhere among the credentials', async () => {
    const { of, repository } = await office();
    await of(await sign());
    expect(repository.lookUps).toBe(0);
  });

  it('does not stand for anybody else’s credential beside it', async () => {
    const { credentials, operator } = await office();
    expect(await codeOf(credentials.authenticate([await sign(), operator.apiKey]))).toBe('credentials_differ');
  });

  it('leaves our own tokens and keys as they were', async () => {
    const { of, operator } = await office();
    expect((await of(operator.accessToken)).isOperator).toBe(true);
    expect((await of(operator.apiKey)).isOperator).toBe(true);
  });
});

describe('time, by this machine’s clock with 30 seconds of tolerance:', () => {
  it.each([
    ['expired 29 seconds ago', { exp: SECONDS - 29 }, 'let in'],
    ['expired 30 seconds ago', { exp: SECONDS - 30 }, 'credential_expired'],
    ['good in 30 seconds', { nbf: SECONDS + 30 }, 'let in'],
    ['good in 31 seconds', { nbf: SECONDS + 31 }, 'credential_invalid'],
    ['without an expiry', without('exp'), 'credential_invalid'],
    ['with an expiry that is no number', { exp: 'never' }, 'credential_invalid'],
    ['with an expiry at the end of the year 9999', { exp: 253_402_300_799 }, 'let in'],
    ['with a fraction of a second in its expiry', { exp: SECONDS + 0.5 }, 'let in'],
    ['with an expiry in the year 10000', { exp: 253_402_300_800 }, 'credential_invalid'],
    ['with an expiry beyond all dates', { exp: 1e300 }, 'credential_invalid'],
    ['with an expiry in quotes', { exp: String(SECONDS + 600) }, 'credential_invalid'],
    ['with an expiry before 1970', { exp: -1 }, 'credential_expired'],
    ['good since 1970', { nbf: 0, iat: 0 }, 'let in'],
    ['issued beyond all dates', { iat: 1e300 }, 'credential_invalid'],
    ['issued at no time', { iat: 'now' }, 'credential_invalid'],
    ['good since before all dates', { nbf: -1e300 }, 'credential_invalid'],
    ['good from the end of time on', { nbf: 1e300 }, 'credential_invalid'],
  ])('a token %s', async (_, claims, expected) => {
    const { of } = await office();
    expect(await codeOf(of(await signRaw({}, { ...CLAIMS, ...claims })))).toBe(expected);
  });

  it.each([
    ['exp', '1e999', 'credential_invalid'],
    ['exp', '-1e999', 'credential_expired'],
    ['nbf', '1e999', 'credential_invalid'],
    ['nbf', '-1e999', 'credential_invalid'],
    ['iat', '1e999', 'credential_invalid'],
    ['iat', '-1e999', 'credential_invalid'],
  ])('a token whose %s is %s, which JSON can say and no clock', async (claim, value, expected) => {
    const { of } = await office();
    const json = JSON.stringify({ ...CLAIMS, [claim]: 'here' }).replace('"here"', value);
    expect(await codeOf(of(await signRaw({}, Buffer.from(json))))).toBe(expected);
  });

  it('a token expires also after it was let in', async () => {
    const { of, state } = await office();
    const token = await sign();
    await of(token);
    state.now = NOW + 629_000;
    expect(await codeOf(of(token))).toBe('let in');
    state.now = NOW + 630_000;
    expect(await codeOf(of(token))).toBe('credential_expired');
  });

  it('each of two tokens of the same caller has to be in force', async () => {
    const { credentials } = await office();
    const tokens = [await sign(), await sign({ exp: SECONDS - 100 })];
    expect(await codeOf(credentials.authenticate(tokens))).toBe('credential_expired');
    expect(await codeOf(credentials.authenticate([tokens[0]!, await sign({ exp: SECONDS + 1 })]))).toBe('let in');
  });
});

describe('refused as invalid is a token', () => {
  const signedWithPublicKey = async () => {
    const input = `${encoded({ alg: 'HS256', kid: 'key-1' })}.${encoded(CLAIMS)}`;
    const pem = await exportSPKI(pair.publicKey);
    return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
  };
  const signedWithPadding = async () =>
    sign({}, { alg: 'PS256' }, await importPKCS8(await exportPKCS8(pair.privateKey), 'PS256'));
  const tampered = async () => {
    const [header, , signature] = (await sign()).split('.');
    return `${header}.${encoded({ ...CLAIMS, sub: 'bob' })}.${signature}`;
  };
  it.each<[string, () => Promise<string> | string]>([
    ['of an issuer that is not trusted', () => sign({ iss: 'https://evil.example.com' })],
    ['of an issuer that is trusted but for its case', () => sign({ iss: ISSUER.toUpperCase() })],
    ['without an issuer', () => sign(without('iss'))],
    ['whose issuer is a list', () => sign({ iss: [ISSUER] })],
    ['that another key signed', () => sign({}, {}, stranger.privateKey)],
    ['that our own key signed', () => sign({}, {}, ownKey)],
    ['that our own key signed as RS512, as ours are', () => sign({}, { alg: 'RS512' }, ownKey)],
    ['whose claims were changed', tampered],
    ['without a signature (alg none)', () => `${encoded({ alg: 'none' })}.${encoded(CLAIMS)}.`],
    ['without a signature but with three parts', () => `${encoded({ alg: 'none' })}.${encoded(CLAIMS)}.AAAA`],
    ['whose HMAC was made with the public key', signedWithPublicKey],
    ['with a key that is not published', () => sign({}, { kid: 'key-2' })],
    ['with an algorithm that is not the key’s', signedWithPadding],
    ['without an audience', () => sign(without('aud'))],
    ['for another audience', () => sign({ aud: 'https://elsewhere.example.com' })],
    ['for other audiences', () => sign({ aud: ['https://elsewhere.example.com', `${PUBLIC_URL}.evil.example`] })],
    ['for an audience that is an object', () => sign({ aud: { [PUBLIC_URL]: true } })],
    ['without a subject', () => sign(without('sub'))],
    ['with an empty subject', () => sign({ sub: '' })],
    ['with a subject that is too long', () => sign({ sub: 'x'.repeat(256) })],
    ['with a subject that PostgreSQL cannot hold', () => sign({ sub: 'al\0ice' })],
    ['with a subject that cannot be seen whole', () => sign({ sub: 'al\u2028ice' })],
    ['without the domain', () => sign(without(CLAIM))],
    ['whose domain is a number', () => sign({ [CLAIM]: 7 })],
    ['whose domain is a list', () => sign({ [CLAIM]: ['acme.example.com'] })],
    ['whose domain is an object', () => sign({ [CLAIM]: { name: 'acme.example.com' } })],
    ['whose domain does not exist', () => sign({ [CLAIM]: 'nobodys.example.com' })],
    ['whose domain is no name', () => sign({ [CLAIM]: '__proto__' })],
    ['with an extension that we do not know', () => signRaw({ crit: ['x'], x: 1 }, CLAIMS)],
    ['of more than 4096 characters', () => sign({ padding: 'x'.repeat(4096) })],
    ['with claims that are no object', () => signRaw({}, [CLAIMS])],
  ])('%s', async (_, make) => {
    const { of, repository } = await office();
    expect(await codeOf(of(await make()))).toBe('credential_invalid');
    expect(repository.lookUps).toBe(0);
  });

  it('that would be the operator’s own but names a trusted issuer', async () => {
    const { of, operator } = await office();
    const own = JSON.parse(Buffer.from(operator.accessToken.split('.')[1]!, 'base64url').toString());
    const signed = (iss: string) => new SignJWT({ ...own, iss }).setProtectedHeader({ alg: 'RS512' }).sign(ownKey);
    expect((await of(await signed(PUBLIC_URL))).isOperator).toBe(true);
    expect(await codeOf(of(await signed(ISSUER)))).toBe('credential_invalid');
  });

  it('that another trusted issuer’s key signed', async () => {
    const keysOf = ({ jwk }: Pair) => createLocalJWKSet({ keys: [jwk] });
    const issuers = new TrustedIssuers(
      [
        { issuer: ISSUER, keys: keysOf(pair), domainClaim: CLAIM, permissions: ['clients:read'] },
        { issuer: 'second', keys: keysOf(stranger), domainClaim: CLAIM, permissions: ['audit:read'] },
      ],
      [PUBLIC_URL],
      async (name) => DOMAINS[name],
      () => NOW,
    );
    expect((await issuers.callerOf(await sign({ iss: 'second' }, {}, stranger.privateKey)))?.permissions).toEqual([
      'audit:read',
    ]);
    expect(await codeOf(issuers.callerOf(await sign({ iss: 'second' })))).toBe('credential_invalid');
  });

  it('that is signed with a shared secret, whatever the issuer publishes', async () => {
    const secret = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
    const issuers = new TrustedIssuers(
      [{ issuer: ISSUER, keys: async () => secret, domainClaim: CLAIM, permissions: ['clients:read'] }],
      [PUBLIC_URL],
      async (name) => DOMAINS[name],
      () => NOW,
    );
    expect(await codeOf(issuers.callerOf(await sign({}, { alg: 'HS256' }, secret)))).toBe('credential_invalid');
  });

  it('that names none of several keys', async () => {
    const { of, state } = await office();
    state.keys = createLocalJWKSet({ keys: [pair.jwk, { ...stranger.jwk, kid: 'key-2' }] });
    expect(await codeOf(of(await sign({}, { kid: undefined })))).toBe('credential_invalid');
  });
});

describe('a domain that is deleted', () => {
  it('lets nobody in any more, also who was let in before', async () => {
    const { of } = await office();
    DOMAINS['short.example.com'] = { id: '9', subscription: 'acme' };
    const token = await sign({ [CLAIM]: 'short.example.com' });
    expect((await of(token)).domainId).toBe('9');
    delete DOMAINS['short.example.com'];
    expect(await codeOf(of(token))).toBe('credential_invalid');
  });
});

describe('a signature is checked once for each key', () => {
  it('but whether the key is still published is asked every time', async () => {
    const { of, state } = await office();
    const token = await sign();
    await of(token);
    await of(token);
    expect(state.asked).toBe(2);
    state.keys = createLocalJWKSet({ keys: [{ ...stranger.jwk, kid: 'key-2' }] });
    expect(await codeOf(of(token))).toBe('credential_invalid');
  });

  it('and again when another key has taken its name', async () => {
    const { of, state } = await office();
    const token = await sign();
    await of(token);
    state.keys = createLocalJWKSet({ keys: [stranger.jwk] });
    expect(await codeOf(of(token))).toBe('credential_invalid');
    state.keys = createLocalJWKSet({ keys: [pair.jwk] });
    expect(await codeOf(of(token))).toBe('let in');
  });

  it('an issuer that cannot be asked is not the caller’s fault', async () => {
    const { of, state } = await office();
    const token = await sign();
    await of(token);
    state.keys = Object.assign(() => Promise.reject(new CredentialError({ code: 'issuer_unavailable' })), {
      jwks: state.keys.jwks,
    });
    expect(await codeOf(of(token))).toBe('issuer_unavailable');
    expect(await codeOf(of(await sign({ sub: 'bob' })))).toBe('issuer_unavailable');
  });
});

describe('what such a caller issues', () => {
  it('is within its own rights, as with any other', async () => {
    const { of, credentials, origin } = await office();
    const caller = await of(await sign());
    const grant = { name: 'CI', subscription: 'acme', domainId: '7', permissions: ['clients:read'] as Permission[] };
    expect((await credentials.issue(caller, grant, origin)).credential.domainId).toBe('7');
    for (const more of [
      { domainId: null },
      { domainId: '8' },
      { subscription: 'other' },
      { permissions: ['clients:write'] as Permission[] },
    ]) {
      expect(await codeOf(credentials.issue(caller, { ...grant, ...more }, origin))).toBe('grant_exceeds_own_rights');
    }
  });
});
