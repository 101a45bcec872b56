import type { TrailEntry } from '#audit';

const MAX_ENTRIES = 1000;
/** Of the changes as JSON. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** The newest entries of the audit without a gap, for all who follow it: as many as a bound on memory lets. */
export class RecentEntries {
  private entries: { readonly entry: TrailEntry; readonly size: number }[] = [];
  private characters = 0;
  /** It holds all entries behind this one … */
  private from = -1n;
  /** … up to this one. */
  to = -1n;

  /** Forgets everything, and goes on behind this entry. */
  beginBehind(position: bigint): void {
    this.entries = [];
    this.characters = 0;
    this.from = position;
    this.to = position;
  }

  /** All entries behind `to` up to `position`. */
  append(found: readonly TrailEntry[], position: bigint): void {
    for (const entry of found) {
      const size = JSON.stringify(entry.changes).length;
      this.entries.push({ entry, size });
      this.characters += size;
    }
    this.to = position;
    let tooMany = 0;
    while (this.entries.length - tooMany > MAX_ENTRIES || this.characters > MAX_CHARACTERS) {
      const { entry, size } = this.entries[tooMany]!;
      this.characters -= size;
      this.from = BigInt(entry.id);
      tooMany += 1;
    }
    this.entries.splice(0, tooMany);
  }

  /** All entries behind `position`; undefined when it no longer, or not yet, holds them. */
  behind(position: bigint): TrailEntry[] | undefined {
    if (position < this.from || position > this.to) return undefined;
    return this.entries.filter(({ entry }) => BigInt(entry.id) > position).map(({ entry }) => entry);
  }
}
