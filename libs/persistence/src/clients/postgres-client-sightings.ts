import type { DataSource } from 'typeorm';
import { type ClientRef, ClientSightings } from '#clients';
import { Database } from '../database/database.js';
import type { DatabaseClock } from '../database/database-clock.js';
import { clientsByKey } from './client-key.sql.js';

/** The largest number of clients that were seen today, and of clients that wait to be written. */
const MOST = 50_000;
const CLIENTS_AT_ONCE = 1000;

/**
 * `$1` and `$2`: domains and ids of clients that were seen. Does not even lock a row that has the day already. Writes rows
 * in order, so that two processes cannot deadlock. Citus needs the two tables to be joined by the domain.
 */
const NOTE = `
  insert into client_sightings as known (domain_id, client_id, seen_on)
  select distinct domain_id, client_id, current_date
    from ${clientsByKey('unnest($1::bigint[], $2::text[]) seen (domain, client)', { domain: 'seen.domain', client: 'seen.client collate "C"' })}
   where not exists (
           select from client_sightings noted
            where noted.domain_id = clients.domain_id and noted.client_id = clients.client_id and seen_on >= current_date
           offset 0)
   order by domain_id, client_id
  on conflict (domain_id, client_id) do update set seen_on = excluded.seen_on where known.seen_on < excluded.seen_on`;

/** Collects sightings in memory, each client once a day, and writes them together (decision 65). */
export class PostgresClientSightings extends ClientSightings {
  private readonly database: Database;
  /** By domain, the clients that were seen today. */
  private readonly seen = new Map<string, Set<string>>();
  private size = 0;
  private waiting: ClientRef[] = [];
  private day = '';
  private flushing: Promise<void> | undefined;
  private isMakingRoom = false;

  constructor(
    source: DataSource,
    private readonly clock: DatabaseClock,
  ) {
    super();
    this.database = new Database(source);
  }

  note({ domainId, clientId }: ClientRef): void {
    const clients = this.seen.get(domainId);
    if (clients?.has(clientId)) return;
    if (this.size >= MOST || this.waiting.length >= MOST) {
      this.makeRoom();
    } else {
      if (clients) clients.add(clientId);
      else this.seen.set(domainId, new Set([clientId]));
      this.size += 1;
      this.waiting.push({ domainId, clientId });
    }
  }

  /** Writes what waits; a second call meanwhile does not write it again. What cannot be written waits for the next call. */
  flush(): Promise<void> {
    this.flushing ??= this.write().finally(() => {
      this.flushing = undefined;
    });
    return this.flushing;
  }

  /**
   * A sighting that finds no room is lost, but the next one of that client is recorded. While the database is away, only
   * the task that runs each minute tries again.
   */
  private makeRoom(): void {
    if (this.isMakingRoom) return;
    this.isMakingRoom = true;
    this.flush().catch(() => {});
  }

  private async write(): Promise<void> {
    const day = new Date(this.clock.now()).toISOString().slice(0, 10);
    if (day !== this.day) this.forget();
    this.day = day;
    while (this.waiting.length > 0) {
      const clients = this.waiting.slice(0, CLIENTS_AT_ONCE);
      const values = [clients.map(({ domainId }) => domainId), clients.map(({ clientId }) => clientId)];
      await this.database.query(NOTE, values);
      this.waiting.splice(0, clients.length);
    }
    if (this.size >= MOST) this.forget();
    this.isMakingRoom = false;
  }

  /** Empties the set of clients that were seen today. What waits is still written. */
  private forget(): void {
    this.seen.clear();
    this.size = 0;
  }
}
