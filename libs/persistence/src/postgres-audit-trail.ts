import type { DataSource } from 'typeorm';
import { AuditEntry, type AuditQuery, AuditTrail, type EntryOutline, type OutlineQuery, type TrailEntry } from '#audit';
import { fieldsOf } from './audit-statement.js';
import { Database, type Row, type StandIn } from './database.js';
import { EntityTable } from './entity-table.js';
import { Statement } from './statement.js';

const LAST_ID = '9223372036854775807';

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

  entries(domainId: string, ids: readonly string[]): Promise<TrailEntry[]> {
    const statement = new Statement();
    const keys = `select domain_id, id from audit_entries
       where domain_id = ${statement.parameter(domainId, 'bigint')} and id = any(${statement.parameter(ids, 'bigint[]')})`;
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
      `select id, action, coalesce(fields, ${fieldsOf('changes')}) as fields from audit_entries ${run} limit ${Math.trunc(limit)}`,
      statement,
    );
    return rows.map(({ id, action, fields }) => ({ id, action, fields }));
  }

  /** The entries that `keys` names, in order. */
  private async found(keys: string, statement: Statement): Promise<TrailEntry[]> {
    const rows = await this.read(
      `select ${this.table.listOf('entry')}, domains.name as domain_name,
              coalesce(domains.subscription, entry.subscription) as owner
         from (${keys}) key join audit_entries entry on entry.domain_id = key.domain_id and entry.id = key.id
         left join domains on domains.id = entry.domain_id
        order by entry.id`,
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
    `select domain_id, id from audit_entries ${runOf(key, bounds, { condition })} ${most}`;
  const isOwn = owner === undefined ? 'true' : `subscription = ${owner}`;
  const inDomains = (realm: string) => `select page.* from (${realm}) realm
    cross join lateral (${page({ domain_id: 'realm.id', ...client })}) page`;
  const merged = (...parts: string[]) => `select * from (${parts.join(' union all ')}) keys order by id ${most}`;
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
  readonly upTo: string;
}

function boundsOf({ after = '0', upTo = LAST_ID }: Pick<AuditQuery, 'after' | 'upTo'>, statement: Statement): Bounds {
  return { after: statement.parameter(after, 'bigint'), upTo: statement.parameter(upTo, 'bigint') };
}

/**
 * The entries with this key within the bounds, in order. The last column is compared together with the id, as a row: were
 * it an equation, PostgreSQL would often take the index of all entries for their order, and look through everybody's.
 */
function runOf(
  key: Key,
  { after, upTo }: Bounds,
  { direction = 'asc', condition = 'true' }: { direction?: 'asc' | 'desc'; condition?: string } = {},
): string {
  const columns = Object.entries(key);
  const [last, value] = columns.pop() ?? [];
  const equations = columns.map(([column, equal]) => `${column} = ${equal}`);
  const [row, from, to] = last ? [`(${last}, id)`, `(${value}, ${after})`, `(${value}, ${upTo})`] : ['id', after, upTo];
  return `where ${[...equations, `${row} > ${from}`, `${row} <= ${to}`, condition].join(' and ')}
    order by ${last ? `${last} ${direction}, ` : ''}id ${direction}`;
}
