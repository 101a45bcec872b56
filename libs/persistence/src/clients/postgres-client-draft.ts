import type pg from 'pg';
import type { Origin } from '#audit';
import {
  type Client,
  ClientDraft,
  type ClientMetadata,
  type DraftAction,
  type DraftCounts,
  type DraftEntry,
  type DraftedClient,
  type DraftLook,
  type DraftOutcome,
  METADATA_FIELDS,
} from '#clients';
import { byColumn } from '../database/columns.js';
import { StoreConnection } from '../database/store-connection.js';
import { domainGone, StoreUnavailable, storeError, unlessUndone } from '../database/store-error.js';
import { type ClientCache, MAX_BULK_MS } from '../memory/client-cache.js';
import {
  ADD,
  AUDIT,
  CHANGES,
  COUNTS,
  CREATE_DRAFT,
  DraftStatements,
  ENDED,
  LINES,
  MISSING,
} from './client-draft.sql.js';
import { CLIENT_COLUMNS, clientOf } from './client-row.js';
import { SECRET_COLUMNS } from './secret-row.js';

const STATEMENTS = new DraftStatements();
const MANY_CLIENTS = 10_000;
const CONNECTION_TIMEOUT_MS = 1500;
/** All statements of a commit together must take less than the caches stand aside. */
const STATEMENT_TIMEOUT_MS = MAX_BULK_MS / 4;
const COMMIT_TIMEOUT_MS = MAX_BULK_MS - STATEMENT_TIMEOUT_MS - 1000;

export interface DraftTables {
  readonly url: string;
  readonly cache: ClientCache;
}

/** A draft in a temporary table, on a connection of its own, which also holds the lock on the domain's imports. */
export class PostgresClientDraft extends ClientDraft {
  private hasCursor = false;

  private constructor(
    private readonly connection: pg.Client,
    private readonly tables: DraftTables,
    private readonly domainId: string,
  ) {
    super();
  }

  static async open(tables: DraftTables, domainId: string): Promise<PostgresClientDraft | undefined> {
    const connection = new StoreConnection({
      connectionString: tables.url,
      application_name: 'clientele import',
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      statementTimeoutMillis: STATEMENT_TIMEOUT_MS,
    });
    const draft = new PostgresClientDraft(connection, tables, domainId);
    try {
      await connection.connect();
      const lock = `clientele import ${domainId}`;
      const { rows } = await connection.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as free', [lock]);
      if (rows[0].free) {
        await connection.query(CREATE_DRAFT);
        return draft;
      }
    } catch (error) {
      await draft.close();
      throw storeError(error);
    }
    await draft.close();
    return undefined;
  }

  async look(clientIds: readonly string[]): Promise<DraftLook> {
    const lines = await this.query(LINES, [clientIds]);
    const records = await this.query(STATEMENTS.onRecord, [this.domainId, clientIds]);
    const clients = records.map((row) => this.clientOf(row));
    return {
      onRecord: new Map(clients.map((client) => [client.clientId, client])),
      drafted: new Map(lines.map(({ client_id, line }) => [client_id, line])),
    };
  }

  async add(entries: readonly DraftEntry[]): Promise<void> {
    if (entries.length > 0) await this.query(ADD, [JSON.stringify(entries.map((entry) => this.rowOf(entry)))]);
  }

  async others(limit: number): Promise<Client[]> {
    if (!this.hasCursor) await this.query(STATEMENTS.others.replace('$1', String(BigInt(this.domainId))));
    this.hasCursor = true;
    const rows = await this.query(`fetch ${Math.trunc(limit)} from others`);
    return rows.map((row) => this.clientOf(row));
  }

  async counts(): Promise<DraftCounts> {
    const counts = { created: 0, changed: 0, removed: 0, unchanged: 0 };
    for (const { action, clients } of await this.query(COUNTS)) counts[action as DraftAction] = clients;
    return counts;
  }

  async missing(limit: number): Promise<string[]> {
    return (await this.query(MISSING, [this.domainId, limit])).map(({ needed }) => needed);
  }

  async commit(origin: Origin): Promise<DraftOutcome> {
    await this.query('analyze draft');
    const counts = await this.counts();
    const outcome = await this.write(origin, counts);
    // Or else lists are slow until PostgreSQL has noticed by itself how many clients there are.
    const { created, removed } = counts;
    if (outcome === 'done' && created + removed > MANY_CLIENTS) await this.query('analyze clients').catch(() => {});
    return outcome;
  }

  private write(origin: Origin, counts: DraftCounts): Promise<DraftOutcome> {
    return this.tables.cache.aroundAll(() => {
      const deadline = performance.now() + COMMIT_TIMEOUT_MS;
      return unlessUndone(() => this.transact(origin, counts, deadline));
    });
  }

  private async transact(origin: Origin, counts: DraftCounts, deadline: number): Promise<DraftOutcome> {
    await this.query('begin');
    try {
      const outcome = await this.writeAll(origin, counts, deadline);
      await this.query(outcome === 'done' ? 'commit' : 'rollback');
      return outcome;
    } catch (error) {
      await this.query('rollback').catch(() => {});
      throw error;
    }
  }

  private async writeAll(origin: Origin, counts: DraftCounts, deadline: number): Promise<DraftOutcome> {
    const [log] = await this.query(ENDED, [this.domainId]);
    if (log.ended) throw domainGone();
    for (const { action, sql } of STATEMENTS.guarded) {
      const { rowCount } = await this.run(sql, [this.domainId]);
      if (rowCount !== counts[action as DraftAction]) return 'changed';
    }
    await this.query(STATEMENTS.endSecrets, [this.domainId]);
    await this.query(STATEMENTS.beginSecrets, [this.domainId]);
    const { credentialId, credentialName, dialect, requestId } = origin;
    await this.query(AUDIT, [this.domainId, credentialId, credentialName, dialect, requestId]);
    if (performance.now() > deadline) throw new StoreUnavailable(new Error('the import took too long to be written'));
    return 'done';
  }

  async entries(after = '', limit: number): Promise<DraftedClient[]> {
    const rows = await this.query(CHANGES, [after, limit]);
    return rows.map(({ client_id, action, record, changes }) => ({
      clientId: client_id,
      action,
      metadata: record && this.metadataOf(record),
      changes,
    }));
  }

  /** Whatever was not committed ends with the connection. */
  async close(): Promise<void> {
    await this.connection.end().catch(() => {});
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows of many shapes, each known to the statement beside it
  private async query(sql: string, values: readonly unknown[] = []): Promise<any[]> {
    return (await this.run(sql, values)).rows;
  }

  private async run(sql: string, values: readonly unknown[]): Promise<pg.QueryResult> {
    try {
      return await this.connection.query(sql, values as unknown[]);
    } catch (error) {
      throw storeError(error);
    }
  }

  private clientOf(row: { client: string }): Client {
    return clientOf(JSON.parse(row.client));
  }

  /** By the names of the columns. */
  private rowOf({ clientId, line, action, current, metadata, secrets, changes, needs }: DraftEntry): object {
    return {
      client_id: clientId,
      line,
      action,
      version: current?.version,
      secrets_version: current?.secretsVersion,
      record: metadata && byColumn(CLIENT_COLUMNS, metadata),
      ends_secrets: secrets.action !== 'none',
      secret: secrets.action === 'replace' ? byColumn(SECRET_COLUMNS, secrets.secret) : null,
      changes,
      needs,
    };
  }

  private metadataOf(record: Record<string, unknown>): ClientMetadata {
    const values = METADATA_FIELDS.map((field) => [field, record[CLIENT_COLUMNS[field].column]]);
    return Object.fromEntries(values) as unknown as ClientMetadata;
  }
}
