import { randomBytes } from 'node:crypto';
import { hashSync } from '@node-rs/bcrypt';
import { importedSecretViolations } from '#clients';
import { kindOfHash } from '../../libs/clients/src/kind-of-hash.js';

describe('a secret that is in truth a hash', () => {
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
  const crypt = (characters: number) => 'Ab./0123456789xyz'.repeat(6).slice(0, characters);

  it.each<[string, string]>([
    ['bcrypt', hashSync('x', 4)],
    ['bcrypt', hashSync('x', 4).replace('$2b$', '$2a$')],
    ['bcrypt', hashSync('x', 4).replace('$2b$', '$2x$')],
    ['bcrypt', hashSync('x', 4).replace('$2b$', '$2$')],
    ['bcrypt', hashSync('x', 4).replace('$04$', '$31$')],
    ['pbkdf2-sha256', `$pbkdf2-sha256$i=25000,l=32$${base64(16)}$${base64(32)}`],
    ['pbkdf2-sha1', `$pbkdf2-sha1$i=25000$${base64(16)}$${base64(20)}`],
    ['argon2id', `$argon2id$v=19$m=65536,t=2,p=1$${base64(16)}$${base64(32)}`],
    ['argon2i', `$argon2i$m=65536,t=2,p=1$${base64(8)}$${base64(16)}`],
    ['scrypt', `$scrypt$ln=16,r=8,p=1$${base64(16)}$${base64(32)}`],
    ['bcrypt-sha256', `$bcrypt-sha256$v=2,t=2b,r=12$${crypt(22)}$${crypt(31)}`],
    ['pbkdf2-sha256', `$pbkdf2-sha256$i=25000,dklen=32$${base64(16)}$${base64(32)}`],
    ['pbkdf2-sha1', `$pbkdf2$131000$${crypt(22)}$${crypt(27)}`],
    ['pbkdf2-sha256', `$pbkdf2-sha256$29000$${crypt(22)}$${crypt(43)}`],
    ['pbkdf2-sha512', `$pbkdf2-sha512$25000$${crypt(22)}$${crypt(86)}`],
    ['md5-crypt', `$1$${crypt(8)}$${crypt(22)}`],
    ['md5-crypt', `$apr1$${crypt(8)}$${crypt(22)}`],
    ['sha256-crypt', `$5$${crypt(16)}$${crypt(43)}`],
    ['sha256-crypt', `$5$rounds=5000$${crypt(16)}$${crypt(43)}`],
    ['sha512-crypt', `$6$${crypt(16)}$${crypt(86)}`],
    ['sha512-crypt', `$6$rounds=656000$${crypt(16)}$${crypt(86)}`],
    ['yescrypt', `$y$j9T$${crypt(22)}$${crypt(43)}`],
  ])('is told from others by its form: %s (%#)', (kind, text) => {
    expect(kindOfHash(text)).toBe(kind);
    expect(importedSecretViolations(text, 'my-app')).toMatchObject([{ field: 'clientSecret', rule: 'value' }]);
    // A text in which a hash stands may be a secret, and so may a part of a hash.
    for (const other of [text.slice(1), `a${text}`, `${text} `]) expect(kindOfHash(other)).toBeUndefined();
  });

  it.each([
    '$ecret$and$dollars$everywhere',
    '$6$is-my-favourite-secret',
    '$1$2$3$4$5$6$7$8$9$10$11$12',
    '$argon2id$',
    '$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHQ',
    '$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHQ$aGFzaA',
    '$2b$10$too-short-for-bcrypt',
    '$pbkdf2$131000$too$short',
    '$price$Total=1$of$everything-in-my-basket-0123',
    '$price$a=1,Total=2$of$everything-in-my-basket-0123',
    '$HOME$PATH$0123456789abcdef0123456789abcdef',
    'a'.repeat(60),
  ])('is not what only begins like one: %s', (text) => {
    expect(kindOfHash(text)).toBeUndefined();
    expect(importedSecretViolations(text, 'my-app')).toEqual([]);
  });
});
