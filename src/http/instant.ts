/** ISO 8601: a day, or an instant with its time zone (RFC 3339). */
const ISO_DATE = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Whether it is a date with time and time zone (RFC 3339). */
export function isInstant(value: unknown): value is string {
  return typeof value === 'string' && value.includes('T') && instantOf(value) !== undefined;
}

/** The instant that a text names; a day names its first instant. undefined = no date, or a day that does not exist. */
export function instantOf(text: string): Date | undefined {
  const day = ISO_DATE.exec(text)?.[1];
  const instant = new Date(text);
  if (day === undefined || Number.isNaN(instant.getTime())) return undefined;
  const isOnCalendar = new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  // PostgreSQL has no year 0, and a year of five digits would be written differently.
  const year = instant.getUTCFullYear();
  return isOnCalendar && year >= 1 && year <= 9999 ? instant : undefined;
}
