import pg from 'pg';
import { StoreUnavailable } from './store-error.js';

/**
 * What every session of ours begins with, whatever the database, the role or a pooler gives as a default: all that
 * changes what a statement means or how it ends. Left alone is what an operator may decide for us: where the tables are
 * (search_path, role), that nothing be written (default_transaction_read_only) and how safely (synchronous_commit).
 * client_encoding pg itself sends.
 */
const SESSION: Readonly<Record<string, string>> = {
  // How dates, numbers and bytes are written, as pg reads them; and which day it is.
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  // How values and statements of ours are read.
  array_nulls: 'on',
  transform_null_equals: 'off',
  standard_conforming_strings: 'on',
  // What a statement sees of those beside it; and that triggers run, which keep the totals.
  default_transaction_isolation: 'read committed',
  session_replication_role: 'origin',
  // Whoever sends statements says how long they may take, below.
  lock_timeout: '0',
  transaction_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
};

export interface ConnectionOptions extends pg.ClientConfig {
  /** PostgreSQL ends statements that take longer; by default none. */
  readonly statementTimeoutMillis?: number;
  /** Refuses writes, also where the server takes them. */
  readonly isReadOnly?: boolean;
}

/**
 * A connection to the database, as all are that anything is asked over. Whatever keeps it from being opened is one and the same, a
 * StoreUnavailable: nobody there, another password, no such database, a certificate, no room.
 */
export class StoreConnection extends pg.Client {
  private readonly opening: pg.QueryConfig;

  constructor(options: string | ConnectionOptions = {}) {
    super(options);
    const given = typeof options === 'string' ? {} : options;
    this.opening = { text: opening(given), query_timeout: given.connectionTimeoutMillis } as pg.QueryConfig;
    // Whoever uses it next is told.
    this.on('error', () => {});
  }

  override connect(): Promise<this>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error, client?: this) => void): Promise<this> | undefined {
    const opened = this.open();
    if (!callback) return opened;
    opened.then(() => callback(null as unknown as Error, this), callback);
    return undefined;
  }

  private async open(): Promise<this> {
    try {
      await super.connect();
      // Not by startup parameters: a pooler refuses those that it does not know.
      await super.query(this.opening);
      return this;
    } catch (error) {
      streamOf(this).destroy();
      throw new StoreUnavailable(error);
    }
  }
}

/** What a connection goes through. To destroy it fails at once whatever waits there. */
export function streamOf(client: pg.ClientBase): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}

/** Connections that are opened as they are needed; one that is lost is opened again. */
export function openPool(options: ConnectionOptions & pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ Client: StoreConnection, ...options });
  pool.on('error', () => {});
  return pool;
}

/**
 * In a transaction with a level of its own: a standby refuses even to look where the default is serializable. Only what
 * differs is set, since not everybody may set everything; what a server does not know is left out.
 */
function opening({ statementTimeoutMillis = 0, isReadOnly = false }: ConnectionOptions): string {
  const settings = Object.entries({
    ...SESSION,
    statement_timeout: String(statementTimeoutMillis),
    ...(isReadOnly ? { default_transaction_read_only: 'on' } : {}),
  });
  const rows = settings.map(([name, value]) => `('${name}', '${value}')`).join(', ');
  return `begin isolation level read committed;
    select set_config(name, value, false) from (values ${rows}) wanted (name, value)
     where current_setting(name, true) <> value;
    commit`;
}
