import type { ClientQuery } from '#clients';
import { pageClauses } from './client-order.sql.js';
import { whereClause } from './client-query.sql.js';
import { Statement } from './statement.js';

/**
 * One page and the total in one statement, which sees one state of the database: `page`, a JSON array of rows as
 * `json` gives them, one more than asked for when there are more; `total`; and `tallies`, how many rows the total was
 * summed up from, null when it had to be counted.
 */
export function pageStatement(
  domainId: string,
  { filters, sort, start, limit }: ClientQuery,
  json: string,
): { sql: string; values: readonly unknown[]; isReversed: boolean } {
  const statement = new Statement();
  const where = whereClause(domainId, filters, statement);
  const { condition, rest, isReversed } = pageClauses(sort, start, limit + 1, statement);
  const total =
    filters.length === 0
      ? 'select coalesce(sum(clients), 0) as total, count(*) as tallies from client_tallies where domain_id = $1'
      : `select count(*) as total, null as tallies from clients ${where}`;
  const rows = `select ${json} as client from clients ${where} ${condition ? `and ${condition}` : ''} ${rest}`;
  const sql = `select (select json_agg(client)::text from (${rows}) found) as page, total, tallies from (${total}) counted`;
  return { sql, values: statement.values, isReversed };
}
