import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { openDataSource } from '#persistence';
import { PostgresRateWindows } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('the count of what each credential has used', () => {
  let database: TestDatabase;
  let source: DataSource;
  /** Two instances. */
  let windows: PostgresRateWindows[];

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    windows = [new PostgresRateWindows(source), new PostgresRateWindows(source)];
  });
  afterAll(async () => {
    await Promise.all(windows.map((each) => each.close()));
    await source.destroy();
    await database.drop();
  });

  const limit = { requests: 100, seconds: 60 };
  const claim = (id: string, needed: number, wanted = needed, owed = 0, options = limit, instance = 0) =>
    windows[instance]!.claim(id, { needed, wanted, owed }, options);

  it('gives what is needed, and ahead of need a quarter of what is left', async () => {
    const id = randomUUID();
    expect(await claim(id, 1, 1)).toMatchObject({ granted: 1, left: 99 });
    expect(await claim(id, 1, 5)).toMatchObject({ granted: 5, left: 94 });
    expect(await claim(id, 1, 50)).toMatchObject({ granted: 23, left: 71 });
    expect(await claim(id, 70)).toMatchObject({ granted: 70, left: 1 });
    expect(await claim(id, 0, 10)).toMatchObject({ granted: 0, left: 1 });
    expect(await claim(id, 5, 10)).toMatchObject({ granted: 1, left: 0 });
    expect(await claim(id, 1)).toMatchObject({ granted: 0, left: 0 });
  });

  it('counts what was let in without asking, first', async () => {
    const id = randomUUID();
    expect(await claim(id, 1, 1, 60)).toMatchObject({ granted: 1, left: 39 });
    expect(await claim(id, 1, 1, 60)).toMatchObject({ granted: 0, left: 0 });
  });

  it('never gives more than there is, however many ask at the same moment', async () => {
    const id = randomUUID();
    // No more than an instance's one connection answers before it gives up, on a busy machine and behind a pooler, too.
    const few = { requests: 20, seconds: 60 };
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => claim(id, 1, 1, 0, few, n % 2)));
    expect(answers.reduce((sum, { granted }) => sum + granted, 0)).toBe(20);
  });

  it('begins a window with its first claim, and ends it by the database’s clock', async () => {
    const id = randomUUID();
    const short = { requests: 3, seconds: 1 };
    const first = await claim(id, 2, 2, 0, short);
    expect(first).toMatchObject({ granted: 2, left: 1 });
    expect(first.milliseconds).toBeGreaterThan(900);
    expect(first.milliseconds).toBeLessThanOrEqual(1000);
    await sleep(first.milliseconds + 20);
    expect(await claim(id, 2, 2, 0, short)).toMatchObject({ granted: 2, left: 1 });
  });

  it('forgets what has ended, and nothing else', async () => {
    const [gone, kept] = [randomUUID(), randomUUID()];
    const { milliseconds } = await claim(gone, 1, 1, 0, { requests: 3, seconds: 1 });
    await claim(kept, 1);
    await sleep(milliseconds + 20);
    await windows[0]!.purge();
    const rows = await database.query<{ id: string }>('select credential_id as id from rate_windows');
    const known = rows.map(({ id }) => id);
    expect(known).toContain(kept);
    expect(known).not.toContain(gone);
  });
});
