import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import { hashSync } from '@node-rs/bcrypt';
import fc from 'fast-check';
import { type ClientSecret, type HashFields, type StoredSecret, secretHashOf } from '#clients';
import { Pepper, randomToken } from '#secrets';
import { looksGenerated } from '../../libs/clients/src/client-secret.js';
import { CheapHasher } from '../support/cheap-hashes.js';

const hasher = new CheapHasher(new Pepper('a pepper for tests'));
const kept = (stored: StoredSecret): ClientSecret => ({
  ...{ domainId: '1', clientId: 'my-app', name: null, createdAt: new Date(), expiresAt: null, lastUsedOn: null },
  ...stored,
});
const isGood = async (stored: StoredSecret, presented: string, by = hasher) =>
  (await by.find([kept(stored)], presented, null)) !== undefined;
const storedOf = (given: string | HashFields) => {
  const taken = secretHashOf(given);
  if ('violations' in taken) throw new Error(JSON.stringify(taken.violations));
  return hasher.take({ hash: taken.hash }, null);
};
const wrongWith = (given: string | HashFields) => {
  const taken = secretHashOf(given);
  if ('hash' in taken) return [];
  return taken.violations.map(({ field, message }) => `${field ?? 'hash'} ${message}`);
};

const bare = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
const sha256 = (secret: string) => createHash('sha256').update(secret).digest();
const pbkdf2 = (
  secret: string,
  digest: 'sha256' | 'sha512',
  salt = randomBytes(16),
  iterations = 1000,
  length = 32,
) => {
  const hash = pbkdf2Sync(secret, salt, iterations, length, digest);
  return { algorithm: `pbkdf2-${digest}` as const, hash, salt, iterations };
};
/** The same hash in every form in which it may come. */
const FORMS: Readonly<Record<string, (secret: string) => (string | HashFields)[]>> = {
  'SHA-256': (secret) => {
    const hash = sha256(secret);
    const encodings = ['base64', 'base64url', 'hex'] as const;
    return encodings.map((encoding) => ({ algorithm: 'sha256', hash: hash.toString(encoding) }));
  },
  'PBKDF2-SHA-256': (secret) => formsOfPbkdf2(pbkdf2(secret, 'sha256')),
  'PBKDF2-SHA-512': (secret) => formsOfPbkdf2(pbkdf2(secret, 'sha512', randomBytes(20), 1500, 64)),
  bcrypt: (secret) => {
    const text = hashSync(secret, 4).replace('$2b$', '$2a$');
    return [text, { algorithm: 'bcrypt', hash: text.replace('$2a$', '$2y$') }];
  },
};

function formsOfPbkdf2({ algorithm, hash, salt, iterations }: ReturnType<typeof pbkdf2>): (string | HashFields)[] {
  return [
    `$${algorithm}$i=${iterations},l=${hash.length}$${bare(salt)}$${bare(hash)}`,
    `$${algorithm}$i=${iterations}$${bare(salt)}$${bare(hash)}`,
    { algorithm, iterations, salt: salt.toString('base64'), hash: hash.toString('base64'), encoding: 'base64' },
    { algorithm, iterations, salt: salt.toString('hex'), hash: hash.toString('hex'), encoding: 'hex' },
  ];
}

/** What somebody else's secret may be; bcrypt has none with NUL, and none of more than 72 bytes. */
const secrets = fc
  .oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), fc.string({ minLength: 1, maxLength: 72 }))
  .filter((secret) => !secret.includes('\0') && Buffer.byteLength(secret) <= 72 && secret.isWellFormed());

/** LAWS_RUNS=500 is the long form. */
const numRuns = Number(process.env.LAWS_RUNS ?? 4);

describe('a secret that was hashed elsewhere', () => {
  it.each(Object.keys(FORMS))(
    'is good, and another one is not, before and after it gets a hash of ours: %s',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(secrets, secrets, fc.nat(), async (secret, other, pick) => {
          fc.pre(secret !== other);
          const forms = FORMS[name]!(secret);
          const stored = await storedOf(forms[pick % forms.length]!);
          expect([await isGood(stored, secret), await isGood(stored, other)]).toEqual([true, false]);
          expect(hasher.isOutdated(stored)).toBe(true);
          const again = await hasher.again(secret, null);
          expect([await isGood(again, secret), await isGood(again, other)]).toEqual([true, false]);
          expect(hasher.isOutdated(again)).toBe(false);
        }),
        { numRuns },
      );
    },
    30_000 + numRuns * 5000,
  );

  it.each(Object.keys(FORMS))('is the same in every form: %s', async (name) => {
    for (const form of FORMS[name]!('a secret')) expect(await isGood(await storedOf(form), 'a secret')).toBe(true);
  });

  it.each([
    [
      'Ory',
      '$pbkdf2-sha256$i=100000,l=32$1jP+5Zxpxgtee/iPxGgOz0RfE9/KJuDElP1ley4VxXc$QJxzfvdbHYBpydCbHoFg3GJEqMFULwskiuqiJctoYpI',
      'test',
    ],
    ['IdentityServer', { algorithm: 'sha256', hash: 'K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=' }, 'secret'],
    ['bcrypt', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  ] as const)('is good as %s writes it', async (_, given, secret) => {
    expect(await isGood(await storedOf(given), secret)).toBe(true);
    expect(await isGood(await storedOf(given), `${secret}.`)).toBe(false);
  });

  it('is stored under the pepper: neither the hash nor the other pepper is of use', async () => {
    const digest = sha256('a secret');
    const stored = await storedOf({ algorithm: 'sha256', hash: digest.toString('hex') });
    expect(stored.hash.equals(digest)).toBe(false);
    expect(await isGood(stored, 'a secret', new CheapHasher(new Pepper('another pepper')))).toBe(false);
    for (const encoding of ['hex', 'base64', 'latin1'] as const) {
      expect(await isGood(stored, digest.toString(encoding))).toBe(false);
    }
  });

  it('may be one that another registry of ours made', async () => {
    const secret = randomToken('cls_');
    for (const form of Object.values(FORMS).map((formsOf) => formsOf(secret)[0]!)) {
      expect(await isGood(await storedOf(form), secret)).toBe(true);
    }
    expect((await hasher.again(secret, null)).algorithm).toBe('hmac-sha256');
  });

  it('is good after its first use, too, if it only begins as ours do', async () => {
    expect(await isGood(await storedOf(hashSync('cls_none-of-ours', 4)), 'cls_none-of-ours')).toBe(true);
    expect(await isGood(await hasher.again('cls_none-of-ours', null), 'cls_none-of-ours')).toBe(true);
  });

  it('is never the empty text', async () => {
    for (const form of Object.values(FORMS).flatMap((formsOf) => formsOf(''))) {
      expect(await isGood(await storedOf(form), '')).toBe(false);
    }
  });

  it('is not another one that bcrypt cannot tell from it', async () => {
    const long = 'x'.repeat(72);
    expect(await isGood(await storedOf(hashSync(long, 4)), long)).toBe(true);
    expect(await isGood(await storedOf(hashSync(long, 4)), `${long}y`)).toBe(false);
    expect(await isGood(await storedOf(hashSync(`${long}y`, 4)), `${long}y`)).toBe(false);
    expect(await isGood(await storedOf(hashSync('é'.repeat(36), 4)), `${'é'.repeat(36)}x`)).toBe(false);
    for (const alike of ['secret\0', 'secret\0secret']) {
      expect(await isGood(await storedOf(hashSync('secret', 4)), alike)).toBe(false);
      expect(await isGood(await storedOf(hashSync(alike, 4)), alike)).toBe(false);
    }
  });
});

describe('a hash of PBKDF2', () => {
  it('is not good for another secret that PBKDF2 cannot tell from it', async () => {
    for (const algorithm of ['sha256', 'sha512'] as const) {
      for (const secret of ['secret', 'secret\0']) {
        const { hash, salt } = pbkdf2(secret, algorithm);
        const stored = await storedOf({
          algorithm: `pbkdf2-${algorithm}`,
          hash: bare(hash),
          salt: bare(salt),
          iterations: 1000,
        });
        expect(await isGood(stored, 'secret')).toBe(true);
        for (const alike of ['secret\0', 'secret\0\0']) expect(await isGood(stored, alike)).toBe(false);
      }
    }
  });
});

describe('a hash is taken', () => {
  const takenOf = (given: string | HashFields) => {
    const taken = secretHashOf(given);
    if ('violations' in taken) throw new Error(JSON.stringify(taken.violations));
    return taken.hash;
  };
  /** Hexadecimal as well as Base64. */
  const BOTH = 'ab'.repeat(16);
  const fields = { algorithm: 'pbkdf2-sha256', hash: BOTH, salt: BOTH, iterations: 1000 } as const;

  it('for hexadecimal if it looks like it, unless its encoding is told', () => {
    expect(takenOf(fields)).toMatchObject({ digest: Buffer.from(BOTH, 'hex'), salt: Buffer.from(BOTH, 'hex') });
    expect(takenOf({ ...fields, encoding: 'hex' })).toEqual(takenOf(fields));
    const asBase64 = { digest: Buffer.from(BOTH, 'base64'), salt: Buffer.from(BOTH, 'base64') };
    expect(takenOf({ ...fields, encoding: 'base64' })).toMatchObject(asBase64);
    expect(takenOf(`$pbkdf2-sha256$i=1000,l=24$${BOTH}$${BOTH}`)).toMatchObject(asBase64);
  });

  it('of SHA-256 with its encoding', () => {
    const digest = sha256('a secret');
    for (const encoding of ['hex', 'base64'] as const) {
      expect(takenOf({ algorithm: 'sha256', hash: digest.toString(encoding), encoding }).digest).toEqual(digest);
    }
  });

  it('with as much work as half a second allows', () => {
    expect(takenOf({ ...fields, iterations: 1_000_000 }).algorithm).toBe('pbkdf2-sha256-1000000-16');
    expect(takenOf({ ...fields, algorithm: 'pbkdf2-sha512', iterations: 500_000 }).algorithm).toBe(
      'pbkdf2-sha512-500000-16',
    );
    expect(takenOf(hashSync('a secret', 4).replace('$04$', '$13$')).algorithm).toBe('bcrypt-13');
  });
});

describe('a hash is refused', () => {
  const { hash, salt } = pbkdf2('a secret', 'sha256');
  const fields = { algorithm: 'pbkdf2-sha256', hash: bare(hash), salt: bare(salt), iterations: 1000 } as const;
  const BCRYPT = hashSync('a secret', 4);
  const text = (parameters: string, salt64 = bare(salt), hash64 = bare(hash)) =>
    `$pbkdf2-sha256$${parameters}$${salt64}$${hash64}`;

  it.each<[string, string | HashFields, string[]]>([
    [
      'a text of another kind',
      '$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHQ$aGFzaA',
      ['hash must be a text such as $2b$10$… or $pbkdf2-sha256$i=…'],
    ],
    ['a bare digest', bare(sha256('x')), ['hash must be a text such as $2b$10$… or $pbkdf2-sha256$i=…']],
    ['bcrypt that is cut off', BCRYPT.slice(0, -1), ['hash must be a text such as $2b$10$… or $pbkdf2-sha256$i=…']],
    ['bcrypt with more behind it', `${BCRYPT}x`, ['hash must be a text such as $2b$10$… or $pbkdf2-sha256$i=…']],
    ['bcrypt with more before it', `x${BCRYPT}`, ['hash must be a text such as $2b$10$… or $pbkdf2-sha256$i=…']],
    [
      'PBKDF2 with more behind it',
      `${text('i=1000')}!`,
      ['hash must be a text such as $2b$10$… or $pbkdf2-sha256$i=…'],
    ],
    [
      'PBKDF2 with more before it',
      `x${text('i=1000')}`,
      ['hash must be a text such as $2b$10$… or $pbkdf2-sha256$i=…'],
    ],
    [
      'bcrypt of the version that was wrong',
      BCRYPT.replace('$2b$', '$2x$'),
      ['hash must be a text such as $2b$10$… or $pbkdf2-sha256$i=…'],
    ],
    ['bcrypt that costs too much', BCRYPT.replace('$04$', '$14$'), ['hash must have a cost from 4 to 13']],
    ['bcrypt that costs too little', BCRYPT.replace('$04$', '$03$'), ['hash must have a cost from 4 to 13']],
    [
      'bcrypt that costs too much, as fields',
      { algorithm: 'bcrypt', hash: BCRYPT.replace('$04$', '$31$') },
      ['hash must have a cost from 4 to 13'],
    ],
    [
      'bcrypt without its head',
      { algorithm: 'bcrypt', hash: BCRYPT.slice(7) },
      ['hash must be the whole text, such as $2b$10$…'],
    ],
    [
      'bcrypt with what stands in its text',
      { algorithm: 'bcrypt', hash: BCRYPT, salt: 'x', iterations: 4, encoding: 'hex' },
      ['salt is not for bcrypt', 'iterations is not for bcrypt', 'encoding is not for bcrypt'],
    ],
    ['too many iterations', text('i=1000001,l=32'), ['iterations must be a whole number from 1000 to 1000000']],
    ['too few iterations', text('i=999'), ['iterations must be a whole number from 1000 to 1000000']],
    [
      'too many iterations of SHA-512',
      { ...fields, algorithm: 'pbkdf2-sha512', iterations: 500_001 },
      ['iterations must be a whole number from 1000 to 500000'],
    ],
    [
      'half an iteration',
      { ...fields, iterations: 1000.5 },
      ['iterations must be a whole number from 1000 to 1000000'],
    ],
    ['another length than it tells', text('i=1000,l=64'), ['hash must have a hash of the length that it tells']],
    ['a salt that is too short', text('i=1000', 'c2FsdA'), ['salt must have 8 to 128 bytes']],
    ['a salt that is too long', { ...fields, salt: 'ab'.repeat(129) }, ['salt must have 8 to 128 bytes']],
    [
      'no salt and no iterations',
      { algorithm: 'pbkdf2-sha256', hash: bare(hash) },
      ['salt is required', 'iterations must be a whole number from 1000 to 1000000'],
    ],
    ['a hash that is too long', { ...fields, hash: 'ab'.repeat(33) }, ['hash must have 16 to 32 bytes']],
    ['a hash that is too short', { ...fields, hash: 'ab'.repeat(15) }, ['hash must have 16 to 32 bytes']],
    ['no Base64', { ...fields, hash: '§'.repeat(43), salt: 'a+_b' }, ['hash must be Base64', 'salt must be Base64']],
    [
      'no hexadecimal',
      { ...fields, encoding: 'hex', salt: '00112233445566770' },
      ['hash must be hexadecimal', 'salt must be hexadecimal'],
    ],
    ['SHA-256 of another length', { algorithm: 'sha256', hash: 'ab'.repeat(64) }, ['hash must have 32 bytes']],
    [
      'SHA-256 with a salt',
      { algorithm: 'sha256', hash: bare(hash), salt: 'x', iterations: 1 },
      ['salt is not for sha256', 'iterations is not for sha256'],
    ],
    [
      'bcrypt with another field, and without its head',
      { algorithm: 'bcrypt', hash: BCRYPT.slice(7), salt: 'x' },
      ['salt is not for bcrypt', 'hash must be the whole text, such as $2b$10$…'],
    ],
    ['nothing', '', ['hash must be a text such as $2b$10$… or $pbkdf2-sha256$i=…']],
  ])('that is or has %s', (_, given, sentences) => {
    expect(wrongWith(given)).toEqual(sentences);
  });

  it('under the kind of rule that it breaks', () => {
    const kindsOf = (given: string | HashFields) => {
      const taken = secretHashOf(given);
      return 'violations' in taken ? taken.violations.map(({ field, rule }) => `${field} ${rule}`) : [];
    };
    expect(kindsOf('no hash')).toEqual(['undefined format']);
    expect(kindsOf(text('i=1000,l=64'))).toEqual(['undefined format']);
    expect(kindsOf(BCRYPT.replace('$04$', '$14$'))).toEqual(['undefined limit']);
    expect(kindsOf({ algorithm: 'bcrypt', hash: 'x', salt: 'x' })).toEqual(['salt value', 'hash format']);
    expect(kindsOf({ ...fields, hash: '§', salt: 'ab' })).toEqual(['hash format', 'salt value']);
    expect(kindsOf({ algorithm: 'pbkdf2-sha256', hash: bare(hash) })).toEqual(['salt required', 'iterations limit']);
  });

  it('or taken, whatever it is, and never with an error', () => {
    const any = fc.oneof(
      fc.string(),
      fc.record({
        algorithm: fc.constantFrom('sha256', 'pbkdf2-sha256', 'pbkdf2-sha512', 'bcrypt'),
        hash: fc.oneof(fc.string(), fc.base64String(), fc.constant(BCRYPT)),
        salt: fc.option(fc.oneof(fc.string(), fc.base64String())),
        iterations: fc.option(fc.integer()),
        encoding: fc.constantFrom('base64', 'hex', null),
      }),
    ) as fc.Arbitrary<string | HashFields>;
    fc.assert(
      fc.property(any, (given) => {
        const taken = secretHashOf(given);
        if ('violations' in taken) expect(taken.violations.length).toBeGreaterThan(0);
        else expect(taken.hash.digest.length).toBeGreaterThanOrEqual(16);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('whether a secret was generated, by its form', () => {
  const from = (alphabet: string, length: number) =>
    Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
  const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

  it.each([
    ['ours', () => randomToken('cls_')],
    ['16 bytes in hexadecimal', () => randomBytes(16).toString('hex')],
    ['32 bytes in hexadecimal', () => randomBytes(32).toString('hex').toUpperCase()],
    ['32 bytes in Base64', () => randomBytes(32).toString('base64')],
    ['32 letters and digits, as Keycloak makes', () => from(ALNUM, 32)],
    ['26 characters, as Hydra makes', () => from(`${ALNUM}-_.~`, 26)],
    ['64 characters, as Auth0 makes', () => from(`${ALNUM}_-`, 64)],
  ])('is so for most of %s', (_, make) => {
    const made = Array.from({ length: 500 }, make);
    expect(made.filter(looksGenerated).length).toBeGreaterThan(425);
  });

  it.each([
    'correct horse battery staple and so on',
    'correct-horse-battery-staple-and-so-on',
    'CorrectHorseBatteryStapleAndSoOn2026',
    'ThisIsTheSecretOfMyApplication1',
    'my-secret',
    'A1b'.repeat(20),
    'a'.repeat(64),
    'deadbeef'.repeat(8),
    '0123456701234567',
    'cls_but-nothing-that-we-made-0123456789ABC',
    'Aa1!'.repeat(10),
    randomBytes(15).toString('hex'),
    '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
  ])('is not so for %s', (secret) => {
    expect(looksGenerated(secret)).toBe(false);
  });
});
