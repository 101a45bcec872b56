import type { Client, ClientRef, ClientSecret } from '#clients';
import type { Database, Row } from '../database/database.js';
import { lookUps } from '../database/look-ups.js';
import { domainGone } from '../database/store-error.js';
import { endedOf } from '../log/domain-log.sql.js';
import { keyOf } from '../memory/client-cache.js';
import { CLIENT_JSON, type ClientRow, clientOf } from './client-row.js';
import { SECRET_JSON, type SecretRow, secretOf } from './secret-row.js';

/** `$1` and `$2`: the domain and the id of the client that is asked for. */
const OF_CLIENT = 'domain_id = $1 and client_id = $2';
const LIVING_CLIENT = `
  select (select ${CLIENT_JSON} from clients where ${OF_CLIENT}) as client, ${endedOf('array[$1::bigint]')} as ended`;
const LIVE_SECRETS = `
  select ${SECRET_JSON} as secret from client_secrets
   where ${OF_CLIENT} and (expires_at is null or expires_at > now()) order by created_at, id`;

/**
 * `$1` and `$2`: the domains and the ids of the clients that are asked for, which are looked up one after the other. A
 * join would be planned while there are few clients, as a look through all of them, and stay so until PostgreSQL has
 * counted what was added since; rows with a value that is anew for each of them are not merged into one.
 */
const CLIENTS = `
  select json_agg(${CLIENT_JSON}) as clients from unnest($1::bigint[], $2::text[]) asked (domain, client), lateral (
    select *, random() from clients where domain_id = asked.domain and client_id = asked.client collate "C") clients`;

/**
 * Reads clients and their secrets by the clients' ids. Clients that only are read, many in one statement: sixteen callers
 * who read what nobody remembers take PostgreSQL two thirds for each of what a statement for each would (decision 21).
 */
export class ClientLookUps {
  private readonly byRef = lookUps((refs: readonly ClientRef[]) => this.findAll(refs));

  constructor(private readonly database: Pick<Database, 'query'>) {}

  find(ref: ClientRef): Promise<Client | undefined> {
    return this.byRef.load(ref);
  }

  /** For who decides on it; whoever only reads need not pay a fifth more. Fails with `domain_gone`. */
  async findLiving(ref: ClientRef): Promise<Client | undefined> {
    const [row] = await this.query<{ client: ClientRow | null; ended: string[] | null }>(LIVING_CLIENT, ref);
    if (row!.ended) throw domainGone();
    return row!.client ? clientOf(row!.client) : undefined;
  }

  /** The oldest first. */
  async liveSecrets(ref: ClientRef): Promise<ClientSecret[]> {
    const rows = await this.query<{ secret: SecretRow }>(LIVE_SECRETS, ref);
    return rows.map(({ secret }) => secretOf(secret));
  }

  private async findAll(refs: readonly ClientRef[]): Promise<(Client | undefined)[]> {
    const [row] = await this.database.query<{ clients: ClientRow[] | null }>(CLIENTS, [
      refs.map(({ domainId }) => domainId),
      refs.map(({ clientId }) => clientId),
    ]);
    const found = new Map((row!.clients ?? []).map(clientOf).map((client) => [keyOf(client), client]));
    return refs.map((ref) => found.get(keyOf(ref)));
  }

  private query<T extends object = Row>(sql: string, { domainId, clientId }: ClientRef): Promise<T[]> {
    return this.database.query<T>(sql, [domainId, clientId]);
  }
}
