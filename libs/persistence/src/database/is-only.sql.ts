/**
 * An equation with the first column of an index, for reading a range of that index in its order. An array of one value
 * makes PostgreSQL read only that range (decision 47). With `=`, the order would no longer need that column, so PostgreSQL
 * would often read another index, which contains the rows of all domains. With a comparison of rows, PostgreSQL before
 * version 18 would read on beyond the range, as long as the first column is equal.
 */
export function isOnly(column: string, value: string): string {
  return `${column} = any(array[${value}])`;
}
