import type pg from 'pg';
import { type Row, unlessUndone } from './database.js';
import { openPool } from './store-connection.js';
import { storeError } from './store-error.js';

/** Sends a statement, and gives its rows. */
export type Send = <T extends object = Row>(sql: string, values?: readonly unknown[]) => Promise<T[]>;

/** What differs within a transaction, by the names of PostgreSQL's settings. */
type Settings = Readonly<Record<string, string>>;

interface Connections {
  readonly url: string;
  /** As the database shows them. */
  readonly name: string;
  /** How many there are at most. */
  readonly most: number;
}

const CONNECTION_TIMEOUT_MS = 1500;
/** Of a statement that is no long one. */
const STATEMENT_TIMEOUT_MS = 5000;
/** Statements of a transaction may take so long; later, nobody is there who could answer. */
export const LONG_STATEMENT_MS = 30_000;
const ANSWER_TIMEOUT_MS = LONG_STATEMENT_MS + 5000;
const IDLE_MS = 1000;

/**
 * Work that takes longer than a request waits, over connections of its own, so that no request waits for one of them.
 * They are closed when nobody needs them. What a transaction sets ends with it, and nothing is kept in a session, so
 * every transaction may go over another one. Nothing is prepared either: a plan that was made while there were few rows
 * would look through all of them from then on.
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

  /** One statement by itself, which is no long one. */
  query: Send = (sql, values) => unlessUndone(() => sent(this.pool, sql, values));

  /** Runs `work` in a transaction; where that is undone for the sake of another, `work` runs again. */
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
    // Without values it goes by the simple protocol, which takes several statements at once.
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
