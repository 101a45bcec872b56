import { LRUCache } from 'lru-cache';
import { type Client, type ClientRef, METADATA_FIELDS } from '#clients';
import type { LogWatch, WatchedLog } from '../log/log-watch.js';
import type { OtherWorkers } from './other-workers.js';
import { WritesUnderWay } from './writes-under-way.js';

const MAX_ENTRIES = 11_000;
/** Of all their texts; the objects, and the texts that are made of them, take a few times as much. */
const MAX_CHARACTERS = 11 * 1024 * 1024;
/** For what is changed behind the server's back, by hand or by a restore, and so leaves no trace in the audit. */
export const MAX_AGE_MS = 300_000;

/** No write takes longer; after this, one whose end nobody told of counts as ended. */
const MAX_WRITE_MS = 10_000;
export const MAX_BULK_MS = 120_000;
/** Stands for all clients at once. */
const EVERYTHING = '*';

/** A client as a write has left it on record, or has found it there. */
export interface OnRecord {
  readonly client: Client;
  /** Where the audit entry about the write stands in the domain's log; absent when nothing was written. */
  readonly position?: string;
}

interface Remembered {
  readonly client: Client;
  /** The log that was watched when the client was read, and has been ever since while it is the same. */
  readonly log: WatchedLog;
  /** Of the write that made the client what it is, if it is known; no entry up to it tells anything new. */
  readonly position?: string;
}

/**
 * Clients as last read or written, for reads that come again. What others write, whoever watches the domains' logs tells
 * it to forget (log-watch.ts); what is remembered of a domain whose log is not watched is of no use.
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
  /** Those of other workers included: what is read meanwhile may be old when they are done. */
  private readonly writes = new WritesUnderWay();
  private hits = 0;
  private misses = 0;

  constructor(
    private readonly logs: Pick<LogWatch, 'of' | 'wake'>,
    private readonly otherWorkers?: OtherWorkers,
  ) {}

  /** A client that is remembered, for a read: it costs a look into memory, and nothing that waits. */
  hit(ref: ClientRef): Client | undefined {
    const client = this.peek(ref);
    if (client) this.hits += 1;
    return client;
  }

  /** Callers who ask at once share one look-up. */
  async read(ref: ClientRef, load: () => Promise<Client | undefined>): Promise<Client | undefined> {
    const remembered = this.hit(ref);
    if (remembered) return remembered;
    const key = keyOf(ref);
    const log = this.openLogOf(ref, key);
    this.misses += 1;
    if (!log) return this.observed(ref, await load());
    return this.lookUps.get(key) ?? this.lookUp(ref, log, load);
  }

  /** What is on record now, whatever is remembered; that is remembered from then on. */
  async readAnew(ref: ClientRef, load: () => Promise<Client | undefined>): Promise<Client | undefined> {
    const log = this.openLogOf(ref, keyOf(ref));
    return log ? this.lookUp(ref, log, load) : this.observed(ref, await load());
  }

  /** Reads so far that were answered from here and that were not, and how many clients are remembered. */
  counts(): { readonly hits: number; readonly misses: number; readonly remembered: number } {
    return { hits: this.hits, misses: this.misses, remembered: this.known.size };
  }

  /** What is remembered of a client at this moment: nothing while it is written. */
  peek(ref: ClientRef): Client | undefined {
    const known = this.known.get(keyOf(ref));
    return known && known.log === this.logs.of(ref.domainId) ? known.client : undefined;
  }

  /** Runs `write`, so that nobody reads from here or from another worker what it replaces once it may have been done. */
  around<T>(ref: ClientRef, write: () => Promise<T>): Promise<T> {
    return this.guarded(keyOf(ref), write);
  }

  /** The same, and remembers what is on record then. */
  replacing(ref: ClientRef, write: () => Promise<OnRecord | undefined>): Promise<OnRecord | undefined> {
    const log = this.logs.of(ref.domainId);
    return this.guarded(keyOf(ref), write, (onRecord) => {
      // Nothing was missed while it is the same log.
      if (!onRecord || !log || this.logs.of(ref.domainId) !== log) return;
      this.known.set(keyOf(ref), { client: onRecord.client, log, position: onRecord.position });
    });
  }

  /** The same for a write of many clients at once. */
  aroundAll<T>(write: () => Promise<T>): Promise<T> {
    return this.guarded(EVERYTHING, write);
  }

  /** The log of a client's domain, if the client may be answered from here. */
  private openLogOf({ domainId }: ClientRef, key: string): WatchedLog | undefined {
    const log = this.logs.of(domainId);
    return log && !this.writes.has(key) && !this.writes.has(EVERYTHING) ? log : undefined;
  }

  /** `settle` is called with what was written if nobody else can have written meanwhile. */
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
   * A client that was read past this cache: nobody must see an older one from here afterwards. Gives the one that is
   * remembered where that is the same, since two take twice the room.
   */
  observe(client: Client): Client {
    const key = keyOf(client);
    const known = this.peekAt(client, key);
    if (known && isSameVersion(known, client)) return known;
    if (known ? known.version !== client.version : this.lookUps.has(key) || this.writes.has(key)) this.forgetKey(key);
    return client;
  }

  /** To be told of every audit entry about a client, and where it stands in the domain's log. */
  changed(ref: ClientRef, position: string): void {
    const key = keyOf(ref);
    // While a client is written, it may still be told of this process's own write before.
    const known = this.known.peek(key)?.position ?? this.writes.positionBefore(key);
    if (known === undefined || BigInt(position) > BigInt(known)) this.forgetKey(key);
  }

  /** Look-ups under way still answer whoever waits for them, and nobody else. */
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
   * What a read has seen that nothing has overtaken. Two objects of the same client would take twice the room; the one
   * that is there does not grow younger.
   */
  private remembered(key: string, log: WatchedLog, found: Client | undefined): Client | undefined {
    const known = this.known.peek(key);
    if (known?.log === log && found && isSameVersion(known.client, found)) return known.client;
    if (found) this.known.set(key, { client: found, log });
    else this.known.delete(key);
    return found;
  }

  /** What a read has seen that was overtaken by a write: it may be newer than what the write has left here. */
  private observed(ref: ClientRef, found: Client | undefined): Client | undefined {
    const key = keyOf(ref);
    const known = this.peekAt(ref, key);
    if (!found) this.forgetKey(key);
    else if (!known || BigInt(found.version) > BigInt(known.version)) this.observe(found);
    return found;
  }

  /** What is remembered and good, whoever writes meanwhile. */
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

/** How much there is to remember of a client, about. */
export function charactersOf(client: Client): number {
  let characters = client.clientId.length;
  for (const field of METADATA_FIELDS) {
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

export function isSameVersion(one: Client, other: Client): boolean {
  return one.version === other.version && one.secretsVersion === other.secretsVersion;
}
