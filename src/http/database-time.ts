/** Injection token of a `DatabaseTime`. */
export const DATABASE_TIME = Symbol('DatabaseTime');

/** Milliseconds since 1970 by the database's clock, which decides what has expired. */
export type DatabaseTime = () => number;
