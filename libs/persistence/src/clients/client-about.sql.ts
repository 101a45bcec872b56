import { type AboutQuery, CLIENTS_LOOKED_AT } from '#clients';
import { type Prepared, Statement } from '../database/statement.js';
import { clientsByKey } from './client-key.sql.js';
import { CLIENT_JSON, type ClientRow } from './client-row.js';

/** The row that the statement returns. */
export interface FoundAbouts {
  /** One client more than asked for if there are more. */
  readonly clients: readonly ClientRow[] | null;
  readonly looked: number;
  /** The last client that was looked at. */
  readonly last: string | null;
}

/**
 * The clients that meet the query, in the order of their ids. An index finds those that meet the first condition, in that
 * order. Of these, a bounded number is checked for the other conditions.
 */
export function aboutsStatement(domainId: string, query: AboutQuery): Prepared & { readonly looksAt: number } {
  const { owner, managedBy, label, after = '', limit } = query;
  const statement = new Statement();
  const conditions = [
    ...(managedBy === undefined ? [] : [`managed_by = ${statement.parameter(managedBy, 'text')}`]),
    ...(owner === undefined ? [] : [`owner = ${statement.parameter(owner, 'text')}`]),
  ];
  if (label) {
    const value = `labels ->> ${statement.parameter(label.key, 'text')}`;
    conditions.push(
      label.value === undefined ? `${value} is not null` : `${value} = ${statement.parameter(label.value, 'text')}`,
    );
  }
  // There is no index of single labels.
  const isByLabel = label !== undefined && conditions.length === 1;
  const [first = 'true', ...others] = isByLabel ? ['labels is not null', ...conditions] : conditions;
  const looksAt = others.length === 0 ? limit + 1 : CLIENTS_LOOKED_AT;
  const domain = statement.parameter(domainId, 'bigint');
  // The limits are literals, because PostgreSQL would plan unknown ones anew each time.
  const sql = `
    with looked as materialized (
      select client_id, ${others.length === 0 ? 'true' : `coalesce(${others.join(' and ')}, false)`} as fits from (
        select client_id, owner, labels from clients
         where domain_id = ${domain} and client_id > ${statement.parameter(after, 'text')} and ${first}
         order by client_id limit ${Math.trunc(looksAt)}) each
    ), found as (select client_id from looked where fits order by client_id limit ${Math.trunc(limit) + 1})
    select (select json_agg(${CLIENT_JSON} order by client_id) from ${clientsByKey('(select client_id as id from found) found', { domain, client: 'found.id' })}) as clients,
           (select count(*)::integer from looked) as looked, (select max(client_id) from looked) as last`;
  return { sql, values: statement.values, looksAt };
}
