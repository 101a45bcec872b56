import type { DataSource, EntityManager } from 'typeorm';
import { storeError, unlessUndone } from './store-error.js';

/** One row, by column name. */
export type Row = Record<string, unknown>;

/** What reads are done on while the primary is away. */
export interface StandIn {
  /** What `primary` gives; while the primary is away, what `replica` finds in a replica. */
  read<T>(primary: () => Promise<T>, replica: (database: Database) => Promise<T>): Promise<T>;
  /** To be told whenever the primary has answered. */
  primaryAnswered(): void;
}

/** What statements are sent to: a replica has no transactions. */
type Source = Pick<DataSource, 'query'> & Partial<Pick<DataSource, 'transaction'>>;

/** Runs the statements of the repositories: prepared, and with one kind of error for a store that is away. */
export class Database {
  /** `transaction`: the one that statements belong to; without one each is its own. */
  constructor(
    private readonly source: Source,
    private readonly standIn?: StandIn,
    private readonly transaction?: EntityManager,
  ) {}

  async query<T extends object = Row>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    const { transaction, source } = this;
    try {
      const result = transaction
        ? await transaction.query(sql, values as unknown[])
        : await unlessUndone(() => source.query(sql, values as unknown[]));
      this.standIn?.primaryAnswered();
      // TypeORM answers [rows, count] for a statement that begins with UPDATE or DELETE.
      return Array.isArray(result[0]) ? result[0] : result;
    } catch (error) {
      throw storeError(error);
    }
  }

  /** For what only reads: `work`, on a replica while the primary is away. Nothing that it finds may decide a write. */
  reading<T>(work: (database: Database) => Promise<T>, onPrimary = () => work(this)): Promise<T> {
    return this.standIn ? this.standIn.read(onPrimary, work) : onPrimary();
  }

  /**
   * Runs `work` in a transaction that no other holder of `lock` runs beside; its statements see what those have done.
   * Where the transaction is undone, `work` runs again.
   */
  async exclusively<T>(lock: string, work: (database: Database) => Promise<T>): Promise<T> {
    try {
      const done = await unlessUndone(() =>
        this.source.transaction!(async (manager) => {
          await manager.query('select pg_advisory_xact_lock(hashtext($1))', [lock]);
          return work(new Database(this.source, this.standIn, manager));
        }),
      );
      this.standIn?.primaryAnswered();
      return done;
    } catch (error) {
      throw storeError(error);
    }
  }
}
