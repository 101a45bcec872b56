import pg from 'pg';
import type { Rows } from './measure.js';

export const DOMAIN = 'default';
/** What every client that is loaded has, in the words of the database. */
export const LOADED = {
  clientName: 'An app',
  scope: 'openid profile email',
  redirectUri: 'https://app.example.com/callback',
  goodbyeUri: 'https://app.example.com/goodbye',
  origin: 'https://app.example.com',
};
/** The id of the n-th client that is loaded, from 1; the same expression in SQL. */
export const loadedId = (n: number): string => `app-${String(n).padStart(8, '0')}`;
export const LOADED_ID = `'app-' || lpad(n::text, 8, '0')`;
/** The id of a client that is read once. */
export const coldId = (n: number): string => `cold-${n}`;
/** The id of a client that is there only to be deleted. */
export const doomedId = (n: number): string => `doomed-${n}`;

/** The id of a client that a request makes. */
export const madeId = (n: number): string => `made-${n}`;
/** The default domain's id, in SQL. */
export const IN_DEFAULT = `(select id from domains where name = '${DOMAIN}' and deleted_at is null)`;

/** Inserts clients numbered n from $1 to $2 into the product's table; `id` and `domain` are SQL. */
export const clientRows = (id: string, domain = IN_DEFAULT): string => `
  insert into clients (domain_id, client_id, version, created_at, updated_at, client_name, client_type, grant_types,
    redirect_uris, post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins,
    allow_local_login, token_methods, token_methods_as_list)
  select ${domain}, ${id}, (extract(epoch from clock_timestamp()) * 1000000)::bigint, now(), now(),
    '${LOADED.clientName}', 'public', '{authorization_code,refresh_token}', '{${LOADED.redirectUri}}',
    '{${LOADED.goodbyeUri}}', '${LOADED.scope}', '{}', '{}', '{}', '{${LOADED.origin}}', true, '{cookie}', false
  from generate_series($1::bigint, $2::bigint) n`;
/** Brings the totals in line with what was put in or taken out past the product, where it is of a version that keeps them so. */
export const COUNT_CLIENTS = `
  do $$ begin
    if exists (select from information_schema.columns where table_name = 'domain_logs' and column_name = 'clients') then
      insert into domain_logs (domain_id, position, clients)
      select domains.id, 0, count(client_id) from domains left join clients on domain_id = domains.id group by domains.id
        on conflict (domain_id) do update set clients = excluded.clients where domain_logs.clients <> excluded.clients;
    end if;
  end $$`;
const FLOOR_TABLE = `
  create table floor_clients (
    domain_id bigint not null, client_id text collate "C" not null, client_name text, client_type text not null,
    grant_types text[] not null, redirect_uris text[] not null, post_logout_redirect_uris text[] not null,
    allowed_origins text[] not null, scope text not null,
    created_at timestamptz(3) not null default now(), updated_at timestamptz(3) not null default now(),
    primary key (domain_id, client_id))`;
const FLOOR_CLIENTS = (id: string) => `
  insert into floor_clients (domain_id, client_id, client_name, client_type, grant_types, redirect_uris,
    post_logout_redirect_uris, allowed_origins, scope)
  select 1, ${id}, '${LOADED.clientName}', 'public', '{authorization_code,refresh_token}', '{${LOADED.redirectUri}}',
    '{${LOADED.goodbyeUri}}', '{${LOADED.origin}}', '${LOADED.scope}'
  from generate_series($1::bigint, $2::bigint) n`;

/** The database that servers share: the product's tables, and beside them the plain one of the floor, if there is one. */
export class Data implements Rows {
  readonly #tables: { name: string; rows: ((id: string) => string)[]; definition?: string }[] = [];
  private readonly pool: pg.Pool;

  /** `domains`: where the n-th client lives, in SQL; there is one in each of them. */
  constructor(url: string, { hasFloor = true, domains = [IN_DEFAULT] } = {}) {
    this.#tables.push({ name: 'clients', rows: domains.map((domain) => (id: string) => clientRows(id, domain)) });
    if (hasFloor) this.#tables.push({ name: 'floor_clients', rows: [FLOOR_CLIENTS], definition: FLOOR_TABLE });
    this.pool = new pg.Pool({ connectionString: url, max: 1 });
    // When PostgreSQL stops first, there is nothing left to save.
    this.pool.on('error', () => {});
  }

  /** To be called when the product has made its tables. */
  async fill(clients: number): Promise<void> {
    for (const { definition } of this.#tables) if (definition) await this.pool.query(definition);
    await this.add(LOADED_ID, 1, clients);
    await this.settle();
  }

  /** Adds clients to be read once. */
  async addCold(count: number): Promise<void> {
    await this.add(`'cold-' || n`, 1, count);
    await this.settle();
  }

  /** Adds clients to delete. */
  addDoomed(from: number, to: number): Promise<void> {
    return this.add(`'doomed-' || n`, from, to);
  }

  private async add(id: string, from: number, to: number) {
    for (const rows of this.#tables.flatMap((table) => table.rows)) await this.pool.query(rows(id), [from, to]);
    await this.pool.query(COUNT_CLIENTS);
  }

  /** Back to the clients that were loaded, without the traces of what came and went. */
  async settle(): Promise<void> {
    for (const { name } of this.#tables) {
      await this.pool.query(`delete from ${name} where client_id like 'made-%' or client_id like 'doomed-%'`);
      await this.pool.query(`vacuum analyze ${name}`);
    }
    await this.pool.query(COUNT_CLIENTS);
    await this.pool.query('checkpoint');
  }

  /** How many changes the product has noted. */
  async changesNoted(): Promise<number> {
    const { rows } = await this.pool.query('select count(*)::int as count from audit_entries');
    return rows[0].count;
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
