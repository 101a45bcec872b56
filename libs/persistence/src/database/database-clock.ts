/**
 * The time by the database's clock, which decides whether something has expired, whatever this machine's says. Every
 * look at the changes (postgres-change-look.ts) sets it again; in between it runs on steadily, also when this machine's
 * clock is set.
 */
export class DatabaseClock {
  /** What to add to the time since the process began. */
  private origin: number | undefined;

  constructor(private readonly sinceStart: () => number = () => performance.now()) {}

  /** Milliseconds since 1970; this machine's own before the database was first heard of. */
  now(): number {
    return this.origin === undefined ? Date.now() : this.sinceStart() + this.origin;
  }

  /** Asks the database for `time`, while whatever else `ask` wants is answered. What is known stays unless it is refuted: an answer that was long on its way tells less. */
  async heardIn<T extends { readonly time: number }>(ask: () => Promise<T>): Promise<T> {
    const asked = this.sinceStart();
    const answer = await ask();
    const [earliest, latest] = [answer.time - this.sinceStart(), answer.time - asked];
    const isRefuted = this.origin === undefined || this.origin < earliest || this.origin > latest;
    if (isRefuted) this.origin = (earliest + latest) / 2;
    return answer;
  }
}
