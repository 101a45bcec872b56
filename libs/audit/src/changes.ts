/** What a change did to a record, field by field; a field that stayed is absent. Never holds a secret. */
export type Changes = Record<string, { readonly before: unknown; readonly after: unknown }>;

/** Whether two values of a record are equal as JSON: lists in the same order, objects in any. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((entry, index) => isSame(entry, other[index]))
    );
  }
  return isObject(one) && isObject(other) && hasSameEntries(one, other);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function hasSameEntries(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  );
}

/**
 * The fields in which `after` differs from `before`. The fields of a missing record are null. Then those fields are
 * left out that are empty (null or []) in the other record: they say nothing.
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
