import type { Client, ClientRef } from '#clients';
import { keyOf } from './client-cache.js';
import type { Database } from './database.js';
import type { EntityTable } from './entity-table.js';
import { JoinedStatements } from './joined-statements.js';

const MAX_CLIENTS = 100;

/** Reads clients by their ids on the primary, many in one statement. */
export class ClientLookUps {
  private readonly lookUps: JoinedStatements<ClientRef, Client | undefined>;

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly clients: Pick<EntityTable<Client>, 'json' | 'fromValues'>,
  ) {
    const send = (refs: readonly ClientRef[]) => {
      const found = this.load(refs);
      return refs.map(async (ref) => (await found).get(keyOf(ref)));
    };
    this.lookUps = new JoinedStatements(send, { most: MAX_CLIENTS });
  }

  find(ref: ClientRef): Promise<Client | undefined> {
    return this.lookUps.ask(ref);
  }

  private async load(refs: readonly ClientRef[]): Promise<ReadonlyMap<string, Client>> {
    const [row] = await this.database.query<{ clients: string | null }>(
      `select json_agg(${this.clients.json})::text as clients
         from unnest($1::bigint[], $2::text[]) asked (domain, client)
         join clients on domain_id = asked.domain and client_id = asked.client collate "C"`,
      [refs.map(({ domainId }) => domainId), refs.map(({ clientId }) => clientId)],
    );
    const rows: unknown[][] = JSON.parse(row?.clients ?? '[]');
    return new Map(rows.map((values) => this.clients.fromValues(values)).map((client) => [keyOf(client), client]));
  }
}
