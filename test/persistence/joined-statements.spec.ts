import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { JoinedStatements } from '../../libs/persistence/src/joined-statements.js';
import { until } from '../support/processes.js';

type Answer = string | Error;

interface Statement {
  readonly asked: readonly string[];
  readonly asker?: string;
  readonly answer: (answers: readonly Answer[] | Error) => void;
}

/** Who asks, as traces know it. */
const asker = new AsyncLocalStorage<string>();

describe('statements that are joined', () => {
  let statements: Statement[];
  let joined: JoinedStatements<string, string>;

  /** Each statement is answered by hand. */
  const joining = (options: { most?: number; patienceMs?: number } = {}) => {
    const send = (asked: readonly string[]) => {
      const settle: ((answer: Answer) => void)[] = [];
      const promises = asked.map(
        () =>
          new Promise<string>((resolve, reject) => {
            settle.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
          }),
      );
      const answer = (answers: readonly Answer[] | Error) => {
        for (const [index, one] of settle.entries()) one(answers instanceof Error ? answers : answers[index]!);
      };
      statements.push({ asked, asker: asker.getStore(), answer });
      return promises;
    };
    return new JoinedStatements(send, { most: 100, patienceMs: 60_000, ...options });
  };
  const asked = () => statements.map((statement) => statement.asked);
  const twoTurns = async () => {
    await nextTurn();
    await nextTurn();
  };

  beforeEach(() => {
    statements = [];
    joined = joining();
  });

  it('give each its answer', async () => {
    const answers = Promise.all(['a', 'b', 'c'].map((one) => joined.ask(one)));
    await twoTurns();
    expect(asked()).toEqual([['a', 'b', 'c']]);
    statements[0]!.answer(['A', 'B', 'C']);
    expect(await answers).toEqual(['A', 'B', 'C']);
  });

  it('do at once what came while others were under way, and never join one of those', async () => {
    const first = joined.ask('a');
    await twoTurns();
    const second = joined.ask('a');
    await twoTurns();
    const later = ['a', 'b', 'c'].map((one) => joined.ask(one));
    await twoTurns();
    expect(asked()).toEqual([['a'], ['a']]);
    statements[0]!.answer(['first']);
    expect(await first).toBe('first');
    await nextTurn();
    expect(asked().slice(2)).toEqual([['a', 'b', 'c']]);
    statements[1]!.answer(['second']);
    statements[2]!.answer(['A', 'B', 'C']);
    expect(await second).toBe('second');
    expect(await Promise.all(later)).toEqual(['A', 'B', 'C']);
  });

  it('go on after one that failed, which fails for those alone who asked by it', async () => {
    const outcomes = Promise.allSettled([joined.ask('a'), joined.ask('b')]);
    await twoTurns();
    const other = joined.ask('c');
    await twoTurns();
    const waiting = joined.ask('d');
    statements[0]!.answer(new Error('away'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await nextTurn();
    statements[1]!.answer(['C']);
    statements[2]!.answer(['D']);
    expect(await Promise.all([other, waiting])).toEqual(['C', 'D']);
  });

  it('may fail for one of those alone who asked', async () => {
    const outcomes = Promise.allSettled([joined.ask('a'), joined.ask('b')]);
    await twoTurns();
    statements[0]!.answer([new Error('refused'), 'B']);
    expect(await outcomes).toMatchObject([{ reason: { message: 'refused' } }, { value: 'B' }]);
  });

  it('wait only for a moment for some that take long, and for as many as there are when there are many', async () => {
    const answers: Promise<string>[] = [];
    joined = joining({ patienceMs: 1 });
    const all = Array.from({ length: 9 }, (_, number) => `app-${number}`);
    for (const [index, one] of all.entries()) {
      answers.push(joined.ask(one));
      if (index < 8) await until('it is asked for', async () => statements.length === index + 1);
    }
    await sleep(20);
    expect(asked()).toEqual(all.slice(0, 8).map((one) => [one]));
    statements[0]!.answer(statements[0]!.asked);
    await until('the last one is asked for', async () => statements.length === 9);
    for (const statement of statements.slice(1)) statement.answer(statement.asked);
    expect(await Promise.all(answers)).toEqual(all);
  });

  it('are sent for whoever asked first, not for whoever was answered before', async () => {
    const answers: Promise<string>[] = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      answers.push(asker.run(name, () => joined.ask(name)));
      // The third and the fourth wait together.
      await twoTurns();
    }
    statements[0]!.answer(['1']);
    await until('those who waited are asked for', async () => statements.length === 3);
    expect(statements.map((statement) => statement.asker)).toEqual(['one', 'two', 'three']);
    for (const statement of statements.slice(1)) statement.answer(statement.asked);
    await Promise.all(answers);
  });

  it('take no more than they may', async () => {
    joined = joining({ most: 100 });
    const answers = Array.from({ length: 250 }, (_, number) => joined.ask(`app-${number}`));
    for (const size of [100, 100, 50]) {
      for (let turns = 0; turns < 3; turns += 1) await nextTurn();
      const statement = statements.shift()!;
      expect(statement.asked).toHaveLength(size);
      statement.answer(statement.asked);
    }
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 250 }, (_, number) => `app-${number}`));
  });
});
