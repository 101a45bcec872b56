import { LRUCache } from 'lru-cache';
import type { LogWatch } from '../log/log-watch.js';
import type { OtherWorkers } from './other-workers.js';

/** A cached answer's age limit: a change made elsewhere must be seen within a second (operations.md, Life cycle). */
const MAX_AGE_MS = 800;
const MAX_ENTRIES = 20_000;

interface Answer<V> {
  readonly value: V | undefined;
}

/** Caches answers for less than a second, including "there is none". Concurrent callers share one look-up. */
export class FreshCache<V extends object> {
  private readonly answers = new LRUCache<string, Answer<V>>({ max: MAX_ENTRIES, ttl: MAX_AGE_MS, ttlResolution: 10 });
  private lookUps = new Map<string, Promise<V | undefined>>();

  constructor(private readonly load: (key: string) => Promise<V | undefined>) {}

  async get(key: string): Promise<V | undefined> {
    const known = this.answers.get(key);
    return known ? known.value : (this.lookUps.get(key) ?? this.lookUp(key));
  }

  /** Forgets everything. Look-ups under way still answer the callers that wait for them, and no others. */
  clear(): void {
    // A new one would be a megabyte.
    if (this.answers.size > 0) this.answers.clear();
    this.lookUps = new Map();
  }

  private lookUp(key: string): Promise<V | undefined> {
    const { lookUps } = this;
    // The age counts from here: from now on, what is read may change.
    const start = performance.now();
    const lookUp = this.load(key)
      .then((value) => {
        const isForgotten = lookUps !== this.lookUps;
        if (!isForgotten) this.answers.set(key, { value }, { start });
        return value;
      })
      .finally(() => lookUps.delete(key));
    lookUps.set(key, lookUp);
    return lookUp;
  }
}

/** The caches of one process. They forget at once what this process or another worker changes. */
export class FreshCaches {
  private readonly caches: { clear(): void }[] = [];

  constructor(
    private readonly logs?: Pick<LogWatch, 'wake'>,
    private readonly otherWorkers?: OtherWorkers,
  ) {}

  make<V extends object>(load: (key: string) => Promise<V | undefined>): FreshCache<V> {
    const cache = new FreshCache(load);
    this.caches.push(cache);
    return cache;
  }

  clear(): void {
    for (const cache of this.caches) cache.clear();
  }

  /** To be called after a change. Wait for it before acknowledging the change. */
  async changed(): Promise<void> {
    this.clear();
    this.logs?.wake();
    await this.otherWorkers?.tell({ kind: 'forget' });
  }
}
