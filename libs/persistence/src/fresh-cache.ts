import { LRUCache } from 'lru-cache';

/** How old a remembered answer may be: a change made elsewhere must be seen within a second (operations.md, Life cycle). */
const MAX_AGE_MS = 800;
const MAX_ENTRIES = 20_000;

interface Answer<V> {
  readonly value: V | undefined;
}

/** Remembers answers, "there is none" included, for less than a second; callers who ask at once share one look-up. */
export class FreshCache<V extends object> {
  private readonly cache: LRUCache<string, Answer<V>>;

  constructor(load: (key: string) => Promise<V | undefined>) {
    this.cache = new LRUCache({
      max: MAX_ENTRIES,
      ttl: MAX_AGE_MS,
      ttlResolution: 10,
      fetchMethod: async (key): Promise<Answer<V>> => ({ value: await load(key) }),
    });
  }

  async get(key: string): Promise<V | undefined> {
    return (await this.cache.fetch(key))?.value;
  }

  clear(): void {
    this.cache.clear();
  }
}
