import { openDataSource } from '#persistence';
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
});
