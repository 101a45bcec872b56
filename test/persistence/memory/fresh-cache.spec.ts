import { setTimeout as sleep } from 'node:timers/promises';
import { FreshCaches } from '../../../libs/persistence/src/testing/index.js';

describe('a cache of fresh answers', () => {
  const setUp = () => {
    const loads: { key: string; answer: (value: object | undefined) => void; fail: (error: Error) => void }[] = [];
    const caches = new FreshCaches();
    const cache = caches.make(
      (key) => new Promise<object | undefined>((answer, fail) => loads.push({ key, answer, fail })),
    );
    return { cache, caches, loads };
  };

  it('asks once for callers who ask at once, and remembers the answer', async () => {
    const { cache, loads } = setUp();
    const both = Promise.all([cache.get('a'), cache.get('a')]);
    loads[0]!.answer({ n: 1 });
    expect(await both).toEqual([{ n: 1 }, { n: 1 }]);
    expect(await cache.get('a')).toEqual({ n: 1 });
    expect(loads).toHaveLength(1);
  });

  it('remembers also that there is none', async () => {
    const { cache, loads } = setUp();
    const first = cache.get('a');
    loads[0]!.answer(undefined);
    expect(await first).toBeUndefined();
    expect(await cache.get('a')).toBeUndefined();
    expect(loads).toHaveLength(1);
  });

  it('answers a look-up under way when everything is forgotten, but keeps nothing of it', async () => {
    const { cache, caches, loads } = setUp();
    const before = cache.get('a');
    caches.clear();
    const after = cache.get('a');
    loads[0]!.answer({ n: 'old' });
    loads[1]!.answer({ n: 'new' });
    expect(await before).toEqual({ n: 'old' });
    expect(await after).toEqual({ n: 'new' });
    expect(await cache.get('a')).toEqual({ n: 'new' });
    expect(loads).toHaveLength(2);
  });

  it('does not remember a failure', async () => {
    const { cache, loads } = setUp();
    const failed = cache.get('a');
    loads[0]!.fail(new Error('away'));
    await expect(failed).rejects.toThrow('away');
    const next = cache.get('a');
    loads[1]!.answer({ n: 1 });
    expect(await next).toEqual({ n: 1 });
  });

  it('forgets within a second', async () => {
    const { cache, loads } = setUp();
    const first = cache.get('a');
    loads[0]!.answer({ n: 1 });
    await first;
    await sleep(1000);
    void cache.get('a');
    expect(loads).toHaveLength(2);
  });
});
