import type { DatabaseTime } from './database-time.js';

/** A year. What is to stay longer is not for a while. */
export const MAX_EXPIRES_IN_SECONDS = 31_536_000;

/** When something ends that is to end after so many seconds; 0 = never (null). */
export function endAfter(seconds: number, now: DatabaseTime): Date | null {
  return seconds === 0 ? null : new Date(now() + seconds * 1000);
}
