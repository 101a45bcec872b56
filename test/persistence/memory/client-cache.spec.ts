import { setTimeout as sleep } from 'node:timers/promises';
import { aClient } from '../../support/a-client.js';
import { type CacheUnderTest, cacheUnderTest, REF, version } from '../../support/cache-under-test.js';

/** How long the cache holds on to a look at the clock, and a little more. */
const CLOCK_MS = 150;

describe('a cache of clients', () => {
  it('remembers what was read', async () => {
    const { loads, readNow } = cacheUnderTest();
    expect(await readNow(1)).toBe('1');
    expect(await readNow()).toBe('1');
    expect(loads).toHaveLength(1);
  });

  it('asks once for callers who ask at once', async () => {
    const { loads, read } = cacheUnderTest();
    const both = [read(), read()];
    loads[0]!.answer(1);
    expect(await Promise.all(both)).toEqual(['1', '1']);
    expect(loads).toHaveLength(1);
  });

  it('does not remember that there is none, nor a failure', async () => {
    const { loads, read, readNow } = cacheUnderTest();
    expect(await readNow(undefined)).toBeUndefined();
    const failed = read();
    loads[1]!.fail(new Error('away'));
    await expect(failed).rejects.toThrow('away');
    expect(await readNow(1)).toBe('1');
  });

  it('forgets a client when told to', async () => {
    const { cache, readNow } = cacheUnderTest();
    await readNow(1);
    cache.forget(REF);
    expect(await readNow(2)).toBe('2');
  });

  it('reads a client anew after five minutes, for what has left no trace in the audit', async () => {
    const { loads, readNow } = cacheUnderTest();
    const { now } = performance;
    try {
      for (const [seconds, known] of [
        [0, 1],
        [298, 1],
        [302, 2],
      ] as const) {
        performance.now = () => now.call(performance) + seconds * 1000;
        await sleep(CLOCK_MS);
        expect(await readNow(known)).toBe(String(known));
        expect(loads).toHaveLength(known);
      }
    } finally {
      performance.now = now;
    }
  });

  it('keeps nothing of a look-up during which the client was forgotten', async () => {
    const { cache, loads, read, readNow } = cacheUnderTest();
    const early = read();
    cache.forget(REF);
    const late = read();
    loads[1]!.answer(2);
    expect(await late).toBe('2');
    loads[0]!.answer(1);
    expect(await early).toBe('1');
    expect(await readNow()).toBe('2');
  });

  it('neither answers nor remembers while nobody watches', async () => {
    const { state, readNow } = cacheUnderTest();
    await readNow(1);
    state.isWatched = false;
    expect(await readNow(2)).toBe('2');
    expect(await readNow(3)).toBe('3');
  });

  it('remembers what was read anew, whatever it remembered before', async () => {
    const { cache, loads, readAnew, readNow } = cacheUnderTest();
    for (const [load, number] of [1, 2, undefined].entries()) {
      const found = readAnew();
      loads[load]!.answer(number);
      expect(await found).toBe(number?.toString());
      expect(cache.peek(REF)?.version).toBe(number?.toString());
    }
    expect(await readNow(3)).toBe('3');
  });

  it('reads anew for itself though others are asking, who then leave nothing older behind', async () => {
    const { loads, read, readAnew, readNow } = cacheUnderTest();
    const early = read();
    const anew = readAnew();
    loads[1]!.answer(2);
    expect(await anew).toBe('2');
    loads[0]!.answer(1);
    expect(await early).toBe('1');
    expect(await readNow()).toBe('2');
  });

  it('keeps the client that it remembers when it is the same that was read anew', async () => {
    const { cache, readNow } = cacheUnderTest();
    await readNow(1);
    const known = cache.peek(REF);
    expect(await cache.readAnew(REF, async () => version(1))).toBe(known);
    expect(cache.peek(REF)).toBe(known);
  });

  it.each([
    ['the client was forgotten', ({ cache }: CacheUnderTest) => cache.forget(REF)],
    ['a write began', ({ cache }: CacheUnderTest) => cache.beginWrite('1 my-app')],
    ['everything was forgotten', ({ cache }: CacheUnderTest) => cache.clear()],
  ])('remembers nothing that was read anew while %s', async (_, meanwhile) => {
    const subject = cacheUnderTest();
    const anew = subject.readAnew();
    meanwhile(subject);
    subject.loads[0]!.answer(1);
    expect(await anew).toBe('1');
    subject.cache.endWrite('1 my-app');
    expect(subject.cache.peek(REF)).toBeUndefined();
  });

  it('shows nobody an older client than one that was read past it', async () => {
    const { cache, readNow } = cacheUnderTest();
    await readNow(1);
    cache.observe(version(1));
    expect(await readNow()).toBe('1');
    cache.observe(version(2));
    expect(await readNow(2)).toBe('2');
  });

  it('keeps clients of different domains apart', async () => {
    const { cache, readNow } = cacheUnderTest();
    await readNow(1);
    const other = await cache.read({ ...REF, domainId: '2' }, async () => version(7));
    expect(other?.version).toBe('7');
    expect(await readNow()).toBe('1');
  });

  it('stays bounded however large its clients are', async () => {
    const { cache } = cacheUnderTest();
    const scope = 'x'.repeat(1024 * 1024);
    const load = (number: number) => async () => aClient({ scope }, { version: String(number) });
    for (let n = 1; n <= 50; n += 1) await cache.read({ domainId: '1', clientId: `c-${n}` }, load(n));
    let known = 0;
    for (let n = 1; n <= 50; n += 1) {
      const again = await cache.read({ domainId: '1', clientId: `c-${n}` }, load(1000));
      if (again?.version === String(n)) known += 1;
    }
    expect(known).toBeLessThan(12);
  });

  it('gives what it remembers for the same client that was read past it, and for no other', async () => {
    const { cache, readNow } = cacheUnderTest();
    await readNow(1);
    const known = cache.peek(REF);
    expect(cache.observe(version(1))).toBe(known);
    const withOtherSecrets = aClient({}, { version: '1', secretsVersion: 2 });
    expect(cache.observe(withOtherSecrets)).toBe(withOtherSecrets);
    const newer = version(2);
    expect(cache.observe(newer)).toBe(newer);
    expect(cache.peek(REF)).toBeUndefined();
  });
});
