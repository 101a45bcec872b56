import { type ClientSecret, SecretHasher, type StoredSecret } from '#clients';
import { isRandomToken, Pepper } from '#secrets';
import {
  chosenSecretViolations,
  importedSecretViolations,
  looksGenerated,
} from '../../libs/clients/src/client-secret.js';
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
    '🐴'.repeat(1000),
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
    ['1001 characters that are 2002 in UTF-16', '🐴'.repeat(1001), /at most 1000/],
    ['the client’s own id', 'my-long-app', /client id/],
    ['something that looks generated', `cls_${'x'.repeat(49)}`, /cls_/],
    ['somebody else’s generated secret', hasher.generate().value, /cls_/],
  ])('may not be %s', (_, secret, message) => {
    const violations = chosenSecretViolations(secret, 'my-long-app');
    expect(violations).toEqual([{ field: 'clientSecret', rule: 'value', message: expect.stringMatching(message) }]);
    expect(violations[0]?.message).not.toContain(secret);
  });
});

describe('a secret that is stored', () => {
  const VALUE = 'cls_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwczky9j3';
  /** What this product has stored of them since its first version. */
  const STORED: readonly (readonly [string, string, string, Buffer | null])[] = [
    [VALUE, 'hmac-sha256', 'f941c4d075ee6ad5c838d680bea877f0d7585a31b2998b1bfbf81d935a99d405', null],
    [
      'correct horse',
      'scrypt-5-8-3',
      '79ab32db4c5502271dced652ab37bd399397e47be0cdde6178f03842347499e0',
      Buffer.alloc(16, 1),
    ],
    ['correct horse', 'sha256', '66e9624850256e107369dfdae07a92d2ce27261d433b4b98cb5c8e2972159de8', null],
  ];
  const row = (algorithm: string, hash: string, salt: Buffer | null) =>
    kept({ id: 'one', algorithm, hash: Buffer.from(hash, 'hex'), salt, hint: '' });

  it.each(STORED)('is good for as long as its pepper is the same: %s as %s', async (secret, algorithm, hash, salt) => {
    expect(await matches(row(algorithm, hash, salt), secret)).toBe(true);
    expect(await matches(row(algorithm, hash, salt), `${secret}.`)).toBe(false);
    expect(await matches(row(algorithm, hash, salt), secret, new CheapHasher(new Pepper('another pepper')))).toBe(
      false,
    );
  });

  it.each(STORED)('is good for nothing once a part of it is lost: %s as %s', async (secret, algorithm, hash, salt) => {
    expect(await matches(row(algorithm, hash.slice(2), salt), secret)).toBe(false);
  });

  it('is outdated when it is hashed in another way than it would be now', () => {
    expect(hasher.isOutdated(hasher.generate().stored)).toBe(false);
    expect(hasher.isOutdated({ algorithm: 'scrypt-5-8-3' })).toBe(false);
    expect(hasher.isOutdated({ algorithm: 'scrypt-10-8-3' })).toBe(true);
    expect(hasher.isOutdated({ algorithm: 'sha256' })).toBe(true);
  });

  it('is compared slowly with what can be it: a generated one was chosen by nobody', async () => {
    const [generated, chosen] = [kept(hasher.generate().stored), kept(await hasher.store('correct horse', null))];
    const imported = row('sha256', '00'.repeat(32), null);
    const live = [generated, chosen, imported];
    expect(hasher.comparedSlowly(live, 'wrong')).toEqual([chosen, imported]);
    expect(hasher.comparedSlowly(live, VALUE)).toEqual([imported]);
    expect(hasher.comparedSlowly(live, '')).toEqual([]);
  });
});

describe('a secret that exists already elsewhere', () => {
  it('is stored as if it were ours, without a hint, as its owner knows it', async () => {
    expect(await hasher.take({ clear: 'correct horse' }, null)).toMatchObject({ algorithm: 'scrypt-5-8-3', hint: '' });
    const generated = hasher.generate().value;
    const stored = await hasher.take({ clear: generated }, null);
    expect(stored).toMatchObject({ algorithm: 'hmac-sha256', salt: null, hint: '' });
    expect(await matches(stored, generated)).toBe(true);
    const hash = { algorithm: 'sha256', salt: null, digest: Buffer.alloc(32) };
    expect(await hasher.take({ hash }, null)).toMatchObject({ algorithm: 'sha256', salt: null, hint: '' });
  });

  it('may be one of ours, or what a caller may choose, and no hash', () => {
    expect(importedSecretViolations(hasher.generate().value, 'my-app')).toEqual([]);
    expect(importedSecretViolations('correct horse', 'my-app')).toEqual([]);
    expect(importedSecretViolations('1234567', 'my-app')).toEqual(chosenSecretViolations('1234567', 'my-app'));
    const hashes = {
      bcrypt: '$2b$10$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzABCDE',
      'pbkdf2-sha256': '$pbkdf2-sha256$i=1000,l=32$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    };
    for (const [kind, hash] of Object.entries(hashes)) {
      expect(importedSecretViolations(hash, 'my-app')).toEqual([
        {
          field: 'clientSecret',
          rule: 'value',
          message: `must be the secret itself; this is a hash (${kind}), which belongs in \`hash\``,
        },
      ]);
    }
  });

  it('waits for its turn only if its caller has a place elsewhere', async () => {
    const failures = async (work: () => Promise<unknown>) => {
      const outcomes = await Promise.allSettled(Array.from({ length: 60 }, work));
      return outcomes.filter(({ status }) => status === 'rejected').length;
    };
    expect(await failures(() => hasher.take({ clear: 'correct horse' }, 'acme'))).toBeGreaterThan(0);
    expect(await failures(() => hasher.again('correct horse', 'acme'))).toBeGreaterThan(0);
    expect(await failures(() => hasher.store('correct horse', 'acme'))).toBeGreaterThan(0);
    expect(await failures(() => hasher.take({ clear: 'correct horse' }, 'acme', true))).toBe(0);
  });

  it.each([
    ['a generated one of ours, whatever its bits', hasher.generate(Buffer.alloc(32)).value, true],
    ['hexadecimal digits of eight kinds', '0123abcd'.repeat(4), true],
    ['hexadecimal digits of seven kinds', '0123abc0'.repeat(4), false],
    ['characters of twelve kinds, in turns', 'aB1cD2eF3gH4aB1cD2eF3g', true],
    ['characters of eleven kinds, in turns', 'aB1cD2eF3gHaB1cD2eF3gH', false],
    ['words of three letters each', 'CorrectHorse1BatteryStap', true],
    ['words of more letters', 'CorrectHorse1BatteryStapl', false],
  ])('looks generated or not: %s', (_, secret, expected) => {
    expect(looksGenerated(secret)).toBe(expected);
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
