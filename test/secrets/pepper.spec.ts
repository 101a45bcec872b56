import { Pepper } from '#secrets';

const pepper = new Pepper('a pepper for tests');
const other = new Pepper('another pepper');
const plain = Buffer.from('something to keep, ä 🦉 \0');

describe('hashing under the pepper', () => {
  it('gives 32 bytes, always the same for the same value', () => {
    expect(pepper.hash('key', 'value')).toHaveLength(32);
    expect(pepper.hash('key', 'value').equals(new Pepper('a pepper for tests').hash('key', 'value'))).toBe(true);
  });

  it.each([
    ['another value', pepper.hash('key', 'valuf')],
    ['another purpose', pepper.hash('token', 'value')],
    ['another pepper', other.hash('key', 'value')],
    ['the same text cut elsewhere', pepper.hash('keyv', 'alue')],
  ])('gives something else for %s', (_, hash) => {
    expect(hash.equals(pepper.hash('key', 'value'))).toBe(false);
  });

  it('takes a key as text or as bytes', () => {
    expect(new Pepper(Buffer.from('a pepper for tests')).hash('k', 'v').equals(pepper.hash('k', 'v'))).toBe(true);
  });
});

describe('sealing under the pepper', () => {
  it.each([
    ['a text', plain],
    ['nothing', Buffer.alloc(0)],
    ['64 KiB', Buffer.alloc(65_536, 7)],
  ])('keeps %s', (_, bytes) => {
    expect(pepper.unseal('reply', pepper.seal('reply', bytes))?.equals(bytes)).toBe(true);
    expect(pepper.unseal('reply', pepper.seal('reply', bytes, 'mine'), 'mine')?.equals(bytes)).toBe(true);
  });

  it('never gives the same bytes twice, and never the plain ones', () => {
    const seals = Array.from({ length: 20 }, () => pepper.seal('reply', plain).toString('hex'));
    expect(new Set(seals).size).toBe(20);
    for (const sealed of seals) expect(sealed).not.toContain(plain.toString('hex'));
  });

  it('lasts beyond a restart', () => {
    expect(new Pepper('a pepper for tests').unseal('reply', pepper.seal('reply', plain))?.equals(plain)).toBe(true);
  });

  it.each([
    ['another pepper', () => other.unseal('reply', pepper.seal('reply', plain))],
    ['another purpose', () => pepper.unseal('request', pepper.seal('reply', plain))],
    ['another caller’s key', () => pepper.unseal('reply', pepper.seal('reply', plain, 'mine'), 'yours')],
    ['no caller’s key', () => pepper.unseal('reply', pepper.seal('reply', plain, 'mine'))],
    ['a caller’s key where none was used', () => pepper.unseal('reply', pepper.seal('reply', plain), 'mine')],
  ])('cannot be opened with %s', (_, open) => {
    expect(open()).toBeUndefined();
  });

  it('shows every changed byte', () => {
    const sealed = pepper.seal('reply', plain);
    for (let place = 0; place < sealed.length; place += 1) {
      const changed = Buffer.from(sealed);
      changed[place]! ^= 1;
      expect(pepper.unseal('reply', changed)).toBeUndefined();
    }
  });

  it('shows what was cut off or added', () => {
    const sealed = pepper.seal('reply', plain);
    for (const length of [0, 1, 12, 27, 28, sealed.length - 1]) {
      expect(pepper.unseal('reply', sealed.subarray(0, length))).toBeUndefined();
    }
    expect(pepper.unseal('reply', Buffer.concat([sealed, Buffer.from([0])]))).toBeUndefined();
  });

  it('takes any bytes that are not a seal without failing', () => {
    expect(pepper.unseal('reply', Buffer.from('nonsense'))).toBeUndefined();
    expect(pepper.unseal('reply', Buffer.alloc(100))).toBeUndefined();
  });
});

describe('the pepper itself', () => {
  it('does not show when somebody logs it', () => {
    expect(JSON.stringify(pepper)).not.toContain('a pepper for tests');
    expect(String(Object.values(pepper))).not.toContain('a pepper for tests');
  });
});
