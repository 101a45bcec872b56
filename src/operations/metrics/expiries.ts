const INTERVAL_MS = 60_000;

/** How many will be of no more use in thirty days. */
export interface Expiring {
  readonly credentials: number;
  /** Secrets of clients that have another one which lasts longer. */
  readonly replacedSecrets: number;
  /** Secrets after which their clients have none. */
  readonly lastSecrets: number;
}

/** What expires soon, counted in the background, at most once a minute; nobody who asks waits for the database. */
export class Expiries {
  private found: { readonly counts: Expiring; readonly at: number } | undefined;
  private triedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly count: () => Promise<Expiring>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What was found last, which may be old when the database is away; nothing until something was. */
  last(): { readonly counts: Expiring; readonly ageMs: number } | undefined {
    if (this.now() - this.triedAt >= INTERVAL_MS) void this.refresh();
    return this.found && { counts: this.found.counts, ageMs: this.now() - this.found.at };
  }

  /** Never fails. */
  private async refresh(): Promise<void> {
    this.triedAt = this.now();
    const at = this.triedAt;
    const counts = await this.count().catch(() => undefined);
    if (counts) this.found = { counts, at };
  }
}
