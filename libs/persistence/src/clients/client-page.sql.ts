import type { ClientQuery, IdQuery } from '#clients';
import { type Prepared, Statement } from '../database/statement.js';
import { pageClauses } from './client-order.sql.js';
import { whereClause } from './client-query.sql.js';
import { CLIENT_JSON } from './client-row.js';

/** This many clients together are never too large. */
const FEW = 200;
/** The limit of a longer page as JSON. Until it has been sent, memory holds several copies of it. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;

/** The row that a page's statement returns. */
export interface FoundPage {
  /** The newest position of the domain's log; null = there is no log. */
  readonly position: string | null;
  /** A JSON array of rows, with one more than asked for if there are more; null = no rows, too large, or unchanged. */
  readonly page: string | null;
  readonly too_large: boolean | null;
  /** null = the log has not moved since `known`, so nothing has changed. */
  readonly total: string | null;
}

/**
 * Reads one page and the total in one statement, so both are of the same moment. `known` is the position of the log when
 * the page was last read. If that is still its newest position, the statement reads nothing else.
 */
export function pageStatement(
  domainId: string,
  { filters, sort, start, limit }: ClientQuery,
  known: string | null = null,
): Prepared {
  const statement = new Statement();
  const where = whereClause(domainId, filters, statement);
  const { condition, rest } = pageClauses(sort, start, limit + 1, statement);
  const rows = `select * from clients ${where} ${condition ? `and ${condition}` : ''} ${rest}`;
  const total =
    filters.length === 0 ? 'coalesce((select clients from log), 0)' : `(select count(*) from clients ${where})`;
  const page = limit <= FEW ? WHOLE_PAGE : BOUNDED_PAGE;
  const hasMoved = `coalesce((select position from log) <> ${statement.parameter(known, 'bigint')}, true)`;
  const sql = `with log as (select position, clients from domain_logs where domain_id = $1), found as (${rows})${page.before}
    select (select position from log)::text as position, case when ${hasMoved} then ${page.text} end as page,
           case when ${hasMoved} then ${page.isTooLarge} end as too_large, case when ${hasMoved} then ${total} end as total`;
  return { sql, values: statement.values };
}

const WHOLE_PAGE = {
  before: '',
  text: `(select json_agg(${CLIENT_JSON})::text from found)`,
  isTooLarge: 'false',
};

/** Builds the page only after its size is known. */
const BOUNDED_PAGE = {
  before: `,
    texts as materialized (select (${CLIENT_JSON})::text as text from found),
    size as materialized (select coalesce(sum(octet_length(text)), 0) <= ${MAX_PAGE_BYTES} as fits from texts)`,
  text: `(select '[' || string_agg(text, ',') || ']' from texts where (select fits from size))`,
  isTooLarge: '(select not fits from size)',
};

/** The ids of one page in ascending order, as `client_id`. */
export function idsStatement(domainId: string, { search, after, offset = 0, limit }: IdQuery): Prepared {
  const statement = new Statement();
  const conditions = [
    `domain_id = ${statement.parameter(domainId, 'bigint')}`,
    ...(after === undefined ? [] : [`client_id > ${statement.parameter(after, 'text')}`]),
    ...(search === undefined ? [] : [`position(${statement.parameter(search, 'text')} in client_id) > 0`]),
  ];
  const skip = offset > 0 ? `offset ${statement.parameter(offset, 'bigint')}` : '';
  // The limit is a literal, because PostgreSQL would plan an unknown one anew each time.
  const sql = `select client_id from clients where ${conditions.join(' and ')} order by client_id limit ${Math.trunc(limit)} ${skip}`;
  return { sql, values: statement.values };
}
