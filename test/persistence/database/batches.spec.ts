import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Batches } from '../../../libs/persistence/src/testing/index.js';

type Answer = string | Error;

interface Batch {
  readonly asked: readonly string[];
  readonly asker?: string;
  readonly answer: (answers: readonly Answer[]) => void;
}

/** Who asks, as traces know it. */
const asker = new AsyncLocalStorage<string>();

describe('batches', () => {
  let sent: Batch[];
  let batches: Batches<string, string>;
  const asked = () => sent.map((batch) => batch.asked);
  const ask = (one: string, line = 'a line') => batches.ask(line, one);

  /** Each batch is answered by hand, one answer for each who asked. */
  beforeEach(() => {
    sent = [];
    batches = new Batches((all) => {
      const settle: ((answer: Answer) => void)[] = [];
      const answers = all.map(
        () =>
          new Promise<string>((resolve, reject) => {
            settle.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
          }),
      );
      const answer = (given: readonly Answer[]) => {
        for (const [index, one] of given.entries()) settle[index]!(one);
      };
      sent.push({ asked: all, asker: asker.getStore(), answer });
      return answers;
    }, 16);
  });

  it('give each its answer', async () => {
    const answers = Promise.all(['a', 'b', 'c'].map((one) => ask(one)));
    await nextTurn();
    expect(asked()).toEqual([['a', 'b', 'c']]);
    sent[0]!.answer(['A', 'B', 'C']);
    expect(await answers).toEqual(['A', 'B', 'C']);
  });

  it('of one line go one after the other: the next takes what has gathered meanwhile', async () => {
    const first = ask('a');
    await nextTurn();
    const later = ['b', 'c', 'd'].map((one) => ask(one));
    await nextTurn();
    expect(asked()).toEqual([['a']]);
    sent[0]!.answer(['A']);
    expect(await first).toBe('A');
    await nextTurn();
    expect(asked()).toEqual([['a'], ['b', 'c', 'd']]);
    sent[1]!.answer(['B', 'C', 'D']);
    expect(await Promise.all(later)).toEqual(['B', 'C', 'D']);
  });

  it('of different lines do not wait for each other', async () => {
    const answers = Promise.all([ask('a', 'one'), ask('b', 'other')]);
    await nextTurn();
    expect(asked()).toEqual([['a'], ['b']]);
    sent[1]!.answer(['B']);
    sent[0]!.answer(['A']);
    expect(await answers).toEqual(['A', 'B']);
  });

  it('go on after one that failed, which fails for those alone who asked by it', async () => {
    const outcomes = Promise.allSettled([ask('a'), ask('b')]);
    await nextTurn();
    const waiting = ask('c');
    sent[0]!.answer([new Error('refused'), 'B']);
    expect(await outcomes).toMatchObject([{ reason: { message: 'refused' } }, { value: 'B' }]);
    await nextTurn();
    sent[1]!.answer(['C']);
    expect(await waiting).toBe('C');
  });

  it('are sent in the order of the requests, not of the answers before', async () => {
    const answers = ['one', 'two', 'three'].map((name) => asker.run(name, () => ask(name)));
    await nextTurn();
    answers.push(...['four', 'five'].map((name) => asker.run(name, () => ask(name))));
    sent[0]!.answer(sent[0]!.asked);
    await nextTurn();
    expect(sent.map((batch) => batch.asker)).toEqual(['one', 'four']);
    sent[1]!.answer(sent[1]!.asked);
    await Promise.all(answers);
  });

  it('leave out who has waited too long, and fail for them', async () => {
    const { now } = performance;
    let later = 0;
    performance.now = () => now.call(performance) + later;
    try {
      const first = ask('a');
      await nextTurn();
      const late = Promise.allSettled(Array.from({ length: 20 }, () => ask('late')));
      later = 3001;
      const inTime = ask('b');
      sent[0]!.answer(['A']);
      expect(await first).toBe('A');
      for (const outcome of await late)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } });
      await nextTurn();
      expect(asked()).toEqual([['a'], ['b']]);
      sent[1]!.answer(['B']);
      expect(await inTime).toBe('B');
    } finally {
      performance.now = now;
    }
  });

  it('take no more than they may', async () => {
    const all = Array.from({ length: 40 }, (_, number) => `app-${number}`);
    const answers = all.map((one) => ask(one));
    for (const [index, size] of [16, 16, 8].entries()) {
      await nextTurn();
      expect(sent[index]!.asked).toHaveLength(size);
      sent[index]!.answer(sent[index]!.asked);
      await nextTurn();
    }
    expect(await Promise.all(answers)).toEqual(all);
  });
});
