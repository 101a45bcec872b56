/** A statement that can be sent. */
export interface Prepared {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Builds a statement and numbers its parameters. */
export class Statement {
  readonly values: unknown[] = [];

  /** Adds a value and returns its `$n::type`. */
  parameter(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}
