import { DataSource } from 'typeorm';
import { openDataSource } from '#persistence';
import { incompressible } from '../../../libs/clients/src/testing/incompressible.js';
import { creation } from '../../../libs/clients/src/testing/writes.js';
import { PostgresAuditTrail, PostgresClientRepository } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('the migrations', () => {
  it('make the tables that the entities describe, and nothing differs', async () => {
    const database = await createTestDatabase();
    const migrated = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    await migrated.destroy();
    // TypeORM asks for many columns at once, over one connection.
    const source = new DataSource(Object.assign({}, migrated.options, { extra: { pipeline: true } }));
    await source.initialize();
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
      insert into audit_entries (domain_id, position, credential_name, dialect, request_id, action, changes)
      select 1, number, 'test', 'v1', '-', 'client.changed', jsonb_build_object('scope', number)
        from generate_series(1, 100) number`);
    await database.query('analyze audit_entries');
    const rows = await database.query<{ name: string }>(
      `select attname as name from pg_stats where tablename = 'audit_entries'`,
    );
    await database.drop();
    const analysed = rows.map(({ name }) => name);
    expect(analysed).toContain('domain_id');
    expect(analysed).not.toContain('changes');
    expect(analysed).not.toContain('fields');
  });

  describe('of the order of names', () => {
    let database: TestDatabase;
    let source: DataSource;
    beforeEach(async () => {
      database = await createTestDatabase();
      source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    });
    afterEach(async () => {
      await source.destroy();
      await database.drop();
    });

    const undo = async (name: string) => {
      for (;;) {
        const [last] = await database.query<{ name: string }>('select name from migrations order by id desc limit 1');
        await source.undoLastMigration();
        if (last!.name === name) return;
      }
    };
    const indexes = async () =>
      (
        await database.query<{ text: string }>(
          `select indexdef as text from pg_indexes where tablename = 'clients' order by 1`,
        )
      ).map(({ text }) => text);

    it('live with long names that are stored already', async () => {
      const whole = await indexes();
      await undo('SortedClients1764300000000');
      await insertClients(database, `'${incompressible(1000)}'`, 3);
      await source.runMigrations();
      expect(await indexes()).toEqual(whole);
    });

    it('bring databases that have whole names in an index to the same state', async () => {
      const whole = await indexes();
      await undo('BoundedNames1764600000000');
      await database.query('drop index clients_in_order_of_names');
      await database.query(`
        create index clients_by_name on clients
          (domain_id, (client_name is null), (coalesce(client_name, '') collate "C"), client_id)`);
      await source.runMigrations();
      expect(await indexes()).toEqual(whole);
    });

    it('let lists by name be read from the index, page by page, without a sort of the whole domain', async () => {
      await insertClients(database, `case when number % 3 > 0 then 'name ' || number % 5000 end`, 20_000);
      await database.query('analyze clients');
      const asked: unknown[][] = [];
      const query = source.query.bind(source);
      source.query = (sql: string, values?: unknown[]) => {
        asked.push([sql, values]);
        return query(sql, values);
      };
      const clients = new PostgresClientRepository(source);
      const sort = [{ property: 'clientName', descending: false }] as const;
      for (const clientName of [null, 'name 2500']) {
        const position = { values: [clientName], clientId: 'app-1500' };
        for (const start of [{ offset: 0 }, { after: position }, { before: position }])
          await clients.list('1', { filters: [], sort, start, limit: 50 });
      }
      for (const [sql, values] of asked) {
        const plan = (await query(`explain (analyze, format json) ${sql}`, values as unknown[])) as unknown[];
        const nodes = nodesOf(plan);
        expect(nodes.map((node) => node['Index Name'])).toContain('clients_in_order_of_names');
        expect(Math.max(...nodes.map((node) => Number(node['Actual Rows'])))).toBeLessThan(200);
      }
    }, 60_000);
  });

  it('keep what was written before domains had logs: totals, the audit and who may not write any more', async () => {
    const database = await createTestDatabase();
    const source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    const hasLogs = async () =>
      (await database.query(`select 1 from pg_tables where tablename = 'domain_logs'`)).length > 0;
    while (await hasLogs()) await source.undoLastMigration();
    await database.query(`
      insert into domains (id, name, subscription, deleted_at)
      select number, 'domain-' || number, 'tenant', case when number = 3 then now() end from generate_series(1, 3) number;
      insert into audit_entries (domain_id, credential_name, dialect, request_id, action, changes)
      select number % 4, 'test', 'v1', '-', 'client.changed', '{}' from generate_series(1, 10) number`);
    await insertClients(database, 'null', 5, '1 + number % 2');
    await source.runMigrations();
    const logs = await database.query(
      'select domain_id::int, position::int, end_position::int, clients::int from domain_logs order by 1',
    );
    expect(logs).toEqual([
      { domain_id: 0, position: 8, end_position: null, clients: 0 },
      { domain_id: 1, position: 9, end_position: null, clients: 2 },
      { domain_id: 2, position: 10, end_position: null, clients: 3 },
      { domain_id: 3, position: 7, end_position: 7, clients: 0 },
    ]);
    const trail = new PostgresAuditTrail(source);
    const positions = (await trail.list({ subscription: 'tenant', limit: 100 })).map(({ position }) => position);
    expect(positions).toEqual(['1', '2', '3', '5', '6', '7', '9', '10']);
    // Their ids are no times.
    for (const [from, found] of [
      ['2020-01-01', positions],
      ['2999-01-01', []],
    ] as const) {
      const search = { subscription: 'tenant', from: new Date(from), limit: 100 };
      expect((await trail.search(search)).entries.map(({ position }) => position)).toEqual(found);
    }
    const clients = new PostgresClientRepository(source);
    const totalOf = async (domainId: string) =>
      (await clients.list(domainId, { filters: [], sort: [], start: { offset: 0 }, limit: 1 })).total;
    const write = (domainId: string) => clients.insert(creation({ domainId, clientId: 'new' }, {}));
    await Promise.all([write('1'), write('2')]);
    await expect(write('3')).rejects.toThrow('domain_gone');
    expect(await Promise.all(['1', '2', '3'].map(totalOf))).toEqual([3, 4, 0]);
    // What is written from here on stands behind it, by the clock.
    const { position } = (await trail.list({ subscription: 'tenant', domainId: '1', limit: 100 })).at(-1)!;
    const [moved] = await database.query('select position, entries from domain_logs where domain_id = 1');
    expect(moved).toEqual({ position, entries: 1 });
    expect(Number(position)).toBeGreaterThan(Date.parse('2020-01-01') * 1000);
    await source.destroy();
    await database.drop();
  });
});

/** `clientName`, `domainId`: expressions over the number of each. */
async function insertClients(database: TestDatabase, clientName: string, count: number, domainId = '1'): Promise<void> {
  await database.query(`
    insert into clients (domain_id, client_id, client_name, version, created_at, updated_at, client_type, grant_types, redirect_uris,
        post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins, token_methods, token_methods_as_list)
    select ${domainId}, 'app-' || number, ${clientName}, 1, now(), now(), 'public', '{}', '{}', '{}', '', '{}', '{}', '{}', '{}', '{query}', false
      from generate_series(1, ${count}) number`);
}

type PlanNode = Record<string, unknown> & { readonly Plans?: readonly PlanNode[] };

function nodesOf(answer: unknown[]): PlanNode[] {
  const [{ 'QUERY PLAN': plans }] = answer as [{ 'QUERY PLAN': { Plan: PlanNode }[] }];
  const below = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(below)];
  return plans.flatMap(({ Plan }) => below(Plan));
}
