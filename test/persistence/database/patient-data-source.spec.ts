import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Domain } from '#domains';
import { openDataSource } from '#persistence';
import { Database } from '../../../libs/persistence/src/testing/index.js';
import { until } from '../../support/processes.js';
import { createTestDatabase } from '../../support/test-database.js';

const WAITING = 1000;

describe('a database that was opened', () => {
  it('has its connections ready for the first requests', async () => {
    const database = await createTestDatabase();
    const source = await openDataSource({ url: database.url, poolSize: 3, migrate: true });
    const { master } = source.driver as unknown as { master: pg.Pool };
    await until('they are open', () => master.totalCount === 3 && master.idleCount === 3);
    await source.destroy();
    await database.drop();
  });
});

describe('when all connections are taken', () => {
  it('a thousand wait for one connection, and those after them are told at once to come again', async () => {
    const database = await createTestDatabase();
    const source = await openDataSource({ url: database.url, poolSize: 1, migrate: true });
    let isTaken = true;
    const taken = source.query('select pg_sleep(0.5)').then(() => (isTaken = false));
    await sleep(100);
    const asked = Array.from({ length: WAITING + 50 }, (_, n) => source.query('select $1::int as n', [n]));
    const outcomes = Promise.allSettled(asked);
    for (const late of asked.slice(WAITING)) await expect(late).rejects.toThrow(/timeout exceeded/);
    const byTypeOrm = new Database(source).run((manager) => manager.findBy(Domain, { id: '1' }));
    await expect(byTypeOrm).rejects.toMatchObject({ cause: { message: expect.stringMatching(/timeout exceeded/) } });
    expect(isTaken).toBe(true);
    await taken;
    expect((await outcomes)[0]).toEqual({ status: 'fulfilled', value: [{ n: 0 }] });
    await source.destroy();
    await database.drop();
  });
});
