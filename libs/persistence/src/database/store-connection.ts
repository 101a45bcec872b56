import { connect, type NetConnectOpts } from 'node:net';
import pg from 'pg';
import { BEGIN, type Sessions, sessionsOf } from './sessions.js';
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

/** What all poolers hand on with a connection, so that it holds there, too. */
const HANDED_ON = ['DateStyle', 'TimeZone', 'standard_conforming_strings'];

/** Of a statement that a session does not know by its name, or knows already: there are other sessions than we took for granted. */
const LOST_NAME = /^(26000|42P05)$/;

/** In place of a version (PostgreSQL’s documentation, Message Formats). */
const CANCEL_REQUEST = 80_877_102;

/** By place, what sessions there are. */
const known = new Map<string, Promise<Sessions>>();

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
  /** Of an open connection. */
  protected sessions!: Sessions;

  private readonly given: ConnectionOptions;

  constructor(options: string | ConnectionOptions = {}) {
    super(options);
    this.given = typeof options === 'string' ? { connectionString: options } : options;
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

  /**
   * The settings that ours differ from and that cannot be set: each as a statement that its operator can send. None where
   * sessions are kept.
   */
  async missingSettings(): Promise<string[]> {
    if (this.sessions.areKept) return [];
    const { rows } = await this.query<{ statement: string }>(MISSING);
    return rows.map(({ statement }) => statement);
  }

  /** Asks the server to end what it does for this connection, as PostgreSQL does it: over another one, without an answer. */
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
      // Not by startup parameters: a pooler refuses those that it does not know.
      await super.query(this.patiently({ text: opening(this.sessions, this.given) }));
      return this;
    } catch (error) {
      streamOf(this).destroy();
      throw new StoreUnavailable(error);
    }
  }

  /** Asked once for each place, and again when what was found turns out to be wrong. */
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

  /** For as long as it may take to be let in. */
  private patiently(statement: pg.QueryConfig): pg.QueryConfig {
    return Object.assign(statement, { query_timeout: this.given.connectionTimeoutMillis });
  }
}

interface Connection {
  readonly stream: { destroy(): void };
  on(event: 'errorMessage', listener: (error: { readonly code: string }) => void): void;
}

/** What pg itself sends through. */
function connectionOf(client: pg.ClientBase): Connection {
  return (client as unknown as { connection: Connection }).connection;
}

/** What a connection goes through. To destroy it fails at once whatever waits there. */
export function streamOf(client: pg.ClientBase): { destroy(): void } {
  return connectionOf(client).stream;
}

/** As pg itself finds it, also from PGHOST and its like. */
export function addressOf({ host, port }: { readonly host: string; readonly port: number }): NetConnectOpts {
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

/** Connections that are opened as they are needed; one that is lost is opened again. */
export function openPool(options: ConnectionOptions & pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ Client: StoreConnection, ...options });
  pool.on('error', () => {});
  return pool;
}

/** Only what differs is set, since not everybody may set everything; what a server does not know is left out. */
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

/** Settings that are not as they should be, each as `name` and `value`. */
function differing(settings: Readonly<Record<string, string>>): string {
  const rows = Object.entries(settings).map(([name, value]) => `('${name}', '${value}')`);
  return `(select * from (values ${rows.join(', ')}) wanted (name, value) where current_setting(name, true) <> value) differing`;
}

const MISSING = `select format('ALTER ROLE %I IN DATABASE %I SET %s = %L', current_user, current_database(), name, value) as statement
  from ${differing(SESSION)}`;
