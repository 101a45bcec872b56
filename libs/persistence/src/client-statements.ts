import { type Client, type ClientSecret, type ClientWrite, DEFAULT_METADATA, METADATA_FIELDS } from '#clients';
import { auditInsert } from './audit-statement.js';
import type { EntityTable } from './entity-table.js';
import { type Prepared, Statement } from './statement.js';

/** What is written of a new secret. */
export const SECRET_FIELDS = ['id', 'name', 'algorithm', 'salt', 'hash', 'hint', 'expiresAt'] as const;

/** What the database alone knows of a client that was written. */
const STORED = 'version, secrets_version, created_at, updated_at';

/** The row that a write of a client yields. */
export interface Stored {
  readonly version: string;
  readonly secrets_version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** The id of its audit entry. */
  readonly entry: string;
}

interface MetadataColumn {
  readonly column: string;
  readonly type: string;
  /** Its default, as JSON and in SQL. */
  readonly standard: { readonly json: string; readonly sql: string };
}

/** What the audit calls a write that is about secrets alone. */
const SECRET_ACTIONS: Partial<Record<ClientWrite['secrets']['action'], string>> = {
  add: 'client.secret_added',
  drop: 'client.secret_removed',
};

/**
 * The writes, each as one statement: record, secrets and audit entry ride together. A statement names only what it
 * changes, so that there are a few dozen of them, each quick, instead of one that could do everything.
 */
export class ClientStatements {
  private readonly columns: ReadonlyMap<string, MetadataColumn>;

  constructor(
    clients: EntityTable<Client>,
    private readonly secrets: EntityTable<ClientSecret>,
  ) {
    this.columns = new Map(
      METADATA_FIELDS.map((field) => {
        const standard = { json: JSON.stringify(DEFAULT_METADATA[field]), sql: literal(DEFAULT_METADATA[field]) };
        return [field, { ...clients.columnOf(field), standard }];
      }),
    );
  }

  /** Yields no row when the id is taken. */
  insert(write: ClientWrite): Prepared {
    const statement = new Statement();
    const { client } = write;
    const given = METADATA_FIELDS.map((field) => {
      const { column, type, standard } = this.columns.get(field)!;
      const isStandard = JSON.stringify(client[field]) === standard.json;
      return { column, expression: isStandard ? standard.sql : statement.parameter(client[field], type) };
    });
    const stored = `insert into clients (domain_id, client_id, version, created_at, updated_at, ${given.map(({ column }) => column).join(', ')})
      values (${statement.parameter(client.domainId, 'bigint')}, ${statement.parameter(client.clientId, 'text')},
        (extract(epoch from clock_timestamp()) * 1000000)::bigint, now(), now(), ${given.map(({ expression }) => expression).join(', ')})
      on conflict do nothing returning domain_id, client_id, ${STORED}`;
    return this.complete(statement, stored, write, 'client.created');
  }

  /** Yields no row when record or secrets are no longer those of `current`. */
  update(current: Client, write: ClientWrite): Prepared {
    const statement = new Statement();
    const changed = METADATA_FIELDS.filter((field) => field in write.changes);
    const sets = changed.map((field) => {
      const { column, type } = this.columns.get(field)!;
      return `${column} = ${statement.parameter(write.client[field], type)}`;
    });
    if (changed.length > 0) sets.push('version = version + 1', 'updated_at = now()');
    if (write.secrets.action !== 'none') sets.push('secrets_version = secrets_version + 1');
    const stored = `update clients set ${sets.join(', ')} where ${this.unchanged(statement, current)}
      returning domain_id, client_id, ${STORED}`;
    return this.complete(statement, stored, write, SECRET_ACTIONS[write.secrets.action] ?? 'client.changed');
  }

  /** Yields no row when record or secrets are no longer those of `current`. */
  remove(current: Client, { changes, origin }: Pick<ClientWrite, 'changes' | 'origin'>): Prepared {
    const statement = new Statement();
    const { domainId, clientId } = current;
    const sql = `with gone as (
        delete from clients where ${this.unchanged(statement, current)} returning domain_id, client_id
      ), revoked as (
        delete from client_secrets using gone
         where client_secrets.domain_id = gone.domain_id and client_secrets.client_id = gone.client_id
      ), entry as (${auditInsert(statement, 'gone', { domainId, clientId, action: 'client.deleted', origin, changes })})
      select client_id from gone`;
    return { sql, values: statement.values };
  }

  /**
   * The guard on the secrets' version matters for revoking, too: a statement that waited for a concurrent rotation
   * would otherwise not see the secret that the rotation added.
   */
  private unchanged(statement: Statement, { domainId, clientId, version, secretsVersion }: Client): string {
    return `domain_id = ${statement.parameter(domainId, 'bigint')} and client_id = ${statement.parameter(clientId, 'text')}
      and version = ${statement.parameter(version, 'bigint')} and secrets_version = ${statement.parameter(secretsVersion, 'int')}`;
  }

  private complete(statement: Statement, stored: string, write: ClientWrite, action: string): Prepared {
    const { client, origin, changes } = write;
    const { domainId, clientId } = client;
    const entry = auditInsert(statement, 'stored', { domainId, clientId, action, origin, changes });
    const parts = [
      `stored as (${stored})`,
      ...this.endOfSecrets(statement, write.secrets),
      ...('secret' in write.secrets ? [this.newSecret(statement, write.secrets.secret)] : []),
      `entry as (${entry} returning id)`,
    ];
    const sql = `with ${parts.join(', ')} select ${STORED}, (select id from entry) as entry from stored`;
    return { sql, values: statement.values };
  }

  /** Expired ones go whenever anything does. */
  private endOfSecrets(statement: Statement, secrets: ClientWrite['secrets']): string[] {
    if (secrets.action === 'none') return [];
    const ofClient = 'client_secrets.domain_id = stored.domain_id and client_secrets.client_id = stored.client_id';
    const isOverlapping = secrets.action === 'add' && secrets.overlapSeconds > 0;
    const ending =
      secrets.action === 'drop'
        ? `and (id = ${statement.parameter(secrets.id, 'uuid')} or expires_at <= now())`
        : isOverlapping
          ? 'and expires_at <= now()'
          : '';
    const ended = `ended as (delete from client_secrets using stored where ${ofClient} ${ending})`;
    if (!isOverlapping) return [ended];
    const end = `now() + make_interval(secs => ${statement.parameter(secrets.overlapSeconds, 'int')})`;
    return [
      ended,
      `ending as (update client_secrets set expires_at = least(client_secrets.expires_at, ${end}) from stored
        where ${ofClient} and coalesce(client_secrets.expires_at > now(), true))`,
    ];
  }

  private newSecret(statement: Statement, secret: Partial<ClientSecret>): string {
    const given = SECRET_FIELDS.map((field) => {
      const { column, type } = this.secrets.columnOf(field);
      return { column, expression: statement.parameter(secret[field] ?? null, type) };
    });
    return `secret as (insert into client_secrets (domain_id, client_id, ${given.map(({ column }) => column).join(', ')})
      select domain_id, client_id, ${given.map(({ expression }) => expression).join(', ')} from stored)`;
  }
}

/** Of our own defaults alone: what callers send goes as a parameter. */
function literal(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? `'{${value.join(',')}}'` : `'${String(value)}'`;
}
