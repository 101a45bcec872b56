import type { Client, ClientRef, ClientSecret } from '#clients';
import type { Database } from '../database/database.js';
import type { EntityTable } from '../database/entity-table.js';
import { lookUps } from '../database/look-ups.js';
import { domainGone } from '../database/store-error.js';
import { endedOf } from '../log/domain-log.sql.js';
import { keyOf } from '../memory/client-cache.js';

/** `$1` and `$2`: the domains and the ids of the clients that are asked for. */
const ASKED = 'unnest($1::bigint[], $2::text[]) asked (domain, client)';

/**
 * Their rows in a table, looked up one after the other. A join would be planned while there are few clients, as a look
 * through all of them, and stay so until PostgreSQL has counted what was added since.
 */
function askedOf(table: string, condition = 'true'): string {
  return `${ASKED}, lateral (
    select * from ${table}
     where domain_id = asked.domain and client_id = asked.client collate "C" and ${condition} offset 0) ${table}`;
}

type Readable<T extends object> = Pick<EntityTable<T>, 'json' | 'fromValues'>;

/** Reads clients and their secrets by the clients' ids, many in one statement. */
export class ClientLookUps {
  private readonly clientsByRef = lookUps((refs: readonly ClientRef[]) => this.loadClients(refs));
  private readonly livingByRef = lookUps((refs: readonly ClientRef[]) => this.loadLiving(refs));
  private readonly secretsByRef = lookUps((refs: readonly ClientRef[]) => this.loadSecrets(refs));

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly clients: Readable<Client>,
    private readonly secrets: Readable<ClientSecret>,
  ) {}

  find(ref: ClientRef): Promise<Client | undefined> {
    return this.clientsByRef.load(ref);
  }

  /** For who decides on it; whoever only reads need not pay a fifth more. Fails with `domain_gone`. */
  async findLiving(ref: ClientRef): Promise<Client | undefined> {
    const { client, isGone } = await this.livingByRef.load(ref);
    if (isGone) throw domainGone();
    return client;
  }

  /** The oldest first. */
  liveSecrets(ref: ClientRef): Promise<ClientSecret[]> {
    return this.secretsByRef.load(ref);
  }

  private async loadClients(refs: readonly ClientRef[]): Promise<(Client | undefined)[]> {
    const { rows } = await this.read(
      this.clients,
      refs,
      `json_agg(${this.clients.json}) as rows from ${askedOf('clients')}`,
    );
    return inOrder(refs, rows);
  }

  private async loadLiving(refs: readonly ClientRef[]): Promise<Living[]> {
    const { rows, ended } = await this.read(
      this.clients,
      refs,
      `json_agg(${this.clients.json}) as rows, ${endedOf('$1')} as ended from ${askedOf('clients')}`,
    );
    const clients = inOrder(refs, rows);
    return refs.map(({ domainId }, index) => ({ client: clients[index], isGone: ended.includes(domainId) }));
  }

  private async loadSecrets(refs: readonly ClientRef[]): Promise<ClientSecret[][]> {
    const { rows: secrets } = await this.read(
      this.secrets,
      refs,
      `json_agg(${this.secrets.json} order by created_at, id) as rows
         from ${askedOf('client_secrets', '(expires_at is null or expires_at > now())')}`,
    );
    const found = new Map<string, ClientSecret[]>(refs.map((ref) => [keyOf(ref), []]));
    for (const secret of secrets) found.get(keyOf(secret))!.push(secret);
    return refs.map((ref) => [...found.get(keyOf(ref))!]);
  }

  /** `statement`: what follows `select`, for `refs`; gives all rows as one. */
  private async read<T extends object>(table: Readable<T>, refs: readonly ClientRef[], statement: string) {
    const [row] = await this.database.query<{ rows: unknown[][] | null; ended?: string[] | null }>(
      `select ${statement}`,
      valuesOf(refs),
    );
    return { rows: (row?.rows ?? []).map((values) => table.fromValues(values)), ended: row?.ended ?? [] };
  }
}

interface Living {
  readonly client: Client | undefined;
  /** Whether its domain is. */
  readonly isGone: boolean;
}

function inOrder(refs: readonly ClientRef[], clients: readonly Client[]): (Client | undefined)[] {
  const found = new Map(clients.map((each) => [keyOf(each), each]));
  return refs.map((ref) => found.get(keyOf(ref)));
}

/** None twice, or each of its secrets would be found twice. */
function valuesOf(refs: readonly ClientRef[]): unknown[] {
  const asked = [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
  return [asked.map(({ domainId }) => domainId), asked.map(({ clientId }) => clientId)];
}
