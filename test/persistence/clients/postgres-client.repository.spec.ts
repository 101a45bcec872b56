import { openDataSource } from '#persistence';
import type { RecordedWrite } from '../../../libs/clients/src/testing/in-memory-client.repository.js';
import type { RepositoryUnderTest } from '../../../libs/clients/src/testing/repository-under-test.js';
import { describeWholeContract } from '../../../libs/clients/src/testing/whole-contract.js';
import { changeOf, creation } from '../../../libs/clients/src/testing/writes.js';
import { ClientCache, PostgresClientRepository } from '../../../libs/persistence/src/testing/index.js';
import { watchedLogs } from '../../support/cache-under-test.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

const AUDIT = `
  select domain_id::text as "domainId", client_id as "clientId", action, changes,
         json_build_object('credentialId', credential_id, 'credentialName', credential_name, 'subscription', null,
                           'dialect', dialect, 'requestId', request_id) as origin
    from audit_entries where domain_id = $1 and client_id = $2 order by position`;

describe.each([
  ['PostgresClientRepository', false],
  ['PostgresClientRepository that remembers', true],
])('', (name, isWatched) => {
  const make = async (): Promise<RepositoryUnderTest> => {
    const database = await createTestDatabase({ isPrepared: true });
    const source = await openDataSource({ url: database.url, poolSize: 8, migrate: true });
    const cache = new ClientCache(watchedLogs(() => isWatched));
    return {
      repository: new PostgresClientRepository(source, cache),
      auditOf: ({ domainId, clientId }) => database.query<RecordedWrite>(AUDIT, [domainId, clientId]),
      forget: () => cache.clear(),
      close: async () => {
        await source.destroy();
        await database.drop();
      },
    };
  };
  describeWholeContract(name, make);
});

describe('a PUT of a client that is not remembered', () => {
  let test: TestDatabase;
  let source: Awaited<ReturnType<typeof openDataSource>>;
  let statements: number;
  beforeAll(async () => {
    test = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: test.url, poolSize: 2, migrate: true });
    const query = source.query.bind(source);
    source.query = (sql: string, values?: unknown[]) => {
      statements += 1;
      return query(sql, values);
    };
  });
  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });
  beforeEach(() => {
    statements = 0;
  });

  const ref = { domainId: '1', clientId: 'my-app' };
  /** Whether it was created, and by how many statements. */
  async function put(clientName: string): Promise<{ created?: boolean; statements: number }> {
    const repository = new PostgresClientRepository(source);
    const done = await repository.put(ref, async (current) => {
      if (!current) return creation(ref, { clientName });
      return current.clientName === clientName ? undefined : changeOf(current, { clientName });
    });
    return { created: done?.created, statements };
  }

  it('takes one statement to create it', async () => {
    expect(await put('a name')).toEqual({ created: true, statements: 1 });
  });

  it('takes one statement when there is one that is so already', async () => {
    expect(await put('a name')).toEqual({ created: false, statements: 1 });
  });

  it('takes two to change it', async () => {
    expect(await put('another name')).toEqual({ created: false, statements: 2 });
  });

  it('leaves it remembered, also when nothing was to change', async () => {
    const cache = new ClientCache(watchedLogs());
    const repository = new PostgresClientRepository(source, cache);
    await repository.put(ref, async (current) => (current ? undefined : creation(ref, {})));
    expect(cache.peek(ref)?.clientName).toBe('another name');
    cache.forget(ref);
    await repository.update(ref, async () => undefined);
    expect(cache.peek(ref)?.clientName).toBe('another name');
  });
});
