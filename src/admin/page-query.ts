import { FailureError, type QueryViolation } from '../http/index.js';

const MAX_PAGE = 100;

/** Where an audit entry stands in its domain's log, which is its id there: a number that PostgreSQL's bigint can hold. */
export const POSITION = /^\d{1,18}$/;

interface Page {
  readonly limit: number;
  /** Only what stands behind the thing with this id. */
  readonly after?: string;
}

/** Reads `limit` and `after`. Fails with `invalid_query`, naming every bad parameter. */
export function pageOf(query: Readonly<Record<string, unknown>>, id: RegExp, idRule: string): Page {
  const violations: QueryViolation[] = [];
  const { limit = String(MAX_PAGE), after } = query;
  if (typeof limit !== 'string' || !/^\d+$/.test(limit) || Number(limit) < 1) {
    violations.push({ property: 'limit', rule: 'format', message: 'must be a whole number of at least 1' });
  }
  if (after !== undefined && !(typeof after === 'string' && id.test(after))) {
    violations.push({ property: 'after', rule: 'format', message: idRule });
  }
  if (violations.length > 0) throw new FailureError({ kind: 'invalid_query', violations });
  return { limit: Math.min(Number(limit), MAX_PAGE), after: after as string | undefined };
}

/** A parameter that is text, given at most once. */
export function textOf(query: Readonly<Record<string, unknown>>, property: string): string | undefined {
  const value = query[property];
  if (value === undefined || (typeof value === 'string' && !value.includes('\0'))) return value;
  const violation: QueryViolation = { property, rule: 'format', message: 'must be given once, without NUL' };
  throw new FailureError({ kind: 'invalid_query', violations: [violation] });
}
