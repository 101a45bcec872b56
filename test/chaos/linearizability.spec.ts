import { type Operation, violationIn } from '../../chaos/linearizability.js';

const NEVER = Number.POSITIVE_INFINITY;

type Times = readonly [start: number, end: number];
const write = (instance: string, [start, end]: Times, leaves: string | null): Operation => ({
  instance,
  start,
  end,
  leaves,
});
const read = (instance: string, [start, end]: Times, was: string | null): Operation => ({
  instance,
  start,
  end,
  was,
  mayBeStale: true,
});
/** `If-Match`. */
const swap = (instance: string, times: Times, was: string, leaves: string): Operation => ({
  ...write(instance, times, leaves),
  was,
});
/** `If-Match`, answered 412. */
const refusal = (instance: string, [start, end]: Times, wasNot: string): Operation => ({
  instance,
  start,
  end,
  wasNot,
});

const explained: [string, Operation[]][] = [
  ['nothing at all', []],
  ['a read of what was there first', [read('one', [0, 1], null)]],
  ['reads of what was written', [write('one', [0, 1], 'a'), read('one', [2, 3], 'a'), read('one', [4, 5], 'a')]],
  ['a read beside a write, of the old value', [write('one', [0, 9], 'a'), read('one', [1, 2], null)]],
  [
    'a read beside a write, of the new value, and all after it',
    [write('one', [0, 9], 'a'), read('one', [1, 2], 'a'), read('one', [3, 4], 'a')],
  ],
  [
    'writes side by side in either order',
    [write('one', [0, 9], 'a'), write('two', [0, 9], 'b'), read('one', [10, 11], 'a')],
  ],
  [
    'a read elsewhere that is less than a second old',
    [write('one', [0, 1], 'a'), write('one', [10, 11], 'b'), read('two', [1010, 1012], 'a')],
  ],
  [
    'an unanswered write that was never done',
    [write('one', [0, 1], 'a'), write('one', [2, NEVER], 'b'), read('one', [5000, 5001], 'a')],
  ],
  [
    'an unanswered write that was done late',
    [
      write('one', [0, 1], 'a'),
      write('one', [2, NEVER], 'b'),
      read('one', [3000, 3001], 'a'),
      read('one', [5000, 5001], 'b'),
    ],
  ],
  ['an unanswered read', [write('one', [0, 1], 'a'), read('one', [2, NEVER], 'never written')]],
  ['a swap of what is there', [write('one', [0, 1], 'a'), swap('two', [2, 3], 'a', 'b'), read('two', [4, 5], 'b')]],
  [
    'a swap that was refused because of an unanswered write',
    [write('one', [0, 1], 'a'), write('two', [2, NEVER], 'b'), refusal('one', [10, 11], 'a')],
  ],
  [
    'a client that an unanswered deletion took',
    [
      write('one', [0, 1], 'a'),
      write('one', [2, NEVER], null),
      read('one', [3, 4], 'a'),
      read('one', [9000, 9001], null),
    ],
  ],
  [
    'a client that was deleted and made again',
    [write('one', [0, 1], 'a'), write('one', [2, 3], null), read('one', [4, 5], null), write('two', [6, 7], 'c')],
  ],
];

const unexplained: [string, Operation[], number][] = [
  ['a value that nobody wrote', [write('one', [0, 1], 'a'), read('one', [2, 3], 'b')], 1],
  ['a value that was written only later', [read('one', [0, 1], 'a'), write('one', [2, 3], 'a')], 0],
  ['a lost write', [write('one', [0, 1], 'a'), write('two', [2, 3], 'b'), read('two', [5000, 5001], 'a')], 2],
  [
    'an old value on the instance that wrote',
    [write('one', [0, 1], 'a'), write('one', [2, 3], 'b'), read('one', [4, 5], 'a')],
    2,
  ],
  [
    'an old value elsewhere after more than a second',
    [write('one', [0, 1], 'a'), write('one', [10, 11], 'b'), read('two', [1012, 1013], 'a')],
    2,
  ],
  [
    'a read elsewhere that went backwards',
    [write('one', [0, 1], 'a'), write('one', [10, 11], 'b'), read('two', [12, 13], 'b'), read('two', [14, 15], 'a')],
    3,
  ],
  [
    'a read that went backwards although the write is not answered',
    [write('one', [0, NEVER], 'a'), read('two', [1, 2], 'a'), read('two', [3, 4], null)],
    2,
  ],
  [
    'a write that comes back after another one',
    [
      write('one', [0, 1], 'a'),
      write('two', [2, 3], 'b'),
      read('one', [2000, 2001], 'b'),
      read('one', [2002, 2003], 'a'),
    ],
    3,
  ],
  [
    'two swaps of the same value',
    [write('one', [0, 1], 'a'), swap('one', [2, 9], 'a', 'b'), swap('two', [2, 10], 'a', 'c')],
    2,
  ],
  [
    'a swap that was refused although nothing else was there',
    [write('one', [0, 1], 'a'), refusal('two', [2, 3], 'a')],
    1,
  ],
  [
    'an unanswered deletion that was done twice',
    [
      write('one', [0, 1], 'a'),
      write('one', [2, NEVER], null),
      read('one', [3, 4], null),
      write('one', [5, 6], 'b'),
      read('one', [7, 8], null),
    ],
    4,
  ],
  ['a deleted client', [write('one', [0, 1], 'a'), write('one', [2, 3], null), read('one', [4, 5], 'a')], 2],
];

describe('the checker of histories', () => {
  it.each(explained)('lets pass %s', (_, history) => {
    expect(violationIn(history)).toBeUndefined();
  });

  it.each(unexplained)('finds %s', (_, history, culprit) => {
    expect(violationIn(history)).toBe(history[culprit]);
    expect(violationIn([...history].reverse())).toBe(history[culprit]);
  });

  it('judges long histories with many unanswered writes quickly', () => {
    const history = Array.from({ length: 1000 }, (_, n) => [
      write(`i${n % 3}`, [10 * n, n % 100 === 7 ? NEVER : 10 * n + 25], `v${n}`),
    ]).flat();
    expect(violationIn(history)).toBeUndefined();
    const late = [...history, read('i0', [20_000, 20_001], 'v700')];
    expect(violationIn(late)).toBe(late.at(-1));
  });

  it('tells a register that is served in order from one that forgets, whatever the times', () => {
    const served = (forgets: boolean) => {
      let value: string | null = null;
      return Array.from({ length: 1000 }, (_, n) => {
        const start = n * 3 - (n % 7);
        const times: Times = [start, n * 3 + 1 + (n % 5)];
        if (n % 4 === 0) {
          if (!(forgets && n === 500)) value = `v${n}`;
          return write('one', times, `v${n}`);
        }
        return read('one', times, value);
      });
    };
    expect(violationIn(served(false))).toBeUndefined();
    expect(violationIn(served(true))).toMatchObject({ was: 'v496' });
  });
});
