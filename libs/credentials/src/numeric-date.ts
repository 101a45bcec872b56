/** The last second that RFC 3339 can write, 9999-12-31T23:59:59Z. In a token, it means "never". */
export const LAST_NUMERIC_DATE = 253_402_300_799;

/** Whether a claim is a time by RFC 7519 §2, in seconds since 1970, that a Date can hold. */
export function isNumericDate(claim: unknown): claim is number {
  return typeof claim === 'number' && Math.abs(claim) <= LAST_NUMERIC_DATE;
}
