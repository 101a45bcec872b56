import type { AboutPage, AboutQuery, Client, ClientRef, DueClient, DueDate, SecretsToVerify } from '#clients';
import type { Database } from '../database/database.js';
import { keysAsked, lookUps } from '../database/look-ups.js';
import { domainGone } from '../database/store-error.js';
import { endedOf } from '../log/domain-log.sql.js';
import { keyOf } from '../memory/client-cache.js';
import { aboutsStatement, type FoundAbouts } from './client-about.sql.js';
import { clientsByKey } from './client-key.sql.js';
import { CLIENT_JSON, type ClientRow, clientOf } from './client-row.js';
import { SECRET_JSON, type SecretRow, secretOf } from './secret-row.js';

/** Clients that are left of a deleted domain must not be written. */
const OF_LIVING_DOMAIN =
  'not exists (select from domain_logs log where log.domain_id = clients.domain_id and end_position is not null)';
const IS_SUSPENDED = 'suspended_at is not null and (suspended_until is null or suspended_until > now())';

/** `$1` and `$2`: the domain and the id of the client whose secrets are wanted. */
const SECRETS_TO_VERIFY = `
  select ${SECRET_JSON} as secret, suspended
    from client_secrets,
         (select ${IS_SUSPENDED} as suspended from clients
           where domain_id = $1 and client_id = $2 and (expires_at is null or expires_at > now())) client
   where domain_id = $1 and client_id = $2 and (expires_at is null or expires_at > now())
   order by created_at, id`;

/** `$1` to `$3`: the client after which to begin; `$4`: the largest number that is returned. */
const dueBy = (date: string) => `
  select domain_id::text as "domainId", client_id as "clientId", ${date} as "dueAt" from clients
   where ${date} <= now() and ($1::timestamptz is null or (${date}, domain_id, client_id) > ($1, $2::bigint, $3::text))
     and ${OF_LIVING_DOMAIN}
   order by ${date}, domain_id, client_id limit $4`;
const DUE: Readonly<Record<DueDate, string>> = {
  expiresAt: dueBy('expires_at'),
  suspendedUntil: dueBy('suspended_until'),
};

/** `$1`: a domain; `$2`: the last client that was read; `$3`: the largest number that is returned. */
const SUSPENDED = `
  select ${CLIENT_JSON} as client from clients
   where domain_id = $1 and client_id > $2 and ${IS_SUSPENDED} order by client_id limit $3`;

/** `$1`: the keys of the clients (`keysOf`). */
const ASKED = keysAsked('"domainId" bigint, "clientId" text collate "C"');
const BY_KEY = clientsByKey('asked', { domain: '"domainId"', client: '"clientId"' });
const CLIENTS = `with asked as (${ASKED}) select json_agg(${CLIENT_JSON}) as clients from ${BY_KEY}`;
const LIVING_CLIENTS = `
  with asked as (${ASKED})
  select clients, ended from (select json_agg(${CLIENT_JSON}) as clients from ${BY_KEY}) found,
         ${endedOf('array(select "domainId" from asked)')} logs (ended)`;

/**
 * Reads clients and their secrets by the clients' ids. One statement reads the clients of many callers. If sixteen callers
 * read clients that are not cached, it takes PostgreSQL two thirds of the time of a statement for each; for sixteen whose
 * PUT changes nothing, it takes half of the server's time (decision 21).
 */
export class ClientLookUps {
  private readonly byRef = lookUps((refs: readonly ClientRef[]) => this.findAll(refs));
  private readonly livingByRef = lookUps((refs: readonly ClientRef[]) => this.findAllLiving(refs));

  constructor(private readonly database: Pick<Database, 'query'>) {}

  find(ref: ClientRef): Promise<Client | undefined> {
    return this.byRef.load(ref);
  }

  /** For reads on which a write is decided: takes a fifth more time than `find`. Fails with `domain_gone`. */
  async findLiving(ref: ClientRef): Promise<Client | undefined> {
    const { client, isGone } = await this.livingByRef.load(ref);
    if (isGone) throw domainGone();
    return client;
  }

  async secretsToVerify({ domainId, clientId }: ClientRef): Promise<SecretsToVerify> {
    type Row = { secret: SecretRow; suspended: boolean };
    const rows = await this.database.query<Row>(SECRETS_TO_VERIFY, [domainId, clientId]);
    return { live: rows.map(({ secret }) => secretOf(secret)), isSuspended: rows[0]?.suspended === true };
  }

  async suspended(domainId: string, { after = '', limit }: { after?: string; limit: number }): Promise<Client[]> {
    const rows = await this.database.query<{ client: ClientRow }>(SUSPENDED, [domainId, after, limit]);
    return rows.map(({ client }) => clientOf(client));
  }

  async described(domainId: string, query: AboutQuery): Promise<AboutPage> {
    const { sql, values, looksAt } = aboutsStatement(domainId, query);
    const [row] = await this.database.query<FoundAbouts>(sql, values);
    const found = (row!.clients ?? []).map(clientOf);
    const clients = found.slice(0, query.limit);
    if (found.length > clients.length) return { clients, after: clients.at(-1)!.clientId };
    return row!.looked < looksAt ? { clients } : { clients, after: row!.last! };
  }

  due(date: DueDate, { after, limit }: { readonly after?: DueClient; readonly limit: number }): Promise<DueClient[]> {
    return this.database.query(DUE[date], [after?.dueAt, after?.domainId, after?.clientId, limit]);
  }

  private async findAll(refs: readonly ClientRef[]): Promise<(Client | undefined)[]> {
    const [row] = await this.database.query<Found>(CLIENTS, [keysOf(refs)]);
    return inOrder(refs, row!.clients);
  }

  private async findAllLiving(refs: readonly ClientRef[]): Promise<Living[]> {
    const [row] = await this.database.query<Found & { ended: string[] | null }>(LIVING_CLIENTS, [keysOf(refs)]);
    const { clients, ended } = row!;
    const found = inOrder(refs, clients);
    return refs.map(({ domainId }, index) => ({ client: found[index], isGone: ended?.includes(domainId) === true }));
  }
}

interface Found {
  readonly clients: readonly ClientRow[] | null;
}

interface Living {
  readonly client: Client | undefined;
  /** Whether the client's domain has been deleted. */
  readonly isGone: boolean;
}

function keysOf(refs: readonly ClientRef[]): string {
  return JSON.stringify(refs.map(({ domainId, clientId }) => ({ domainId, clientId })));
}

function inOrder(refs: readonly ClientRef[], rows: readonly ClientRow[] | null): (Client | undefined)[] {
  const found = new Map((rows ?? []).map(clientOf).map((client) => [keyOf(client), client]));
  return refs.map((ref) => found.get(keyOf(ref)));
}
