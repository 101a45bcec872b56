/**
 * The time by the database's clock. It decides whether something has expired; this machine's clock does not. Every look
 * at the changes (postgres-log-look.ts) sets it again. Between looks it runs on steadily, even if this machine's
 * clock is set.
 */
export class DatabaseClock {
  /** Added to the time since the process began. */
  private origin: number | undefined;

  constructor(private readonly sinceStart: () => number = () => performance.now()) {}

  /** Milliseconds since 1970. Uses this machine's clock until the database has been heard from. */
  now(): number {
    return this.origin === undefined ? Date.now() : this.sinceStart() + this.origin;
  }

  /**
   * Runs `ask`, whose answer contains the database's `time`. The known time stays unless the answer contradicts it: an
   * answer that was long on its way is less exact.
   */
  async heardIn<T extends { readonly time: number }>(ask: () => Promise<T>): Promise<T> {
    const asked = this.sinceStart();
    const answer = await ask();
    const [earliest, latest] = [answer.time - this.sinceStart(), answer.time - asked];
    const isRefuted = this.origin === undefined || this.origin < earliest || this.origin > latest;
    if (isRefuted) this.origin = (earliest + latest) / 2;
    return answer;
  }
}
