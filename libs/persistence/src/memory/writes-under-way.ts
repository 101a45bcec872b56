interface Writes {
  count: number;
  /** Another write overlapped or followed: what one of them returns may be old already. */
  isContended: boolean;
  /** When they count as ended, even if no end was reported. */
  until: number;
  /** The position of the write before them, if known. Entries of the domain's log up to it tell nothing new. */
  readonly position: string | undefined;
}

/** The writes of clients that have begun and may not have ended yet. */
export class WritesUnderWay {
  /** A Map, since lru-cache clears all of its room when its last entry is deleted. */
  private readonly writes = new Map<string, Writes>();

  has(client: string): boolean {
    return this.of(client) !== undefined;
  }

  /** `position`: that of the write before it, if known. */
  begin(client: string, most: number, position?: string): void {
    const writes = this.of(client);
    const until = performance.now() + most;
    this.writes.set(client, { count: (writes?.count ?? 0) + 1, isContended: writes !== undefined, until, position });
  }

  /** The position of the write before those under way, if known. */
  positionBefore(client: string): string | undefined {
    return this.of(client)?.position;
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
    if (!writes || performance.now() < writes.until) return writes;
    this.writes.delete(client);
    return undefined;
  }
}
