import type { DataSource } from 'typeorm';
import type { ClientQuery } from '#clients';
import { openDataSource } from '#persistence';
import { changeOf, creation } from '../../../libs/clients/src/testing/writes.js';
import {
  ClientCache,
  ClientLists,
  Database,
  PostgresClientRepository,
} from '../../../libs/persistence/src/testing/index.js';
import { watchedLogs } from '../../support/cache-under-test.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

const QUERY: ClientQuery = { filters: [], sort: [], start: { offset: 0 }, limit: 10 };

describe('lists of clients', () => {
  let test: TestDatabase;
  let source: DataSource;
  let lists: ClientLists;
  let repository: PostgresClientRepository;
  /** What each statement was answered with. */
  let answers: Record<string, unknown>[];
  let failure: Error | undefined;
  let domains = 0;
  let domainId: string;

  beforeAll(async () => {
    test = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: test.url, poolSize: 4, migrate: true });
    repository = new PostgresClientRepository(source);
  });
  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });

  beforeEach(async () => {
    domains += 1;
    domainId = String(domains);
    answers = [];
    failure = undefined;
    const database = new Database({
      query: async <T>(sql: string, values?: unknown[]): Promise<T> => {
        if (failure) throw failure;
        const rows = await source.query<Record<string, unknown>[]>(sql, values);
        answers.push(rows[0]!);
        return rows as T;
      },
    } as DataSource);
    lists = new ClientLists(database, new ClientCache(watchedLogs()));
    await make('a');
  });

  const make = (clientId: string) => repository.insert(creation({ domainId, clientId }, {}));
  const list = async (query: ClientQuery = QUERY) => {
    const { clients, total } = await lists.list(domainId, query);
    return `${clients.map(({ clientId }) => clientId)} of ${total}`;
  };
  const clientsSent = () => answers.map(({ page }) => page !== null);

  it('are not sent again while nobody has written in the domain', async () => {
    const first = await lists.list(domainId, QUERY);
    expect(await lists.list(domainId, QUERY)).toBe(first);
    expect(clientsSent()).toEqual([true, false]);
  });

  it('show what was written in the domain since they were read', async () => {
    expect(await list()).toBe('a of 1');
    const client = (await make('b'))!;
    expect(await list()).toBe('a,b of 2');
    await repository.update(client, async (current) => changeOf(current, { clientName: 'new' }));
    expect((await lists.list(domainId, QUERY)).clients[1]!.clientName).toBe('new');
    await repository.remove(client, () => ({ changes: {}, origin: creation(client, {}).origin }));
    expect(await list()).toBe('a of 1');
    expect(clientsSent()).toEqual([true, true, true, true]);
  });

  it('are not read again for what was written in other domains', async () => {
    expect(await list()).toBe('a of 1');
    await repository.insert(creation({ domainId: `${domainId}0`, clientId: 'b' }, {}));
    expect(await list()).toBe('a of 1');
    expect(clientsSent()).toEqual([true, false]);
  });

  it('are one for each page that is asked for, and for each domain', async () => {
    await make('b');
    expect(await list()).toBe('a,b of 2');
    expect(await list({ ...QUERY, limit: 1 })).toBe('a of 2');
    expect(await list({ ...QUERY, start: { offset: 1 } })).toBe('b of 2');
    expect((await lists.list(`${domainId}0`, QUERY)).clients).toEqual([]);
  });

  it('are read each time where there is no log yet', async () => {
    const nowhere = `${domainId}1`;
    for (let time = 0; time < 2; time += 1) expect((await lists.list(nowhere, QUERY)).total).toBe(0);
    await repository.insert(creation({ domainId: nowhere, clientId: 'first' }, {}));
    expect((await lists.list(nowhere, QUERY)).total).toBe(1);
  });

  it('are asked for once by those who ask for the same at once', async () => {
    const [first, other, same] = await Promise.all(
      [QUERY, { ...QUERY, limit: 5 }, QUERY].map((query) => lists.list(domainId, query)),
    );
    expect(answers).toHaveLength(2);
    expect(same).toBe(first);
    expect(other!.clients).toHaveLength(1);
  });

  it('show what was written before they were requested, also while another request is answered', async () => {
    const early = list();
    await new Promise((resolve) => setImmediate(resolve));
    await make('b');
    expect(await list()).toBe('a,b of 2');
    await early;
  });

  it('fail together, and are then asked for anew', async () => {
    failure = new Error('odd');
    const outcomes = await Promise.allSettled([list(), list()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failure = undefined;
    expect(await list()).toBe('a of 1');
  });
});
