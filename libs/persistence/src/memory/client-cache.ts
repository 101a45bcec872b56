import { LRUCache } from 'lru-cache';
import { ABOUT_FIELDS, type Client, type ClientRef, METADATA_FIELDS } from '#clients';
import type { LogWatch, WatchedLog } from '../log/log-watch.js';
import type { OtherWorkers } from './other-workers.js';
import { WritesUnderWay } from './writes-under-way.js';

const MAX_ENTRIES = 11_000;
/** The limit of all clients' texts. The objects, and the texts made of them, take a few times as much. */
const MAX_CHARACTERS = 11 * 1024 * 1024;
/** Limits how long a change unknown to the audit stays unseen, such as one by hand or by a restore. */
export const MAX_AGE_MS = 300_000;

/** No write takes longer. After this, a write whose end was not reported counts as ended. */
const MAX_WRITE_MS = 10_000;
export const MAX_BULK_MS = 120_000;
/** Stands for all clients at once. */
const EVERYTHING = '*';

/** A client as a write has left it on record, or found it there. */
export interface OnRecord {
  readonly client: Client;
  /** The position of the write's audit entry in the domain's log. Absent if nothing was written. */
  readonly position?: string;
}

interface Remembered {
  readonly client: Client;
  /** The log that was watched when the client was read. While it is the same object, it has been watched ever since. */
  readonly log: WatchedLog;
  /** The position of the client's last write, if known. Entries up to it tell nothing new. */
  readonly position?: string;
}

/**
 * Clients as last read or written, for repeated reads. The watch of the domains' logs (log-watch.ts) makes it forget
 * what others write. While a domain's log is not watched, what is cached of the domain is not used.
 */
export class ClientCache {
  private readonly known = new LRUCache<string, Remembered>({
    max: MAX_ENTRIES,
    maxSize: MAX_CHARACTERS,
    ttl: MAX_AGE_MS,
    ttlResolution: 100,
    sizeCalculation: ({ client }) => charactersOf(client),
  });
  private readonly lookUps = new Map<string, Promise<Client | undefined>>();
  /** Includes writes of other workers. What is read during a write may be old when the write has ended. */
  private readonly writes = new WritesUnderWay();
  private hits = 0;
  private misses = 0;

  constructor(
    private readonly logs: Pick<LogWatch, 'of' | 'wake'>,
    private readonly otherWorkers?: OtherWorkers,
  ) {}

  /** A cached client for a read: one look into memory, without waiting. */
  hit(ref: ClientRef): Client | undefined {
    const client = this.peek(ref);
    if (client) this.hits += 1;
    return client;
  }

  /** Concurrent callers share one look-up. */
  async read(ref: ClientRef, load: () => Promise<Client | undefined>): Promise<Client | undefined> {
    const remembered = this.hit(ref);
    if (remembered) return remembered;
    const key = keyOf(ref);
    const log = this.openLogOf(ref, key);
    this.misses += 1;
    if (!log) return this.observed(ref, await load());
    return this.lookUps.get(key) ?? this.lookUp(ref, log, load);
  }

  /** Reads what is on record now, and caches it. */
  async readAnew(ref: ClientRef, load: () => Promise<Client | undefined>): Promise<Client | undefined> {
    const log = this.openLogOf(ref, keyOf(ref));
    return log ? this.lookUp(ref, log, load) : this.observed(ref, await load());
  }

  /** How many reads were answered from here, and how many were not; and how many clients are cached. */
  counts(): { readonly hits: number; readonly misses: number; readonly remembered: number } {
    return { hits: this.hits, misses: this.misses, remembered: this.known.size };
  }

  /** The cached client; undefined while it is being written. */
  peek(ref: ClientRef): Client | undefined {
    const known = this.known.get(keyOf(ref));
    return known && known.log === this.logs.of(ref.domainId) ? known.client : undefined;
  }

  /** Runs `write`. Once it may have taken effect, nobody reads the old client from here or from another worker. */
  around<T>(ref: ClientRef, write: () => Promise<T>): Promise<T> {
    return this.guarded(keyOf(ref), write);
  }

  /** Like `around`, and caches the client that is then on record. */
  replacing(ref: ClientRef, write: () => Promise<OnRecord | undefined>): Promise<OnRecord | undefined> {
    const log = this.logs.of(ref.domainId);
    return this.guarded(keyOf(ref), write, (onRecord) => {
      // While the log is the same, nothing was missed.
      if (!onRecord || !log || this.logs.of(ref.domainId) !== log) return;
      this.known.set(keyOf(ref), { client: onRecord.client, log, position: onRecord.position });
    });
  }

  /** Like `around`, for a write of many clients at once. */
  aroundAll<T>(write: () => Promise<T>): Promise<T> {
    return this.guarded(EVERYTHING, write);
  }

  /** The log of a client's domain, if the client may be read from here. */
  private openLogOf({ domainId }: ClientRef, key: string): WatchedLog | undefined {
    const log = this.logs.of(domainId);
    return log && !this.writes.has(key) && !this.writes.has(EVERYTHING) ? log : undefined;
  }

  /** Calls `settle` with what was written if no other write can have happened meanwhile. */
  private async guarded<T>(client: string, write: () => Promise<T>, settle?: (written: T) => void): Promise<T> {
    let outcome: { readonly written: T } | undefined;
    this.beginWrite(client);
    try {
      await this.otherWorkers?.tell({ kind: 'writing', client });
      outcome = { written: await write() };
      return outcome.written;
    } finally {
      const wasAlone = this.endWrite(client);
      if (outcome && wasAlone) settle?.(outcome.written);
      this.logs.wake();
      void this.otherWorkers?.tell({ kind: 'written', client });
    }
  }

  beginWrite(client: string): void {
    const most = client === EVERYTHING ? MAX_BULK_MS : MAX_WRITE_MS;
    this.writes.begin(client, most, this.known.peek(client)?.position);
    if (client === EVERYTHING) this.clear();
    else this.drop(client);
  }

  /** Whether there was no other write meanwhile. */
  endWrite(client: string): boolean {
    const wasAlone = this.writes.end(client);
    if (client === EVERYTHING) this.clear();
    return wasAlone && !this.writes.has(EVERYTHING);
  }

  /**
   * Notes a client that was read without this cache, so that nobody reads an older one from here afterwards. Returns
   * the cached object if it is the same version, because two would take twice the room.
   */
  observe(client: Client): Client {
    const key = keyOf(client);
    const known = this.peekAt(client, key);
    if (known && isSameVersion(known, client)) return known;
    if (known || this.lookUps.has(key) || this.writes.has(key)) this.forgetKey(key);
    return client;
  }

  /** To be called for every audit entry about a client, with its position in the domain's log. */
  changed(ref: ClientRef, position: string): void {
    const key = keyOf(ref);
    // During a write, the log may still report this process's own previous write.
    const known = this.known.peek(key)?.position ?? this.writes.positionBefore(key);
    if (known === undefined || BigInt(position) > BigInt(known)) this.forgetKey(key);
  }

  /** Look-ups under way still answer the callers that wait for them, and no others. */
  forget(ref: ClientRef): void {
    this.forgetKey(keyOf(ref));
  }

  clear(): void {
    this.known.clear();
    this.lookUps.clear();
    this.writes.contendAll();
  }

  private lookUp(
    ref: ClientRef,
    log: WatchedLog,
    load: () => Promise<Client | undefined>,
  ): Promise<Client | undefined> {
    const key = keyOf(ref);
    const lookUp: Promise<Client | undefined> = load().then((found) =>
      this.lookUps.get(key) === lookUp && this.logs.of(ref.domainId) === log
        ? this.remembered(key, log, found)
        : this.observed(ref, found),
    );
    this.lookUps.set(key, lookUp);
    const settled = () => {
      if (this.lookUps.get(key) === lookUp) this.lookUps.delete(key);
    };
    lookUp.then(settled, settled);
    return lookUp;
  }

  /**
   * Caches what a read has found, if nothing has overtaken it. Keeps a cached object of the same version: two would
   * take twice the room, and the cached one keeps its age.
   */
  private remembered(key: string, log: WatchedLog, found: Client | undefined): Client | undefined {
    const known = this.known.peek(key);
    if (known?.log === log && found && isSameVersion(known.client, found)) return known.client;
    if (found) this.known.set(key, { client: found, log });
    else this.known.delete(key);
    return found;
  }

  /** Handles a read that a write has overtaken: it may be newer than what the write has left here. */
  private observed(ref: ClientRef, found: Client | undefined): Client | undefined {
    const key = keyOf(ref);
    const known = this.peekAt(ref, key);
    if (!found) this.forgetKey(key);
    else if (!known || isNewer(found, known)) this.observe(found);
    return found;
  }

  /** The cached client if it is valid, even while it is being written. */
  private peekAt({ domainId }: ClientRef, key: string): Client | undefined {
    const known = this.known.peek(key);
    return known && known.log === this.logs.of(domainId) ? known.client : undefined;
  }

  private forgetKey(key: string): void {
    this.drop(key);
    this.writes.contend(key);
  }

  private drop(key: string): void {
    this.known.delete(key);
    this.lookUps.delete(key);
  }
}

const MEASURED = [...METADATA_FIELDS, ...ABOUT_FIELDS];

/** About how many characters a client takes in the cache. */
export function charactersOf(client: Client): number {
  let characters = client.clientId.length + (client.suspensionReason?.length ?? 0);
  for (const field of MEASURED) {
    const value = client[field];
    if (typeof value === 'string') characters += value.length;
    else if (Array.isArray(value)) for (const entry of value) characters += entry.length;
    else if (typeof value === 'object' && value !== null) characters += JSON.stringify(value).length;
  }
  return characters;
}

export function keyOf({ domainId, clientId }: ClientRef): string {
  return `${domainId} ${clientId}`;
}

function isNewer(one: Client, other: Client): boolean {
  return one.version === other.version
    ? one.secretsVersion > other.secretsVersion
    : BigInt(one.version) > BigInt(other.version);
}

export function isSameVersion(one: Client, other: Client): boolean {
  return one.version === other.version && one.secretsVersion === other.secretsVersion;
}
