/** No write takes longer; after this, one whose end nobody told of counts as ended. */
const MAX_WRITE_MS = 10_000;

interface Writes {
  count: number;
  /** There was another write beside or behind it: what one of them returns may be old already. */
  isContended: boolean;
  lastBegan: number;
}

/** The writes of clients that have begun and may not have ended yet. */
export class WritesUnderWay {
  /** A Map, since lru-cache clears all of its room when its last entry is deleted. */
  private readonly writes = new Map<string, Writes>();

  has(client: string): boolean {
    return this.of(client) !== undefined;
  }

  begin(client: string): void {
    const writes = this.of(client);
    const lastBegan = performance.now();
    this.writes.set(client, { count: (writes?.count ?? 0) + 1, isContended: writes !== undefined, lastBegan });
  }

  /** Whether there was no other write meanwhile. */
  end(client: string): boolean {
    const writes = this.of(client);
    if (writes && writes.count > 1) this.writes.set(client, { ...writes, count: writes.count - 1, isContended: true });
    else this.writes.delete(client);
    return writes?.isContended === false;
  }

  /** Something else happened to the client. */
  contend(client: string): void {
    const writes = this.of(client);
    if (writes) writes.isContended = true;
  }

  contendAll(): void {
    for (const writes of this.writes.values()) writes.isContended = true;
  }

  private of(client: string): Writes | undefined {
    const writes = this.writes.get(client);
    if (!writes || performance.now() - writes.lastBegan < MAX_WRITE_MS) return writes;
    this.writes.delete(client);
    return undefined;
  }
}
