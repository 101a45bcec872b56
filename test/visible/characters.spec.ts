import { isLongerThan } from '#visible';

describe('the length of a text', () => {
  it.each([
    ['', 0, false],
    ['a', 0, true],
    ['abc', 3, false],
    ['abcd', 3, true],
    ['🦉🦉🦉', 3, false],
    ['🦉🦉🦉🦉', 3, true],
    ['a🦉', 2, false],
    ['\ud800\ud800', 1, true],
    ['e\u0301', 1, true],
  ])('counts characters, not units of UTF-16: %j, at most %d', (text, most, expected) => {
    expect(isLongerThan(text, most)).toBe(expected);
  });
});
