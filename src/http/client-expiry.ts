/** A year. What is to stay longer is not for a while. */
export const MAX_EXPIRES_IN_SECONDS = 31_536_000;

/** When a client ends that is to end so many seconds after `now`, in milliseconds since 1970; 0 = never (null). */
export function endAfter(seconds: number, now: number): Date | null {
  return seconds === 0 ? null : new Date(now + seconds * 1000);
}
