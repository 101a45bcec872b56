import { randomUUID } from 'node:crypto';
import { Guesses, MAX_WRONG } from '../../libs/clients/src/guesses.js';

const app = { domainId: '1', clientId: 'app' };
const other = { domainId: '1', clientId: 'other' };
const RIGHT = 'the right one';
const SECRETS = ['id-1', 'id-2'];
/** At the same instant: ten, and the first of those that come one a second. */
const AT_ONCE = MAX_WRONG + 1;

describe('guesses at a chosen secret', () => {
  let now: number;
  let guesses: Guesses;
  beforeEach(() => {
    now = 0;
    guesses = new Guesses(() => now);
  });

  /** Whether it was compared. */
  const guess = async (ref: typeof app, presented: string, secrets = SECRETS): Promise<boolean> => {
    let isCompared = false;
    const comparing = guesses.compare(ref, secrets, presented, async () => {
      isCompared = true;
      return presented === RIGHT ? true : undefined;
    });
    if (isCompared) expect(await comparing).toBe(presented === RIGHT ? true : undefined);
    else
      await expect(comparing).rejects.toMatchObject({
        problem: { code: 'too_many_guesses', retryAfterSeconds: 1 },
      });
    return isCompared;
  };
  /** Whether it is found wrong without a comparison. */
  const known = async (ref: typeof app, presented: string, secrets = SECRETS) => {
    const compare = () => Promise.reject(new Error('it is compared'));
    return (await guesses.compare(ref, secrets, presented, compare)) === undefined;
  };
  /** How many of so many new ones are. */
  const wrong = async (ref: typeof app, times: number) => {
    let compared = 0;
    for (let n = 0; n < times; n += 1) if (await guess(ref, `guess ${randomUUID()}`)) compared += 1;
    return compared;
  };

  it('are compared ten times a minute for each client, and then once a second', async () => {
    expect(await wrong(app, 1000)).toBe(AT_ONCE);
    expect(await wrong(other, 3)).toBe(3);
    now = 999;
    expect(await wrong(app, 100)).toBe(0);
    for (now = 1000; now < 59_000; now += 1000) expect(await wrong(app, 100)).toBe(1);
    now = 60_001;
    expect(await wrong(app, 1000)).toBe(AT_ONCE);
  });

  it('are no more when they come at once', async () => {
    const compared = await Promise.all(Array.from({ length: 1000 }, (_, n) => guess(app, `guess ${n}`)));
    expect(compared.filter(Boolean)).toHaveLength(AT_ONCE);
    now = 60_001;
    expect(await wrong(app, 1000)).toBe(AT_ONCE);
  });

  it('ten of them do not lock out a caller who knows a secret that was never right before', async () => {
    await wrong(app, MAX_WRONG);
    expect(await guess(app, RIGHT)).toBe(true);
  });

  it('nor do a thousand: a second later is the next', async () => {
    await wrong(app, 1000);
    expect(await guess(app, RIGHT)).toBe(false);
    now = 1000;
    expect(await guess(app, RIGHT)).toBe(true);
  });

  it('that are the same count once and are known to be wrong, so that a forgotten deployment locks nobody out', async () => {
    expect(await guess(app, 'the old one')).toBe(true);
    for (let n = 0; n < 1000; n += 1) expect(await known(app, 'the old one')).toBe(true);
    expect(await wrong(app, MAX_WRONG - 2)).toBe(MAX_WRONG - 2);
    expect(await known(app, 'the old one')).toBe(true);
    expect(await guess(app, RIGHT)).toBe(true);
    now = 60_001;
    expect(await guess(app, 'the old one')).toBe(true);
  });

  it('that keep coming are known to be wrong also among many others', async () => {
    await guess(app, 'the old one');
    await wrong(app, 5);
    expect(await known(app, 'the old one')).toBe(true);
    for (now = 0; now < 59_000; now += 1000) {
      await wrong(app, 100);
      expect(await known(app, 'the old one')).toBe(true);
    }
  });

  it('that were wrong are compared anew when the secrets have changed', async () => {
    await wrong(app, 1000);
    await guess(app, 'x');
    expect(await guess(app, RIGHT, ['id-3'])).toBe(true);
    expect(await guess(app, 'guess 1', ['id-3'])).toBe(true);
    expect(await known(app, 'guess 1', ['id-3'])).toBe(true);
  });

  it('what was right for other secrets is a guess like any other', async () => {
    await guess(app, RIGHT, ['id-3']);
    await wrong(app, 1000);
    expect(await guess(app, RIGHT)).toBe(false);
  });

  it('do not lock out a caller who knows it: what was right the last time is always compared', async () => {
    await guess(app, RIGHT);
    await wrong(app, 1000);
    expect(await guess(app, RIGHT)).toBe(true);
    now = 60_001;
    await wrong(app, 1000);
    expect(await guess(app, RIGHT)).toBe(true);
    expect(await guess(app, `${RIGHT}?`)).toBe(false);
  });

  it('count once for all who present the same at once', async () => {
    const compared = await Promise.all(Array.from({ length: 100 }, () => guess(app, RIGHT)));
    expect(compared).toEqual(compared.map(() => true));
    expect(await wrong(app, 1000)).toBe(AT_ONCE);
  });

  it('are remembered, the latest ten of them: an earlier one is compared anew', async () => {
    await guess(app, 'the first');
    await wrong(app, MAX_WRONG);
    now = 1000;
    expect(await guess(app, 'the first')).toBe(true);
  });

  it('that were wrong are forgotten at the end of the minute', async () => {
    await guess(app, 'x');
    now = 59_999;
    expect(await known(app, 'x')).toBe(true);
    now = 60_000;
    expect(await guess(app, 'x')).toBe(true);
  });

  it('count for as long as one of those who present it is compared', async () => {
    await wrong(app, MAX_WRONG - 1);
    const ends: ((error: Error) => void)[] = [];
    const presented = [1, 2].map(() =>
      guesses.compare(app, SECRETS, 'x', () => new Promise((_, fail) => ends.push(fail))),
    );
    const outcomes = Promise.allSettled(presented);
    ends[0]!(new Error('too busy'));
    await expect(presented[0]).rejects.toThrow('too busy');
    expect(await wrong(app, 100)).toBe(1);
    ends[1]!(new Error('too busy'));
    await outcomes;
  });

  it('that could not be compared count for nothing', async () => {
    for (let n = 0; n < 100; n += 1) {
      const failing = guesses.compare(app, SECRETS, `guess ${n}`, () => Promise.reject(new Error('too busy')));
      await expect(failing).rejects.toThrow('too busy');
    }
    expect(await wrong(app, 1000)).toBe(AT_ONCE);
  });

  it('are remembered of a bounded number of clients', async () => {
    for (let n = 0; n < 20_000; n += 1) await guess({ domainId: '1', clientId: `app-${n}` }, 'x');
    expect((guesses as unknown as { clients: Map<string, object> }).clients.size).toBe(10_000);
  });
});
