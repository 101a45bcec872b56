import { setImmediate as nextTurn } from 'node:timers/promises';
import fc, { type Scheduler } from 'fast-check';
import type { OtherWorkers } from '#persistence';
import { FreshCaches } from '../../libs/persistence/src/testing/index.js';

const numRuns = Number(process.env.LAWS_RUNS ?? 60);
/** A fault that is not found in so many runs counts as not found. */
const MOST_RUNS = 10_000;
const TIMEOUT_MS = 120_000 + numRuns * 20;

interface Remembered {
  readonly value: number;
}
type Cache = ReturnType<typeof FreshCaches.prototype.make<Remembered>>;
type Worker = { readonly caches: FreshCaches; readonly cache: Cache };

/** A planted mistake. */
interface Fault {
  readonly inCache?: (cache: Cache) => void;
  readonly tellsBeforeCommit?: boolean;
  readonly waitsForNobody?: boolean;
}

interface PlantedFault extends Fault {
  /** A seed whose runs find it soon. The long form takes random ones. */
  readonly seed: number;
}

interface Op {
  readonly do: 'get' | 'change' | 'change elsewhere';
  readonly worker: number;
  readonly steps: number;
}

/** Two workers of one instance that remember one value, which they and others change. */
async function run(scheduler: Scheduler, ops: readonly Op[], fault: Fault = {}): Promise<void> {
  let value = 0;
  let answered = 0;
  const violations: string[] = [];
  const workers: Worker[] = [];
  const step = (label: string) => scheduler.schedule(Promise.resolve(), label);
  for (const number of [0, 1]) {
    const otherWorkers: OtherWorkers = {
      listen: () => {},
      tell: async () => {
        const heard = step(`${1 - number} hears`).then(() => workers[1 - number]!.caches.clear());
        if (!fault.waitsForNobody) await heard.then(() => step(`${number} is told that ${1 - number} has heard`));
      },
    };
    const caches = new FreshCaches(undefined, otherWorkers);
    const cache = caches.make<Remembered>(async () => {
      await step('read is sent');
      const found = { value };
      await step('read is answered');
      return found;
    });
    fault.inCache?.(cache);
    workers.push({ caches, cache });
  }
  const get = async (worker: number) => {
    const floor = answered;
    const { value: found } = (await workers[worker]!.cache.get('key'))!;
    if (found < floor) violations.push(`${worker} read ${found} after ${floor}`);
  };
  const change = async ({ caches }: Worker) => {
    if (fault.tellsBeforeCommit) await caches.changed();
    await step('change is committed');
    value += 1;
    const own = value;
    await step('change is answered');
    if (!fault.tellsBeforeCommit) await caches.changed();
    answered = Math.max(answered, own);
  };
  const begun: Promise<unknown>[] = [];
  const next = async () => {
    await nextTurn();
    if (scheduler.count() === 0) return false;
    await scheduler.waitNext(1);
    await nextTurn();
    return true;
  };
  for (const { do: what, worker, steps } of ops) {
    if (what === 'get') begun.push(get(worker));
    else if (what === 'change') begun.push(change(workers[worker]!));
    else value += 1;
    for (let count = 0; count < steps; count += 1) await next();
  }
  while (await next());
  await Promise.all(begun);
  expect(violations).toEqual([]);
}

const ops = fc.array(
  fc.record({
    do: fc.constantFrom<Op['do'][]>('get', 'get', 'change', 'change elsewhere'),
    worker: fc.nat(1),
    steps: fc.nat(4),
  }),
  { maxLength: 12 },
);

const FAULTS: Readonly<Record<string, PlantedFault>> = {
  'look-ups under way answer those who ask after a change': {
    seed: 11,
    inCache: (cache) => {
      const { clear } = cache;
      cache.clear = () => {
        const { lookUps } = cache as unknown as { lookUps: unknown };
        clear.call(cache);
        Object.assign(cache, { lookUps });
      };
    },
  },
  'what was asked for before a change is remembered': {
    seed: 8,
    inCache: (cache) => {
      const { answers, lookUps } = cache as unknown as Record<'answers' | 'lookUps', Map<string, unknown>>;
      cache.clear = () => {
        answers.clear();
        lookUps.clear();
      };
    },
  },
  'a change is told before it is committed': { seed: 2, tellsBeforeCommit: true },
  'a change is answered before other workers have heard of it': { seed: 1, waitsForNobody: true },
};

describe('in whatever order things happen, what is remembered of credentials and domains', () => {
  it(
    'is never older than a change that this instance has answered',
    () =>
      fc.assert(
        fc.asyncProperty(fc.scheduler(), ops, (scheduler, some) => run(scheduler, some)),
        { numRuns, includeErrorInReport: true },
      ),
    TIMEOUT_MS,
  );
});

describe('it is found out if', () => {
  it.each(Object.entries(FAULTS))(
    '%s',
    async (_, fault) => {
      const property = fc.asyncProperty(fc.scheduler(), ops, (scheduler, some) => run(scheduler, some, fault));
      const seed = process.env.LAWS_RUNS ? {} : { seed: fault.seed };
      const { failed } = await fc.check(property, { numRuns: MOST_RUNS, endOnFailure: true, ...seed });
      expect(failed).toBe(true);
    },
    TIMEOUT_MS,
  );
});
