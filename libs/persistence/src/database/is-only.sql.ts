/**
 * An equation with the first column of an index, where a range of that index is read in its order. With `=`, PostgreSQL
 * would not need that column for the order any more, and would often read another index, which has everybody's rows. A
 * comparison of rows would not end where the range ends: before version 18, PostgreSQL reads on as long as the first
 * column is equal. It takes an array of one for neither (decision 47).
 */
export function isOnly(column: string, value: string): string {
  return `${column} = any(array[${value}])`;
}
