import { setTimeout as sleep } from 'node:timers/promises';
import type { TrailEntry } from '#audit';
import { Announcer } from '../../libs/persistence/src/announcer.js';
import { DatabaseClock } from '../../libs/persistence/src/database-clock.js';
import { PostgresChangeLook } from '../../libs/persistence/src/postgres-change-look.js';
import { RecentEntries } from '../../libs/persistence/src/recent-entries.js';
import { until } from '../support/processes.js';
import { createTestDatabase } from '../support/test-database.js';

describe('writes', () => {
  it('are announced soon, many of them once and once more after the last', async () => {
    let announced = 0;
    const announcer = new Announcer(async () => {
      announced += 1;
    });
    announcer.written();
    expect(announced).toBe(1);
    for (let n = 0; n < 1000; n += 1) announcer.written();
    expect(announced).toBe(1);
    await until('the last is announced', () => announced === 2);
    await sleep(120);
    expect(announced).toBe(2);
  });

  it('are heard of by other instances, and not by the one that announces', async () => {
    const database = await createTestDatabase();
    const heard: string[] = [];
    const [one, other] = ['one', 'other'].map(
      (name) => new PostgresChangeLook(database.url, new DatabaseClock(), () => heard.push(name)),
    );
    await other!.announce();
    await one!.announce();
    await until('it is heard', () => heard.includes('other'));
    expect(heard).toEqual(['other']);
    await Promise.all([one!.close(), other!.close()]);
    await database.drop();
  });
});

describe('the entries that are remembered for all followers', () => {
  const entry = (id: number, size = 1) =>
    ({ id: String(id), changes: { x: 'y'.repeat(size) } }) as unknown as TrailEntry;
  const ids = (found: TrailEntry[] | undefined) => found?.map(({ id }) => Number(id));

  it('are without a gap', () => {
    const recent = new RecentEntries();
    recent.beginBehind(10n);
    recent.append([entry(11), entry(13)], 15n);
    expect(ids(recent.behind(10n))).toEqual([11, 13]);
    expect(ids(recent.behind(11n))).toEqual([13]);
    expect(ids(recent.behind(15n))).toEqual([]);
    expect(recent.behind(9n)).toBeUndefined();
    expect(recent.behind(16n)).toBeUndefined();
  });

  it.each([
    ['many', 1, 3000, 1000],
    ['large', 1024 * 1024, 10, 3],
  ])('are the newest ones when there are too %s', (_, size, count, kept) => {
    const recent = new RecentEntries();
    recent.beginBehind(0n);
    for (let id = 1; id <= count; id += 1) recent.append([entry(id, size)], BigInt(id));
    expect(recent.behind(BigInt(count - kept - 1))).toBeUndefined();
    expect(ids(recent.behind(BigInt(count - kept)))).toHaveLength(kept);
  });
});
