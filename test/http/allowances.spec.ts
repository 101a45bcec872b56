import { setTimeout as sleep } from 'node:timers/promises';
import type { Claim, SharedCount } from '#shares';
import { Allowances } from '../../src/http/allowances.js';

const LIMIT = { requests: 100, seconds: 60 };

/** A count in memory that does what the one in the database does, and notes what it was asked. */
class Count implements SharedCount {
  used = 0;
  readonly claims: Claim[] = [];
  answer: (given: () => { granted: number; left: number; milliseconds: number }) => Promise<never> | undefined = () =>
    undefined;

  async claim(_: string, claim: Claim): ReturnType<SharedCount['claim']> {
    this.claims.push(claim);
    const give = () => {
      const left = Math.max(0, LIMIT.requests - this.used - claim.owed);
      const granted = Math.min(left, Math.max(claim.needed, Math.min(claim.wanted, Math.floor(left / 4))));
      this.used = LIMIT.requests - left + granted;
      return { granted, left: left - granted, milliseconds: 60_000 };
    };
    return this.answer(give) ?? give();
  }
}

const taken = async (allowances: Allowances, times: number) => {
  let allowed = 0;
  for (let n = 0; n < times; n += 1) if ((await allowances.take('someone')).isAllowed) allowed += 1;
  return allowed;
};

describe('a limit that several processes share', () => {
  it('lets in as many as it says, from any callers, and never one more', async () => {
    const count = new Count();
    const processes = Array.from({ length: 3 }, () => new Allowances(LIMIT, count));
    let allowed = 0;
    for (let n = 0; n < 400; n += 1) allowed += await taken(processes[(n * n) % 3]!, 1);
    expect(allowed).toBeLessThanOrEqual(100);
    expect(allowed).toBeGreaterThanOrEqual(98);
  });

  it('asks a few dozen times for a hundred requests, and not at all once nothing is left', async () => {
    const count = new Count();
    const one = new Allowances(LIMIT, count);
    expect(await taken(one, 100)).toBe(100);
    expect(count.claims.length).toBeLessThan(30);
    const before = count.claims.length;
    expect(await taken(one, 1000)).toBe(0);
    expect(count.claims.length).toBe(before);
  });

  it('asks once for all who come at the same moment', async () => {
    const count = new Count();
    const one = new Allowances(LIMIT, count);
    const all = await Promise.all(Array.from({ length: 120 }, () => one.take('someone')));
    expect(all.filter(({ isAllowed }) => isAllowed)).toHaveLength(100);
    expect(count.claims.length).toBeLessThanOrEqual(3);
  });

  it('holds no more ahead than it has used, so that little is withheld from the others', async () => {
    const count = new Count();
    const [idle, busy] = [new Allowances(LIMIT, count), new Allowances(LIMIT, count)];
    expect(await taken(idle, 3)).toBe(3);
    expect(await taken(busy, 200)).toBeGreaterThanOrEqual(94);
  });

  it('begins anew when the window has ended', async () => {
    let now = 0;
    const count = new Count();
    const one = new Allowances(LIMIT, count, () => now);
    expect(await taken(one, 101)).toBe(100);
    now = 60_001;
    count.used = 0;
    expect(await taken(one, 101)).toBe(100);
  });

  it('with nobody to answer for the count, holds for each process alone, and is settled afterwards', async () => {
    const count = new Count();
    count.answer = () => Promise.reject(new Error('away'));
    const [one, other] = [new Allowances(LIMIT, count), new Allowances(LIMIT, count)];
    expect(await taken(one, 200)).toBe(100);
    expect(await taken(other, 10)).toBe(10);
    count.answer = () => undefined;
    await taken(other, 20);
    expect(count.used).toBeGreaterThanOrEqual(30);
  });

  it('waits for a slow answer a fifth of a second, once, and not again while it is under way', async () => {
    const count = new Count();
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    count.answer = (give) => slow.then(give) as Promise<never>;
    const one = new Allowances(LIMIT, count);
    const begin = performance.now();
    expect(await taken(one, 20)).toBe(20);
    expect(performance.now() - begin).toBeLessThan(2000);
    expect(count.claims).toHaveLength(1);
    release();
    count.answer = () => undefined;
    await sleep(0);
    await taken(one, 200);
    expect(count.used).toBe(100);
  });
});
