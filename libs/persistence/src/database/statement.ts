/** A statement that can be sent. */
export interface Prepared {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A statement under construction: its parameters are numbered as they come. */
export class Statement {
  readonly values: unknown[] = [];

  /** `$n::type` for a further value. */
  parameter(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}
