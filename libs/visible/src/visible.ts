/**
 * What cannot be seen, or makes a terminal do something: control characters (ESC, BEL, line breaks, C1), format
 * characters (bidi, zero width), lone surrogates, characters without a meaning that everybody knows (private use,
 * unassigned), and the separators of lines and paragraphs.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** The most characters of a name that is shown to others: of a credential, a subscription or a secret. */
export const MAX_NAME_LENGTH = 200;

export function isVisible(text: string): boolean {
  return text.search(INVISIBLE) < 0;
}

/** For people, on one line: with `<U+001B>`, as `less` writes it, in place of what cannot be seen. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const codePoint = character.codePointAt(0)!.toString(16).toUpperCase();
    return `<U+${codePoint.padStart(4, '0')}>`;
  });
}

/** The same for a text of several lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** The same JSON, of the same value; what `JSON.stringify` leaves as it is and cannot be seen is escaped, too. */
export function visibleJson(json: string): string {
  return json.replace(INVISIBLE, (character) => (character === '\n' ? character : escaped(character)));
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** A value with every text in it made visible, names of members included. */
export function visibleValue<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(visibleValue) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [visible(name), visibleValue(each)])) as T;
}
