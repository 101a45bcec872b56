import { openDataSource } from '#persistence';
import { PostgresClientRepository } from '../../libs/persistence/src/postgres-client.repository.js';
import { createTestDatabase } from '../support/test-database.js';

describe('the migrations', () => {
  it('make the tables that the entities describe, and nothing differs', async () => {
    const database = await createTestDatabase();
    const source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    await source.destroy();
    await database.drop();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('run once when several instances start at the same moment on an empty database', async () => {
    const database = await createTestDatabase();
    const sources = await Promise.all(
      Array.from({ length: 5 }, () => openDataSource({ url: database.url, poolSize: 1, migrate: true })),
    );
    await Promise.all(sources.map((source) => source.destroy()));
    const rows = await database.query<{ name: string }>('select name from migrations');
    await database.drop();
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(0);
  });

  it('leave out of ANALYZE what takes long and helps nobody', async () => {
    const database = await createTestDatabase({ isPrepared: true });
    await database.query(`
      insert into audit_entries (domain_id, credential_name, dialect, request_id, action, changes)
      select 1, 'test', 'v1', '-', 'client.changed', jsonb_build_object('scope', number)
        from generate_series(1, 100) number`);
    await database.query('analyze audit_entries');
    const rows = await database.query<{ name: string }>(
      `select attname as name from pg_stats where tablename = 'audit_entries'`,
    );
    await database.drop();
    const analysed = rows.map(({ name }) => name);
    expect(analysed).toContain('domain_id');
    expect(analysed).not.toContain('changes');
  });

  it('count the clients that were there before totals were kept, and can be undone', async () => {
    const database = await createTestDatabase();
    const source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    const isThere = async () =>
      (await database.query(`select 1 from pg_tables where tablename = 'client_tallies'`)).length > 0;
    while (await isThere()) await source.undoLastMigration();
    await database.query(`
      insert into clients (domain_id, client_id, version, created_at, updated_at, client_type, grant_types, redirect_uris,
          post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins, token_methods, token_methods_as_list)
      select 1 + number % 2, 'app-' || number, 1, now(), now(), 'public', '{}', '{}', '{}', '', '{}', '{}', '{}', '{}', '{query}', false
        from generate_series(1, 5) number`);
    await source.runMigrations();
    const clients = new PostgresClientRepository(source);
    const totalOf = async (domainId: string) =>
      (await clients.list(domainId, { filters: [], sort: [], start: { offset: 0 }, limit: 1 })).total;
    const totals = () => Promise.all(['1', '2', '3'].map(totalOf));
    expect(await totals()).toEqual([2, 3, 0]);
    await database.query(`delete from clients where client_id <> 'app-1'`);
    expect(await totals()).toEqual([0, 1, 0]);
    await source.destroy();
    await database.drop();
  });
});
