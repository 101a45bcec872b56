import { type ClientFilter, GRANT_TYPES, type QueryProperty } from '#clients';
import type { Statement } from '../database/statement.js';

type Kind = 'text' | 'list' | 'date';

/** ICU knows upper and lower case of all alphabets, whatever the database's own locale knows. */
const ANY_ALPHABET = 'collate "und-x-icu"';
/** For ASCII-only properties: several times as fast. */
const ASCII = 'collate "C"';

/** Separates the entries of a list that is searched as one text. No entry contains it, or the other character. */
const SEPARATOR = '\n';
const NOWHERE = '\u0001';

/** As `typeAndGrantsOf` writes it. */
const TYPE_AND_GRANTS = [
  'client_type',
  ...GRANT_TYPES.map((grant) => `case when '${grant}' = any(grant_types) then ' ${grant}' else '' end`),
].join(' || ');

/** How a property is read from the row, and how it is compared if case does not matter. */
const EXPRESSIONS: Record<QueryProperty, { kind: Kind; sql: string; ignoringCase?: string }> = {
  clientId: { kind: 'text', sql: 'client_id', ignoringCase: ASCII },
  clientName: { kind: 'text', sql: 'client_name', ignoringCase: ANY_ALPHABET },
  primaryRedirectUri: { kind: 'text', sql: 'redirect_uris[1]', ignoringCase: ASCII },
  redirectUris: { kind: 'list', sql: 'redirect_uris', ignoringCase: ASCII },
  grantTypes: { kind: 'list', sql: 'grant_types', ignoringCase: ASCII },
  createdAt: { kind: 'date', sql: 'created_at' },
  updatedAt: { kind: 'date', sql: 'updated_at' },
  typeAndGrants: { kind: 'text', sql: `(${TYPE_AND_GRANTS})`, ignoringCase: ASCII },
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
  const { kind, sql, ignoringCase } = EXPRESSIONS[property];
  if (operator === 'isSet') return kind === 'list' ? `cardinality(${sql}) > 0` : `${sql} is not null`;
  if (operator === 'from') return `${sql} >= ${statement.parameter(values[0], 'timestamptz')}`;
  if (operator === 'to') return `${sql} <= ${statement.parameter(values[0], 'timestamptz')}`;
  if (operator === 'contains') {
    // Folds each row's text once. ilike would fold it again for each pattern.
    const sought = kind === 'list' ? values.map((value) => value.replaceAll(SEPARATOR, NOWHERE)) : values;
    const given = statement.parameter(sought.map(containing), 'text[]');
    const patterns = `(select array_agg(lower(pattern ${ignoringCase})) from unnest(${given}) pattern)::text[]`;
    const text = kind === 'list' ? `array_to_string(${sql}, '${SEPARATOR}')` : sql;
    const found = `lower(${text} ${ignoringCase}) collate "C" like ${match}(${patterns})`;
    return kind === 'list' ? `(cardinality(${sql}) > 0 and ${found})` : found;
  }
  if (kind === 'list') return `${sql} ${match === 'any' ? '&&' : '@>'} ${statement.parameter(values, 'text[]')}`;
  return `${sql} = ${match}(${statement.parameter(values, kind === 'date' ? 'timestamptz[]' : 'text[]')})`;
}

/** A LIKE pattern for "contains". */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
