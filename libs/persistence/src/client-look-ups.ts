import DataLoader from 'dataloader';
import type { Client, ClientRef } from '#clients';
import { keyOf } from './client-cache.js';
import type { Database } from './database.js';
import type { EntityTable } from './entity-table.js';

const MAX_STATEMENTS = 2;
const MAX_CLIENTS = 100;

/**
 * Reads clients by their ids on the primary. While as many statements are under way as may be, whoever asks joins the
 * next one, so that the more there is to read, the less each costs. Nothing is read before it is asked for.
 */
export class ClientLookUps {
  private readonly loader: DataLoader<ClientRef, Client | undefined>;
  private readonly waiting: (() => void)[] = [];
  private statements = 0;

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly clients: Pick<EntityTable<Client>, 'json' | 'fromValues'>,
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
    if (this.statements === MAX_STATEMENTS) {
      this.waiting.push(send);
      return;
    }
    this.statements += 1;
    // Requests that came in with this one are read before that.
    setImmediate(send);
  }

  private async load(refs: readonly ClientRef[]): Promise<(Client | undefined)[]> {
    try {
      const found = new Map((await this.rowsOf(refs)).map((client) => [keyOf(client), client]));
      return refs.map((ref) => found.get(keyOf(ref)));
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.statements -= 1;
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
