import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openDataSource } from '#persistence';
import { PreparingClient, poolOf } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, DIRECT, type TestDatabase } from '../../support/test-database.js';

describe('a connection that prepares', () => {
  let database: TestDatabase;
  let client: PreparingClient;

  beforeAll(async () => {
    database = await createTestDatabase(DIRECT);
    client = new PreparingClient(database.url);
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const prepared = async (part: string): Promise<number> => {
    const { rows } = await client.query('select statement from pg_prepared_statements');
    return rows.filter(({ statement }: { statement: string }) => statement.includes(part)).length;
  };

  it('leaves a statement that came only once as it is', async () => {
    for (let n = 0; n < 400; n += 1) {
      expect((await client.query(`select $1::int + ${n} as once`, [1])).rows).toEqual([{ once: n + 1 }]);
    }
    expect(await prepared('as once')).toBe(0);
  });

  it('prepares one that comes again and again, and only once', async () => {
    for (let n = 0; n < 20; n += 1) {
      expect((await client.query('select $1::int as often', [n])).rows).toEqual([{ often: n }]);
    }
    expect(await prepared('as often')).toBe(1);
  });

  it('waits for an answer as long as it should, and for a migration, which has no parameters, as long as that takes', async () => {
    const impatient = new PreparingClient({ connectionString: database.url, answerTimeoutMillis: 50 });
    impatient.on('error', () => {});
    await impatient.connect();
    await impatient.query('select $1::int', [1]);
    expect((await impatient.query('select true as done from pg_sleep(0.2)')).rows).toEqual([{ done: true }]);
    const asked = [impatient.query('select from pg_sleep($1)', [5]), impatient.query('select $1::int', [1])];
    for (const answer of asked) await expect(answer).rejects.toThrow('Connection terminated');
  });

  it('leaves one without parameters its time also where it is sent as soon as one with parameters is answered', async () => {
    const impatient = new PreparingClient({ connectionString: database.url, answerTimeoutMillis: 300 });
    await impatient.connect();
    const done = new Promise((resolve, reject) => {
      impatient.on('error', reject);
      impatient.query('select $1::int', [1], () => {
        impatient
          .query('select true as done from pg_sleep(0.6)')
          .then(({ rows }: pg.QueryResult) => resolve(rows), reject);
      });
    });
    expect(await done).toEqual([{ done: true }]);
    await impatient.end();
  });

  it('counts the time from each statement anew', async () => {
    const impatient = new PreparingClient({ connectionString: database.url, answerTimeoutMillis: 800 });
    await impatient.connect();
    for (let n = 0; n < 4; n += 1) await impatient.query('select from pg_sleep($1)', [0.25]);
    await sleep(900);
    await impatient.query('select from pg_sleep($1)', [0.1]);
    await impatient.end();
  });

  it('may be used by a migration for longer than by a request', async () => {
    const source = await openDataSource({ url: database.url, poolSize: 1, migrate: true });
    expect(poolOf(source).options.query_timeout).toBeUndefined();
    await source.destroy();
  });

  it.each([
    ['the server takes no writes any more', { options: '-c default_transaction_read_only=on' }, 'create table x ()'],
    ['nobody answers', { query_timeout: 50 }, 'select pg_sleep(5)'],
  ])('ends, so that its pool opens another one, when %s', async (_, settings, sql) => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1, Client: PreparingClient, ...settings });
    const failed = async (statement: string) => {
      const connection = await pool.connect();
      await expect(connection.query(statement)).rejects.toThrow();
      connection.release();
      return pool.totalCount;
    };
    expect(await failed('select nobody')).toBe(1);
    expect(await failed(sql)).toBe(0);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
