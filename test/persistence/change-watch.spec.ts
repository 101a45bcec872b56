import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeWatch, type Look } from '../../libs/persistence/src/change-watch.js';

/** A database in which transactions begin, take an id for their entry, and commit, in any order. */
class FakeAudit {
  private transactions = 10;
  private ids = 0;
  private timeline = 1;
  private readonly running = new Set<number>();
  private readonly entries: { id: number; clientId: string }[] = [];

  begin(clientId: string): () => void {
    this.transactions += 1;
    this.ids += 1;
    const [transaction, id] = [this.transactions, this.ids];
    this.running.add(transaction);
    return () => {
      this.running.delete(transaction);
      this.entries.push({ id, clientId });
    };
  }

  commit(clientId: string): void {
    this.begin(clientId)();
  }

  /** A standby takes over that lacks the last entries; new ones leave a gap, as sequences do after a crash. */
  failOver(lost: number): void {
    this.entries.splice(-lost);
    this.ids += 32;
    this.timeline += 1;
  }

  readonly look = async (floor: bigint | undefined, limit: number): Promise<Look> => ({
    xmin: BigInt(Math.min(...this.running, this.transactions + 1)),
    xmax: BigInt(this.transactions + 1),
    timeline: String(this.timeline),
    lastId: BigInt(Math.max(0, ...this.entries.map(({ id }) => id))),
    changes: this.entries
      .filter(({ id }) => floor !== undefined && id > floor)
      .slice(0, limit)
      .map(({ id, clientId }) => ({ entry: String(id), domainId: '1', clientId })),
  });
}

function setUp() {
  const audit = new FakeAudit();
  const clock = { now: 0 };
  const seen: string[] = [];
  const told: string[] = [];
  let losses = 0;
  let isAway = false;
  let floor = -1n;
  const watch = new ChangeWatch(
    (floor, limit) => (isAway ? Promise.reject(new Error('away')) : audit.look(floor, limit)),
    {
      changed: ({ clientId }) => seen.push(clientId),
      lost: () => (losses += 1),
      settled: (id) => {
        floor = id;
      },
      isAwaited: () => true,
      away: (error) => told.push((error as Error).message),
      back: () => told.push('back'),
    },
    () => clock.now,
  );
  /** What one more look reports, each once. */
  const report = async () => {
    seen.length = 0;
    await watch.poll();
    return [...new Set(seen)];
  };
  return {
    audit,
    clock,
    watch,
    report,
    told,
    losses: () => losses,
    floor: () => floor,
    away: (value: boolean) => (isAway = value),
  };
}

describe('a watch over the changes', () => {
  it('reports what was committed since the look before', async () => {
    const { audit, report } = setUp();
    audit.commit('before');
    expect(await report()).toEqual([]);
    audit.commit('a');
    audit.commit('b');
    expect(await report()).toEqual(['a', 'b']);
    expect(await report()).toEqual([]);
  });

  it('tells once that the database is away, and why, and once that it is back', async () => {
    const { watch, away, told } = setUp();
    const look = async () => {
      const looked = watch.looked();
      await looked;
    };
    await look();
    expect(told).toEqual([]);
    away(true);
    await look();
    await look();
    expect(told).toEqual(['away']);
    away(false);
    await look();
    await look();
    expect(told).toEqual(['away', 'back']);
    away(true);
    watch.stop();
    expect(told).toHaveLength(2);
  });

  it('misses no entry that appears behind one with a higher id', async () => {
    const { audit, report } = setUp();
    await report();
    const slow = audit.begin('slow');
    audit.commit('quick');
    expect(await report()).toEqual(['quick']);
    await report();
    slow();
    expect(await report()).toContain('slow');
    expect(await report()).toEqual([]);
  });

  it('misses no entry of any interleaving', async () => {
    const { audit, report } = setUp();
    await report();
    let random = 7;
    const next = (below: number) => {
      random = (random * 16_807) % 2_147_483_647;
      return random % below;
    };
    const running: { name: string; commit: () => void }[] = [];
    const expected = new Set<string>();
    for (let step = 0; step < 2000; step += 1) {
      if (next(2) === 0) running.push({ name: `t${step}`, commit: audit.begin(`t${step}`) });
      else if (running.length > 0) {
        const [ended] = running.splice(next(running.length), 1);
        ended!.commit();
        expected.add(ended!.name);
      }
      if (next(5) === 0) {
        const seen = await report();
        for (const name of seen) expected.delete(name);
        expect([...expected]).toEqual([]);
      }
    }
  });

  it('says up to which entry all are there that will ever be', async () => {
    const { audit, report, floor } = setUp();
    audit.commit('first');
    await report();
    expect(floor()).toBe(1n);
    const slow = audit.begin('slow');
    audit.commit('quick');
    await report();
    await report();
    expect(floor()).toBe(1n);
    slow();
    await report();
    expect(floor()).toBe(3n);
  });

  it('looks at once when it is woken, and again until what it saw is settled', async () => {
    const { audit, watch, floor } = setUp();
    watch.start();
    await sleep(10);
    const slow = audit.begin('slow');
    audit.commit('quick');
    watch.wake();
    await sleep(60);
    slow();
    await sleep(120);
    watch.stop();
    expect(floor()).toBe(2n);
  });

  it('is current only once it can miss nothing: not before the transactions of its first look have ended', async () => {
    const { audit, report, watch } = setUp();
    expect(watch.isCurrent()).toBe(false);
    const old = audit.begin('old');
    await report();
    expect(watch.isCurrent()).toBe(false);
    old();
    await report();
    expect(watch.isCurrent()).toBe(true);
  });

  it('is current for less than a second after a look', async () => {
    const { clock, report, watch } = setUp();
    await report();
    expect(watch.isCurrent()).toBe(true);
    clock.now += 890;
    expect(watch.isCurrent()).toBe(true);
    clock.now += 20;
    expect(watch.isCurrent()).toBe(false);
  });

  it('goes on where it was when the database was away for a moment', async () => {
    const { audit, away, clock, report, watch, losses } = setUp();
    await report();
    away(true);
    audit.commit('meanwhile');
    clock.now += 3000;
    await expect(watch.poll()).rejects.toThrow('away');
    expect(watch.isCurrent()).toBe(false);
    away(false);
    expect(await report()).toEqual(['meanwhile']);
    expect(watch.isCurrent()).toBe(true);
    expect(losses()).toBe(0);
  });

  it('says that anything may have changed when it was away for long, or when there is too much to tell', async () => {
    const { audit, clock, report, watch, losses } = setUp();
    await report();
    clock.now += 20_000;
    await report();
    expect(losses()).toBe(1);
    for (let n = 0; n < 10_000; n += 1) audit.commit(`many-${n}`);
    await report();
    expect(losses()).toBe(2);
    expect(watch.isCurrent()).toBe(false);
    await report();
    expect(watch.isCurrent()).toBe(true);
  });

  it('says that anything may have changed when a standby has taken over', async () => {
    const { audit, report, watch, losses } = setUp();
    await report();
    audit.commit('kept');
    audit.commit('lost');
    await report();
    audit.failOver(1);
    audit.commit('new');
    await report();
    expect(losses()).toBe(1);
    expect(watch.isCurrent()).toBe(false);
    await report();
    audit.commit('newer');
    expect(await report()).toEqual(['newer']);
    expect(losses()).toBe(1);
  });
});
