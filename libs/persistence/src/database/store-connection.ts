import { connect, type NetConnectOpts } from 'node:net';
import pg from 'pg';
import { BEGIN, type Sessions, sessionsOf } from './sessions.js';
import { StoreUnavailable } from './store-error.js';

/**
 * What each of our sessions begins with, whatever the database, the role or a pooler has as a default. It sets
 * everything that changes what a statement means or how it ends. It leaves alone what an operator may decide: where the
 * tables are (search_path, role), that nothing is written (default_transaction_read_only) and how safely
 * (synchronous_commit). pg itself sends client_encoding.
 */
const SESSION: Readonly<Record<string, string>> = {
  // How dates, numbers and bytes are written, so that pg can read them; and the time zone of a day.
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  // How our values and statements are read.
  array_nulls: 'on',
  transform_null_equals: 'off',
  standard_conforming_strings: 'on',
  // What a statement sees of concurrent ones; and that triggers run, in case an operator has added some.
  default_transaction_isolation: 'read committed',
  session_replication_role: 'origin',
  // No other limits: the sender of a statement sets how long it may take (below).
  lock_timeout: '0',
  transaction_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
};

/** All poolers pass these settings on with a connection, so they hold in their sessions, too. */
const HANDED_ON = ['DateStyle', 'TimeZone', 'standard_conforming_strings'];

/** The session does not know a statement's name, or knows it already: the sessions are not what we had found. */
const LOST_NAME = /^(26000|42P05)$/;

/** Sent in place of a protocol version (PostgreSQL’s documentation, Message Formats). */
const CANCEL_REQUEST = 80_877_102;

/** The kind of sessions by place. */
const known = new Map<string, Promise<Sessions>>();

/** The limit of a statement, but for those of long transactions (long-transactions.ts). */
export const STATEMENT_TIMEOUT_MS = 5000;

export interface ConnectionOptions extends pg.ClientConfig {
  /** PostgreSQL ends statements that take longer. By default there is no limit. */
  readonly statementTimeoutMillis?: number;
  /** Refuses writes, even if the server takes them. */
  readonly isReadOnly?: boolean;
}

/**
 * A connection to the database. All statements go through one of these. If it cannot be opened, the error is a
 * StoreUnavailable, whatever the reason: nothing listens there, another password, no such database, a certificate, no
 * room.
 */
export class StoreConnection extends pg.Client {
  /** Set once the connection is open. */
  protected sessions!: Sessions;

  private readonly given: ConnectionOptions;

  constructor(options: string | ConnectionOptions = {}) {
    super(options);
    this.given = typeof options === 'string' ? { connectionString: options } : options;
    // The next user of the connection gets an error.
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

  /**
   * The settings that differ from ours and that we cannot set, each as a statement that the operator can send. None if
   * sessions are kept.
   */
  async missingSettings(): Promise<string[]> {
    if (this.sessions.areKept) return [];
    const { rows } = await this.query<{ statement: string }>(MISSING);
    return rows.map(({ statement }) => statement);
  }

  /** Cancels this connection's statement as PostgreSQL requires: over another connection, without an answer. */
  protected cancel(): void {
    const { processID, secretKey } = this as unknown as { processID: number; secretKey: number };
    const request = Buffer.alloc(16);
    for (const [index, part] of [request.length, CANCEL_REQUEST, processID, secretKey].entries())
      request.writeInt32BE(part, 4 * index);
    connect(addressOf(this))
      .on('error', () => {})
      .end(request);
  }

  private async open(): Promise<this> {
    try {
      await super.connect();
      this.sessions = await this.findSessions();
      // Not as startup parameters: a pooler refuses those that it does not know.
      await super.query(this.patiently({ text: opening(this.sessions, this.given) }));
      return this;
    } catch (error) {
      streamOf(this).destroy();
      throw new StoreUnavailable(error);
    }
  }

  /** Tests each place once, and again if the result turns out to be wrong. */
  private findSessions(): Promise<Sessions> {
    const place = JSON.stringify([this.host, this.port, this.database, this.user]);
    let found = known.get(place);
    if (!found) {
      found = this.askSessions();
      known.set(place, found);
      found.catch(() => known.delete(place));
    }
    connectionOf(this).on('errorMessage', ({ code }) => {
      if (LOST_NAME.test(code) && known.get(place) === found) known.delete(place);
    });
    return found;
  }

  private async askSessions(): Promise<Sessions> {
    const other = new pg.Client(this.given);
    other.on('error', () => {});
    try {
      await other.connect();
      return await sessionsOf(
        (question) => super.query(this.patiently(question)),
        (question) => other.query(this.patiently(question)),
      );
    } finally {
      streamOf(other).destroy();
    }
  }

  /** Gives a statement as much time as opening a connection may take. */
  private patiently(statement: pg.QueryConfig): pg.QueryConfig {
    return Object.assign(statement, { query_timeout: this.given.connectionTimeoutMillis });
  }
}

interface Connection {
  readonly stream: { destroy(): void };
  on(event: 'errorMessage', listener: (error: { readonly code: string }) => void): void;
}

/** The protocol connection that pg sends through. */
function connectionOf(client: pg.ClientBase): Connection {
  return (client as unknown as { connection: Connection }).connection;
}

/** The socket of a connection. Destroying it makes everything that waits on it fail at once. */
export function streamOf(client: pg.ClientBase): { destroy(): void } {
  return connectionOf(client).stream;
}

/** The address as pg itself finds it, including PGHOST and the like. */
export function addressOf({ host, port }: { readonly host: string; readonly port: number }): NetConnectOpts {
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

/** Opens connections as they are needed, and opens a lost one again. */
export function openPool(options: ConnectionOptions & pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ Client: StoreConnection, ...options });
  pool.on('error', () => {});
  return pool;
}

/** Sets only what differs, because not every role may set everything. Leaves out what the server does not know. */
function opening({ areKept }: Sessions, { statementTimeoutMillis = 0, isReadOnly = false }: ConnectionOptions): string {
  const ofThisOne = {
    statement_timeout: String(statementTimeoutMillis),
    ...(isReadOnly ? { default_transaction_read_only: 'on' } : {}),
  };
  const settings = areKept
    ? { ...SESSION, ...ofThisOne }
    : Object.fromEntries(HANDED_ON.map((name) => [name, SESSION[name]!]));
  return `${BEGIN};
    select set_config(name, value, false) from ${differing(settings)};
    commit`;
}

/** The settings that are not as they should be, each as `name` and `value`. */
function differing(settings: Readonly<Record<string, string>>): string {
  const rows = Object.entries(settings).map(([name, value]) => `('${name}', '${value}')`);
  return `(select * from (values ${rows.join(', ')}) wanted (name, value) where current_setting(name, true) <> value) differing`;
}

const MISSING = `select format('ALTER ROLE %I IN DATABASE %I SET %s = %L', current_user, current_database(), name, value) as statement
  from ${differing(SESSION)}`;
