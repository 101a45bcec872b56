import type pg from 'pg';
import { openDataSource } from '#persistence';
import { type Asked, PreparingClient, sessionsOf } from '../../../libs/persistence/src/testing/index.js';
import { ODD_SETTINGS, setDefaults } from '../../support/odd-settings.js';
import { createTestDatabase, DIRECT, type TestDatabase } from '../../support/test-database.js';
import { transactionPooler } from '../../support/transaction-pooler.js';

/** What answers as `sessionFor` decides for each question. `replacesNames`: it gives statements names of its own. */
function asked(sessionFor: () => number, replacesNames = false): Asked {
  return async ({ text, name }) => {
    if (name !== undefined) return { rowCount: replacesNames ? 0 : 1 } as pg.QueryResult;
    return [{}, { rows: [{ pid: sessionFor() }] }, text] as unknown as pg.QueryResult[];
  };
}

describe('whether sessions are kept', () => {
  const found = async (one: () => number, other = one) => (await sessionsOf(asked(one), asked(other))).areKept;

  it('is found out of a server, and of a pooler that gives each connection a session', async () => {
    expect(
      await found(
        () => 1,
        () => 2,
      ),
    ).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 20])('is found out of a pooler that goes round %d sessions', async (count) => {
    let turn = 0;
    expect(await found(() => (turn++ % count) + 1)).toBe(false);
  });

  it('is found out of a pooler that takes the session again that it used last', async () => {
    expect(await found(() => 1)).toBe(false);
  });

  it('leaves names to a pooler that looks after them, and to no other', async () => {
    for (const replacesNames of [true, false]) {
      const one = asked(() => 1, replacesNames);
      expect(await sessionsOf(one, one)).toEqual({ areKept: false, keepNames: replacesNames });
    }
  });
});

describe('behind a pooler that gives each transaction another session', () => {
  let database: TestDatabase;
  let pooler: Awaited<ReturnType<typeof transactionPooler>>;
  const begin = async (isPrepared: boolean) => {
    database = await createTestDatabase({ ...DIRECT, isPrepared });
  };
  afterEach(async () => {
    await pooler.close();
    await database.drop();
  });

  it('a start with a migration, beside others, and all that follows goes through a single session', async () => {
    await begin(false);
    pooler = await transactionPooler(database.url);
    const open = () => openDataSource({ url: pooler.url, poolSize: 3, migrate: true });
    const sources = await Promise.all([open(), open(), open()]);
    const rows = await database.query<{ name: string }>('select name from migrations');
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    for (const source of sources) {
      for (let n = 0; n < 20; n += 1) expect(await source.query('select $1::int as n', [n])).toEqual([{ n }]);
    }
    const settings = await sources[0]!.query(
      `select current_setting('statement_timeout') as statement_timeout, (select count(*)::int from pg_prepared_statements) as names`,
    );
    expect(settings).toEqual([{ statement_timeout: '0', names: 0 }]);
    await Promise.all(sources.map((source) => source.destroy()));
  });

  it('a start is refused where the role has settings that change what a statement means, with the statements that help', async () => {
    await begin(true);
    await setDefaults(database, { ...ODD_SETTINGS, idle_in_transaction_session_timeout: '20s' });
    pooler = await transactionPooler(database.url);
    const refused = openDataSource({ url: pooler.url, poolSize: 1, migrate: true });
    const { message } = await refused.catch((error) => error);
    expect(message).toMatch(
      /^DATABASE_URL leads through a pooler that gives each transaction another session, .* run ALTER ROLE [^\n]*; and let the pooler open its connections anew \(PgBouncer: RECONNECT\)\.$/,
    );
    await pooler.close();

    for (const [statement] of message.matchAll(/ALTER ROLE [^;]*/g)) await database.query(statement);
    pooler = await transactionPooler(database.url);
    const source = await openDataSource({ url: pooler.url, poolSize: 1, migrate: true });
    await source.destroy();
  });

  it('a statement that takes too long is ended by its sender', async () => {
    await begin(true);
    pooler = await transactionPooler(database.url);
    const cancelled: string[] = [];
    class Impatient extends PreparingClient {
      protected override cancel(): void {
        cancelled.push('cancelled');
        super.cancel();
      }
    }
    const client = new Impatient({ connectionString: pooler.url, answerTimeoutMillis: 100 });
    await client.connect();
    const answer = client.query('select pg_sleep($1)', [10]).catch((error: Error) => error.message);
    expect(await answer).toMatch(/canceling statement due to user request|Connection terminated/);
    expect(cancelled).toEqual(['cancelled']);
  });
});
