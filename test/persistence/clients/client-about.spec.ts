import type { DataSource } from 'typeorm';
import { type AboutQuery, CLIENTS_LOOKED_AT } from '#clients';
import { openDataSource } from '#persistence';
import { PostgresClientRepository } from '../../../libs/persistence/src/testing/index.js';
import { costOf } from '../../support/statement-costs.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

const CLIENTS = 60_000;
const PAGE = 10;
/** Whole clients by their keys, each with its own pages of index and table, and the way to the first. */
const PAGES_OF_A_LIST = 100;
/** Looking at CLIENTS_LOOKED_AT clients, of which a page of the table has some twenty. */
const PAGES_LOOKED_AT = 1500;

describe.each([
  ['auto', true],
  ['force_generic_plan', true],
  ['force_generic_plan', false],
])('what it costs to find clients by what is said of them (%s, counted: %s)', (mode, isCounted) => {
  let database: TestDatabase;
  let source: DataSource;
  let clients: PostgresClientRepository;

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`alter database ${name} set plan_cache_mode = ${mode}`);
    source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    clients = new PostgresClientRepository(source);
    if (!isCounted) await database.query('alter table clients set (autovacuum_enabled = false)');
    const padded = (n: string) => `'app-' || lpad((${n})::text, 6, '0')`;
    // Of every three clients nothing is said of one; every other one is terraform's; a few at the end belong to few.
    await database.query(`
      insert into clients (domain_id, client_id, version, created_at, updated_at, client_type, grant_types, redirect_uris,
          post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins, token_methods,
          token_methods_as_list, owner, labels, managed_by)
      select 1, ${padded('n')}, 1, now(), now(), 'public', '{}', '{}', '{}', '', '{}', '{}', '{}', '{}', '{query}', false,
             case when n > ${CLIENTS} - 5 then 'few' when n % 3 > 0 then 'many' end,
             case when n > ${CLIENTS} - 3 then '{"rare":"1"}' when n % 3 > 0 then '{"env":"prod"}' end::json,
             case when n % 2 = 0 then 'terraform' end
        from generate_series(1, ${CLIENTS}) n`);
    if (isCounted) await database.query('analyze clients');
  }, 60_000);
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const found = (query: Partial<AboutQuery>) => clients.described('1', { limit: PAGE, ...query });

  it.each<[string, Partial<AboutQuery>, number]>([
    ['nothing', {}, PAGE],
    ['nothing, behind an id', { after: 'app-050000' }, PAGE],
    ['an owner of many', { owner: 'many' }, PAGE],
    ['an owner of many, behind an id', { owner: 'many', after: 'app-050000' }, PAGE],
    ['an owner of few', { owner: 'few' }, 5],
    ['an owner of none', { owner: 'none' }, 0],
    ['a manager', { managedBy: 'terraform' }, PAGE],
    ['a manager of none', { managedBy: 'none' }, 0],
  ])('by %s: as much as it shows', async (_, query, count) => {
    expect((await found(query)).clients).toHaveLength(count);
    const { pages } = await costOf(source, () => found(query));
    expect(pages).toBeLessThan(PAGES_OF_A_LIST);
  });

  // Until PostgreSQL has counted the clients, it takes them for so few that it looks at all of them.
  const bounded: [string, Partial<AboutQuery>, number][] = [
    ['a label of few', { label: { key: 'rare' } }, 3],
    ['a label of none', { label: { key: 'env', value: 'test' } }, 0],
    ['a manager and an owner of few', { managedBy: 'terraform', owner: 'few' }, 3],
    ['an owner of many and a label of few', { owner: 'many', label: { key: 'rare' } }, 0],
  ];
  it.each(isCounted ? bounded : bounded.slice(2))(
    'by %s: bounded, and the pages lead on to the end',
    async (_, query, count) => {
      const sizes: number[] = [];
      let after: string | undefined;
      do {
        const begin = after;
        const page = await found({ ...query, after: begin });
        expect((await costOf(source, () => found({ ...query, after: begin }))).pages).toBeLessThan(PAGES_LOOKED_AT);
        sizes.push(page.clients.length);
        after = page.after;
      } while (after !== undefined);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(count);
      expect(sizes.length).toBeLessThanOrEqual(CLIENTS / CLIENTS_LOOKED_AT + 1);
    },
  );
});
