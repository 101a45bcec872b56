import { openDataSource } from '#persistence';
import { aSecret, creation } from '../../../libs/clients/src/testing/writes.js';
import { ClientLookUps, Database, PostgresClientRepository } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, DIRECT, type TestDatabase } from '../../support/test-database.js';

describe('look-ups of clients that come at once', () => {
  let test: TestDatabase;
  let source: Awaited<ReturnType<typeof openDataSource>>;
  let lookUps: ClientLookUps;

  const ref = (clientId: string, domainId = '1') => ({ domainId, clientId });

  beforeAll(async () => {
    test = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: test.url, poolSize: 4, migrate: true });
    const repository = new PostgresClientRepository(source);
    for (const each of [ref('a'), ref('b'), ref('b', '2')])
      await repository.insert(creation(each, {}, { action: 'replace', secret: aSecret() }));
    const add = { action: 'add', secret: aSecret(), overlapSeconds: 60 } as const;
    await repository.update(ref('a'), async (client) => ({ ...creation(ref('a'), {}, add), client, changes: {} }));
  });

  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });

  beforeEach(() => {
    lookUps = new ClientLookUps(new Database(source));
  });

  const ASKED = [ref('b'), ref('nobody'), ref('a'), ref('b', '2'), ref('b')];

  it('are each told of their own', async () => {
    const found = await Promise.all(ASKED.map((each) => lookUps.find(each)));
    expect(found.map((client) => client && [client.domainId, client.clientId])).toEqual([
      ['1', 'b'],
      undefined,
      ['1', 'a'],
      ['2', 'b'],
      ['1', 'b'],
    ]);
  });

  it('are each told of their secrets, too, the oldest first', async () => {
    const found = await Promise.all(ASKED.map((each) => lookUps.secretsToVerify(each)));
    expect(found.map(({ live }) => live.map(({ domainId, clientId }) => `${domainId} ${clientId}`))).toEqual([
      ['1 b'],
      [],
      ['1 a', '1 a'],
      ['2 b'],
      ['1 b'],
    ]);
    const [older, newer] = found[2]!.live;
    expect(older!.createdAt.getTime()).toBeLessThan(newer!.createdAt.getTime());
    expect(found[0]).toEqual(found[4]);
  });
});

describe('look-ups that come again', () => {
  it.each([
    ['of clients', 'find'],
    ['of clients that decide a write', 'findLiving'],
  ] as const)('%s are planned once, however few are asked for', async (_, how) => {
    // A pooler that gives each transaction another session leaves nothing prepared.
    const test = await createTestDatabase({ ...DIRECT, isPrepared: true });
    const source = await openDataSource({ url: test.url, poolSize: 1, migrate: true });
    try {
      const [domains, clients] = [20_000, 4000];
      await test.query(`
        insert into domain_logs (domain_id, position) select n, 1 from generate_series(1, ${domains}) n
          on conflict (domain_id) do nothing;
        insert into clients (domain_id, client_id, version, created_at, updated_at, client_type, grant_types, redirect_uris,
            post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins, token_methods,
            token_methods_as_list)
        select 1, 'client-' || n, 1, now(), now(), 'public', '{}', '{}', '{}', '', '{}', '{}', '{}', '{}', '{query}', false
          from generate_series(1, ${clients}) n`);
      await test.query('analyze');
      const lookUps = new ClientLookUps(new Database(source));
      for (let time = 0; time < 20; time += 1) await lookUps[how]({ domainId: '1', clientId: 'my-app' });
      // PostgreSQL plans the first five anew, whatever they cost; the first few are not prepared.
      const [{ anew }] = await source.query<[{ anew: string }]>(`
        select sum(custom_plans) as anew from pg_prepared_statements where statement like '%from clients%'`);
      expect(Number(anew)).toBe(5);
    } finally {
      await source.destroy();
      await test.drop();
    }
  });
});
