import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The run's PostgreSQL itself, also where the product goes through a pooler: for what a pooler would answer in its own way. */
export const DIRECT = { server: [process.env.TEST_DATABASE_URL ?? '', process.env.TEST_DIRECT_URL ?? ''] } as const;

const MOST_WAITED_MS = 2000;

export interface TestDatabase {
  /** For the product. */
  readonly url: string;
  /** For what only a superuser may. */
  readonly superuserUrl: string;
  /** Runs SQL beside the server, to look at what it has written. */
  query<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

interface TestDatabaseOptions {
  /** Where; on the run's PostgreSQL unless told otherwise. The first URL is for the tests, the other for the product. */
  readonly server?: readonly [string, string];
  /** Whether it begins as the run's template instead of empty: see global-setup.mts. */
  readonly isPrepared?: boolean;
  /** The URL of a database to begin as a copy of, as a restored dump is one. */
  readonly copied?: string;
}

/** A database of its own. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { TEST_DATABASE_URL, TEST_PRODUCT_URL } = process.env;
  const { server: [server, product] = [TEST_DATABASE_URL, TEST_PRODUCT_URL], isPrepared = false, copied } = options;
  if (!server || !product) throw new Error('TEST_DATABASE_URL is not set: run the tests with `npm test`');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const from = copied === undefined ? isPrepared && process.env.TEST_TEMPLATE : new URL(copied).pathname.slice(1);
  const { host, username } = new URL(product);
  const isPooled = host !== new URL(server).host;
  if (from && isPooled)
    await once(server, `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${from}'`);
  const owner = username === '' ? '' : ` owner "${decodeURIComponent(username)}"`;
  await once(server, `create database ${name}${owner}${from ? ` template ${from}` : ''}`);
  const pool = new pg.Pool({ connectionString: urlOf(server, name), max: 2 });
  // A connection that is ended while a copy is made is opened again.
  pool.on('error', () => {});
  return {
    url: urlOf(product, name),
    superuserUrl: urlOf(server, name),
    query: async <T extends object>(sql: string, values?: unknown[]) => (await pool.query<T>(sql, values)).rows,
    drop: async () => {
      await pool.end();
      await dropped(server, name, isPooled ? 0 : MOST_WAITED_MS);
    },
  };
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = database;
  return url.href;
}

/** Waits for the connections to end by themselves, unless a pooler keeps them: one that is cut meanwhile would fail whichever test runs then. */
async function dropped(server: string, name: string, mostMs: number): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  for (let waited = 0; waited < mostMs; waited += 20) {
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
