import { Client, DEFAULT_LIFE, DEFAULT_METADATA } from '#clients';
import { openDataSource } from '#persistence';
import { changeOf, creation, removal } from '../../../libs/clients/src/testing/writes.js';
import { ClientWrites, Database, StoreUnavailable } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('writes of clients that come at once', () => {
  let test: TestDatabase;
  let source: Awaited<ReturnType<typeof openDataSource>>;
  let writes: ClientWrites;
  /** The ids that each statement was sent with. */
  let sent: string[][];
  /** What is thrown instead of sending a statement. */
  let failure: (ids: readonly string[]) => Error | undefined;
  let domains = 0;
  let domainId: string;

  beforeAll(async () => {
    test = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: test.url, poolSize: 8, migrate: true });
  });

  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });

  beforeEach(() => {
    domains += 1;
    domainId = String(domains);
    sent = [];
    failure = () => undefined;
    const database = new Database(source);
    const watched = {
      query: <T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> => {
        const ids = (JSON.parse(String(values[1])) as Client[]).map(({ clientId }) => clientId);
        sent.push(ids);
        const error = failure(ids);
        return error ? Promise.reject(error) : database.query<T>(sql, values);
      },
    };
    writes = new ClientWrites(watched);
  });

  const insert = (clientId: string, domain = domainId) => writes.insert(creation({ domainId: domain, clientId }, {}));
  const inserted = async (clientId: string): Promise<Client> => {
    const { position: _, at: __, secretExpiresAt: ___, ...known } = (await insert(clientId)).stored!;
    sent = [];
    return Object.assign(new Client(), { domainId, clientId }, DEFAULT_METADATA, DEFAULT_LIFE, known);
  };
  const idsOnRecord = async () => {
    const rows = await test.query<{ client_id: string }>(
      'select client_id from clients where domain_id = $1 order by 1',
      [domainId],
    );
    return rows.map((row) => row.client_id);
  };
  const audited = async () => {
    const rows = await test.query<{ entry: string }>(
      `select client_id || ' ' || action as entry from audit_entries where domain_id = $1 order by 1`,
      [domainId],
    );
    return rows.map(({ entry }) => entry);
  };

  it('go in one statement, in the order of their ids, and each is told what became of it', async () => {
    await inserted('taken');
    const outcomes = await Promise.all(['c', 'a', 'taken', 'b'].map((id) => insert(id)));
    expect(sent).toEqual([['a', 'b', 'c', 'taken']]);
    expect(outcomes.map(({ stored }) => stored !== undefined)).toEqual([true, true, false, true]);
    expect(new Set(outcomes.map(({ stored }) => stored?.position)).size).toBe(4);
    expect(await idsOnRecord()).toEqual(['a', 'b', 'c', 'taken']);
  });

  it('show who has an id that is taken, in the same statement', async () => {
    const before = await inserted('taken');
    const [taken, free] = await Promise.all(['taken', 'free'].map((id) => insert(id)));
    expect(sent).toEqual([['free', 'taken']]);
    expect(taken).toEqual({ taken: before });
    expect(free).toEqual({ stored: expect.objectContaining({ secretsVersion: 1 }) });
  });

  it('go by domain and by what they do', async () => {
    const [changing, leaving] = [await inserted('changing'), await inserted('leaving')];
    sent = [];
    await Promise.all([
      insert('a'),
      insert('a', `${domainId}0`),
      writes.change(changing, changeOf(changing, { clientName: 'new' })),
      writes.remove(leaving, removal(leaving)),
    ]);
    expect(sent.sort()).toEqual([['a'], ['a'], ['changing'], ['leaving']]);
    expect(await idsOnRecord()).toEqual(['a', 'changing']);
    expect(await audited()).toEqual([
      'a client.created',
      'changing client.changed',
      'changing client.created',
      'leaving client.created',
      'leaving client.deleted',
    ]);
  });

  it('do not wait for those of another domain', async () => {
    const locker = await source.createQueryRunner();
    const locked = await inserted('locked');
    await locker.startTransaction();
    await locker.query('select from clients where domain_id = $1 for update', [domainId]);
    let isDone = false;
    const waiting = writes.change(locked, changeOf(locked, { clientName: 'new' })).finally(() => {
      isDone = true;
    });
    expect((await insert('elsewhere', `${domainId}0`)).stored).toBeDefined();
    expect(isDone).toBe(false);
    await locker.rollbackTransaction();
    await locker.release();
    expect(await waiting).toBeDefined();
  });

  it('are sent once for each client: the second writer loses', async () => {
    const client = await inserted('my-app');
    const changes = ['first', 'second', 'third'].map((clientName) =>
      writes.change(client, changeOf(client, { clientName })),
    );
    const outcomes = await Promise.all(changes);
    expect(sent).toEqual([['my-app']]);
    expect(outcomes.map((outcome) => outcome !== undefined)).toEqual([true, false, false]);
    expect(await audited()).toEqual(['my-app client.changed', 'my-app client.created']);
    expect(await test.query('select client_name from clients where domain_id = $1', [domainId])).toEqual([
      { client_name: 'first' },
    ]);
  });

  it('leave out those whose record has changed meanwhile, and no other', async () => {
    const [moved, same] = [await inserted('moved'), await inserted('same')];
    await test.query(`update clients set version = version + 1 where domain_id = $1 and client_id = 'moved'`, [
      domainId,
    ]);
    const [lost, won] = await Promise.all(
      [moved, same].map((client) => writes.change(client, changeOf(client, { clientName: 'new' }))),
    );
    expect([lost, won?.version]).toEqual([undefined, String(BigInt(same.version) + 1n)]);
    expect(await audited()).not.toContain('moved client.changed');
  });

  it('are no more than sixteen in one statement', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => insert(`app-${n}`)));
    expect(sent.map((ids) => ids.length)).toEqual([16, 4]);
    expect(await idsOnRecord()).toHaveLength(20);
  });

  it('go each by itself when one of them makes the statement fail', async () => {
    failure = (ids) => (ids.includes('bad') ? new Error('value too long') : undefined);
    const outcomes = await Promise.allSettled(['good', 'bad', 'fine', 'bad'].map((id) => insert(id)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(sent).toEqual([['bad', 'fine', 'good'], ['bad'], ['fine'], ['good'], ['bad']]);
    expect(await idsOnRecord()).toEqual(['fine', 'good']);
  });

  it('do not fail for what another write of the same client asks', async () => {
    failure = () => (sent.length === 1 ? new Error('value too long') : undefined);
    const outcomes = await Promise.allSettled([insert('my-app'), insert('my-app')]);
    expect(sent).toEqual([['my-app'], ['my-app']]);
    expect(outcomes).toMatchObject([{ reason: { message: 'value too long' } }, { value: { stored: {} } }]);
  });

  it('fail together when the database is away, and are not tried again', async () => {
    failure = () => new StoreUnavailable();
    const outcomes = await Promise.allSettled(['a', 'b'].map((id) => insert(id)));
    expect(outcomes).toMatchObject([
      { reason: { code: 'store_unavailable' } },
      { reason: { code: 'store_unavailable' } },
    ]);
    expect(sent).toEqual([['a', 'b']]);
  });
});
