import type { DataSource } from 'typeorm';
import type { Row } from './database.js';

interface EntityColumn {
  readonly property: string;
  readonly column: string;
  /** The type in PostgreSQL: `text`, `text[]`. */
  readonly type: string;
  readonly isNullable: boolean;
}

/** The columns of an entity, read from its decorators, so that no statement and no mapping lists them again. */
export class EntityTable<T extends object> {
  /**
   * An SQL expression for a row as a JSON array, to be read with `fromValues`: to send and read columns one by one costs
   * several times as much. Bigints go as text, which JavaScript's numbers would round, and bytes in hex.
   */
  readonly json: string;
  /**
   * The columns one by one, to be read with `toEntity`. `select *` would be refused once the next version's migration
   * adds a column, since a prepared statement must not change what it gives.
   */
  readonly list: string;
  private readonly columns: readonly EntityColumn[];
  private readonly fill: (entity: object, values: readonly unknown[]) => void;
  private readonly copyAll: (entity: object, source: object) => void;

  constructor(
    source: DataSource,
    private readonly entity: new () => T,
  ) {
    this.columns = source.getMetadata(entity).columns.map((column) => ({
      property: column.propertyName,
      column: column.databaseName,
      type: `${String(column.type)}${column.isArray ? '[]' : ''}`,
      isNullable: column.isNullable,
    }));
    this.list = this.listOf(source.getMetadata(entity).tableName);
    this.json = `json_build_array(${this.columns.map(jsonOf).join(', ')})`;
    this.fill = assignment(this.columns);
    this.copyAll = copying(this.columns);
  }

  /** The same, of a table that is called `alias` in the statement. */
  listOf(alias: string): string {
    return this.columns.map(({ column }) => `${alias}.${column}`).join(', ');
  }

  columnOf(property: keyof T & string): EntityColumn {
    const found = this.columns.find((each) => each.property === property);
    if (!found) throw new Error(`there is no column for ${property}`);
    return found;
  }

  fromValues(values: readonly unknown[]): T {
    const entity = new this.entity();
    this.fill(entity, values);
    return entity;
  }

  copy(entity: T, changes: Partial<T>): T {
    const copy = new this.entity();
    this.copyAll(copy, entity);
    return Object.assign(copy, changes);
  }

  /**
   * Adds to a row that is to be sent as JSON these properties of an entity. What is null, or a list that is empty and
   * cannot be null, JSON leaves out: PostgreSQL took a third longer to read a client with it. `stated` reads it back.
   */
  adding(properties: readonly (keyof T & string)[]): (row: object, entity: T) => object {
    const lines = properties.map((property) => {
      const value = `entity.${property}`;
      const isAbsent = isListAlways(this.columnOf(property)) ? `${value}.length === 0` : `${value} === null`;
      return `row.${property} = ${isAbsent} ? undefined : ${value};`;
    });
    return new Function('row', 'entity', `${lines.join('\n')}\nreturn row;`) as (row: object, entity: T) => object;
  }

  /** To be sent as JSON and read there as a row of the table; bytes as PostgreSQL writes them. */
  byColumn(values: Partial<T>): object {
    const columns = Object.entries(values).map(([property, value]) => [
      this.columnOf(property as keyof T & string).column,
      Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value,
    ]);
    return Object.fromEntries(columns);
  }

  toEntity(row: Row): T {
    const values = this.columns.map(({ property, column }) => [property, row[column]]);
    return Object.assign(new this.entity(), Object.fromEntries(values));
  }
}

/** An SQL expression for the property of a row of `source` that was sent as JSON (`EntityTable.adding`). */
export function stated(column: EntityColumn, source: string): string {
  const property = `${source}."${column.property}"`;
  return isListAlways(column) ? `coalesce(${property}, '{}')` : property;
}

function isListAlways({ type, isNullable }: EntityColumn): boolean {
  return type.endsWith('[]') && !isNullable;
}

function jsonOf({ column, type }: EntityColumn): string {
  if (type === 'bigint') return `${column}::text`;
  return type === 'bytea' ? `encode(${column}, 'hex')` : column;
}

/** What makes a column's value of the JSON value that an expression gives; null stays null. */
const FROM_JSON: Readonly<Record<string, (json: string) => string>> = {
  timestamptz: (json) => `new Date(${json})`,
  bytea: (json) => `Buffer.from(${json}, 'hex')`,
};

/**
 * Compiled once: to set properties by names that are looked up each time took ten times as long, and V8 kept what came
 * of it as dictionaries, which are large (decision 21).
 */
function assignment(columns: readonly EntityColumn[]): (entity: object, values: readonly unknown[]) => void {
  const lines = columns.map(({ property, type }, index) => {
    const value = `values[${index}]`;
    const made = FROM_JSON[type]?.(value);
    return `entity.${property} = ${made ? `${value} === null ? null : ${made}` : value};`;
  });
  return new Function('entity', 'values', lines.join('\n')) as ReturnType<typeof assignment>;
}

function copying(columns: readonly EntityColumn[]): (entity: object, source: object) => void {
  const lines = columns.map(({ property }) => `entity.${property} = source.${property};`);
  return new Function('entity', 'source', lines.join('\n')) as ReturnType<typeof copying>;
}
