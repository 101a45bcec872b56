import type { Client, ClientQuery, IdQuery } from '#clients';
import { type Prepared, Statement } from '../database/statement.js';
import { pageClauses } from './client-order.sql.js';
import { whereClause } from './client-query.sql.js';

/** Which clients in which versions the rows are, in their order. */
const MARKS = `string_agg(client_id || ' ' || version || ' ' || secrets_version, ',')`;

/** The same, of rows that were read. */
function marksOf(rows: readonly Client[]): string {
  return rows.map(({ clientId, version, secretsVersion }) => `${clientId} ${version} ${secretsVersion}`).join(',');
}

/** As many clients are never too large together. */
const FEW = 200;
/** Of a longer page as JSON: it is in memory several times until it has been sent. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;

/** The row that the statement of a page yields. */
export interface FoundPage {
  /** A JSON array of rows, one more than asked for when there are more; null when there is none, it is known, or too large. */
  readonly page: string | null;
  readonly too_large: boolean;
  /** Whether the page still has the rows that were known. */
  readonly known: boolean;
  readonly total: string;
}

/**
 * One page and the total in one statement, which sees one state of the database. `json`: a row as JSON; `known`: the
 * rows as they were last time, which are not sent again while they are the same.
 */
export function pageStatement(
  domainId: string,
  { filters, sort, start, limit }: ClientQuery,
  json: string,
  known?: readonly Client[],
): Prepared {
  const statement = new Statement();
  const where = whereClause(domainId, filters, statement);
  const { condition, rest } = pageClauses(sort, start, limit + 1, statement);
  const total =
    filters.length === 0
      ? 'select coalesce((select clients from domain_logs where domain_id = $1), 0) as total'
      : `select count(*) as total from clients ${where}`;
  const rows = `select * from clients ${where} ${condition ? `and ${condition}` : ''} ${rest}`;
  const page = limit <= FEW ? wholePage(json) : boundedPage(json);
  const comparison =
    known === undefined
      ? 'select false as known'
      : `select coalesce(${MARKS} = ${statement.parameter(marksOf(known), 'text')}, false) as known from found`;
  const sql = `with found as (${rows}), compared as (${comparison}) ${page.before}
    select known, case when not known then (${page.text}) end as page, ${page.isTooLarge} as too_large, total
      from compared, (${total}) counted`;
  return { sql, values: statement.values };
}

function wholePage(json: string) {
  return { before: '', text: `select json_agg(${json})::text from found`, isTooLarge: 'false' };
}

/** Put together only when it is known how large it is. */
function boundedPage(json: string) {
  const bytes = 'select coalesce(sum(octet_length(text)), 0) from texts';
  return {
    before: `, texts as materialized (select (${json})::text as text from found)`,
    text: `select '[' || string_agg(text, ',') || ']' from texts where (${bytes}) <= ${MAX_PAGE_BYTES}`,
    isTooLarge: `case when known then false else (${bytes}) > ${MAX_PAGE_BYTES} end`,
  };
}

/** The ids of one page, in their order, as `client_id`. */
export function idsStatement(domainId: string, { search, after, offset = 0, limit }: IdQuery): Prepared {
  const statement = new Statement();
  const conditions = [
    `domain_id = ${statement.parameter(domainId, 'bigint')}`,
    ...(after === undefined ? [] : [`client_id > ${statement.parameter(after, 'text')}`]),
    ...(search === undefined ? [] : [`position(${statement.parameter(search, 'text')} in client_id) > 0`]),
  ];
  const skip = offset > 0 ? `offset ${statement.parameter(offset, 'bigint')}` : '';
  // The limit as a literal, since PostgreSQL plans anew each time for one that it does not know.
  const sql = `select client_id from clients where ${conditions.join(' and ')} order by client_id limit ${Math.trunc(limit)} ${skip}`;
  return { sql, values: statement.values };
}
