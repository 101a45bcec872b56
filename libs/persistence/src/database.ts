import type { DataSource, EntityManager } from 'typeorm';
import { storeError } from './store-error.js';

/** One row, by column name. */
export type Row = Record<string, unknown>;

/** Runs the statements of the repositories: prepared, and with one kind of error for a store that is away. */
export class Database {
  /** `transaction`: the one that statements belong to; without one each is its own. */
  constructor(
    private readonly source: DataSource,
    private readonly transaction?: EntityManager,
  ) {}

  async query<T extends object = Row>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    try {
      const result = await (this.transaction ?? this.source).query(sql, values as unknown[]);
      // TypeORM answers [rows, count] for a statement that begins with UPDATE or DELETE.
      return Array.isArray(result[0]) ? result[0] : result;
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Runs `work` in a transaction that no other holder of `lock` runs beside; its statements see what those have done. */
  async exclusively<T>(lock: string, work: (database: Database) => Promise<T>): Promise<T> {
    try {
      return await this.source.transaction(async (manager) => {
        await manager.query('select pg_advisory_xact_lock(hashtext($1))', [lock]);
        return work(new Database(this.source, manager));
      });
    } catch (error) {
      throw storeError(error);
    }
  }
}
