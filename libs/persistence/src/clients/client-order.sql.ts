import type { ClientPosition, ClientSort, PageStart, PropertyValue, SortProperty } from '#clients';
import type { Statement } from '../database/statement.js';

/** How much of a name is in the index. Names with the same beginning are compared as a whole (bounded-names.ts). */
const INDEXED_CHARACTERS = 200;
/** Sorts after every client id: a long name comes after all clients whose whole name is its beginning. */
const BEHIND_ALL_IDS = '~';

/** What to compare for each property; never null. Collation C has the same order on every database. */
const COMPARED: Record<SortProperty, readonly Compared[]> = {
  clientId: [{ sql: 'client_id', type: 'text', of: (value) => value }],
  clientName: [
    isMissing('client_name'),
    {
      sql: `left(coalesce(client_name, ''), ${INDEXED_CHARACTERS}) collate "C"`,
      type: 'text',
      of: (value) => beginningOf((value as string | null) ?? ''),
    },
    textOrEmpty('client_name'),
  ],
  primaryRedirectUri: textOrMissing('redirect_uris[1]'),
  redirectUris: [{ sql: 'redirect_uris collate "C"', type: 'text[]', of: (value) => value }],
  grantTypes: [{ sql: 'grant_types collate "C"', type: 'text[]', of: (value) => value }],
  createdAt: [{ sql: 'created_at', type: 'timestamptz', of: (value) => value }],
  updatedAt: [{ sql: 'updated_at', type: 'timestamptz', of: (value) => value }],
};

interface Compared {
  readonly sql: string;
  readonly type: string;
  /** The value to compare with, taken from a position's value. */
  of(value: PropertyValue, position: ClientPosition): unknown;
  /** The terms after this one are in no index. PostgreSQL reads the index well only if this term is compared by itself. */
  readonly endsIndex?: true;
}

/** Sorts clients with the same short name by id, as the index does. */
const IDS_OF_A_NAME: Compared = {
  sql: `case when char_length(client_name) > ${INDEXED_CHARACTERS} then '${BEHIND_ALL_IDS}' else client_id end`,
  type: 'text',
  of: (name, { clientId }) => (name !== null && isLong(name as string) ? BEHIND_ALL_IDS : clientId),
  endsIndex: true,
};

interface Term extends Compared {
  readonly descending: boolean;
  /** The index of the value in the position that it is compared with; absent for the client id. */
  readonly index?: number;
}

/** The page in SQL: a condition for the start at a position, and `order by … limit … offset …`. */
export interface PageClauses {
  readonly condition: string | undefined;
  /** The rows of a page before a position are returned in the opposite order. */
  readonly rest: string;
}

export function pageClauses(
  sort: readonly ClientSort[],
  start: PageStart,
  limit: number,
  statement: Statement,
): PageClauses {
  const isReversed = 'before' in start;
  const terms = termsOf(sort).map((term) => ({ ...term, descending: term.descending !== isReversed }));
  const position = 'after' in start ? start.after : isReversed ? start.before : undefined;
  const condition = position && beyond(runsOf(terms), position, statement);
  const order = terms.map(({ sql, descending }) => `${sql} ${descending ? 'desc' : 'asc'}`).join(', ');
  const offset = 'offset' in start && start.offset > 0 ? ` offset ${statement.parameter(start.offset, 'bigint')}` : '';
  // A literal, because PostgreSQL would plan an unknown limit anew each time.
  return { condition, rest: `order by ${order} limit ${Math.trunc(limit)}${offset}` };
}

/** Leaves out what follows the client id: ids are unique, so nothing after them can matter. */
function termsOf(sort: readonly ClientSort[]): Term[] {
  const wholeSort = [...sort.map((each, index) => ({ ...each, index })), { property: 'clientId', descending: false }];
  const end = wholeSort.findIndex(({ property }) => property === 'clientId') + 1;
  return wholeSort.slice(0, end).flatMap(({ property, descending, ...place }, index, all) => {
    const compared = [...COMPARED[property as SortProperty]];
    const next = all[index + 1];
    // Compared before the whole name, which decides only between long names.
    if (property === 'clientName' && next?.property === 'clientId' && next.descending === descending)
      compared.splice(-1, 0, IDS_OF_A_NAME);
    return compared.map((each) => ({ ...each, descending, ...place }));
  });
}

/** Groups consecutive terms of the same direction. PostgreSQL compares each group as one row, by an index. */
function runsOf(terms: readonly Term[]): Term[][] {
  const runs: Term[][] = [];
  for (const term of terms) {
    const last = runs.at(-1);
    if (last?.[0]?.descending === term.descending && !last.at(-1)?.endsIndex) last.push(term);
    else runs.push([term]);
  }
  return runs;
}

function beyond([run, ...others]: readonly Term[][], position: ClientPosition, statement: Statement): string {
  const row = `(${run!.map(({ sql }) => sql).join(', ')})`;
  const given = run!.map(({ type, of, index }) =>
    statement.parameter(of(index === undefined ? position.clientId : position.values[index]!, position), type),
  );
  const operator = run![0]!.descending ? '<' : '>';
  if (others.length === 0) return `${row} ${operator} (${given})`;
  // "Not below the position, and (above it or decided by the next terms)": an index can use the first half.
  return `(${row} ${operator}= (${given}) and (${row} ${operator} (${given}) or ${beyond(others, position, statement)}))`;
}

/** Missing texts come last. */
function textOrMissing(sql: string): Compared[] {
  return [isMissing(sql), textOrEmpty(sql)];
}

function isMissing(sql: string): Compared {
  return { sql: `(${sql} is null)`, type: 'boolean', of: (value) => value === null };
}

function textOrEmpty(sql: string): Compared {
  return { sql: `coalesce(${sql}, '') collate "C"`, type: 'text', of: (value) => value ?? '' };
}

/** Counts code points, as PostgreSQL does. */
function beginningOf(name: string): string {
  return [...name].slice(0, INDEXED_CHARACTERS).join('');
}

function isLong(name: string): boolean {
  return [...name].length > INDEXED_CHARACTERS;
}
