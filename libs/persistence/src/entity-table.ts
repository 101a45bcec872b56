import type { DataSource, EntityTarget } from 'typeorm';
import type { Row } from './database.js';

/** The columns of an entity, read from its decorators, so that no statement and no mapping lists them again. */
export class EntityTable<T extends object> {
  readonly name: string;
  readonly columns: readonly { readonly property: keyof T & string; readonly column: string; readonly type: unknown }[];
  private readonly dates: readonly (keyof T & string)[];
  private readonly prototype: object;

  constructor(source: DataSource, entity: EntityTarget<T> & { prototype: object }) {
    const metadata = source.getMetadata(entity);
    this.name = metadata.tableName;
    this.columns = metadata.columns.map((column) => ({
      property: column.propertyName as keyof T & string,
      column: column.databaseName,
      type: column.type,
    }));
    this.dates = this.columns.filter(({ type }) => type === 'timestamptz').map(({ property }) => property);
    this.prototype = entity.prototype;
  }

  column(property: keyof T & string): string {
    const found = this.columns.find((each) => each.property === property);
    if (!found) throw new Error(`${this.name} has no column for ${property}`);
    return found.column;
  }

  /**
   * An SQL expression for a row of this table as one JSON object, to be read with `fromJson`: a quarter of the time that
   * a column each takes on this side. Bigints go as text, which JavaScript's numbers would round; not for bytea.
   */
  json(row: string): string {
    const fields = this.columns.map(({ property, column, type }) => {
      const value = `${row}.${column}`;
      return `'${property}', ${type === 'bigint' ? `${value}::text` : value}`;
    });
    return `json_build_object(${fields.join(', ')})::text`;
  }

  fromJson(text: string): T {
    const entity = JSON.parse(text);
    for (const date of this.dates) if (entity[date] !== null) entity[date] = new Date(entity[date]);
    return Object.setPrototypeOf(entity, this.prototype);
  }

  toEntity(row: Row): T {
    const entity = Object.create(this.prototype);
    for (const { property, column } of this.columns) entity[property] = row[column];
    return entity;
  }
}
