import fc from 'fast-check';
import { FAULTS, type Mix } from './faults.js';
import { type Fate, KEYS } from './ledger.js';
import { type Fault, type Op, startProcesses, World } from './world.js';

const numRuns = Number(process.env.LAWS_RUNS ?? 300);
/** A fault that is not found in so many runs counts as not found. */
const MOST_RUNS = 30_000;
const TIMEOUT_MS = 300_000 + numRuns * 100;

/** Each as often as its number says. */
function weighted<T extends string | number>(weights: readonly (readonly [T, number])[]): fc.Arbitrary<T> {
  return fc.oneof(...weights.map(([value, weight]) => ({ arbitrary: fc.constant(value), weight })));
}

const steps = fc.constantFrom(0, 1, 2, 3, 4, 8);

/** Operations that affect each other; how often each is done, in which process, and for which client. */
function opsOf(
  what: Partial<Record<Op['do'], number>>,
  processes: readonly number[],
  keys: readonly number[],
  maxLength = 20,
): fc.Arbitrary<Op[]> {
  const op = fc.record({
    do: weighted(Object.entries(what) as [Op['do'], number][]),
    process: weighted(processes.map((weight, process) => [process, weight])),
    key: weighted(KEYS.flatMap((key, index) => (keys[index] ? [[key, keys[index]] as const] : []))),
    steps,
  });
  return fc.array(op, { maxLength });
}

const WRITING = { find: 6, put: 3, insert: 1, remove: 2, list: 1, import: 1 };
const ELSEWHERE = { find: 5, list: 2, 'change elsewhere': 2, 'remove elsewhere': 1, look: 4, wait: 3 };
const TOGETHER = { put: 5, insert: 2, remove: 1, poison: 2 };
const FOLLOWING = { follow: 4, leave: 3, 'change elsewhere': 5, look: 5, settle: 2 };
const RARE = { findNow: 1, touch: 1, end: 1, restart: 1, 'large import': 1 };
const MIXES: Readonly<Record<Mix, fc.Arbitrary<Op[]>>> = {
  writing: opsOf(WRITING, [1, 1], [1]),
  elsewhere: opsOf(ELSEWHERE, [1], [1]),
  few: opsOf({ find: 3, put: 2, 'change elsewhere': 1, look: 1 }, [2, 1], [1], 6),
  together: opsOf(TOGETHER, [1], [1, 1]),
  following: opsOf(FOLLOWING, [1, 1], [1, 0, 1]),
  all: opsOf({ ...TOGETHER, ...FOLLOWING, ...ELSEWHERE, ...WRITING, ...RARE }, [1, 1, 1], [3, 1, 2]),
  ending: opsOf({ ...WRITING, ...RARE }, [1, 1], [0, 0, 1]),
  losing: opsOf({ ...ELSEWHERE, ...WRITING, failover: 2 }, [2, 1], [2, 1]),
};
const { losing, ...others } = MIXES;
const lossless = fc.oneof(...Object.values(others));

/** How the statements of a world end. */
const fate = weighted<Fate>([
  ['answered', 12],
  ['lost', 1],
  ['unanswered', 1],
]);
const fates = fc.oneof(fc.constant([]), fc.array(fate, { maxLength: 30 }));

/** Runs many worlds, each with a few operations and one of the orders in which they may happen. */
function worlds(some: fc.Arbitrary<Op[]>, fault?: Fault) {
  let processes = startProcesses(fault);
  return fc.asyncProperty(fc.scheduler(), some, fates, async (scheduler, chosen, ends) => {
    try {
      await new World(processes, scheduler, ends, fault).run(chosen);
    } catch (error) {
      processes = startProcesses(fault);
      throw error;
    }
  });
}

describe('in whatever order things happen, the store', () => {
  it(
    'answers nothing that was over before, remembers what is on record, tells each entry once, and writes batch after batch',
    () => fc.assert(worlds(lossless), { numRuns, includeErrorInReport: true }),
    TIMEOUT_MS,
  );

  it(
    'remembers nothing that the database has lost',
    () => fc.assert(worlds(losing), { numRuns, includeErrorInReport: true }),
    TIMEOUT_MS,
  );
});

describe('it is found out if', () => {
  it.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    '%s',
    async (_, fault) => {
      const restore = fault.inClass?.();
      try {
        const seed = process.env.LAWS_RUNS ? {} : { seed: fault.seed };
        const found = await fc.check(worlds(MIXES[fault.among], fault), {
          ...{ numRuns: MOST_RUNS, endOnFailure: true },
          ...seed,
        });
        expect(String(found.errorInstance)).toMatch(fault.shows);
      } finally {
        restore?.();
      }
    },
    TIMEOUT_MS,
  );
});
