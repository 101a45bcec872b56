import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client } from '#clients';
import type { OtherWorkers } from '#persistence';
import { ClientCache, type OnRecord } from '../../../libs/persistence/src/testing/index.js';
import { type CacheUnderTest, cacheUnderTest, REF, version, watchedLogs } from '../../support/cache-under-test.js';

const written = (number: number) => async () => ({ client: version(number), position: String(number) });

describe('a cache of clients, of what is written,', () => {
  it('knows nothing of a client from the begin of a write to its end', async () => {
    const { cache, readNow } = cacheUnderTest();
    await readNow(1);
    let end = () => {};
    const write = cache.around(REF, () => new Promise<void>((resolve) => (end = resolve)));
    expect(await readNow(1)).toBe('1');
    expect(await readNow(2)).toBe('2');
    await nextTurn();
    end();
    await write;
    expect(await readNow(2)).toBe('2');
    expect(await readNow()).toBe('2');
  });

  it('waits for the last of several writes', async () => {
    const { cache, readNow } = cacheUnderTest();
    const ends: (() => void)[] = [];
    const writes = [1, 2].map(() => cache.around(REF, () => new Promise<void>((resolve) => ends.push(resolve))));
    await nextTurn();
    ends[0]!();
    await writes[0];
    expect(await readNow(1)).toBe('1');
    ends[1]!();
    await writes[1];
    expect(await readNow(2)).toBe('2');
    expect(await readNow()).toBe('2');
  });

  it('ends a write that fails, too', async () => {
    const { cache, readNow } = cacheUnderTest();
    await expect(cache.around(REF, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    await readNow(1);
    expect(await readNow()).toBe('1');
  });

  it('keeps nothing of a look-up that began before a write ended', async () => {
    const { cache, loads, read, readNow } = cacheUnderTest();
    const early = read();
    await cache.around(REF, async () => {});
    loads[0]!.answer(1);
    await early;
    expect(await readNow(2)).toBe('2');
  });

  it('answers for nobody while many clients are written at once, nor remembers anything of before', async () => {
    const { cache, loads, read, readNow } = cacheUnderTest();
    await readNow(1);
    const early = read();
    let end = () => {};
    const bulk = cache.aroundAll(() => new Promise<void>((resolve) => (end = resolve)));
    await nextTurn();
    expect(await readNow(1)).toBe('1');
    expect(await readNow(2)).toBe('2');
    expect(cache.peek(REF)).toBeUndefined();
    await cache.replacing(REF, written(2));
    expect(cache.peek(REF)).toBeUndefined();
    end();
    await bulk;
    expect(await early).toBe('1');
    expect(await readNow(3)).toBe('3');
    expect(await readNow()).toBe('3');
    expect(loads.length).toBeGreaterThan(3);
  });

  it('keeps nothing of a write that ends after one of many clients that began later', async () => {
    const { cache, readNow } = cacheUnderTest();
    let answer = (_: OnRecord) => {};
    const slow = cache.replacing(REF, () => new Promise((resolve) => (answer = resolve)));
    await nextTurn();
    await cache.aroundAll(async () => {});
    answer({ client: version(1), position: '1' });
    await slow;
    expect(await readNow(2)).toBe('2');
  });

  it('remembers what was written', async () => {
    const { cache, loads, readNow } = cacheUnderTest();
    await cache.replacing(REF, written(2));
    expect(await readNow()).toBe('2');
    expect(loads).toHaveLength(0);
    expect(cache.peek(REF)?.version).toBe('2');
  });

  it('remembers what a write has found on record, until it is told of any change', async () => {
    const { cache } = cacheUnderTest();
    expect(await cache.replacing(REF, async () => ({ client: version(2) }))).toEqual({ client: version(2) });
    expect(cache.peek(REF)?.version).toBe('2');
    cache.changed(REF, '2');
    expect(cache.peek(REF)).toBeUndefined();
  });

  it('keeps what it wrote itself when it is told of that, and forgets it when it is told of another write', async () => {
    const { cache } = cacheUnderTest();
    await cache.replacing(REF, written(2));
    cache.changed(REF, '2');
    expect(cache.peek(REF)?.version).toBe('2');
    cache.changed(REF, '3');
    expect(cache.peek(REF)).toBeUndefined();
  });

  it('remembers what it writes though it is told meanwhile of what it wrote before, and nothing once it is told of another write', async () => {
    const { cache } = cacheUnderTest();
    const toldOf = (position: string, number: number) => async () => {
      cache.changed(REF, position);
      return written(number)();
    };
    await cache.replacing(REF, written(2));
    await cache.replacing(REF, toldOf('2', 3));
    expect(cache.peek(REF)?.version).toBe('3');
    await cache.replacing(REF, toldOf('4', 5));
    expect(cache.peek(REF)).toBeUndefined();
  });

  it('remembers nothing of a write beside another one', async () => {
    const { cache, readNow } = cacheUnderTest();
    let end: (written: OnRecord) => void = () => {};
    const slow = cache.replacing(
      REF,
      () =>
        new Promise<OnRecord>((resolve) => {
          end = resolve;
        }),
    );
    await cache.replacing(REF, written(3));
    await nextTurn();
    end({ client: version(2), position: '2' });
    await slow;
    expect(cache.peek(REF)).toBeUndefined();
    expect(await readNow(3)).toBe('3');
  });

  it.each([
    ['was told to forget the client', ({ cache }: CacheUnderTest) => cache.forget(REF)],
    ['was told to forget everything', ({ cache }: CacheUnderTest) => cache.clear()],
    ['was shown another version', ({ cache }: CacheUnderTest) => cache.observe(version(3))],
    ['heard of another worker’s write', ({ cache }: CacheUnderTest) => cache.beginWrite('1 my-app')],
    ['could not watch', ({ state }: CacheUnderTest) => (state.isWatched = false)],
  ])('remembers nothing of a write during which it %s', async (_, meanwhile) => {
    const subject = cacheUnderTest();
    await subject.cache.replacing(REF, async () => {
      meanwhile(subject);
      return { client: version(2), position: '2' };
    });
    subject.state.isWatched = true;
    expect(subject.cache.peek(REF)).toBeUndefined();
  });

  it('remembers nothing of a write that began when nobody watched', async () => {
    const { state, cache } = cacheUnderTest();
    state.isWatched = false;
    await cache.replacing(REF, async () => {
      state.isWatched = true;
      return { client: version(2), position: '2' };
    });
    expect(cache.peek(REF)).toBeUndefined();
  });

  describe('with other workers', () => {
    function twoWorkers() {
      const other = cacheUnderTest();
      const told: string[] = [];
      let hear = () => {};
      const otherWorkers: OtherWorkers = {
        tell: async ({ kind }) => {
          told.push(kind);
          if (kind === 'writing') {
            other.cache.beginWrite('1 my-app');
            await new Promise<void>((resolve) => {
              hear = resolve;
            });
          } else other.cache.endWrite('1 my-app');
        },
        listen: () => {},
      };
      const cache = new ClientCache(watchedLogs(), otherWorkers);
      return { cache, other, told, hear: () => hear() };
    }

    it('a write begins when all of them have heard of it, and they remember nothing until it has ended', async () => {
      const { cache, other, told, hear } = twoWorkers();
      await other.readNow(1);
      let isWriting = false;
      const write = cache.around(REF, async () => {
        isWriting = true;
        expect(await other.readNow(2)).toBe('2');
        expect(await other.readNow(2)).toBe('2');
      });
      await nextTurn();
      expect(isWriting).toBe(false);
      hear();
      await write;
      expect(isWriting).toBe(true);
      expect(told).toEqual(['writing', 'written']);
      const before = other.loads.length;
      await other.readNow(2);
      await other.readNow();
      expect(other.loads.length).toBe(before + 1);
    });
  });

  it('shows nothing older than a look-up has seen that a write has overtaken', async () => {
    const own = new ClientCache(watchedLogs());
    const client = version(1);
    let answer: (found: Client) => void = () => {};
    const slow = own.read(client, () => new Promise<Client>((resolve) => (answer = resolve)));
    await own.replacing(client, async () => ({ client: version(2), position: '2' }));
    // Somebody else wrote in between, of which nothing was heard yet.
    answer(version(3));
    expect((await slow)?.version).toBe('3');
    expect((await own.read(client, async () => version(3)))?.version).toBe('3');
  });
});
