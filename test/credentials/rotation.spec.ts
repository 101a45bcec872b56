import { Credential, type Rotation, rotated } from '#credentials';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const key = (name: string) => Buffer.from(name);

const credential = (columns: Partial<Credential> = {}): Credential =>
  Object.assign(new Credential(), {
    ...{ id: 'the-id', keyHash: key('present'), keyHint: 'sent', tokenId: null, rotatedAt: null },
    ...{ previousKeyHash: null, previousKeyHint: null, previousTokenId: null, previousExpiresAt: null },
    ...{ expiresAt: later(3600), renewable: false, revokedAt: null, ...columns },
  });
const previous = (columns: Partial<Credential> = {}) =>
  credential({ previousKeyHash: key('old'), previousKeyHint: '-old', previousExpiresAt: later(10), ...columns });
const next = (overlapSeconds: number): Rotation => ({
  ...{ keyHash: key('next'), keyHint: 'next', tokenId: 'the-next-token', overlapSeconds },
});
const NEW = {
  keyHash: key('next'),
  keyHint: 'next',
  tokenId: 'the-next-token',
  rotatedAt: NOW,
  expiresAt: later(3600),
};
const NONE = { previousKeyHash: null, previousKeyHint: null, previousTokenId: null, previousExpiresAt: null };

/** `known`: what is on record when the caller is let in. */
const rotate = (on: Credential, overlapSeconds: number, known = on) =>
  rotated(on, known, next(overlapSeconds), { now: NOW, usualEnd: later(86_400) });

describe('a rotation', () => {
  it('makes the present values the previous ones, until the overlap ends', () => {
    expect(rotate(credential(), 60)).toEqual({
      ...NEW,
      ...{ previousKeyHash: key('present'), previousKeyHint: 'sent', previousTokenId: 'the-id' },
      previousExpiresAt: later(60),
    });
    expect(rotate(credential({ tokenId: 'a-token' }), 60)).toMatchObject({ previousTokenId: 'a-token' });
  });

  it('lets them end no later than they would have', () => {
    expect(rotate(credential({ expiresAt: later(30) }), 60)).toMatchObject({ previousExpiresAt: later(30) });
    expect(rotate(credential({ expiresAt: null }), 60)).toMatchObject({ previousExpiresAt: later(60) });
  });

  it('begins the validity of a credential anew of which nobody said when it ends', () => {
    for (const overlapSeconds of [0, 60]) {
      expect(rotate(credential({ renewable: true }), overlapSeconds)).toMatchObject({ expiresAt: later(86_400) });
      expect(rotate(credential(), overlapSeconds)).toMatchObject({ expiresAt: later(3600) });
    }
  });

  it('without an overlap leaves the new values alone', () => {
    expect(rotate(credential(), 0)).toEqual({ ...NEW, ...NONE });
    expect(rotate(previous(), 0)).toEqual({ ...NEW, ...NONE });
  });

  it('has to wait while there are previous values, and no longer', () => {
    expect(rotate(previous(), 60)).toBe('two_valid');
    expect(rotate(previous({ previousExpiresAt: NOW }), 60)).toMatchObject({ previousKeyHash: key('present') });
  });

  it.each([
    ['is revoked', { revokedAt: NOW }],
    ['has expired', { expiresAt: NOW }],
  ])('of a credential that %s is refused', (_, columns) => {
    expect(rotate(credential(columns), 0)).toBe('not_valid');
  });

  it('is decided on what is on record now: others may have rotated it since the caller was let in', () => {
    const known = credential({ keyHash: key('old') });
    expect(rotate(credential(), 60, known)).toBe('not_valid');
    expect(rotate(credential(), 0, known)).toBe('not_valid');
    expect(rotate(previous({ previousExpiresAt: NOW }), 0, known)).toBe('not_valid');
    expect(rotate(previous(), 60, known)).toBe('two_valid');
    expect(rotate(previous(), 0, known)).toMatchObject(NEW);
  });
});
