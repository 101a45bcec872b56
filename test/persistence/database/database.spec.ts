import pg from 'pg';
import { Database, unlessUndone } from '../../../libs/persistence/src/testing/index.js';

describe('a transaction that PostgreSQL has undone because of another one', () => {
  const undone = (code: string) => Object.assign(new pg.DatabaseError('undone', 0, 'error'), { code });
  const failing = (error: Error, times: number) => {
    const attempts: number[] = [];
    const work = async () => {
      attempts.push(attempts.length);
      if (attempts.length <= times) throw error;
      return 'done';
    };
    return { attempts, work };
  };

  it.each(['40001', '40P01'])('runs again after %s', async (code) => {
    const { attempts, work } = failing(undone(code), 2);
    expect(await unlessUndone(work)).toBe('done');
    expect(attempts).toHaveLength(3);
  });

  it('is given up when that does not end', async () => {
    const error = undone('40001');
    const { attempts, work } = failing(error, Number.POSITIVE_INFINITY);
    await expect(unlessUndone(work)).rejects.toBe(error);
    expect(attempts).toHaveLength(3);
  });

  it.each(['40003', '57014', '23505'])('does not run again after %s', async (code) => {
    const { attempts, work } = failing(undone(code), 1);
    await expect(unlessUndone(work)).rejects.toMatchObject({ code });
    expect(attempts).toHaveLength(1);
  });

  it('is one statement, as it is or by TypeORM, or what is done exclusively', async () => {
    const statement = failing(undone('40001'), 1);
    expect(await new Database({ query: statement.work } as never).query('select 1')).toBe('done');
    expect(await new Database({} as never).run(failing(undone('40001'), 1).work)).toBe('done');

    let begun = 0;
    const transaction = (run: (manager: object) => unknown) => {
      begun += 1;
      return run({ query: async () => [] });
    };
    const whole = failing(undone('40P01'), 1);
    const database = new Database({ transaction } as never);
    expect(await database.exclusively('lock', whole.work)).toBe('done');
    expect(begun).toBe(2);
  });
});
