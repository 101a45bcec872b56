import type { ClientFilter, QueryProperty } from '#clients';

/** ICU knows the cases of all alphabets, whatever the database's own locale knows. */
const IGNORING_CASE = 'collate "und-x-icu"';

type Kind = 'text' | 'list' | 'date';

/** How a property is read from the row. */
const EXPRESSIONS: Record<QueryProperty, { kind: Kind; sql: string }> = {
  clientId: { kind: 'text', sql: 'client_id' },
  clientName: { kind: 'text', sql: 'client_name' },
  primaryRedirectUri: { kind: 'text', sql: 'redirect_uris[1]' },
  redirectUris: { kind: 'list', sql: 'redirect_uris' },
  grantTypes: { kind: 'list', sql: 'grant_types' },
  createdAt: { kind: 'date', sql: 'created_at' },
  updatedAt: { kind: 'date', sql: 'updated_at' },
};

/** `where …` for the filters within one domain; values are appended to `values`. */
export function whereClause(domainId: string, filters: readonly ClientFilter[], values: unknown[]): string {
  values.push(domainId);
  const conditions = [`domain_id = $${values.length}`, ...filters.map((filter) => condition(filter, values))];
  return `where ${conditions.join(' and ')}`;
}

function condition(filter: ClientFilter, values: unknown[]): string {
  const positive = positiveCondition(filter, values);
  // A missing value is "not" anything, so null must not swallow the negation.
  return filter.negated ? `not coalesce(${positive}, false)` : positive;
}

function positiveCondition({ property, operator, values: given, match }: ClientFilter, values: unknown[]): string {
  const { kind, sql } = EXPRESSIONS[property];
  if (operator === 'isSet') return kind === 'list' ? `cardinality(${sql}) > 0` : `${sql} is not null`;
  const parameter = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  if (operator === 'from') return `${sql} >= ${parameter(given[0], 'timestamptz')}`;
  if (operator === 'to') return `${sql} <= ${parameter(given[0], 'timestamptz')}`;
  if (operator === 'contains') {
    const patterns = parameter(given.map(containing), 'text[]');
    return kind === 'list'
      ? `${match === 'any' ? '' : 'not '}exists (select from unnest(${patterns}) pattern where ${match === 'any' ? '' : 'not '}exists
           (select from unnest(${sql}) entry where entry ${IGNORING_CASE} ilike pattern))`
      : `(${sql}) ${IGNORING_CASE} ilike ${match}(${patterns})`;
  }
  if (kind === 'list') return `${sql} ${match === 'any' ? '&&' : '@>'} ${parameter(given, 'text[]')}`;
  return `${sql} = ${match}(${parameter(given, kind === 'date' ? 'timestamptz[]' : 'text[]')})`;
}

/** A LIKE pattern for "contains, whatever the case". */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
