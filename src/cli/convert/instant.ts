const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
export const INSTANT_RULE = 'must be a date such as 2026-01-31T12:00:00Z';

/** As the server reads dates: no 30 February, and no year 0. */
export function isInstant(text: string): boolean {
  const instant = new Date(text);
  if (!INSTANT.test(text) || Number.isNaN(instant.getTime())) return false;
  const day = text.slice(0, 'YYYY-MM-DD'.length);
  const year = instant.getUTCFullYear();
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) && year >= 1 && year <= 9999;
}
