import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { openDataSource } from '#persistence';
import { PostgresIdempotencyStore } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('answers that wait to be repeated', () => {
  let database: TestDatabase;
  let source: DataSource;
  let store: PostgresIdempotencyStore;
  let scope: Buffer;
  const [request, another, answer] = [randomBytes(32), randomBytes(32), randomBytes(200)];

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: database.url, poolSize: 8, migrate: true });
    store = new PostgresIdempotencyStore(source);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });
  beforeEach(() => {
    scope = randomBytes(32);
  });

  const pass = (time: string) =>
    database.query('update replays set begun_at = begun_at - $2::interval where scope = $1', [scope, time]);
  /** What those are told who claim at once and are not the first. */
  const claims = async (count: number) => {
    const told = await Promise.all(Array.from({ length: count }, () => store.claim(scope, another)));
    return told.filter((known) => known !== undefined);
  };

  it('are claimed by one of those who come at once, and the others are told of him', async () => {
    expect(await claims(16)).toEqual(Array(15).fill({ request: another, answer: null }));
  });

  it('are told byte by byte', async () => {
    await store.claim(scope, request);
    await store.keep(scope, answer);
    expect(await store.claim(scope, another)).toEqual({ request, answer });
  });

  it('may be claimed anew after a minute without an answer, by one', async () => {
    await store.claim(scope, request);
    await pass('59 seconds');
    expect(await claims(1)).toEqual([{ request, answer: null }]);
    await pass('2 seconds');
    expect(await claims(16)).toEqual(Array(15).fill({ request: another, answer: null }));
  });

  it('are kept for ten minutes, and then claimed anew, or removed', async () => {
    await store.claim(scope, request);
    await store.keep(scope, answer);
    await pass('9 minutes 50 seconds');
    await store.purge();
    expect(await claims(2)).toEqual(Array(2).fill({ request, answer }));
    await pass('11 seconds');
    expect(await claims(2)).toEqual([{ request: another, answer: null }]);
    await pass('10 minutes 1 second');
    await store.purge();
    expect(await database.query('select from replays where scope = $1', [scope])).toEqual([]);
  });

  it('are given up only while there is no answer', async () => {
    await store.claim(scope, request);
    await store.release(scope);
    expect(await store.claim(scope, request)).toBeUndefined();
    await store.keep(scope, answer);
    await store.release(scope);
    expect(await store.claim(scope, request)).toEqual({ request, answer });
  });
});
