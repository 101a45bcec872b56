import type { AuditScope } from '#audit';
import { OFTEN } from '../database/migrations/1765045000000-actions.js';

/** SQL expressions for a domain and for a part of its log. */
export interface Part {
  readonly domain: string;
  /** After this position. */
  readonly after: string;
  readonly upTo: string;
}

/** Which logs are wanted, and which part of each, as expressions over `log`. */
export interface Logs extends Omit<Part, 'domain'> {
  readonly condition: string;
}

/** What the entries of a log have in common, for which there is an index beside that of the log. */
export type Common = 'client_id' | 'action' | undefined;

export type Direction = 'asc' | 'desc';

/** The columns of a key, and those by which a search chooses. */
const KEY = ['domain_id', 'position'];
const CHOSEN_BY = [...KEY, 'action', 'credential_id', 'client_id', 'at'];
/** Whether it is the last entry of its client. Beside the columns: Citus cannot ask it of what a subquery has found. */
const IS_LAST = `(select max(later.position) from audit_entries later
  where later.domain_id = entry.domain_id and later.client_id = entry.client_id) = entry.position as is_last`;

/** The domain, or null if the subscription does not own it: no entry has that domain. */
const OWN_DOMAIN = '(select id from domains where id = :domainId and subscription = :subscription)';

/** Whether the domain of `log` is one of the subscription's. */
export const IS_OWN = 'exists (select from domains where id = log.domain_id and subscription = :subscription)';

/** By what the entries of a scope are found in each log. Changes of clients are found without an index: most are some. */
function commonOf({ clientId, action }: { clientId?: string; action?: string }): Common {
  if (clientId !== undefined) return 'client_id';
  return action === undefined || action === OFTEN ? undefined : 'action';
}

/**
 * Whether `entry` is in a part of a log, and has `common`. The last column and the position are compared as one row: with
 * an equation, PostgreSQL would often use the index of all entries for their order, and scan everybody's. Before version
 * 18 it reads the index on to the log's end, also where the part ends earlier, as a search by time does (decision 47).
 */
export function isWithin({ domain, after, upTo }: Part, common: Common): string {
  const within = (column: string, value: string) =>
    `(entry.${column}, entry.position) > (${value}, ${after}) and (entry.${column}, entry.position) <= (${value}, ${upTo})`;
  if (common === undefined) return within('domain_id', domain);
  const isOf = `entry.domain_id = ${domain}`;
  if (common === 'client_id') return `${isOf} and ${within('client_id', ':clientId')}`;
  return `${isOf} and ${within('action', ':action')} and entry.action <> '${OFTEN}'`;
}

/** The order of entries of one log. The first column is equal in all of them; it names the index that has this order. */
function inLog(common: Common, direction: Direction, of = 'entry'): string {
  return `order by ${of}.${common ?? 'domain_id'} ${direction}, ${of}.position ${direction}`;
}

/** The order of entries of many logs. */
export function inTime(direction: Direction, of = 'keys'): string {
  return `order by ${of}.position ${direction}, ${of}.domain_id ${direction}`;
}

/** Keys, and their order said of `keys`: in these words PostgreSQL knows it, and stops when it has found enough. */
export interface Keys {
  readonly sql: string;
  readonly order: string;
}

/**
 * The keys of the first entries of each of many logs, at most `limit` of each. What is wanted of a log depends only on its
 * row. Its entries are on the same server as that row (decision 50).
 */
export function pagesOf(
  { condition, ...part }: Logs,
  limit: number,
  common: Common,
  { wanted = 'true', direction = 'asc' as Direction, columns = KEY } = {},
): string {
  const isWanted = `${isWithin({ domain: 'log.domain_id', ...part }, common)} and ${wanted}`;
  return `select page.* from domain_logs log, lateral (
      select ${listOf(columns)} from audit_entries entry where ${isWanted}
       ${inLog(common, direction)} limit ${limit}) page
    where page.domain_id = log.domain_id and ${condition}`;
}

/** How keys are searched for. */
interface Search {
  readonly direction: Direction;
  /** At most so many. */
  readonly limit: number;
  /** Whether the keys are to have the columns by which a search chooses. */
  readonly isChosen: boolean;
  /** Whether they are to say, as `is_last`, whether they are the last of their clients. Within one domain. */
  readonly isLast?: boolean;
}

/**
 * The keys of the entries of a scope in the order of time: those after the parameters `:after` and `:afterDomain`, and
 * between the positions `:lowest` and `:highest`.
 */
export function keysOf(scope: AuditScope & { action?: string }, { direction, limit, isChosen, isLast }: Search): Keys {
  const { subscription, domainId } = scope;
  const common = commonOf(scope);
  const columns = isChosen ? CHOSEN_BY : [...KEY, ...(common ? [common] : [])];
  const keys = (condition: string, order: string) =>
    `(select ${listOf(columns)}${isLast ? `, ${IS_LAST}` : ''} from audit_entries entry where ${condition} ${order} limit ${limit})`;
  if (domainId !== undefined) {
    const domain = subscription === null ? 'cast(:domainId as bigint)' : OWN_DOMAIN;
    const sql = keys(isWithin({ domain, ...boundsIn('0', direction) }, common), inLog(common, direction));
    return { sql, order: inLog(common, direction, 'keys') };
  }
  if (subscription === null && common === undefined) {
    const isBehind = `(entry.position, entry.domain_id) ${direction === 'asc' ? '>' : '<'} (:after, :afterDomain)`;
    const isBetween = 'entry.position > :lowest and entry.position <= :highest';
    return { sql: keys(`${isBehind} and ${isBetween}`, inTime(direction, 'entry')), order: inTime(direction) };
  }
  const logs = { condition: subscription === null ? 'true' : IS_OWN, ...boundsIn('log.domain_id', direction) };
  const parts = [pagesOf(logs, limit, common, { direction, columns })];
  // Entries of no one domain are about no client. The operator's logs include theirs.
  if (subscription !== null && common !== 'client_id') {
    // There is an index for those of a subscription.
    const { after, upTo } = boundsIn('0', direction);
    const isOfSubscription = `entry.domain_id = 0 and (entry.subscription, entry.position) > (:subscription, ${after})
        and (entry.subscription, entry.position) <= (:subscription, ${upTo})`;
    parts.push(keys(isOfSubscription, `order by entry.subscription ${direction}, entry.position ${direction}`));
  }
  const order = inTime(direction);
  return { sql: `(select * from (${parts.join(' union all ')}) keys ${order} limit ${limit})`, order };
}

/** At `:after`, entries of the domains that follow `:afterDomain` in this direction are wanted, too. */
function boundsIn(domain: string, direction: Direction): Omit<Part, 'domain'> {
  const behind = (operator: string) =>
    `cast(:after as bigint) - (${domain} ${operator} cast(:afterDomain as bigint))::integer`;
  return direction === 'asc'
    ? { after: `greatest(${behind('>')}, cast(:lowest as bigint))`, upTo: 'cast(:highest as bigint)' }
    : { after: 'cast(:lowest as bigint)', upTo: `least(${behind('>=')}, cast(:highest as bigint))` };
}

function listOf(columns: readonly string[]): string {
  return columns.map((column) => `entry.${column}`).join(', ');
}
