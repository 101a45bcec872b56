import { isRandomToken, randomToken } from '#secrets';

describe('a random token', () => {
  it('has its prefix, 256 random bits in base64url, and six characters of check sum', () => {
    expect(randomToken('clk_')).toMatch(/^clk_[A-Za-z0-9_-]{43}[0-9a-z]{6}$/);
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => randomToken('x_'))).size).toBe(1000);
  });

  it('is recognised under its own prefix, and under no other', () => {
    for (let n = 0; n < 500; n += 1) {
      const token = randomToken('clk_');
      expect(isRandomToken('clk_', token)).toBe(true);
      expect(isRandomToken('cls_', token)).toBe(false);
    }
  });
});

describe('the check sum', () => {
  it('finds every single mistyped character', () => {
    const token = randomToken('clk_');
    for (let place = 4; place < token.length; place += 1) {
      const typed = token[place] === 'a' ? 'b' : 'a';
      expect(isRandomToken('clk_', `${token.slice(0, place)}${typed}${token.slice(place + 1)}`)).toBe(false);
    }
  });

  it('finds two neighbours that changed places', () => {
    const token = randomToken('clk_');
    for (let place = 4; place < token.length - 1; place += 1) {
      const [one, other] = [token[place]!, token[place + 1]!];
      if (one === other) continue;
      expect(isRandomToken('clk_', `${token.slice(0, place)}${other}${one}${token.slice(place + 2)}`)).toBe(false);
    }
  });

  it('finds a token that was cut or got longer', () => {
    const token = randomToken('clk_');
    for (let length = 0; length < token.length; length += 1) {
      expect(isRandomToken('clk_', token.slice(0, length))).toBe(false);
    }
    for (const more of [`${token}a`, `${token} `, ` ${token}`, token.toUpperCase()]) {
      expect(isRandomToken('clk_', more)).toBe(false);
    }
  });
});

describe('what has a right check sum but not the form of a token', () => {
  /** A token of another prefix is an arbitrary text with a right check sum under a shorter prefix. */
  it.each([
    ['more than 256 bits', randomToken('clk_more')],
    ['characters beyond base64url', randomToken('clk_ä /')],
  ])('is not recognised: %s', (_, token) => {
    expect(isRandomToken('clk_', token)).toBe(false);
  });
});
