import { AsyncResource } from 'node:async_hooks';
import DataLoader from 'dataloader';
import type { Client, ClientRef } from '#clients';
import { keyOf } from './client-cache.js';
import type { Database } from './database.js';
import type { EntityTable } from './entity-table.js';

/** More statements at once only read less each. */
const USUAL_STATEMENTS = 2;
/** What takes longer waits for the disk, where it pays to wait beside each other. */
const PATIENCE_MS = 2;
/** The rest of the pool is left to others. */
const MAX_STATEMENTS = 8;
const MAX_CLIENTS = 100;

interface Waiting {
  readonly send: () => void;
  readonly impatience: NodeJS.Timeout;
}

/**
 * Reads clients by their ids on the primary. While statements are under way, whoever asks joins the next one, so that
 * the more there is to read, the less each costs. Nothing is read before it is asked for.
 */
export class ClientLookUps {
  private readonly loader: DataLoader<ClientRef, Client | undefined>;
  private readonly waiting: Waiting[] = [];
  private statements = 0;

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly clients: Pick<EntityTable<Client>, 'json' | 'fromValues'>,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.loader = new DataLoader((refs) => this.load(refs), {
      cache: false,
      maxBatchSize: MAX_CLIENTS,
      batchScheduleFn: (send) => this.schedule(send),
    });
  }

  find(ref: ClientRef): Promise<Client | undefined> {
    return this.loader.load(ref);
  }

  private schedule(send: () => void): void {
    if (this.statements < USUAL_STATEMENTS) {
      this.statements += 1;
      // Requests that came in with this one are read before that.
      setImmediate(send);
      return;
    }
    const impatience = setTimeout(() => this.sendNext(MAX_STATEMENTS), this.patienceMs);
    // Whoever is answered before sends it, in the trace of whoever asked for it.
    this.waiting.push({ send: AsyncResource.bind(send), impatience });
  }

  /** Unless so many statements are under way. */
  private sendNext(most: number): void {
    if (this.statements >= most) return;
    const next = this.waiting.shift();
    if (!next) return;
    clearTimeout(next.impatience);
    this.statements += 1;
    next.send();
  }

  private async load(refs: readonly ClientRef[]): Promise<(Client | undefined)[]> {
    try {
      const found = new Map((await this.rowsOf(refs)).map((client) => [keyOf(client), client]));
      return refs.map((ref) => found.get(keyOf(ref)));
    } finally {
      this.statements -= 1;
      this.sendNext(USUAL_STATEMENTS);
    }
  }

  private async rowsOf(refs: readonly ClientRef[]): Promise<Client[]> {
    const [row] = await this.database.query<{ clients: string | null }>(
      `select json_agg(${this.clients.json})::text as clients
         from unnest($1::bigint[], $2::text[]) asked (domain, client)
         join clients on domain_id = asked.domain and client_id = asked.client collate "C"`,
      [refs.map(({ domainId }) => domainId), refs.map(({ clientId }) => clientId)],
    );
    const rows: unknown[][] = JSON.parse(row?.clients ?? '[]');
    return rows.map((values) => this.clients.fromValues(values));
  }
}
