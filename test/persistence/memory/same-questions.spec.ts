import { setImmediate as nextTurn } from 'node:timers/promises';
import { SameQuestions } from '../../../libs/persistence/src/memory/same-questions.js';

describe('the same questions', () => {
  let questions: SameQuestions<string>;
  let asked: string[];
  let settle: { resolve: (answer: string) => void; reject: (error: Error) => void }[];
  beforeEach(() => {
    questions = new SameQuestions();
    asked = [];
    settle = [];
  });
  const ask = (question: string) =>
    questions.ask(question, () => {
      asked.push(question);
      return new Promise((resolve, reject) => settle.push({ resolve, reject }));
    });
  const twoTurns = async () => {
    await nextTurn();
    await nextTurn();
  };

  it('are asked once when they come together, and all get the answer', async () => {
    const answers = Promise.all(['a', 'b', 'a', 'a'].map(ask));
    expect(asked).toEqual([]);
    await twoTurns();
    expect(asked).toEqual(['a', 'b']);
    settle[0]!.resolve('A');
    settle[1]!.resolve('B');
    expect(await answers).toEqual(['A', 'B', 'A', 'A']);
  });

  it('are asked again by whoever comes once they were asked: what he did before must be seen', async () => {
    const first = ask('a');
    await twoTurns();
    const second = ask('a');
    await twoTurns();
    expect(asked).toEqual(['a', 'a']);
    settle[0]!.resolve('before');
    settle[1]!.resolve('after');
    expect(await Promise.all([first, second])).toEqual(['before', 'after']);
  });

  it('fail together, and are then asked anew', async () => {
    const outcomes = Promise.allSettled([ask('a'), ask('a')]);
    await twoTurns();
    settle[0]!.reject(new Error('away'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const answer = ask('a');
    await twoTurns();
    settle[1]!.resolve('back');
    expect(await answer).toBe('back');
  });
});
