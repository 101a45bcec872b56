import { setImmediate as turn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type DueTask, Timekeeper } from '../../src/operations/timekeeper.js';

/** A task whose runs end when the test says so. */
class Task implements DueTask {
  readonly name = 'do what is due';
  begun = 0;
  private ends: ((error?: Error) => void)[] = [];

  constructor(readonly everySeconds: number) {}

  run(): Promise<void> {
    this.begun += 1;
    return new Promise((resolve, reject) => {
      this.ends.push((error) => (error ? reject(error) : resolve()));
    });
  }

  async end(error?: Error): Promise<void> {
    this.ends.shift()?.(error);
    await turn();
  }
}

describe('the timekeeper', () => {
  let logged: unknown[];
  beforeEach(() => {
    logged = [];
    jest.spyOn(Logger.prototype, 'error').mockImplementation((sentence) => void logged.push(sentence));
  });
  afterEach(() => jest.restoreAllMocks());

  it('runs each task at its own pace, the first time at once', async () => {
    const [often, seldom] = [new Task(1), new Task(3)];
    const keeper = new Timekeeper([often, seldom]);
    const begun: unknown[] = [];
    for (let second = 0; second < 5; second += 1) {
      keeper.tick();
      begun.push([often.begun, seldom.begun]);
      await often.end();
      await seldom.end();
    }
    expect(begun).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 2],
      [5, 2],
    ]);
  });

  it('runs no task twice at once, and lets none wait for another', async () => {
    const [slow, quick] = [new Task(1), new Task(1)];
    const keeper = new Timekeeper([slow, quick]);
    keeper.tick();
    await quick.end();
    keeper.tick();
    expect([slow.begun, quick.begun]).toEqual([1, 2]);
    await slow.end();
    keeper.tick();
    expect(slow.begun).toBe(2);
  });

  it('logs a failure once, tries again, and logs the next one after it has succeeded', async () => {
    const task = new Task(1);
    const keeper = new Timekeeper([task]);
    for (const outcome of [new Error('no'), new Error('still no'), undefined, new Error('again no')]) {
      keeper.tick();
      await task.end(outcome);
    }
    expect(logged).toEqual([
      'Could not do what is due: no. It is tried again.',
      'Could not do what is due: again no. It is tried again.',
    ]);
  });

  it('says nothing of a database that is away', async () => {
    const task = new Task(1);
    const keeper = new Timekeeper([task]);
    keeper.tick();
    await task.end(Object.assign(new Error('away'), { code: 'store_unavailable' }));
    keeper.tick();
    expect(task.begun).toBe(2);
    expect(logged).toEqual([]);
  });

  it('waits, when the server stops, for what it has begun', async () => {
    const task = new Task(1);
    const keeper = new Timekeeper([task]);
    keeper.tick();
    let hasStopped = false;
    const stopped = keeper.beforeApplicationShutdown().then(() => {
      hasStopped = true;
    });
    await turn();
    expect(hasStopped).toBe(false);
    await task.end();
    await stopped;
  });
});
