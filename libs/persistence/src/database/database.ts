import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { PatientDataSource } from './patient-data-source.js';
import { driverErrorOf, storeError } from './store-error.js';

/** Not serializable, and a deadlock: of what was undone nothing is left, and the same may succeed a moment later. */
const UNDONE_STATES = /^(40001|40P01)$/;
const ATTEMPTS = 3;
const PAUSE_MS = 50;

/** One row, by column name. */
export type Row = Record<string, unknown>;

/** What reads are done on while the primary is away. */
export interface StandIn {
  /** What `primary` gives; while the primary is away, what `replica` finds in a replica. */
  read<T>(primary: () => Promise<T>, replica: (database: Database) => Promise<T>): Promise<T>;
  /** To be told whenever the primary has answered. */
  primaryAnswered(): void;
}

type Work<T> = (manager: EntityManager) => Promise<T>;

/**
 * What the repositories ask a database through: with patience for one that is slow, again where PostgreSQL undid it for the
 * sake of others, and with one kind of error for a store that is away. `query` sends a statement as it is, prepared, and is
 * for what is asked often; the others let TypeORM make them.
 */
export class Database {
  constructor(
    private readonly source: DataSource,
    private readonly standIn?: StandIn,
  ) {}

  query<T extends object = Row>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return this.ask(() => this.source.query<T[]>(sql, values as unknown[]));
  }

  /** One statement of TypeORM's. */
  run<T>(work: Work<T>): Promise<T> {
    const { source } = this;
    const once = () => work(source.manager);
    return this.ask(() => (source instanceof PatientDataSource ? source.inTime(once) : once()));
  }

  /** For what only reads: `run`, on a replica while the primary is away. Nothing that it finds may decide a write. */
  read<T>(work: Work<T>): Promise<T> {
    return this.reading((database) => database.run(work));
  }

  /** The same of statements that are sent as they are. */
  reading<T>(work: (database: Database) => Promise<T>, onPrimary = () => work(this)): Promise<T> {
    return this.standIn ? this.standIn.read(onPrimary, work) : onPrimary();
  }

  /** Where the transaction is undone, `work` runs again. */
  transaction<T>(work: Work<T>): Promise<T> {
    return this.ask(() => this.source.transaction(work));
  }

  /** A transaction that no other holder of `lock` runs beside; its statements see what those have done. */
  exclusively<T>(lock: string, work: Work<T>): Promise<T> {
    return this.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock(hashtext($1))', [lock]);
      return work(manager);
    });
  }

  private async ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      const answer = await unlessUndone(work);
      this.standIn?.primaryAnswered();
      return answer;
    } catch (error) {
      throw storeError(error);
    }
  }
}

/** Runs a whole transaction, and again what PostgreSQL has undone because of another one beside it. */
export async function unlessUndone<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      const { code } = driverErrorOf(error) as { code?: string };
      if (attempt === ATTEMPTS || !UNDONE_STATES.test(code ?? '')) throw error;
      // Those who got in each other's way would do so again, were they to begin together.
      await sleep(Math.random() * attempt * PAUSE_MS);
    }
  }
}
