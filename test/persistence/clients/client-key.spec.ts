import type { DataSource } from 'typeorm';
import { DatabaseClock, openDataSource } from '#persistence';
import { changeOf, creation, removal } from '../../../libs/clients/src/testing/writes.js';
import {
  PostgresClientFacts,
  PostgresClientRepository,
  PostgresClientSightings,
} from '../../../libs/persistence/src/testing/index.js';
import { indexesUsed } from '../../support/statement-costs.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('a client is found by its key', () => {
  let database: TestDatabase;
  let source: DataSource;
  let clients: PostgresClientRepository;
  const ref = { domainId: '1', clientId: 'app-1' };

  beforeEach(async () => {
    database = await createTestDatabase({ isPrepared: true });
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`alter database ${name} set plan_cache_mode = force_generic_plan`);
    source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    clients = new PostgresClientRepository(source);
  });
  afterEach(async () => {
    await source.destroy();
    await database.drop();
  });

  const everything = async () => {
    await clients.insert(creation(ref, {}));
    await clients.put(ref, async () => creation(ref, {}));
    await clients.find(ref);
    await clients.update(ref, async (client) => changeOf(client, { clientName: 'new' }));
    await clients.remove(ref, removal);
  };
  const besides = async () => {
    const sightings = new PostgresClientSightings(source, new DatabaseClock());
    sightings.note(ref);
    await sightings.flush();
    await new PostgresClientFacts(source).read('1', { after: 'app-0', limit: 200 });
    await new PostgresClientFacts(source).read('1', { clientId: 'app-1', limit: 200 });
  };

  it('also by what was planned while there were none', async () => {
    expect(await indexesUsed(source, 'clients', everything)).toEqual(['clients_pkey']);
  });

  /** `domain`: of the client of this number, as an expression. */
  const fill = (count: number, domain: string) =>
    database.query(`
      insert into clients (domain_id, client_id, version, created_at, updated_at, client_type, grant_types, redirect_uris,
          post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins, token_methods, token_methods_as_list)
      select ${domain}, 'client-' || n, 1, now(), now(), 'public', '{}', '{}', '{}', '', '{}', '{}', '{}', '{}', '{query}', false
        from generate_series(1, ${count}) n`);

  it('also by what was planned when there were a few that PostgreSQL had not counted yet', async () => {
    await database.query('alter table clients set (autovacuum_enabled = false)');
    await fill(400, '1');
    expect(await indexesUsed(source, 'clients', everything)).toEqual(['clients_pkey']);
  });

  it('also in a large domain among many small ones', async () => {
    await fill(40_000, 'case when n % 2 = 0 then 1 else n end');
    await database.query('analyze clients');
    expect(await indexesUsed(source, 'clients', everything)).toEqual(['clients_pkey']);
  });

  it('also for what is found about clients, and noted beside them', async () => {
    await fill(40_000, 'case when n % 2 = 0 then 1 else n end');
    await database.query(`
      insert into client_secrets (domain_id, client_id, id, algorithm, hash, hint)
      select domain_id, client_id, gen_random_uuid(), 'x', '', '' from clients;
      insert into client_sightings select domain_id, client_id, current_date from clients;
      analyze`);
    for (const table of ['clients', 'client_secrets', 'client_sightings'])
      expect(await indexesUsed(source, table, besides)).toEqual([`${table}_pkey`]);
  });
});
