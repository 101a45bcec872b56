import pg from 'pg';
import { PreparingClient } from '../../libs/persistence/src/preparing-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('a connection that prepares', () => {
  let database: TestDatabase;
  let client: PreparingClient;

  beforeAll(async () => {
    database = await createTestDatabase();
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
