import type { DataSource, EntityTarget } from 'typeorm';
import type { Row } from './database.js';

/** The columns of an entity, read from its decorators, so that no statement and no mapping lists them again. */
export class EntityTable<T extends object> {
  readonly name: string;
  readonly columns: readonly { readonly property: keyof T & string; readonly column: string }[];
  private readonly prototype: object;

  constructor(source: DataSource, entity: EntityTarget<T> & { prototype: object }) {
    const metadata = source.getMetadata(entity);
    this.name = metadata.tableName;
    this.columns = metadata.columns.map((column) => ({
      property: column.propertyName as keyof T & string,
      column: column.databaseName,
    }));
    this.prototype = entity.prototype;
  }

  column(property: keyof T & string): string {
    const found = this.columns.find((each) => each.property === property);
    if (!found) throw new Error(`${this.name} has no column for ${property}`);
    return found.column;
  }

  toEntity(row: Row): T {
    const entity = Object.create(this.prototype);
    for (const { property, column } of this.columns) entity[property] = row[column];
    return entity;
  }
}
