import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Runs SQL beside the server, to look at what it has written. */
  query<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

interface TestDatabaseOptions {
  /** Where; on the run's PostgreSQL unless told otherwise. */
  readonly server?: string;
  /** Whether it begins as the run's template instead of empty: see global-setup.mjs. */
  readonly isPrepared?: boolean;
}

/** A database of its own. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { server = process.env.TEST_DATABASE_URL, isPrepared = false } = options;
  if (!server) throw new Error('TEST_DATABASE_URL is not set: run the tests with `npm test`');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await once(server, `create database ${name}${isPrepared ? ` template ${process.env.TEST_TEMPLATE}` : ''}`);
  const url = new URL(server);
  url.pathname = name;
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  return {
    url: url.href,
    query: async <T extends object>(sql: string, values?: unknown[]) => (await pool.query<T>(sql, values)).rows,
    drop: async () => {
      await pool.end();
      await dropped(server, name);
    },
  };
}

/** Waits for the connections to end by themselves: one that is cut meanwhile would fail whichever test runs then. */
async function dropped(server: string, name: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  for (let waited = 0; waited < 2000; waited += 20) {
    const { rowCount } = await client.query('select 1 from pg_stat_activity where datname = $1', [name]);
    if (rowCount === 0) break;
    await sleep(20);
  }
  await client.query(`drop database ${name} with (force)`);
  await client.end();
}

async function once(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(sql);
  await client.end();
}
