import { LogWatch, type Look } from '../../../libs/persistence/src/testing/index.js';

/** Logs that are written, of which a watch is told as the database would. */
class FakeLogs {
  server = 'one';
  isAway = false;
  most = 1000;
  private readonly entries = new Map<string, { position: bigint; clientId: string }[]>();

  write(domainId: string, clientId: string): void {
    const entries = this.entries.get(domainId) ?? [];
    this.entries.set(domainId, [...entries, { position: this.positionOf(domainId) + 1n, clientId }]);
  }

  /** A standby takes over that lacks the last entries. */
  lose(domainId: string, count: number): void {
    this.entries.get(domainId)!.splice(-count);
  }

  readonly look = async (logs: readonly { domainId: string; position: bigint | undefined }[]): Promise<Look> => {
    if (this.isAway) throw new Error('away');
    const moved = logs.filter(({ domainId, position }) => this.positionOf(domainId) !== position);
    return {
      server: this.server,
      moved: moved.map(({ domainId, position: known }) => ({
        domainId,
        position: this.positionOf(domainId),
        changes: known === undefined ? [] : this.changesOf(domainId, known),
      })),
    };
  };

  private positionOf(domainId: string): bigint {
    return this.entries.get(domainId)?.at(-1)?.position ?? 0n;
  }

  private changesOf(domainId: string, known: bigint) {
    const news = (this.entries.get(domainId) ?? []).filter(({ position }) => position > known);
    if (news.length > this.most) return undefined;
    return news.map(({ position, clientId }) => ({ domainId, clientId, position: String(position) }));
  }
}

function setUp() {
  const logs = new FakeLogs();
  const clock = { now: 0 };
  const seen: string[] = [];
  const told: string[] = [];
  let losses = 0;
  const watch = new LogWatch(logs.look, () => clock.now);
  watch.tell({
    changed: ({ domainId, clientId }) => seen.push(`${domainId} ${clientId}`),
    lost: () => (losses += 1),
    looked: () => {},
    away: (error) => told.push((error as Error).message),
    back: () => told.push('back'),
  });
  /** What one more look reports. */
  const report = async () => {
    seen.length = 0;
    await watch.poll();
    return [...seen].sort();
  };
  /** A log that is watched from here on. */
  const watched = async (domainId: string) => {
    watch.of(domainId);
    await watch.poll();
    return watch.of(domainId);
  };
  return { logs, clock, watch, report, watched, told, losses: () => losses };
}

describe('a watch over the logs of domains', () => {
  it('watches a log from the look on that comes after it was asked for', async () => {
    const { logs, watch, report } = setUp();
    logs.write('1', 'before');
    expect(watch.of('1')).toBeUndefined();
    expect(await report()).toEqual([]);
    expect(watch.of('1')).toMatchObject({ domainId: '1', position: 1n });
  });

  it('reports each entry about a client once, of the logs that it watches', async () => {
    const { logs, watched, report } = setUp();
    await watched('1');
    await watched('2');
    logs.write('1', 'a');
    logs.write('2', 'b');
    logs.write('1', 'c');
    logs.write('3', 'of nobody');
    expect(await report()).toEqual(['1 a', '1 c', '2 b']);
    expect(await report()).toEqual([]);
  });

  it('says whether anything may have been missed: it is the same log until then', async () => {
    const { logs, watch, watched, report } = setUp();
    const log = await watched('1');
    logs.write('1', 'a');
    await report();
    expect(watch.of('1')).toBe(log);
    logs.most = 1;
    logs.write('1', 'b');
    logs.write('1', 'c');
    expect(await report()).toEqual([]);
    expect(watch.of('1')).toBeUndefined();
    await report();
    expect(watch.of('1')).toBeDefined();
    expect(watch.of('1')).not.toBe(log);
  });

  it('is current for less than a second after a look', async () => {
    const { clock, watch, watched } = setUp();
    await watched('1');
    clock.now += 890;
    expect([watch.isCurrent(), watch.of('1') !== undefined]).toEqual([true, true]);
    clock.now += 20;
    expect([watch.isCurrent(), watch.of('1') !== undefined]).toEqual([false, false]);
  });

  it('goes on where it was when the database was away, for however long', async () => {
    const { logs, clock, watch, watched, report, losses } = setUp();
    const log = await watched('1');
    logs.isAway = true;
    logs.write('1', 'meanwhile');
    clock.now += 3_600_000;
    await expect(watch.poll()).rejects.toThrow('away');
    expect(watch.of('1')).toBeUndefined();
    logs.isAway = false;
    expect(await report()).toEqual(['1 meanwhile']);
    expect(watch.of('1')).toBe(log);
    expect(losses()).toBe(0);
  });

  it('tells once that the database is away, and why, and once that it is back', async () => {
    const { logs, watch, told } = setUp();
    const looks = async (isAway: boolean) => {
      logs.isAway = isAway;
      for (let looked = 0; looked < 2; looked += 1) await watch.start();
    };
    await looks(false);
    expect(told).toEqual([]);
    await looks(true);
    expect(told).toEqual(['away']);
    await looks(false);
    expect(told).toEqual(['away', 'back']);
    watch.stop();
    await looks(true);
    expect(told).toEqual(['away', 'back']);
  });

  it.each([
    ['another server answers', (logs: FakeLogs) => (logs.server = 'other')],
    ['a log has gone back', (logs: FakeLogs) => logs.lose('1', 1)],
  ])('forgets everything when %s', async (_, happens) => {
    const { logs, watched, report, watch, losses } = setUp();
    const other = await watched('2');
    logs.write('1', 'a');
    await watched('1');
    happens(logs);
    await report();
    expect(losses()).toBe(1);
    expect([watch.of('1'), watch.of('2')]).toEqual([undefined, undefined]);
    await report();
    logs.write('2', 'newer');
    expect(await report()).toEqual(['2 newer']);
    expect(watch.of('2')).not.toBe(other);
    expect(losses()).toBe(1);
  });

  it('gives up the logs that were asked for longest ago when there are too many', async () => {
    const { watch, watched, report } = setUp();
    const first = await watched('first');
    for (let n = 0; n < 2000; n += 1) watch.of(`domain-${n}`);
    await report();
    expect(watch.of('domain-1999')).toBeDefined();
    expect(watch.of('first')).toBeUndefined();
    await report();
    expect(watch.of('first')).not.toBe(first);
  });
});
