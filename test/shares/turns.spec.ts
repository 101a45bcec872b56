import { setImmediate as endOfTurn } from 'node:timers/promises';
import { type Holder, type ShareError, Shares, Turns } from '#shares';

/** Work that goes on until it is told to end, and who is at it. */
function workshop({ places = 10, each = 2, all = 3 } = {}) {
  const turns = new Turns(new Shares('reads', { each: places, all: 100 }), { each, all });
  const working: { holder: Holder; end: () => void }[] = [];
  const work = (holder: Holder) => () =>
    new Promise<Holder>((resolve) => {
      working.push({ holder, end: () => resolve(holder) });
    });
  return { turns, working, run: (holder: Holder) => turns.run(holder, work(holder)) };
}

describe('work that is done in turns', () => {
  it('leaves others a turn, however much of it one holder has', async () => {
    const { working, run } = workshop();
    for (let n = 0; n < 10; n += 1) void run('greedy');
    await endOfTurn();
    expect(working.map(({ holder }) => holder)).toEqual(['greedy', 'greedy']);
    const other = run('modest');
    await endOfTurn();
    expect(working.at(-1)!.holder).toBe('modest');
    working.at(-1)!.end();
    expect(await other).toBe('modest');
  });

  it('lets a newcomer wait for what is at work, and not for those who came before him', async () => {
    const { working, run } = workshop({ each: 1, all: 1 });
    for (let n = 0; n < 10; n += 1) void run('greedy');
    void run('modest');
    await endOfTurn();
    working[0]!.end();
    await endOfTurn();
    expect(working.map(({ holder }) => holder)).toEqual(['greedy', 'modest']);
  });

  it('has an end for those who wait', async () => {
    const { run } = workshop({ places: 4 });
    const answers = Array.from({ length: 6 }, () => run('greedy').catch((error: ShareError) => error.problem));
    expect(await Promise.all(answers.slice(4))).toEqual(
      Array(2).fill({ code: 'too_many', what: 'reads', of: 'subscription' }),
    );
  });

  it('goes on after work that fails, and keeps nothing of holders who have gone', async () => {
    const { turns } = workshop({ each: 1, all: 1 });
    const failing = () => Promise.reject(new Error('failed'));
    await expect(turns.run('one', failing)).rejects.toThrow('failed');
    expect(await turns.run('one', async () => 'done')).toBe('done');
    expect((turns as unknown as { lines: Map<Holder, object> }).lines.size).toBe(0);
  });

  it('of many pieces takes one place, and a turn for each piece', async () => {
    const { turns } = workshop({ places: 1, each: 1, all: 1 });
    let isClosed = false;
    async function* pieces() {
      try {
        for (let n = 0; n < 3; n += 1) yield n;
      } finally {
        isClosed = true;
      }
    }
    const made: number[] = [];
    for await (const piece of turns.each('one', pieces())) {
      made.push(piece);
      // Nobody holds the turn while this one is sent.
      expect(await turns.run('other', async () => 'meanwhile')).toBe('meanwhile');
      await expect(turns.run('one', async () => 'too many')).rejects.toMatchObject({ problem: { what: 'reads' } });
    }
    expect(made).toEqual([0, 1, 2]);
    expect(isClosed).toBe(true);
    expect(await turns.run('one', async () => 'again')).toBe('again');
  });
});
