import { isDeepStrictEqual } from 'node:util';

/** What a change did to a record, field by field; a field that stayed is absent. Never holds a secret. */
export type Changes = Record<string, { readonly before: unknown; readonly after: unknown }>;

/** The fields in which `after` differs from `before`; a missing record counts as one whose fields are all null. */
export function changesBetween<T extends object>(
  before: T | undefined,
  after: T | undefined,
  fields: readonly (keyof T & string)[],
): Changes {
  const changes: Changes = {};
  for (const field of fields) {
    const [was, is] = [before?.[field] ?? null, after?.[field] ?? null];
    if (!isDeepStrictEqual(was, is)) changes[field] = { before: was, after: is };
  }
  return changes;
}
