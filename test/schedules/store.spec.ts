import fc from 'fast-check';
import { FAULTS, FAULTS_AT_FAILOVER } from './faults.js';
import { type Fate, KEYS } from './ledger.js';
import { type Fault, type Op, startProcesses, World } from './world.js';

const numRuns = Number(process.env.LAWS_RUNS ?? 300);
/** A fault that is not found in so many runs counts as not found. */
const MOST_RUNS = 10_000;
const TIMEOUT_MS = 120_000 + numRuns * 100;

/** Each as often as its number says. */
function weighted<T extends string | number>(weights: readonly (readonly [T, number])[]): fc.Arbitrary<T> {
  return fc.oneof(...weights.map(([value, weight]) => ({ arbitrary: fc.constant(value), weight })));
}

const steps = fc.constantFrom(0, 1, 2, 3, 4, 8);

/** Operations that have to do with each other; how often each is done, and in which process and for which client. */
function opsOf(
  what: Partial<Record<Op['do'], number>>,
  processes: readonly number[],
  keys: readonly number[],
): fc.Arbitrary<Op[]> {
  const op = fc.record({
    do: weighted(Object.entries(what) as [Op['do'], number][]),
    process: weighted(processes.map((weight, process) => [process, weight])),
    key: weighted(KEYS.flatMap((key, index) => (keys[index] ? [[key, keys[index]] as const] : []))),
    steps,
  });
  return fc.array(op, { maxLength: 20 });
}

const WRITING = { find: 6, put: 3, insert: 1, remove: 2, list: 1, import: 1 };
const ELSEWHERE = { find: 6, 'change elsewhere': 3, 'remove elsewhere': 1, look: 4, wait: 3 };
const TOGETHER = { put: 5, insert: 2, remove: 1, poison: 2 };
const FOLLOWING = { follow: 4, leave: 3, 'change elsewhere': 5, look: 5, settle: 1 };
const RARE = { findNow: 1, touch: 1, end: 1, restart: 1, 'large import': 1 };
const ops = fc.oneof(
  opsOf(WRITING, [1, 1], [1]),
  opsOf(ELSEWHERE, [1], [1]),
  opsOf({ ...WRITING, ...ELSEWHERE }, [3, 1, 2], [1]),
  opsOf(TOGETHER, [1], [1, 1]),
  opsOf(FOLLOWING, [1, 1], [1, 0, 1]),
  opsOf({ ...TOGETHER, ...ELSEWHERE, ...FOLLOWING, ...WRITING, ...RARE }, [1, 1, 1], [3, 1, 2]),
);
/** The database may also lose what it has told. Then, only what is remembered in the end can be right. */
const opsAndLosses = opsOf({ ...ELSEWHERE, ...WRITING, failover: 2 }, [2, 1], [2, 1]);

/** How the statements of a world end. */
const fates = fc.array(
  weighted<Fate>([
    ['answered', 16],
    ['lost', 1],
    ['unanswered', 1],
  ]),
  { maxLength: 30 },
);

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

async function findsOut(some: fc.Arbitrary<Op[]>, fault: Fault) {
  const restore = fault.inClass?.();
  try {
    return await fc.check(worlds(some, fault), { numRuns: MOST_RUNS, endOnFailure: true });
  } finally {
    restore?.();
  }
}

describe('in whatever order things happen, the store', () => {
  it(
    'answers nothing that was over before, remembers what is on record, tells each entry once, and writes batch after batch',
    () => fc.assert(worlds(ops), { numRuns, includeErrorInReport: true }),
    TIMEOUT_MS,
  );

  it(
    'remembers nothing that the database has lost',
    () => fc.assert(worlds(opsAndLosses), { numRuns, includeErrorInReport: true }),
    TIMEOUT_MS,
  );
});

describe('it is found out if', () => {
  it.each(Object.entries(FAULTS))('%s', async (name, fault) => {
    const r = await findsOut(ops, fault);
    console.log(name, r.numRuns, r.failed, String(r.errorInstance).split('\n')[0]);
    expect(r.failed).toBe(true);
  }, TIMEOUT_MS);

  it.each(Object.entries(FAULTS_AT_FAILOVER))('%s', async (name, fault) => {
    const r = await findsOut(opsAndLosses, fault);
    console.log(name, r.numRuns, r.failed, String(r.errorInstance).split('\n')[0]);
    expect(r.failed).toBe(true);
  }, TIMEOUT_MS);
});
