import type { DataSource } from 'typeorm';
import type { Row } from './database.js';

/** The columns of an entity, read from its decorators, so that no statement lists them again. */
export class EntityTable<T extends object> {
  /**
   * The columns one by one, to be read with `toEntity`. `select *` would be refused once the next version's migration
   * adds a column, since a prepared statement must not change what it gives.
   */
  readonly list: string;
  private readonly columns: readonly { readonly propertyName: string; readonly databaseName: string }[];

  constructor(
    source: DataSource,
    private readonly entity: new () => T,
  ) {
    const { columns, tableName } = source.getMetadata(entity);
    this.columns = columns;
    this.list = this.listOf(tableName);
  }

  /** The same, of a table that is called `alias` in the statement. */
  listOf(alias: string): string {
    return this.columns.map(({ databaseName }) => `${alias}.${databaseName}`).join(', ');
  }

  toEntity(row: Row): T {
    const values = this.columns.map(({ propertyName, databaseName }) => [propertyName, row[databaseName]]);
    return Object.assign(new this.entity(), Object.fromEntries(values));
  }
}
