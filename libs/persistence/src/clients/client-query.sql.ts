import { type ClientFilter, GRANT_TYPES, type QueryProperty } from '#clients';
import type { Statement } from '../database/statement.js';

type Kind = 'text' | 'list' | 'date';

/** ICU knows upper and lower case of all alphabets, even if the database's own locale does not. */
const ANY_ALPHABET = 'collate "und-x-icu"';
/** For properties with only ASCII characters; several times as fast. */
const ASCII = 'collate "C"';

/** Separates the entries of a list that is searched as one text. No entry contains it or NOWHERE. */
const SEPARATOR = '\n';
const NOWHERE = '\u0001';

/** A text of no characters and a list of no entries are as good as none. */
const SET: Record<Kind, (sql: string) => string> = {
  text: (sql) => `${sql} <> ''`,
  list: (sql) => `cardinality(${sql}) > 0`,
  date: (sql) => `${sql} is not null`,
};

/** The form that `typeAndGrantsOf` returns. */
const TYPE_AND_GRANTS = [
  'client_type',
  ...GRANT_TYPES.map((grant) => `case when '${grant}' = any(grant_types) then ' ${grant}' else '' end`),
].join(' || ');

/** How to read a property from the row, and how to compare it if case does not matter. */
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
  // A missing value matches every negated filter. Without coalesce, null would match none.
  return filter.negated ? `not coalesce(${positive}, false)` : positive;
}

function positiveCondition({ property, operator, values, match }: ClientFilter, statement: Statement): string {
  const { kind, sql, ignoringCase } = EXPRESSIONS[property];
  if (operator === 'isSet') return SET[kind](sql);
  if (operator === 'from') return `${sql} >= ${statement.parameter(values[0], 'timestamptz')}`;
  if (operator === 'to') return `${sql} <= ${statement.parameter(values[0], 'timestamptz')}`;
  if (operator === 'contains') {
    // Converts each row's text to lower case once. ilike would do that again for each pattern.
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
