import type { Origin } from '#audit';

/** So many days before the end there is a reminder, in this order. */
export const REMINDER_DAYS = [30, 14, 7, 1] as const;

/** The port to the reminders: audit entries, and thereby events of the change feed. */
export abstract class Reminders {
  /**
   * Writes the reminders that are due, each once however many instances do this at once. Of several that were missed,
   * only the last.
   */
  abstract remind(origin: Origin): Promise<void>;
}
