import { Batches, ClientWrites } from '../../libs/persistence/src/testing/index.js';
import type { Fault, Process } from './world.js';

interface Perform {
  perform(asked: readonly unknown[]): Promise<unknown>[];
  resultOf(one: { client: { clientId: string } }, joined: unknown, all: Promise<Map<string, unknown>>): Promise<unknown>;
}
const writes = ClientWrites.prototype as unknown as Perform;

const inProcess = (fault: (process: Process) => void): Fault => ({ inProcess: fault });

/** Replaces a method of a class until the returned function is called. */
function replaced<T extends object, K extends keyof T>(prototype: T, name: K, make: (original: T[K]) => T[K]): () => void {
  const original = prototype[name];
  prototype[name] = make(original);
  return () => {
    prototype[name] = original;
  };
}

/** Mistakes that somebody could make in the store, or PostgreSQL could make for it. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'a write is not marked as under way': inProcess(({ cache }) => {
    cache.beginWrite = () => {};
    cache.endWrite = () => true;
  }),
  'a write is marked, but what is cached stays': inProcess(({ cache }) => {
    const { beginWrite } = cache;
    cache.beginWrite = (client) => {
      const drop = cache.clear;
      Object.assign(cache, { drop: () => {}, clear: () => {} });
      beginWrite.call(cache, client);
      Object.assign(cache, { clear: drop });
      Reflect.deleteProperty(cache, 'drop');
    };
  }),
  'a write beside another one caches what it wrote': inProcess(({ cache }) => {
    const { endWrite } = cache;
    cache.endWrite = (client) => {
      endWrite.call(cache, client);
      return true;
    };
  }),
  'the cache takes an answer that was asked for before a write': inProcess(({ cache }) => {
    cache.read = async (ref, load) => {
      const known = cache.hit(ref);
      if (known) return known;
      const found = await load();
      if (found) await cache.replacing(ref, async () => ({ client: found }));
      return found;
    };
  }),
  'an import does not empty the cache': inProcess(({ cache }) => {
    cache.aroundAll = (write) => write();
  }),
  'a list passes the cache by': inProcess(({ cache }) => {
    cache.observe = (client) => client;
  }),
  'other workers are not told of a write': inProcess((process) => {
    process.tell = async () => {};
  }),
  'other workers are told of a write, but not waited for': inProcess((process) => {
    const { tell } = process;
    process.tell = async (notice) => void tell(notice);
  }),
  'the cache answers while nobody looks': inProcess(({ watch }) => {
    watch.isCurrent = () => true;
  }),
  'a look skips an entry': inProcess(({ look }) => {
    const { look: ask } = look;
    look.look = async (logs) => {
      const { moved, ...rest } = await ask.call(look, logs);
      return { ...rest, moved: moved.map(({ changes, ...log }) => ({ ...log, changes: changes?.slice(1) })) };
    };
  }),
  'a look is as new as its answer': inProcess(({ watch }) => {
    const { poll } = watch;
    watch.poll = async () => {
      await poll.call(watch);
      Object.assign(watch, { currentFrom: performance.now() });
    };
  }),
  'what a look tells does not end a look-up under way': inProcess(({ cache }) => {
    const { changed } = cache;
    cache.changed = (ref, position) => {
      if (cache.peek(ref)) changed.call(cache, ref, position);
    };
  }),
  'a follower continues one entry too late': inProcess((process) => {
    const { feed } = process;
    const { follow } = feed;
    feed.follow = (start, signal) => {
      const { entries } = process.world.ledger;
      const isNext = ({ domainId, position }: (typeof entries)[number]) =>
        domainId === start.scope.domainId && position > BigInt(start.position);
      const next = start.told ? undefined : entries.find(isNext);
      return follow.call(feed, next ? { ...start, position: String(next.position) } : start, signal);
    };
  }),
  'a follower of all continues without what may have come late': inProcess(({ feed }) => {
    const { follow } = feed;
    feed.follow = (start, signal) => {
      const told = start.told ?? { heads: new Map<string, bigint>(), settled: BigInt(start.position) };
      return follow.call(feed, { ...start, told }, signal);
    };
  }),
  'a write is answered before it is committed': { inLedger: 'answersBeforeCommit' },
  'a domain’s positions are not committed in their order': { inLedger: 'locksNothing' },
  'a domain’s log takes entries after its end': { inLedger: 'knowsNoEnd' },
  'the next batch does not wait for the one before': {
    inClass: () => {
      let number = 0;
      return replaced(Batches.prototype, 'ask', (ask) => function (this: Batches<unknown, unknown>, line, asked) {
        number += 1;
        return ask.call(this, `${line} ${number}`, asked);
      });
    },
  },
  'a batch answers in another order': {
    inClass: () =>
      replaced(writes, 'perform', (perform) => function (this: Perform, asked) {
        return perform.call(this, asked).reverse();
      }),
  },
  'one refusal fails the whole batch': {
    inClass: () =>
      replaced(writes, 'resultOf', () => async ({ client }, _, all) => (await all).get(client.clientId) ?? {}),
  },
};

/** Of what the database has lost. */
export const FAULTS_AT_FAILOVER: Readonly<Record<string, Fault>> = {
  'the cache keeps what another server has answered': inProcess(({ cache }) => {
    cache.clear = () => {};
  }),
};
