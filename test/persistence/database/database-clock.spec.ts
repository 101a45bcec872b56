import { DatabaseClock } from '#persistence';

function setUp() {
  const machine = { sinceStart: 0 };
  const clock = new DatabaseClock(() => machine.sinceStart);
  /** The database's clock says `time` at the end of `there`; the answer then takes `back`. */
  const hear = (time: number, { there = 0, back = 0 } = {}) =>
    clock.heardIn(async () => {
      machine.sinceStart += there + back;
      return { time };
    });
  return { machine, clock, hear };
}

describe('the database’s clock', () => {
  it('is this machine’s until the database is heard of', () => {
    expect(Math.abs(setUp().clock.now() - Date.now())).toBeLessThan(1000);
  });

  it('runs on between two looks', async () => {
    const { machine, clock, hear } = setUp();
    await hear(5_000_000);
    machine.sinceStart += 300;
    expect(clock.now()).toBe(5_000_300);
  });

  it('is known as well as the fastest answer tells', async () => {
    const { machine, clock, hear } = setUp();
    await hear(5_000_000, { there: 1, back: 1 });
    expect(clock.now()).toBe(5_000_001);
    machine.sinceStart += 249;
    await hear(5_001_250, { there: 1000, back: 200 });
    expect(clock.now()).toBe(5_001_450);
  });

  it('is believed when it was set, forwards or backwards', async () => {
    const { clock, hear } = setUp();
    for (const time of [5_000_000, 5_600_000, 4_400_000]) {
      await hear(time, { there: 1, back: 1 });
      expect(clock.now()).toBe(time + 1);
    }
  });

  it('stays what it was when the database does not answer', async () => {
    const { clock, hear } = setUp();
    await hear(5_000_000);
    await expect(clock.heardIn(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(clock.now()).toBe(5_000_000);
  });
});
