import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { LivenessProbe } from './liveness-probe.js';
import { addressOf, streamOf } from './store-connection.js';

type Work<T> = (manager: EntityManager) => Promise<T>;
type IsolationLevel = Parameters<DataSource['transaction']>[0];

const MAX_OPENED_AHEAD = 10;
/** How many may wait for a connection. Further requests are refused at once. */
const MAX_WAITING = 1000;
/** The pool refuses waiting requests together. They are answered one by one, so that the event loop does not stand still. */
const SPREAD_MS = 250;
const TURNED_AWAY = 'timeout exceeded when trying to connect';

/** Waits for a slow database, but not for a silent one. Does not apply to migrations, which may take long. */
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
      // The requests that wait for these connections fail at once, and the pool opens new ones.
      for (const client of open) streamOf(client).destroy();
    });
    return this;
  }

  /** Opens connections ahead. Otherwise a new server would open all of them while the first requests wait. */
  async warmUp(): Promise<void> {
    const { pool } = this;
    if (!pool) return;
    const count = Math.min(pool.options.max, MAX_OPENED_AHEAD);
    const opened = await Promise.allSettled(Array.from({ length: count }, () => pool.connect()));
    for (const connection of opened) if (connection.status === 'fulfilled') connection.value.release();
  }

  /**
   * Returns only rows, even for a statement that changes some. Goes straight to the pool: TypeORM's work around a
   * statement takes longer than sending it.
   */
  override async query<T>(sql: string, values?: unknown[], runner?: QueryRunner): Promise<T> {
    // Inside a transaction, `transaction` does the waiting.
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

  /** Runs what TypeORM asks by itself, without `query`: its callers go through this. */
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
