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
  entryActionOf,
  LIFE_FIELDS,
  METADATA_FIELDS,
} from '#clients';
import { byColumn } from '../database/columns.js';
import { LONG_STATEMENT_MS, type Send } from '../database/long-transactions.js';
import { domainGone, StoreUnavailable } from '../database/store-error.js';
import { type ClientCache, MAX_BULK_MS } from '../memory/client-cache.js';
import { ADD, AUDIT, CHANGES, COUNT, DraftStatements, ENDED, LINES, MISSING, NOW } from './client-draft.sql.js';
import { CLIENT_COLUMNS, clientOf, LIFE_COLUMNS, type LifeRow, lifeOf } from './client-row.js';
import type { ImportLease } from './import-lease.js';
import { SECRET_COLUMNS } from './secret-row.js';

const STATEMENTS = new DraftStatements();
const MANY_CLIENTS = 10_000;
/** All statements of a commit together must end before the caches are used again. */
const COMMIT_TIMEOUT_MS = MAX_BULK_MS - LONG_STATEMENT_MS - 1000;

interface ClientJsonRow {
  readonly client: string;
}

interface ChangeRow {
  readonly client_id: string;
  readonly action: DraftAction;
  readonly record: Record<string, unknown> | null;
  readonly changes: DraftedClient['changes'];
}

/** Keeps the draft in a table that all imports share. While it waits for more lines, no transaction is open. */
export class PostgresClientDraft extends ClientDraft {
  /** How many lines the table must contain, by action. */
  private readonly drafted = { created: 0, changed: 0, removed: 0, unchanged: 0 };
  /** When `others` was first called, and the last client that it returned. */
  private told: { readonly since: string; readonly last: string } | undefined;

  constructor(
    private readonly lease: ImportLease,
    private readonly cache: ClientCache,
  ) {
    super();
  }

  async look(clientIds: readonly string[]): Promise<DraftLook> {
    const lines = await this.lease.query<{ client_id: string; line: number }>(LINES, [...this.key, clientIds]);
    const onRecord = await this.lease.query<ClientJsonRow>(STATEMENTS.onRecord, [this.lease.domainId, clientIds]);
    const clients = onRecord.map((row) => this.clientOf(row));
    return {
      onRecord: new Map(clients.map((client) => [client.clientId, client])),
      drafted: new Map(lines.map(({ client_id, line }) => [client_id, line])),
    };
  }

  async add(entries: readonly DraftEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = JSON.stringify(entries.map((entry) => this.rowOf(entry)));
    await this.lease.staging((send) => send(ADD, [...this.key, rows]));
    for (const { action } of entries) this.drafted[action] += 1;
  }

  async others(limit: number): Promise<Client[]> {
    const { since, last } = this.told ?? { since: await this.now(), last: '' };
    const rows = await this.lease.staging((send) =>
      send<ClientJsonRow>(STATEMENTS.others, [...this.key, last, since, limit]),
    );
    const clients = rows.map((row) => this.clientOf(row));
    this.told = { since, last: clients.at(-1)?.clientId ?? last };
    return clients;
  }

  async counts(): Promise<DraftCounts> {
    return { ...this.drafted };
  }

  async missing(limit: number): Promise<string[]> {
    const rows = await this.lease.staging((send) => send<{ needed: string }>(MISSING, [...this.key, limit]));
    return rows.map(({ needed }) => needed);
  }

  async commit(origin: Origin): Promise<DraftOutcome> {
    // Without new statistics, PostgreSQL would plan the writes for an empty table, or for the lines of another import.
    await this.analyse('import_lines');
    const outcome = await this.write(origin);
    // Without new statistics, lists are slow until PostgreSQL itself counts the clients again.
    const { created, removed } = this.drafted;
    if (outcome === 'done' && created + removed > MANY_CLIENTS) await this.analyse('clients');
    return outcome;
  }

  async entries(after = '', limit: number): Promise<DraftedClient[]> {
    const rows = await this.lease.staging((send) => send<ChangeRow>(CHANGES, [...this.key, after, limit]));
    return rows.map(({ client_id, action, record, changes }) => ({
      clientId: client_id,
      action,
      metadata: record && this.metadataOf(record),
      life:
        record && lifeOf(LIFE_FIELDS.map((field) => record[LIFE_COLUMNS[field].column] ?? null) as unknown as LifeRow),
      changes,
    }));
  }

  close(): Promise<void> {
    return this.lease.end();
  }

  /** The key of the import's lines: the first parameters of all statements about them. */
  private get key(): readonly [domainId: string, importId: string] {
    return [this.lease.domainId, this.lease.importId];
  }

  private async now(): Promise<string> {
    const [clock] = await this.lease.query<{ now: string }>(NOW);
    return clock!.now;
  }

  private async analyse(table: string): Promise<void> {
    await this.lease.query(`analyze ${table}`).catch(() => {});
  }

  private write(origin: Origin): Promise<DraftOutcome> {
    return this.cache.aroundAll(async () => {
      const deadline = performance.now() + COMMIT_TIMEOUT_MS;
      try {
        await this.lease.committing((send) => this.writeAll(send, origin, deadline), MAX_BULK_MS);
        return 'done';
      } catch (error) {
        if (error instanceof ChangedMeanwhile) return 'changed';
        throw error;
      }
    });
  }

  private async writeAll(send: Send, origin: Origin, deadline: number): Promise<void> {
    const [log] = await send<{ ended: unknown }>(ENDED, [this.lease.domainId]);
    if (log!.ended) throw domainGone();
    await this.requireAllLines(send);
    for (const { action, sql } of STATEMENTS.guarded) {
      const [done] = await send<{ clients: number }>(sql, this.key);
      if (done!.clients !== this.drafted[action]) throw new ChangedMeanwhile();
    }
    await send(STATEMENTS.endSecrets, this.key);
    await send(STATEMENTS.beginSecrets, this.key);
    await send(STATEMENTS.forget, this.key);
    const { credentialId, credentialName, dialect, requestId } = origin;
    await send(AUDIT, [...this.key, credentialId, credentialName, dialect, requestId]);
    if (performance.now() > deadline) throw new StoreUnavailable(new Error('the import took too long to be written'));
  }

  /** After a crash of the database, or a failover, the last lines may be missing. */
  private async requireAllLines(send: Send): Promise<void> {
    const { created, changed, removed, unchanged } = this.drafted;
    const [found] = await send<{ lines: number }>(COUNT, this.key);
    if (found!.lines === created + changed + removed + unchanged) return;
    throw new StoreUnavailable(new Error('the database has lost lines of the import'));
  }

  private clientOf(row: { client: string }): Client {
    return clientOf(JSON.parse(row.client));
  }

  /** The row, by the names of its columns. */
  private rowOf(entry: DraftEntry): object {
    const { clientId, line, action, current, metadata, life, secrets, changes, needs } = entry;
    return {
      client_id: clientId,
      line,
      action,
      version: current?.version,
      secrets_version: current?.secretsVersion,
      record: metadata && byColumn(CLIENT_COLUMNS, { ...metadata, ...life }),
      ends_secrets: secrets.action !== 'none',
      secret: secrets.action === 'replace' ? secrets.secrets.map((each) => byColumn(SECRET_COLUMNS, each)) : null,
      changes,
      entry_action: entryActionOf(entry),
      needs,
    };
  }

  private metadataOf(record: Record<string, unknown>): ClientMetadata {
    const values = METADATA_FIELDS.map((field) => [field, record[CLIENT_COLUMNS[field].column]]);
    return Object.fromEntries(values) as unknown as ClientMetadata;
  }
}

/** Rolls back the writes of a draft. */
class ChangedMeanwhile extends Error {}
