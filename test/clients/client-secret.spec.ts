import { type ClientSecret, SecretHasher, type StoredSecret } from '#clients';
import { isRandomToken, Pepper } from '#secrets';
import { chosenSecretViolations } from '../../libs/clients/src/client-secret.js';
import { CheapHasher } from '../support/cheap-hashes.js';

const pepper = new Pepper('a pepper for tests');
const hasher = new CheapHasher(pepper);

const kept = (stored: StoredSecret): ClientSecret => ({
  domainId: '1',
  clientId: 'my-app',
  name: null,
  createdAt: new Date(),
  expiresAt: null,
  lastUsedOn: null,
  ...stored,
});
const matches = async (stored: StoredSecret, presented: string, by = hasher) =>
  (await by.find([kept(stored)], presented, null)) !== undefined;

describe('a generated secret', () => {
  it('has the prefix cls_, 256 random bits and a check sum', () => {
    const { value } = hasher.generate();
    expect(value).toMatch(/^cls_[\w-]{43}[0-9a-z]{6}$/);
    expect(isRandomToken('cls_', value)).toBe(true);
  });

  it('is another one each time, and so is its id', () => {
    const secrets = Array.from({ length: 50 }, () => hasher.generate());
    expect(new Set(secrets.map(({ value }) => value)).size).toBe(50);
    expect(new Set(secrets.map(({ stored }) => stored.id)).size).toBe(50);
  });

  it('is stored as a keyed hash, with its last four characters as a hint', () => {
    const { value, stored } = hasher.generate();
    expect(stored).toMatchObject({ algorithm: 'hmac-sha256', salt: null, hint: value.slice(-4) });
    expect(stored.hash).toHaveLength(32);
    expect(stored.hash.includes(value)).toBe(false);
  });

  it('matches what was stored of it, and nothing else does', async () => {
    const { value, stored } = hasher.generate();
    expect(await matches(stored, value)).toBe(true);
    expect(await matches(stored, hasher.generate().value)).toBe(false);
    expect(await matches(stored, `${value} `)).toBe(false);
    expect(await matches(stored, '')).toBe(false);
  });

  it('does not match under another pepper', async () => {
    const { value, stored } = hasher.generate();
    expect(await matches(stored, value, new CheapHasher(new Pepper('another pepper')))).toBe(false);
  });
});

describe('a secret that a caller chose', () => {
  it('is stored under scrypt with a salt of its own, without a hint', async () => {
    const usual = new SecretHasher(pepper);
    const [one, other] = await Promise.all([usual.store('correct horse', null), usual.store('correct horse', null)]);
    expect(one.algorithm).toBe('scrypt-15-8-3');
    expect(one.salt).toHaveLength(16);
    expect(one.hint).toBe('');
    expect(one.hash.equals(other.hash)).toBe(false);
    expect(one.id).not.toBe(other.id);
  });

  it('matches what was stored of it, and nothing else does', async () => {
    const stored = await hasher.store('correct horse', null);
    expect(await matches(stored, 'correct horse')).toBe(true);
    expect(await matches(stored, 'correct horsE')).toBe(false);
  });

  it('does not match under another pepper, so a stolen dump alone cannot be searched', async () => {
    const stored = await hasher.store('correct horse', null);
    expect(await matches(stored, 'correct horse', new CheapHasher(new Pepper('another pepper')))).toBe(false);
  });

  it.each([
    '12345678',
    'correct horse battery staple',
    '••••••••x',
    '********1',
    'CLS_abcdefgh',
    'x'.repeat(1000),
    '  12345678  ',
    'a      b',
    'zwölf Bären',
    'パスワードですよね',
    '🐴🔋🐴🔋🐴🔋🐴🔋',
  ])('may be %j', (secret) => {
    expect(chosenSecretViolations(secret, 'my-app')).toEqual([]);
  });

  it('is compared as it was given, character by character: spaces count, and ü is not u with two dots', async () => {
    const stored = await hasher.store(' zw\u00f6lf B\u00e4ren', null);
    expect(await matches(stored, ' zw\u00f6lf B\u00e4ren')).toBe(true);
    expect(await matches(stored, 'zw\u00f6lf B\u00e4ren')).toBe(false);
    expect(await matches(stored, ' zwo\u0308lf Ba\u0308ren')).toBe(false);
  });

  it.each([
    ['a mask of *', '**********', /mask/],
    ['a short mask', '***', /mask/],
    ['a mask of •', '••••••••••', /mask/],
    ['a mask of both', '*•*•*•*•', /mask/],
    ['7 characters', '1234567', /at least 8/],
    ['eight spaces', ' '.repeat(8), /at least 8/],
    ['white space of any kind', '\u00a0\u2003\u3000\u00a0\u2003\u3000\u00a0\u2003', /at least 8/],
    ['7 characters in spaces', '   1234567   ', /at least 8/],
    ['4 characters that are 8 in UTF-16', '🐴🔋🐴🔋', /at least 8/],
    ['characters that are not drawn', '\u3164'.repeat(8), /at least 8/],
    ['7 characters and one that is not drawn', '1234567\ufe0f', /at least 8/],
    ['a mask in spaces', ' ******** ', /mask/],
    ['the client’s own id in spaces', ' my-long-app ', /client id/],
    ['a line', 'correct horse\n', /can be seen/],
    ['NUL', 'correct\0horse', /can be seen/],
    ['a tab', 'correct\thorse', /can be seen/],
    ['zero-width characters', '\u200b'.repeat(8), /can be seen/],
    ['one zero-width character', 'correct\u200bhorse', /can be seen/],
    ['text that is written from right to left', 'correct\u202ehorse', /can be seen/],
    ['a lone surrogate', 'correct\ud800horse', /can be seen/],
    ['what became of bytes that are no UTF-8', 'correct\ufffdhorse', /can be seen/],
    ['1001 characters', 'x'.repeat(1001), /at most 1000/],
    ['the client’s own id', 'my-long-app', /client id/],
    ['something that looks generated', `cls_${'x'.repeat(49)}`, /cls_/],
    ['somebody else’s generated secret', hasher.generate().value, /cls_/],
  ])('may not be %s', (_, secret, message) => {
    const violations = chosenSecretViolations(secret, 'my-long-app');
    expect(violations).toEqual([{ field: 'clientSecret', rule: 'value', message: expect.stringMatching(message) }]);
    expect(violations[0]?.message).not.toContain(secret);
  });
});

describe('many comparisons at once', () => {
  it('wait in a queue that has an end, and generated secrets do not wait at all', async () => {
    const busy = new SecretHasher(pepper);
    // An older algorithm, in a thirtieth of the time.
    const chosen = kept(await busy.store('correct horse', 'acme', 'scrypt-10-8-3'));
    const generated = busy.generate();
    const burst = Array.from({ length: 60 }, () =>
      busy.find([chosen], 'wrong horse', 'acme').catch((error) => error.problem),
    );
    expect(await busy.find([chosen, kept(generated.stored)], generated.value, 'acme')).toMatchObject({
      id: generated.stored.id,
    });
    const outcomes = await Promise.all(burst);
    expect(outcomes.filter((outcome) => outcome?.code === 'too_many').length).toBeGreaterThan(0);
    expect(outcomes.filter((outcome) => outcome === undefined).length).toBeGreaterThan(0);
  });

  it('are those of one subscription: another one is compared meanwhile, before most of them', async () => {
    const busy = new SecretHasher(pepper);
    const chosen = kept(await busy.store('correct horse', 'acme', 'scrypt-10-8-3'));
    let compared = 0;
    const burst = Array.from({ length: 60 }, () =>
      busy.find([chosen], 'wrong horse', 'greedy').then(
        () => (compared += 1),
        ({ problem }) => problem,
      ),
    );
    expect(await busy.find([chosen], 'correct horse', 'modest')).toBe(chosen);
    expect(compared).toBeLessThan(16);
    const refused = (await Promise.all(burst)).filter((outcome) => typeof outcome === 'object');
    expect(refused).toEqual(Array(60 - 16).fill({ code: 'too_many', what: 'secrets', of: 'subscription' }));
  });
});
