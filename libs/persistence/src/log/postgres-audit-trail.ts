import type { DataSource } from 'typeorm';
import {
  AuditEntry,
  type AuditQuery,
  type AuditScope,
  AuditTrail,
  type EntryOutline,
  type OutlineQuery,
  type TrailEntry,
} from '#audit';
import { Database, type Row, type StandIn } from '../database/database.js';
import { EntityTable } from '../database/entity-table.js';
import { Statement } from '../database/statement.js';
import { fieldsOf } from './audit-statement.js';

const LAST = '9223372036854775807';

/** A part of a domain's log. */
export interface LogRange {
  readonly domainId: string;
  readonly after: bigint;
  readonly upTo: bigint;
}

/** Reads by keys alone, so that what a page costs does not depend on how much others have written. */
export class PostgresAuditTrail extends AuditTrail {
  private readonly database: Database;
  private readonly table: EntityTable<AuditEntry>;

  constructor(source: DataSource, standIn?: StandIn) {
    super();
    this.database = new Database(source, standIn);
    this.table = new EntityTable(source, AuditEntry);
  }

  list(query: AuditQuery): Promise<TrailEntry[]> {
    const statement = new Statement();
    return this.found(keysOf(query, statement), statement);
  }

  entries(domainId: string, positions: readonly string[]): Promise<TrailEntry[]> {
    const statement = new Statement();
    const keys = `select domain_id, position from audit_entries
       where domain_id = ${statement.parameter(domainId, 'bigint')} and position = any(${statement.parameter(positions, 'bigint[]')})`;
    return this.found(keys, statement);
  }

  /** What stands in these logs behind what is known of them, merged in the order of time. */
  behind(logs: readonly LogRange[], { subscription, clientId }: AuditScope, limit: number): Promise<TrailEntry[]> {
    const statement = new Statement();
    const list = (values: readonly unknown[]) => statement.parameter(values, 'bigint[]');
    const asked = `unnest(${list(logs.map(({ domainId }) => domainId))}, ${list(logs.map(({ after }) => after))},
      ${list(logs.map(({ upTo }) => upTo))}) asked (domain, after, up_to)`;
    const key = { domain_id: 'asked.domain', ...(clientId && { client_id: statement.parameter(clientId, 'text') }) };
    const owner = subscription === null ? undefined : statement.parameter(subscription, 'text');
    // An entry of no one domain says itself whose it is.
    const isOwn = owner && `(asked.domain <> 0 or subscription = ${owner})`;
    const run = runOf(key, { after: 'asked.after', upTo: 'asked.up_to' }, { condition: isOwn });
    const isReached = owner
      ? `asked.domain = 0 or exists (select from domains where id = asked.domain and subscription = ${owner})`
      : 'true';
    const most = `limit ${Math.trunc(limit)}`;
    const keys = `select page.* from ${asked} cross join lateral (
        select domain_id, position from audit_entries ${run} ${most}) page
       where ${isReached} order by position, domain_id ${most}`;
    return this.found(keys, statement);
  }

  async outline({ domainId, clientId, newestFirst, limit, ...bounds }: OutlineQuery): Promise<EntryOutline[]> {
    const statement = new Statement();
    const key = {
      domain_id: statement.parameter(domainId, 'bigint'),
      client_id: statement.parameter(clientId, 'text'),
    };
    const run = runOf(key, boundsOf(bounds, statement), { direction: newestFirst ? 'desc' : 'asc' });
    const rows = await this.read<EntryOutline>(
      `select position, action, coalesce(fields, ${fieldsOf('changes')}) as fields from audit_entries ${run} limit ${Math.trunc(limit)}`,
      statement,
    );
    return rows.map(({ position, action, fields }) => ({ position, action, fields }));
  }

  /** The entries that `keys` names, in order. */
  private async found(keys: string, statement: Statement): Promise<TrailEntry[]> {
    const rows = await this.read(
      `select ${this.table.listOf('entry')}, domains.name as domain_name,
              coalesce(domains.subscription, entry.subscription) as owner
         from (${keys}) key join audit_entries entry on entry.domain_id = key.domain_id and entry.position = key.position
         left join domains on domains.id = entry.domain_id
        order by entry.position, entry.domain_id`,
      statement,
    );
    return rows.map((row) =>
      Object.assign(this.table.toEntity(row), {
        domainName: row.domain_name as string | null,
        owner: row.owner as string | null,
      }),
    );
  }

  private read<T extends object = Row>(sql: string, { values }: Statement): Promise<T[]> {
    return this.database.reading((database) => database.query<T>(sql, values));
  }
}

/**
 * The keys of a page. Without a domain they are merged from those of each domain that may be seen, and of what belongs to
 * no one domain: each gives no more than a page, by its own key. Everything in one order has an index of its own.
 */
function keysOf({ subscription, domainId, clientId, limit, ...asked }: AuditQuery, statement: Statement): string {
  const bounds = boundsOf(asked, statement);
  // As a literal, since PostgreSQL plans anew each time for a limit that it does not know.
  const most = `limit ${Math.trunc(limit)}`;
  const client: Key = clientId === undefined ? {} : { client_id: statement.parameter(clientId, 'text') };
  const owner = subscription === null ? undefined : statement.parameter(subscription, 'text');
  const page = (key: Key, condition?: string) =>
    `select domain_id, position from audit_entries ${runOf(key, bounds, { condition })} ${most}`;
  const isOwn = owner === undefined ? 'true' : `subscription = ${owner}`;
  const inDomains = (realm: string) => `select page.* from (${realm}) realm
    cross join lateral (${page({ domain_id: 'realm.id', ...client })}) page`;
  const merged = (...parts: string[]) =>
    `select * from (${parts.join(' union all ')}) keys order by position, domain_id ${most}`;
  const isMeant = domainId === undefined ? 'true' : `id = ${statement.parameter(domainId, 'bigint')}`;
  const ofDomains = inDomains(`select id from domains where ${isOwn} and ${isMeant}`);
  // What belongs to no one domain is about no client.
  if (domainId !== undefined || clientId !== undefined) return merged(ofDomains);
  return owner === undefined ? page({}) : merged(ofDomains, `(${page({ subscription: owner }, 'domain_id = 0')})`);
}

/** Columns and the expressions that they equal. */
type Key = Readonly<Record<string, string>>;

interface Bounds {
  readonly after: string;
  /** Of entries at `after`, those of domains behind this one are within, too. Absent = none is. */
  readonly afterDomain?: string;
  readonly upTo: string;
}

function boundsOf(
  { after = '0', afterDomain = LAST, upTo = LAST }: Pick<AuditQuery, 'after' | 'afterDomain' | 'upTo'>,
  statement: Statement,
): Bounds {
  const parameter = (value: string) => statement.parameter(value, 'bigint');
  return { after: parameter(after), afterDomain: parameter(afterDomain), upTo: parameter(upTo) };
}

/**
 * The entries with this key within the bounds, in order. The last column is compared together with the position, as a row:
 * were it an equation, PostgreSQL would often take the index of all entries for their order, and look through everybody's.
 */
function runOf(
  key: Key,
  { after, afterDomain, upTo }: Bounds,
  { direction = 'asc', condition = 'true' }: { direction?: 'asc' | 'desc'; condition?: string } = {},
): string {
  const columns = Object.entries(key);
  const [last, value] = columns.pop() ?? [];
  const equations = columns.map(([column, equal]) => `${column} = ${equal}`);
  // Whoever has a subscription as the key asks for what belongs to no one domain.
  const { domain_id: domain = '0' } = key;
  // The position before, for a domain whose entry at it is still wanted.
  const from = afterDomain ? `${after} - (${domain} > ${afterDomain})::integer` : after;
  const range = last
    ? `(${last}, position) > (${value}, ${from}) and (${last}, position) <= (${value}, ${upTo})`
    : `(position, domain_id) > (${after}, ${afterDomain ?? LAST}) and position <= ${upTo}`;
  return `where ${[...equations, range, condition].join(' and ')}
    order by ${last ? `${last} ${direction}, ` : ''}position ${direction}${last ? '' : `, domain_id ${direction}`}`;
}
