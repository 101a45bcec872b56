import { openDataSource } from '#persistence';
import { aSecret, creation } from '../../../libs/clients/src/testing/writes.js';
import { ClientLookUps, Database, PostgresClientRepository } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('look-ups of clients that come at once', () => {
  let test: TestDatabase;
  let source: Awaited<ReturnType<typeof openDataSource>>;
  let lookUps: ClientLookUps;

  const ref = (clientId: string, domainId = '1') => ({ domainId, clientId });

  beforeAll(async () => {
    test = await createTestDatabase();
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
