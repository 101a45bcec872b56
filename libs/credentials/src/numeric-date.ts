/** The last second that RFC 3339 can write, 9999-12-31T23:59:59Z, and what "never" is in a token. */
export const LAST_NUMERIC_DATE = 253_402_300_799;

/** Whether a claim is a time as RFC 7519 §2 has it, seconds since 1970, and one that a date can hold. */
export function isNumericDate(claim: unknown): claim is number {
  return typeof claim === 'number' && Math.abs(claim) <= LAST_NUMERIC_DATE;
}
