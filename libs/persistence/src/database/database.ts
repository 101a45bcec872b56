import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { PatientDataSource } from './patient-data-source.js';
import { driverErrorOf, storeError } from './store-error.js';

/** Serialization failure and deadlock: PostgreSQL has undone everything, and the same may succeed a moment later. */
const UNDONE_STATES = /^(40001|40P01)$/;
const ATTEMPTS = 3;
const PAUSE_MS = 50;

/** One row, by column name. */
export type Row = Record<string, unknown>;

/** Serves reads while the primary is away. */
export interface StandIn {
  /** Returns what `primary` reads. While the primary is away, returns what `replica` reads from a replica. */
  read<T>(primary: () => Promise<T>, replica: (database: Database) => Promise<T>): Promise<T>;
  /** Called whenever the primary has answered. */
  primaryAnswered(): void;
}

type Work<T> = (manager: EntityManager) => Promise<T>;

/**
 * The repositories' access to a database. It waits for a slow database, repeats what PostgreSQL has undone because of
 * others, and throws one kind of error when the store is away. `query` sends a prepared statement as it is, for
 * frequent questions; the other methods let TypeORM build the statements.
 */
export class Database {
  constructor(
    private readonly source: DataSource,
    private readonly standIn?: StandIn,
  ) {}

  query<T extends object = Row>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return this.ask(() => this.source.query<T[]>(sql, values as unknown[]));
  }

  /** Runs one statement of TypeORM's. */
  run<T>(work: Work<T>): Promise<T> {
    const { source } = this;
    const once = () => work(source.manager);
    return this.ask(() => (source instanceof PatientDataSource ? source.inTime(once) : once()));
  }

  /** Like `run`, for reads alone: goes to a replica while the primary is away. Its result must not decide a write. */
  read<T>(work: Work<T>): Promise<T> {
    return this.reading((database) => database.run(work));
  }

  /** Like `read`, for statements that are sent as they are. */
  reading<T>(work: (database: Database) => Promise<T>, onPrimary = () => work(this)): Promise<T> {
    return this.standIn ? this.standIn.read(onPrimary, work) : onPrimary();
  }

  /** Runs `work` in a transaction, and again if PostgreSQL has undone it. */
  transaction<T>(work: Work<T>): Promise<T> {
    return this.ask(() => this.source.transaction(work));
  }

  /** Runs a transaction while no other holder of `lock` runs one. Its statements see what earlier holders have done. */
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

/** Runs a whole transaction. Runs it again if PostgreSQL has undone it because of a concurrent one. */
export async function unlessUndone<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      const { code } = driverErrorOf(error) as { code?: string };
      if (attempt === ATTEMPTS || !UNDONE_STATES.test(code ?? '')) throw error;
      // If the two began together again, they would conflict again.
      await sleep(Math.random() * attempt * PAUSE_MS);
    }
  }
}
