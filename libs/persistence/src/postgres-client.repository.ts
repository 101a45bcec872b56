import type { DataSource } from 'typeorm';
import {
  Client,
  type ClientQuery,
  type ClientRef,
  ClientRepository,
  ClientSecret,
  type ClientWrite,
  type IdQuery,
  METADATA_FIELDS,
} from '#clients';
import { AUDIT_VALUES, auditInsert, auditValues } from './audit-statement.js';
import { ClientCache, type Found } from './client-cache.js';
import { pageClauses } from './client-order.sql.js';
import { whereClause } from './client-query.sql.js';
import { ClientTallies } from './client-tallies.js';
import { Database } from './database.js';
import { EntityTable } from './entity-table.js';

// The parameters that insert and update share: domain, client id, metadata, secret, audit entry. Update adds its guard behind.
const FIRST_METADATA = 3;
const FIRST_SECRET = FIRST_METADATA + METADATA_FIELDS.length;
const SECRET_FIELDS = ['id', 'name', 'algorithm', 'salt', 'hash', 'hint', 'expiresAt'] as const;
const FIRST_AUDIT = FIRST_SECRET + SECRET_FIELDS.length;
const FIRST_GUARD = FIRST_AUDIT + AUDIT_VALUES;

/** A client as one JSON text. */
type Row = { readonly client: string };

/** What the audit calls a write that is about secrets alone. */
const SECRET_ACTIONS: Partial<Record<ClientWrite['secrets']['action'], string>> = {
  add: 'client.secret_added',
  drop: 'client.secret_removed',
};

/**
 * Clients in PostgreSQL. Every write is one statement: record, secrets and audit entry ride together, guarded by
 * both versions. The guard on the secrets' version matters for revoking, too: a statement that waited for a
 * concurrent rotation would otherwise not see the secret that the rotation added.
 */
export class PostgresClientRepository extends ClientRepository {
  private readonly database: Database;
  private readonly clients: EntityTable<Client>;
  private readonly secrets: EntityTable<ClientSecret>;
  private readonly tallies: ClientTallies;
  private readonly statements: Readonly<Record<'find' | 'insert' | 'update' | 'remove' | 'liveSecrets', string>>;

  constructor(
    source: DataSource,
    private readonly cache = new ClientCache(() => false),
  ) {
    super();
    this.database = new Database(source);
    this.clients = new EntityTable(source, Client);
    this.secrets = new EntityTable(source, ClientSecret);
    this.tallies = new ClientTallies(this.database);
    this.statements = this.prepareStatements();
  }

  find(ref: ClientRef): Promise<Client | undefined> {
    return this.cache.read(ref, () => this.load(ref));
  }

  insert(write: ClientWrite): Promise<Client | undefined> {
    return this.cache.replacing(write.client, () =>
      this.queryOne(this.statements.insert, this.values(write, 'client.created')),
    );
  }

  async update(
    ref: ClientRef,
    decide: (current: Client, liveSecrets: () => Promise<ClientSecret[]>) => Promise<ClientWrite | undefined>,
  ): Promise<Client | undefined> {
    const liveSecrets = () => this.liveSecrets(ref);
    // A change of what is remembered saves reading it first: the guard lets it through only if that is still on record.
    const remembered = this.cache.peek(ref);
    const guess = remembered && (await decide(remembered, liveSecrets).catch(() => undefined));
    const guessed = guess && (await this.writeChange(remembered, guess));
    if (guessed) return guessed;
    for (;;) {
      const current = await this.findNow(ref);
      if (!current) return undefined;
      const write = await decide(current, liveSecrets);
      if (!write) return current;
      const changed = await this.writeChange(current, write);
      if (changed) return changed;
    }
  }

  async remove(
    ref: ClientRef,
    allow: (current: Client) => Pick<ClientWrite, 'changes' | 'origin'>,
  ): Promise<Client | undefined> {
    for (;;) {
      const current = await this.findNow(ref);
      if (!current) return undefined;
      const { changes, origin } = allow(current);
      const { domainId, clientId } = ref;
      const values = [
        domainId,
        clientId,
        current.version,
        current.secretsVersion,
        ...auditValues({ domainId, clientId, action: 'client.deleted', origin, changes }),
      ];
      const rows = await this.cache.around(ref, () => this.database.query(this.statements.remove, values));
      if (rows.length > 0) return current;
    }
  }

  async list(domainId: string, { filters, sort, start, limit }: ClientQuery): Promise<Client[]> {
    const values: unknown[] = [];
    const where = whereClause(domainId, filters, values);
    const { condition, rest, isReversed } = pageClauses(sort, start, limit, values);
    const sql = `select ${this.clients.json('clients')} as client from clients ${where} ${condition ? `and ${condition}` : ''} ${rest}`;
    const clients = (await this.database.query<Row>(sql, values)).map((row) => this.clients.fromJson(row.client));
    for (const client of clients) this.cache.observe(client);
    return isReversed ? clients.reverse() : clients;
  }

  count(domainId: string, { filters }: Pick<ClientQuery, 'filters'>): Promise<number> {
    return filters.length === 0 ? this.tallies.total(domainId) : this.countMatching(domainId, filters);
  }

  async ids(domainId: string, { search, after, offset = 0, limit }: IdQuery): Promise<string[]> {
    const rows = await this.database.query<{ client_id: string }>(
      `select client_id from clients
        where domain_id = $1 and client_id > $2 and position($3 in client_id) > 0
        order by client_id limit $4 offset $5`,
      [domainId, after ?? '', search ?? '', limit, offset],
    );
    return rows.map((row) => row.client_id);
  }

  async liveSecrets(ref: ClientRef): Promise<ClientSecret[]> {
    const rows = await this.database.query(this.statements.liveSecrets, [ref.domainId, ref.clientId]);
    return rows.map((row) => this.secrets.toEntity(row));
  }

  async noteUse(secret: ClientSecret, anew?: Pick<ClientSecret, 'algorithm' | 'salt' | 'hash'>): Promise<void> {
    const { algorithm, salt, hash } = anew ?? secret;
    await this.database.query(
      `update client_secrets set last_used_on = current_date, algorithm = $4, salt = $5, hash = $6
        where domain_id = $1 and client_id = $2 and id = $3 and (last_used_on is distinct from current_date or algorithm <> $4)`,
      [secret.domainId, secret.clientId, secret.id, algorithm, salt, hash],
    );
  }

  private load({ domainId, clientId }: ClientRef): Promise<Found | undefined> {
    return this.queryOne(this.statements.find, [domainId, clientId]);
  }

  private async queryOne(statement: string, values: readonly unknown[]): Promise<Found | undefined> {
    const [row] = await this.database.query<Row>(statement, values);
    return row && { client: this.clients.fromJson(row.client), size: row.client.length };
  }

  /** The record as it is on the primary, whatever is remembered. */
  private async findNow(ref: ClientRef): Promise<Client | undefined> {
    const found = await this.load(ref);
    if (found) this.cache.observe(found.client);
    else this.cache.forget(ref);
    return found?.client;
  }

  /** undefined = record or secrets are no longer what they were. */
  private writeChange(current: Client, write: ClientWrite): Promise<Client | undefined> {
    const { secrets } = write;
    const values = [
      ...this.values(write, SECRET_ACTIONS[secrets.action] ?? 'client.changed'),
      current.version,
      current.secretsVersion,
      METADATA_FIELDS.some((field) => field in write.changes),
      secrets.action !== 'none',
      secrets.action === 'revoke' ||
        secrets.action === 'replace' ||
        (secrets.action === 'add' && secrets.overlapSeconds === 0),
      secrets.action === 'drop' ? secrets.id : null,
      secrets.action === 'add' ? secrets.overlapSeconds : null,
    ];
    return this.cache.replacing(current, () => this.queryOne(this.statements.update, values));
  }

  private async countMatching(domainId: string, filters: ClientQuery['filters']): Promise<number> {
    const values: unknown[] = [];
    const where = whereClause(domainId, filters, values);
    const [row] = await this.database.query<{ count: string }>(`select count(*) from clients ${where}`, values);
    return Number(row!.count);
  }

  private values({ client, secrets, changes, origin }: ClientWrite, action: string): unknown[] {
    const secret: Partial<ClientSecret> = 'secret' in secrets ? secrets.secret : {};
    const { domainId, clientId } = client;
    return [
      domainId,
      clientId,
      ...METADATA_FIELDS.map((field) => client[field]),
      ...SECRET_FIELDS.map((field) => secret[field] ?? null),
      ...auditValues({ domainId, clientId, action, origin, changes }),
    ];
  }

  private prepareStatements(): typeof this.statements {
    const columns = METADATA_FIELDS.map((field) => this.clients.column(field));
    const metadata = columns.map((_, index) => `$${FIRST_METADATA + index}`);
    const secret = SECRET_FIELDS.map((_, index) => `$${FIRST_SECRET + index}`);
    const [version, secretsVersion, changed, secretsChanged, allEnd, ending, overlap] = Array.from(
      { length: 7 },
      (_, offset) => `$${FIRST_GUARD + offset}`,
    );
    const secretColumns = SECRET_FIELDS.map((field) => this.secrets.column(field)).join(', ');
    const besides = `secret as (
          insert into client_secrets (domain_id, client_id, ${secretColumns})
          select stored.domain_id, stored.client_id, ${secret.join(', ')} from stored where ${secret[0]}::uuid is not null
        ), entry as (${auditInsert(FIRST_AUDIT, 'stored')})
        select ${this.clients.json('stored')} as client from stored`;
    return {
      find: `select ${this.clients.json('clients')} as client from clients where domain_id = $1 and client_id = $2`,
      liveSecrets: `select * from client_secrets where domain_id = $1 and client_id = $2
        and (expires_at is null or expires_at > now()) order by created_at, id`,
      insert: `with stored as (
          insert into clients (domain_id, client_id, version, created_at, updated_at, ${columns.join(', ')})
          values ($1, $2, (extract(epoch from clock_timestamp()) * 1000000)::bigint, now(), now(), ${metadata.join(', ')})
          on conflict do nothing returning *
        ), ${besides}`,
      update: `with stored as (
          update clients set version = version + ${changed}::boolean::int,
                 secrets_version = secrets_version + ${secretsChanged}::boolean::int,
                 updated_at = case when ${changed}::boolean then now() else updated_at end,
                 ${columns.map((column, index) => `${column} = ${metadata[index]}`).join(', ')}
           where domain_id = $1 and client_id = $2 and version = ${version} and secrets_version = ${secretsVersion}
          returning *
        ), ended as (
          delete from client_secrets using stored
           where client_secrets.domain_id = stored.domain_id and client_secrets.client_id = stored.client_id
             and ${secretsChanged}::boolean
             and (${allEnd}::boolean or client_secrets.id = ${ending}::uuid or client_secrets.expires_at <= now())
        ), ending as (
          update client_secrets set expires_at = least(client_secrets.expires_at, now() + make_interval(secs => ${overlap}::int))
            from stored
           where client_secrets.domain_id = stored.domain_id and client_secrets.client_id = stored.client_id
             and ${overlap}::int > 0 and coalesce(client_secrets.expires_at > now(), true)
        ), ${besides}`,
      remove: `with gone as (
          delete from clients where domain_id = $1 and client_id = $2 and version = $3 and secrets_version = $4
          returning domain_id, client_id
        ), revoked as (
          delete from client_secrets using gone
           where client_secrets.domain_id = gone.domain_id and client_secrets.client_id = gone.client_id
        ), entry as (${auditInsert(5, 'gone')})
        select client_id from gone`,
    };
  }
}
