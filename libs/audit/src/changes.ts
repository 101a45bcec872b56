/** What a change did to a record, field by field; a field that stayed is absent. Never holds a secret. */
export type Changes = Record<string, { readonly before: unknown; readonly after: unknown }>;

/** Whether two values of a record are the same: single ones, or lists of single ones in the same order. */
export function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((entry, index) => entry === other[index]);
}

/**
 * The fields in which `after` differs from `before`. Where there is no record, its fields are null, and those that the
 * other has empty (null or []) are left out: they say nothing.
 */
export function changesBetween<T extends object>(
  before: T | undefined,
  after: T | undefined,
  fields: readonly (keyof T & string)[],
): Changes {
  const changes: Changes = {};
  for (const field of fields) {
    const was = before?.[field] ?? null;
    const is = after?.[field] ?? null;
    if (before && after ? !isSame(was, is) : !isEmpty(was ?? is)) changes[field] = { before: was, after: is };
  }
  return changes;
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
