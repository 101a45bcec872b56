/**
 * Whether a text has more than `most` characters, counted as JSON Schema (`maxLength`) and PostgreSQL count: a character
 * outside the Basic Multilingual Plane is one, though it has the `length` 2.
 */
export function isLongerThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  let count = 0;
  for (const _ of text) {
    count += 1;
    if (count > most) return true;
  }
  return false;
}
