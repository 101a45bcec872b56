import { Batches, ClientWrites } from '../../libs/persistence/src/testing/index.js';
import type { Fault } from './world.js';

interface Perform {
  perform(asked: readonly unknown[]): Promise<unknown>[];
  resultOf(
    one: { client: { clientId: string } },
    joined: unknown,
    all: Promise<Map<string, unknown>>,
  ): Promise<unknown>;
}
const writes = ClientWrites.prototype as unknown as Perform;

/** Replaces a method of a class until the returned function is called. */
function replaced<T extends object, K extends keyof T>(
  prototype: T,
  name: K,
  make: (original: T[K]) => T[K],
): () => void {
  const original = prototype[name];
  prototype[name] = make(original);
  return () => {
    prototype[name] = original;
  };
}

/** The operations among which a fault is looked for. */
export type Mix = 'few' | 'writing' | 'elsewhere' | 'together' | 'following' | 'all' | 'ending' | 'losing';

interface PlantedFault extends Fault {
  readonly name: string;
  /** A seed whose runs find it soon. The long form takes random ones. */
  readonly seed: number;
  readonly among: Mix;
  /** The message of the check that finds it. */
  readonly shows: RegExp;
}

/** Mistakes that a change of the store could make, and faulty behaviour of PostgreSQL. */
export const FAULTS: readonly PlantedFault[] = [
  {
    name: 'a write is not marked as under way',
    seed: 1,
    among: 'writing',
    shows: /over before|keeps/,
    inProcess: ({ cache }) => {
      cache.beginWrite = () => {};
      cache.endWrite = () => true;
    },
  },
  {
    name: 'a write is marked, but what is cached stays',
    seed: 1,
    among: 'writing',
    shows: /over before|keeps/,
    inProcess: ({ cache }) => {
      const { beginWrite } = cache;
      cache.beginWrite = (client) => {
        const drop = cache.clear;
        Object.assign(cache, { drop: () => {}, clear: () => {} });
        beginWrite.call(cache, client);
        Object.assign(cache, { clear: drop });
        Reflect.deleteProperty(cache, 'drop');
      };
    },
  },
  {
    name: 'a write beside another one caches what it wrote',
    seed: 3,
    among: 'writing',
    shows: /over before|keeps/,
    inProcess: ({ cache }) => {
      const { endWrite } = cache;
      cache.endWrite = (client) => {
        endWrite.call(cache, client);
        return true;
      };
    },
  },
  {
    name: 'the cache takes an answer that was asked for before a write',
    seed: 25,
    among: 'few',
    shows: /over before|keeps/,
    inProcess: ({ cache }) => {
      cache.read = async (ref, load) => {
        const known = cache.hit(ref);
        if (known) return known;
        const found = await load();
        if (found) await cache.replacing(ref, async () => ({ client: found }));
        return found;
      };
    },
  },
  {
    name: 'an import does not empty the cache',
    seed: 2,
    among: 'writing',
    shows: /over before|keeps/,
    inProcess: ({ cache }) => {
      cache.aroundAll = (write) => write();
    },
  },
  {
    name: 'a list passes the cache by',
    seed: 1,
    among: 'elsewhere',
    shows: /over before|keeps/,
    inProcess: ({ cache }) => {
      cache.observe = (client) => client;
    },
  },
  {
    name: 'other workers are not told of a write',
    seed: 1,
    among: 'writing',
    shows: /over before|keeps/,
    inProcess: (process) => {
      process.tell = async () => {};
    },
  },
  {
    name: 'other workers are told of a write, but not waited for',
    seed: 22,
    among: 'few',
    shows: /over before|keeps/,
    inProcess: (process) => {
      const { tell } = process;
      process.tell = async (notice) => void tell(notice);
    },
  },
  {
    name: 'the cache answers while nobody looks',
    seed: 2,
    among: 'elsewhere',
    shows: /over before|keeps/,
    inProcess: ({ watch }) => {
      watch.isCurrent = () => true;
    },
  },
  {
    name: 'a look skips an entry',
    seed: 1,
    among: 'elsewhere',
    shows: /over before|keeps/,
    inProcess: ({ look }) => {
      const { look: ask } = look;
      look.look = async (logs) => {
        const { moved, ...rest } = await ask.call(look, logs);
        return { ...rest, moved: moved.map(({ changes, ...log }) => ({ ...log, changes: changes?.slice(1) })) };
      };
    },
  },
  {
    name: 'a look is as new as its answer',
    seed: 7,
    among: 'elsewhere',
    shows: /over before|keeps/,
    inProcess: ({ watch }) => {
      const { poll } = watch;
      watch.poll = async () => {
        await poll.call(watch);
        Object.assign(watch, { currentFrom: performance.now() });
      };
    },
  },
  {
    name: 'what a look tells does not end a look-up under way',
    seed: 21,
    among: 'few',
    shows: /over before|keeps/,
    inProcess: ({ cache }) => {
      const { changed } = cache;
      cache.changed = (ref, position) => {
        if (cache.peek(ref)) changed.call(cache, ref, position);
      };
    },
  },
  {
    name: 'a follower continues one entry too late',
    seed: 1,
    among: 'following',
    shows: /a follower of one domain/,
    inProcess: (process) => {
      const { feed } = process;
      const { follow } = feed;
      feed.follow = (start, signal) => {
        const { entries } = process.world.ledger;
        const isNext = ({ domainId, position }: (typeof entries)[number]) =>
          domainId === start.scope.domainId && position > BigInt(start.position);
        const next = start.told ? undefined : entries.find(isNext);
        return follow.call(feed, next ? { ...start, position: String(next.position) } : start, signal);
      };
    },
  },
  {
    name: 'a write is answered before it is committed',
    seed: 1,
    among: 'writing',
    shows: /is not on record|over before|keeps/,
    inLedger: 'answersBeforeCommit',
  },
  {
    name: 'a domain’s positions are not committed in their order',
    seed: 2,
    among: 'following',
    shows: /a follower/,
    inLedger: 'locksNothing',
  },
  {
    name: 'a domain’s log takes entries after its end',
    seed: 1,
    among: 'ending',
    shows: /after the end/,
    inLedger: 'knowsNoEnd',
  },
  {
    name: 'the next batch does not wait for the one before',
    seed: 1,
    among: 'together',
    shows: /two batches/,
    inClass: () => {
      let number = 0;
      return replaced(
        Batches.prototype,
        'ask',
        (ask) =>
          function (this: Batches<unknown, unknown>, line, asked) {
            number += 1;
            return ask.call(this, `${line} ${number}`, asked);
          },
      );
    },
  },
  {
    name: 'a batch answers in another order',
    seed: 1,
    among: 'together',
    shows: /./,
    inClass: () =>
      replaced(
        writes,
        'perform',
        (perform) =>
          function (this: Perform, asked) {
            return perform.call(this, asked).reverse();
          },
      ),
  },
  {
    name: 'one refusal fails the whole batch',
    seed: 1,
    among: 'together',
    shows: /failed for no reason: Error: refused/,
    inClass: () =>
      replaced(
        writes,
        'resultOf',
        () =>
          async ({ client }, _, all) =>
            (await all).get(client.clientId) ?? {},
      ),
  },
  {
    name: 'the cache keeps what another server has answered',
    seed: 20,
    among: 'losing',
    shows: /keeps|over before/,
    inProcess: ({ cache }) => {
      cache.clear = () => {};
    },
  },
];
