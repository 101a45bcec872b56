import { isMap, isScalar } from 'yaml';
import { CLIENT_ID, CLIENT_ID_RULE } from '#clients';
import { failureOfAll } from '../faults.js';
import { YamlFile } from '../yaml-file.js';

const LONGEST = 128;
/** Letters lose their accents. */
const MARKS = /\p{M}/gu;

/** The ids that a file decides: theirs, and ours. */
export function readIds(file: string): ReadonlyMap<string, string> {
  const source = new YamlFile(file);
  const ids = new Map<string, string>();
  const ours = new Set<string>();
  const { root, faults } = source;
  if (!isMap(root)) source.add(root, 'there must be a map: their id, a colon, our id');
  for (const { key, value } of isMap(root) ? root.items : []) {
    const theirs = isScalar(key) ? String(key.value) : '';
    const id = isScalar(value) ? value.value : undefined;
    const node = isScalar(value) ? value : root;
    if (typeof id !== 'string' || !CLIENT_ID.test(id)) source.add(node, `the id of ${theirs} ${CLIENT_ID_RULE}`);
    else if (ours.has(id)) source.add(node, `${id} is the id of two clients`);
    else ids.set(theirs, id);
    if (typeof id === 'string') ours.add(id);
  }
  if (faults.length > 0) throw failureOfAll(faults);
  return ids;
}

/** An id of ours that looks like theirs. */
function proposed(id: string): string {
  const text = id.normalize('NFKD').replace(MARKS, '').toLowerCase();
  const pieces = text.replace(/[^a-z0-9]+/g, '-').replace(/^-/, '');
  return pieces.slice(0, LONGEST).replace(/-$/, '') || 'client';
}

/**
 * The ids of all clients, in the order in which they were seen. What the map decides comes first, then the ids that may
 * stay as they are; what is proposed for the others evades those.
 */
export class Ids {
  private readonly theirs: string[] = [];
  private readonly ours: string[] = [];
  private readonly renames = new Map<string, string>();

  constructor(private readonly decided: ReadonlyMap<string, string>) {}

  see(id: string): void {
    this.theirs.push(id);
  }

  assign(): void {
    const taken = new Set<string>();
    const suffixes = new Map<string, number>();
    const take = (wanted: (id: string) => string | undefined) => {
      for (const [index, id] of this.theirs.entries()) {
        const name = this.ours[index] === undefined ? wanted(id) : undefined;
        if (name === undefined || taken.has(name)) continue;
        taken.add(name);
        this.ours[index] = name;
      }
    };
    take((id) => this.decided.get(id));
    take((id) => (CLIENT_ID.test(id) && !this.decided.has(id) ? id : undefined));
    for (const [index, id] of this.theirs.entries()) {
      const base = this.decided.get(id) ?? proposed(id);
      let name = this.ours[index] ?? base;
      for (let next = suffixes.get(base) ?? 2; this.ours[index] === undefined && taken.has(name); next += 1) {
        name = `${base.slice(0, LONGEST - 1 - String(next).length)}-${next}`;
        suffixes.set(base, next + 1);
      }
      taken.add(name);
      this.ours[index] = name;
      if (!this.renames.has(id)) this.renames.set(id, name);
    }
  }

  at(index: number): string {
    return this.ours[index]!;
  }

  /** Our id of the first client with this one, if it is another. */
  renamed(id: string): string | undefined {
    const name = this.renames.get(id);
    return name === id ? undefined : name;
  }

  /** Why a client has another id than before. */
  reasonFor(id: string): string {
    if (this.decided.has(id)) return 'as the map of ids decides';
    return CLIENT_ID.test(id) ? 'since another client has this id' : `since an id ${CLIENT_ID_RULE}`;
  }

  /** The ids of the map that no client has. */
  unused(): string[] {
    const seen = new Set(this.theirs);
    return [...this.decided.keys()].filter((id) => !seen.has(id));
  }
}
