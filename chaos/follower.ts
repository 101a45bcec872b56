import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Target } from './call.js';
import type { Entry } from './incarnations.js';
import { until } from './until.js';

const MOST_MS = 1500;
const PAUSE_MS = 20;

interface Options {
  /** The one that is followed; all of them if absent. */
  readonly domain?: string;
  /** For how long it reads from one instance at most. */
  readonly mostMs?: number;
  /** Whether instances and the database may be away for a while. */
  readonly mayBeAway?: boolean;
  /** Is told of each event, also of those that come again; `stream`: the number of the connection. */
  readonly onChange?: (entry: Entry, stream: number) => void;
}

/** Somebody who follows the changes from the very beginning, and again and again goes on at another instance. */
export class Follower {
  /** Everything that was told, in that order. */
  readonly entries: Entry[] = [];
  connections = 0;
  /** Why it was not told, as sentences. */
  readonly wrong: string[] = [];
  #position = '0';
  readonly #told = new Set<string>();
  #isOver = false;
  #leave = () => {};
  readonly #running: Promise<void>;

  constructor(
    servers: readonly Target[],
    private readonly options: Options = {},
  ) {
    this.#running = this.#follow(servers);
  }

  /** Settles when it has been told everything up to this entry. */
  async reaches(id: string): Promise<void> {
    await until('the feed tells everything', () => BigInt(this.#position) >= BigInt(id));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#leave();
    await this.#running;
  }

  async #follow(servers: readonly Target[]) {
    while (!this.#isOver) {
      const server = servers[this.connections % servers.length]!;
      this.connections += 1;
      await this.#read(server);
      await sleep(PAUSE_MS);
    }
  }

  /** Whoever comes back is told some entries again, with the same id and domain: both together are one entry’s alone. */
  #tell(entry: Entry) {
    const id = `${entry.domain} ${entry.id}`;
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.entries.push({ ...entry, id });
  }

  async #read({ url, headers }: Target) {
    const { domain, mostMs = MOST_MS, mayBeAway = false, onChange } = this.options;
    const reading = new AbortController();
    this.#leave = () => reading.abort();
    const timer = setTimeout(this.#leave, randomInt(mostMs));
    try {
      const answer = await fetch(`${url}/admin/changes${domain ? `?domain=${domain}` : ''}`, {
        headers: { ...headers, 'last-event-id': this.#position },
        signal: reading.signal,
      });
      if (mayBeAway && answer.status === 503) return;
      if (!answer.ok) this.wrong.push(`The feed: ${answer.status} ${await answer.text()}.`);
      if (!answer.ok) return;
      const events = answer.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const { id, event, data } of events) {
        if (event === 'change') {
          const entry: Entry = JSON.parse(data);
          onChange?.(entry, this.connections);
          this.#tell(entry);
        }
        this.#position = id ?? this.#position;
      }
    } catch (error) {
      if (!reading.signal.aborted && !mayBeAway) this.wrong.push(`The feed: ${(error as Error).message}.`);
    } finally {
      clearTimeout(timer);
    }
  }
}
