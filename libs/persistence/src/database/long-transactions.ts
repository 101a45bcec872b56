import type pg from 'pg';
import { type Row, unlessUndone } from './database.js';
import { openPool, STATEMENT_TIMEOUT_MS } from './store-connection.js';
import { storeError } from './store-error.js';

/** Sends a statement, and gives its rows. */
export type Send = <T extends object = Row>(sql: string, values?: readonly unknown[]) => Promise<T[]>;

/** Settings for one transaction, by PostgreSQL's names. */
type Settings = Readonly<Record<string, string>>;

interface Connections {
  readonly url: string;
  /** The connections' name, as the database shows it. */
  readonly name: string;
  /** The highest number of connections. */
  readonly most: number;
}

const CONNECTION_TIMEOUT_MS = 1500;
/** The limit of a statement within a transaction. If no answer comes some time after that, the database is gone. */
export const LONG_STATEMENT_MS = 30_000;
const ANSWER_TIMEOUT_MS = LONG_STATEMENT_MS + 5000;
const IDLE_MS = 1000;

/**
 * Runs work that takes longer than a request waits. It has its own connections, so no request waits for one of them;
 * idle ones are closed. A transaction's settings end with it and a session keeps nothing, so each transaction may use
 * another session. No statement is prepared: a plan made while there were few rows would go on scanning all of them.
 */
export class LongTransactions {
  private readonly pool: pg.Pool;

  constructor({ url, name, most }: Connections) {
    this.pool = openPool({
      connectionString: url,
      max: most,
      idleTimeoutMillis: IDLE_MS,
      application_name: name,
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      statementTimeoutMillis: STATEMENT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
  }

  /** Runs one short statement by itself. */
  query: Send = (sql, values) => unlessUndone(() => sent(this.pool, sql, values));

  /** Runs `work` in a transaction, and again if PostgreSQL undoes it because of another one. */
  run<T>(work: (send: Send) => Promise<T>, settings: Settings = {}): Promise<T> {
    const begin = beginning({ statement_timeout: String(LONG_STATEMENT_MS), ...settings });
    return unlessUndone(async () => {
      const connection = await this.connect();
      const send: Send = (sql, values) => sent(connection, sql, values);
      try {
        await send(begin);
        const outcome = await work(send);
        await send('commit');
        connection.release();
        return outcome;
      } catch (error) {
        await send('rollback').then(
          () => connection.release(),
          () => connection.release(true),
        );
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async connect(): Promise<pg.PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw storeError(error);
    }
  }
}

async function sent<T extends object>(
  to: Pick<pg.Pool, 'query'>,
  sql: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  try {
    // A query without values uses the simple protocol, which takes several statements at once.
    const { rows } = values.length > 0 ? await to.query<T>(sql, values as unknown[]) : await to.query<T>(sql);
    return rows;
  } catch (error) {
    throw storeError(error);
  }
}

function beginning(settings: Settings): string {
  const lines = Object.entries(settings).map(([name, value]) => `set local ${name} = '${value}'`);
  return ['begin isolation level read committed', ...lines].join('; ');
}
