const INTERVAL_MS = 60_000;

/** How many of each kind expire within thirty days. */
export interface Expiring {
  readonly credentials: number;
  /** Secrets whose client has another secret that lasts longer. */
  readonly replacedSecrets: number;
  /** Secrets whose client has no other secret that lasts longer. */
  readonly lastSecrets: number;
}

/** Counts what expires soon in the background, at most once a minute. No caller waits for the database. */
export class Expiries {
  private found: { readonly counts: Expiring; readonly at: number } | undefined;
  private triedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly count: () => Promise<Expiring>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The last counts, which are old while the database is unavailable; undefined before the first. */
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
