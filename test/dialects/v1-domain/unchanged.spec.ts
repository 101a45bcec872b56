import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgres } from '#persistence';
import { temporaryFolder } from '../../support/processes.js';
import { createTestDatabase } from '../../support/test-database.js';
import { startServer, type TestServer } from '../../support/test-server.js';

const PUTS = 200;

describe('an unchanged PUT, as PostgreSQL itself counts', () => {
  const folder = temporaryFolder();
  let postgres: EmbeddedPostgres;
  let server: TestServer;
  const path = '/v1/domain/default/client/my-app';
  const body = (scope: string) => ({ clientType: 'Confidential', grantType: 'ClientCredentials', scope });

  beforeAll(async () => {
    // Of its own, since WAL is counted for all databases of a PostgreSQL together.
    postgres = await EmbeddedPostgres.start({ folder: folder.path, durable: false, tcp: true });
    // One connection, so that its counters are complete once it has reported them.
    server = await startServer(
      { DATABASE_POOL_SIZE: '1' },
      { database: await createTestDatabase({ server: [postgres.superuserUrl(), postgres.url()] }) },
    );
    await server.call('PUT', path, { body: body('same') });
  });
  afterAll(async () => {
    await server?.stop();
    await server?.database.drop();
    await postgres?.stop();
    folder.remove();
  });

  const row = async () =>
    (await server.database.query(`select xmin::text, ctid::text, version, updated_at from clients`))[0];
  const walPosition = async () =>
    Number(
      (await server.database.query<{ bytes: string }>(`select pg_current_wal_insert_lsn() - '0/0' as bytes`))[0]!.bytes,
    );
  const rowsWritten = async () => {
    // A session reports its counters at the end of a statement, at most once a second.
    await sleep(1500);
    await server.call('GET', path);
    await sleep(100);
    return server.database.query(
      `select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables
        where relname in ('clients', 'client_secrets', 'audit_entries') order by relname`,
    );
  };
  const put = async (scopeOf: (n: number) => string): Promise<number> => {
    const before = await walPosition();
    for (let n = 0; n < PUTS; n++)
      expect((await server.call('PUT', path, { body: body(scopeOf(n)) })).status).toBe(200);
    return (await walPosition()) - before;
  };

  it(`${PUTS} times: the very same row, no row written in any table, and next to no WAL`, async () => {
    const [before, counters] = [await row(), await rowsWritten()];
    const unchanged = await put(() => 'same');
    expect(await row()).toEqual(before);
    expect(await rowsWritten()).toEqual(counters);

    const changed = await put((n) => `scope-${n}`);
    expect(await row()).not.toEqual(before);
    expect(await rowsWritten()).not.toEqual(counters);
    // The server itself and PostgreSQL's own work now and then, so it cannot be exactly nothing.
    expect(unchanged).toBeLessThan(changed / 10);
  }, 60_000);
});
