/** Writes are announced at most once in so long. */
const INTERVAL_MS = 50;

/** Tells other instances that something was written: soon after the first of many writes, and once more after the last. */
export class Announcer {
  private timer: NodeJS.Timeout | undefined;
  private isDue = false;

  constructor(private readonly announce: () => Promise<void>) {}

  written(): void {
    if (this.timer) this.isDue = true;
    else this.begin();
  }

  private begin(): void {
    this.isDue = false;
    // Whoever does not hear it finds the change by looking.
    void this.announce().catch(() => {});
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isDue) this.begin();
    }, INTERVAL_MS).unref();
  }
}
