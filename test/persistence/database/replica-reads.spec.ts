import { ReplicaReads } from '#persistence';
import { StoreUnavailable } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('reads that a replica may stand in for', () => {
  let database: TestDatabase;
  let reads: ReplicaReads;

  beforeAll(async () => {
    database = await createTestDatabase();
    reads = new ReplicaReads({ primaryUrl: database.url, urls: [database.url], poolSize: 1, notify: () => {} });
    reads.start();
  });
  afterAll(async () => {
    await reads.close();
    await database.drop();
  });

  let asked: number;
  beforeEach(() => {
    asked = 0;
  });
  const failing = (error: Error, times: number) => async () => {
    asked += 1;
    if (asked <= times) throw error;
    return 'read';
  };
  const away = new StoreUnavailable('not yet');
  const onReplica = async () => 'read elsewhere';

  it('wait a moment for a primary that is there and does not answer yet, as after a failover', async () => {
    expect(await reads.read(failing(away, 3), onReplica)).toBe('read');
    expect(asked).toBe(4);
  });

  it('are refused when it goes on like that', async () => {
    await expect(reads.read(failing(away, Number.POSITIVE_INFINITY), onReplica)).rejects.toBe(away);
  });

  it('are not tried again after a failure of another kind', async () => {
    await expect(reads.read(failing(new RangeError('wrong'), 1), onReplica)).rejects.toThrow(RangeError);
    expect(asked).toBe(1);
  });
});
