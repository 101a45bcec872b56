import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { LivenessProbe } from './liveness-probe.js';
import { addressOf, streamOf } from './store-connection.js';

type Work<T> = (manager: EntityManager) => Promise<T>;
type IsolationLevel = Parameters<DataSource['transaction']>[0];

const MAX_OPENED_AHEAD = 10;
/** Those who wait for a connection; whoever comes later is told at once to come again. */
const MAX_WAITING = 1000;
/** Those whom the pool turns away came together; they are told one after the other, or the event loop would stand still. */
const SPREAD_MS = 250;
const TURNED_AWAY = 'timeout exceeded when trying to connect';

/** Waits for a database that is slow, and not for one that is silent. Migrations, which may take their time, pass it by. */
export class PatientDataSource extends DataSource {
  private probe: LivenessProbe | undefined;
  private pool: pg.Pool | undefined;

  override async initialize(): Promise<this> {
    await super.initialize();
    const pool = poolOf(this);
    const open = new Set<pg.PoolClient>();
    pool.on('connect', (client) => open.add(client));
    pool.on('remove', (client) => open.delete(client));
    this.pool = pool;
    this.probe = new LivenessProbe(addressOf(new pg.Client(pool.options)), () => {
      // Whoever waits for one of them is told at once, and the pool opens others.
      for (const client of open) streamOf(client).destroy();
    });
    return this;
  }

  /** Opens connections ahead: a server that has just been started would otherwise open all of them when the first requests wait. */
  async warmUp(): Promise<void> {
    const { pool } = this;
    if (!pool) return;
    const count = Math.min(pool.options.max, MAX_OPENED_AHEAD);
    const opened = await Promise.allSettled(Array.from({ length: count }, () => pool.connect()));
    for (const connection of opened) if (connection.status === 'fulfilled') connection.value.release();
  }

  /** Rows alone, also of a statement that changes some. Straight to the pool: what TypeORM does around a statement takes longer than to send it. */
  override async query<T>(sql: string, values?: unknown[], runner?: QueryRunner): Promise<T> {
    // Inside a transaction it is the transaction that is waited for.
    if (!this.pool || runner) return super.query<T>(sql, values, runner);
    const { pool } = this;
    return (await this.inTime(() => pool.query(sql, values))).rows as T;
  }

  override transaction<T>(work: Work<T>): Promise<T>;
  override transaction<T>(level: IsolationLevel, work: Work<T>): Promise<T>;
  override transaction<T>(first: IsolationLevel | Work<T>, work?: Work<T>): Promise<T> {
    const ask = () => super.transaction<T>(first as IsolationLevel, work as Work<T>);
    return this.inTime(ask);
  }

  /** What TypeORM asks by itself passes `query` by: whoever lets it does so through this. */
  async inTime<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.probe) return ask();
    if (this.pool!.waitingCount >= MAX_WAITING) throw new Error(TURNED_AWAY);
    try {
      return await this.probe.inTime(ask);
    } catch (error) {
      if ((error as Error).message === TURNED_AWAY) await sleep(Math.random() * SPREAD_MS);
      throw error;
    }
  }
}

/** The connections of an open source. */
export function poolOf(source: DataSource): pg.Pool {
  return (source.driver as unknown as { readonly master: pg.Pool }).master;
}
