import type { Client, ClientRef, ClientSecret } from '#clients';
import { keyOf } from './client-cache.js';
import type { Database } from './database.js';
import type { EntityTable } from './entity-table.js';
import { JoinedLookUps } from './joined-look-ups.js';

/** `$1` and `$2`: the domains and the ids of the clients that are asked for. */
const ASKED = 'unnest($1::bigint[], $2::text[]) asked (domain, client)';
const IS_ASKED = 'domain_id = asked.domain and client_id = asked.client collate "C"';

/** Reads clients and their secrets by the clients' ids, many in one statement. */
export class ClientLookUps {
  private readonly clientsByRef = new JoinedLookUps((refs: readonly ClientRef[]) => this.loadClients(refs));
  private readonly secretsByRef = new JoinedLookUps((refs: readonly ClientRef[]) => this.loadSecrets(refs));

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly clients: Pick<EntityTable<Client>, 'json' | 'fromValues'>,
    private readonly secrets: Pick<EntityTable<ClientSecret>, 'list' | 'toEntity'>,
  ) {}

  find(ref: ClientRef): Promise<Client | undefined> {
    return this.clientsByRef.find(ref);
  }

  /** The oldest first. */
  liveSecrets(ref: ClientRef): Promise<ClientSecret[]> {
    return this.secretsByRef.find(ref);
  }

  private async loadClients(refs: readonly ClientRef[]): Promise<(Client | undefined)[]> {
    const [row] = await this.database.query<{ clients: string | null }>(
      `select json_agg(${this.clients.json})::text as clients from ${ASKED} join clients on ${IS_ASKED}`,
      valuesOf(refs),
    );
    const rows: unknown[][] = JSON.parse(row?.clients ?? '[]');
    const found = new Map(rows.map((values) => this.clients.fromValues(values)).map((each) => [keyOf(each), each]));
    return refs.map((ref) => found.get(keyOf(ref)));
  }

  private async loadSecrets(refs: readonly ClientRef[]): Promise<ClientSecret[][]> {
    const rows = await this.database.query(
      `select ${this.secrets.list} from ${ASKED} join client_secrets on ${IS_ASKED}
        where expires_at is null or expires_at > now() order by created_at, id`,
      valuesOf(refs),
    );
    const found = new Map<string, ClientSecret[]>(refs.map((ref) => [keyOf(ref), []]));
    for (const row of rows) {
      const secret = this.secrets.toEntity(row);
      found.get(keyOf(secret))!.push(secret);
    }
    return refs.map((ref) => [...found.get(keyOf(ref))!]);
  }
}

/** None twice, or each of its secrets would be found twice. */
function valuesOf(refs: readonly ClientRef[]): unknown[] {
  const asked = [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
  return [asked.map(({ domainId }) => domainId), asked.map(({ clientId }) => clientId)];
}
