import { Guesses, MAX_WRONG } from '../../libs/clients/src/guesses.js';

const app = { domainId: '1', clientId: 'app' };
const other = { domainId: '1', clientId: 'other' };
const RIGHT = 'the right one';

describe('guesses at a chosen secret', () => {
  let now: number;
  let guesses: Guesses;
  beforeEach(() => {
    now = 0;
    guesses = new Guesses(() => now);
  });

  /** Whether it was compared. */
  const guess = async (ref: typeof app, presented: string): Promise<boolean> => {
    let isCompared = false;
    const comparing = guesses.compare(ref, presented, async () => {
      isCompared = true;
      return presented === RIGHT ? true : undefined;
    });
    if (isCompared) expect(await comparing).toBe(presented === RIGHT ? true : undefined);
    else
      await expect(comparing).rejects.toMatchObject({
        problem: { code: 'too_many_guesses', retryAfterSeconds: expect.any(Number) },
      });
    return isCompared;
  };
  const wrong = async (ref: typeof app, times: number) => {
    let compared = 0;
    for (let n = 0; n < times; n += 1) if (await guess(ref, `guess ${n}`)) compared += 1;
    return compared;
  };

  it('are compared ten times a minute, for each client', async () => {
    expect(await wrong(app, 1000)).toBe(MAX_WRONG);
    expect(await wrong(other, 3)).toBe(3);
    now = 59_999;
    expect(await wrong(app, 5)).toBe(0);
    now = 60_001;
    expect(await wrong(app, 1000)).toBe(MAX_WRONG);
  });

  it('are no more when they come at once', async () => {
    const compared = await Promise.all(Array.from({ length: 1000 }, (_, n) => guess(app, `guess ${n}`)));
    expect(compared.filter(Boolean)).toHaveLength(MAX_WRONG);
    now = 60_001;
    expect(await wrong(app, 1000)).toBe(MAX_WRONG);
  });

  it('do not lock out whoever knows it: what was right the last time is always compared', async () => {
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
    expect(await wrong(app, 1000)).toBe(MAX_WRONG);
  });

  it('that could not be compared count for nothing', async () => {
    for (let n = 0; n < 100; n += 1) {
      const failing = guesses.compare(app, `guess ${n}`, () => Promise.reject(new Error('too busy')));
      await expect(failing).rejects.toThrow('too busy');
    }
    expect(await wrong(app, 1000)).toBe(MAX_WRONG);
  });

  it('are remembered of a bounded number of clients', async () => {
    for (let n = 0; n < 20_000; n += 1) await guess({ domainId: '1', clientId: `app-${n}` }, 'x');
    expect((guesses as unknown as { clients: Map<string, object> }).clients.size).toBe(10_000);
  });
});
