/**
 * Whether a text has more than `most` characters, counted as JSON Schema (`maxLength`) and PostgreSQL count: a character
 * outside the Basic Multilingual Plane is one, though it has the `length` 2.
 */
export function isLongerThan(text: string, most: number): boolean {
  return text.length > most && [...text].length > most;
}
