import type { Origin } from '#audit';

/** How many days before an expiry there are reminders, in this order. */
export const REMINDER_DAYS = [30, 14, 7, 1] as const;

/** The port that writes reminders: audit entries, and thereby events of the change feed. */
export abstract class Reminders {
  /**
   * Writes the reminders that are due. Each is written once, even if several instances do this at the same time. If
   * several reminders of the same thing were missed, only the last is written.
   */
  abstract remind(origin: Origin): Promise<void>;
}
