import { type Holder, type ShareError, Shares } from '#shares';

const LIMITS = { each: 2, all: 5 };
const refused = (take: () => unknown) => {
  try {
    take();
  } catch (error) {
    return (error as ShareError).problem;
  }
  return undefined;
};

describe('places that are shared', () => {
  const take = (shares: Shares, holder: Holder, times: number) =>
    Array.from({ length: times }, () => shares.take(holder));

  it('are so many for each holder, and others find theirs', () => {
    const shares = new Shares('imports', LIMITS);
    take(shares, 'greedy', 2);
    const problem = refused(() => shares.take('greedy'));
    expect(problem).toEqual({ code: 'too_many', what: 'imports', of: 'subscription' });
    for (const other of ['modest', null]) expect(refused(() => shares.take(other))).toBeUndefined();
  });

  it('are limited in all: a later holder is told that others have taken them', () => {
    const shares = new Shares('streams', LIMITS);
    take(shares, 'one', 2);
    take(shares, 'another', 2);
    take(shares, null, 1);
    expect(refused(() => shares.take('late'))).toEqual({ code: 'too_many', what: 'streams', of: 'server' });
  });

  it('can be taken again once they are given back, each once', () => {
    const shares = new Shares('reads', LIMITS);
    const [first] = take(shares, 'one', 2);
    first!();
    first!();
    shares.take('one');
    expect(refused(() => shares.take('one'))).toMatchObject({ of: 'subscription' });
  });

  it('can be taken several at once, all or none of them', () => {
    const shares = new Shares('answers', { each: 10, all: 15 });
    const giveBack = shares.take('one', 6);
    expect(refused(() => shares.take('one', 5))).toMatchObject({ of: 'subscription' });
    shares.take('another', 8);
    expect(refused(() => shares.take('third', 2))).toMatchObject({ of: 'server' });
    giveBack();
    expect(refused(() => shares.take('third', 7))).toBeUndefined();
  });

  it('are forgotten for holders who hold none', () => {
    const shares = new Shares('reads', { each: 1, all: 1 });
    for (let n = 0; n < 100; n += 1) shares.take(`subscription ${n}`)();
    expect((shares as unknown as { taken: Map<Holder, number> }).taken.size).toBe(0);
  });
});
