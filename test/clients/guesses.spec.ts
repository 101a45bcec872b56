import { Guesses, MAX_WRONG } from '../../libs/clients/src/guesses.js';

const app = { domainId: '1', clientId: 'app' };
const other = { domainId: '1', clientId: 'other' };

describe('guesses at a chosen secret', () => {
  let now: number;
  let guesses: Guesses;
  beforeEach(() => {
    now = 0;
    guesses = new Guesses(() => now);
  });

  /** Whether it would be compared; if so, it is wrong. */
  const guess = (ref: typeof app, presented: string): boolean => {
    try {
      guesses.require(ref, presented);
    } catch (error) {
      expect(error).toMatchObject({ problem: { code: 'too_many_guesses', retryAfterSeconds: expect.any(Number) } });
      return false;
    }
    guesses.note(ref, presented, false);
    return true;
  };
  const wrong = (ref: typeof app, times: number) =>
    Array.from({ length: times }, (_, n) => guess(ref, `guess ${n}`)).filter(Boolean).length;

  it('are compared ten times a minute, for each client', () => {
    expect(wrong(app, 1000)).toBe(MAX_WRONG);
    expect(wrong(other, 3)).toBe(3);
    now = 59_999;
    expect(wrong(app, 5)).toBe(0);
    now = 60_001;
    expect(wrong(app, 1000)).toBe(MAX_WRONG);
  });

  it('do not lock out whoever knows it: what was right the last time is always compared', () => {
    guesses.note(app, 'the right one', true);
    wrong(app, 1000);
    expect(() => guesses.require(app, 'the right one')).not.toThrow();
    now = 60_001;
    wrong(app, 1000);
    expect(() => guesses.require(app, 'the right one')).not.toThrow();
    expect(guess(app, 'the right one?')).toBe(false);
  });

  it('are remembered of a bounded number of clients', () => {
    for (let n = 0; n < 20_000; n += 1) guesses.note({ domainId: '1', clientId: `app-${n}` }, 'x', false);
    expect((guesses as unknown as { clients: Map<string, object> }).clients.size).toBe(10_000);
  });
});
