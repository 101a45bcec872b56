import { REMINDER_DAYS } from '#expiry';

/**
 * `next_reminder_days` of something that ends in so many seconds (an SQL expression): how many days before the end the
 * next reminder is due; 0 = none. Whoever sets an end sets this, too. A reminder whose time has passed is left out: who has
 * just made something that ends tomorrow need not be told.
 */
export function nextReminder(secondsLeft: string): string {
  const cases = REMINDER_DAYS.map((days) => `when ${secondsLeft} > ${days * 86_400} then ${days}`);
  return `case ${cases.join(' ')} else 0 end`;
}

/** How many seconds are left until a time; null = it never comes. */
export function secondsUntil(time: string): string {
  return `extract(epoch from ${time} - now())`;
}
