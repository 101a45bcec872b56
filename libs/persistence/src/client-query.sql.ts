import type { ClientFilter, QueryProperty } from '#clients';
import type { Statement } from './statement.js';

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

/** `where …` for the filters within one domain. */
export function whereClause(domainId: string, filters: readonly ClientFilter[], statement: Statement): string {
  const conditions = [
    `domain_id = ${statement.parameter(domainId, 'bigint')}`,
    ...filters.map((filter) => condition(filter, statement)),
  ];
  return `where ${conditions.join(' and ')}`;
}

function condition(filter: ClientFilter, statement: Statement): string {
  const positive = positiveCondition(filter, statement);
  // A missing value is "not" anything, so null must not swallow the negation.
  return filter.negated ? `not coalesce(${positive}, false)` : positive;
}

function positiveCondition({ property, operator, values, match }: ClientFilter, statement: Statement): string {
  const { kind, sql } = EXPRESSIONS[property];
  if (operator === 'isSet') return kind === 'list' ? `cardinality(${sql}) > 0` : `${sql} is not null`;
  if (operator === 'from') return `${sql} >= ${statement.parameter(values[0], 'timestamptz')}`;
  if (operator === 'to') return `${sql} <= ${statement.parameter(values[0], 'timestamptz')}`;
  if (operator === 'contains') {
    const patterns = statement.parameter(values.map(containing), 'text[]');
    return kind === 'list'
      ? `${match === 'any' ? '' : 'not '}exists (select from unnest(${patterns}) pattern where ${match === 'any' ? '' : 'not '}exists
           (select from unnest(${sql}) entry where entry ${IGNORING_CASE} ilike pattern))`
      : `(${sql}) ${IGNORING_CASE} ilike ${match}(${patterns})`;
  }
  if (kind === 'list') return `${sql} ${match === 'any' ? '&&' : '@>'} ${statement.parameter(values, 'text[]')}`;
  return `${sql} = ${match}(${statement.parameter(values, kind === 'date' ? 'timestamptz[]' : 'text[]')})`;
}

/** A LIKE pattern for "contains, whatever the case". */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
