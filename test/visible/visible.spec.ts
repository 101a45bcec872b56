import { isVisible, visible, visibleJson, visibleLines, visibleValue } from '#visible';

const INVISIBLE: [what: string, character: string, shown: string][] = [
  ['ESC', '\x1b', '<U+001B>'],
  ['BEL', '\x07', '<U+0007>'],
  ['NUL', '\0', '<U+0000>'],
  ['a line break', '\n', '<U+000A>'],
  ['a carriage return', '\r', '<U+000D>'],
  ['a tab', '\t', '<U+0009>'],
  ['DEL', '\x7f', '<U+007F>'],
  ['CSI, of C1', '\x9b', '<U+009B>'],
  ['NEL, of C1', '\x85', '<U+0085>'],
  ['a separator of lines', '\u2028', '<U+2028>'],
  ['a separator of paragraphs', '\u2029', '<U+2029>'],
  ['an override of the direction', '\u202e', '<U+202E>'],
  ['an isolate', '\u2066', '<U+2066>'],
  ['a mark of direction', '\u200f', '<U+200F>'],
  ['a space of no width', '\u200b', '<U+200B>'],
  ['a joiner of no width', '\u200d', '<U+200D>'],
  ['a soft hyphen', '\u00ad', '<U+00AD>'],
  ['a byte order mark', '\ufeff', '<U+FEFF>'],
  ['a tag', '\u{e0041}', '<U+E0041>'],
  ['private use', '\ue000', '<U+E000>'],
  ['no character', '\uffff', '<U+FFFF>'],
  ['half of a pair', '\ud800', '<U+D800>'],
];

describe('what cannot be seen', () => {
  it.each(INVISIBLE)('%s', (_, character, shown) => {
    const text = `a${character}b`;
    expect(isVisible(text)).toBe(false);
    expect(visible(text)).toBe(`a${shown}b`);
    const json = visibleJson(JSON.stringify({ [text]: [text] }));
    expect(json).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(json)).toEqual({ [text]: [text] });
  });

  it.each(['', 'ci', 'ключ для CI', '日本語', 'clé n° 1 – «x»', '👍🏽', 'e\u0301', 'a b', '<U+001B>', '\\u001b'])(
    'is not in %j',
    (text) => {
      expect(isVisible(text)).toBe(true);
      expect([visible(text), visibleLines(text)]).toEqual([text, text]);
      expect(visibleJson(JSON.stringify(text))).toBe(JSON.stringify(text));
    },
  );

  it('may be the lines of a text, or of JSON', () => {
    expect(visibleLines('a\x1b\nb\r\n')).toBe('a<U+001B>\nb<U+000D>\n');
    expect(visibleJson(JSON.stringify({ a: '\x9b\n' }, null, 1))).toBe('{\n "a": "\\u009b\\n"\n}');
  });

  it('is shown wherever it stands in a value', () => {
    const value = { a: ['\x1b', 1, null, { 'b\x07': '\u202e' }], c: undefined, d: true };
    expect(visibleValue(value)).toEqual({
      a: ['<U+001B>', 1, null, { 'b<U+0007>': '<U+202E>' }],
      c: undefined,
      d: true,
    });
  });
});
