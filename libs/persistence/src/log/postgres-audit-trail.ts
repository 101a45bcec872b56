import { Any, type DataSource, type SelectQueryBuilder } from 'typeorm';
import {
  AuditEntry,
  type AuditQuery,
  type AuditScope,
  AuditTrail,
  type EntryOutline,
  type OutlineQuery,
  type TrailEntry,
} from '#audit';
import { Domain } from '#domains';
import { Database, type StandIn } from '../database/database.js';
import { fieldsOf, ofLog } from './domain-log.sql.js';

const LAST = '9223372036854775807';

/** A part of a domain's log. */
export interface LogRange {
  readonly domainId: string;
  readonly after: bigint;
  readonly upTo: bigint;
}

/**
 * Reads only by key, so that the cost of a page does not depend on how much others have written (decision 47). SQL is
 * used where TypeORM has no words: to compare rows, and for LATERAL, which merges the pages of many logs.
 */
export class PostgresAuditTrail extends AuditTrail {
  private readonly database: Database;

  constructor(source: DataSource, standIn?: StandIn) {
    super();
    this.database = new Database(source, standIn);
  }

  list(query: AuditQuery): Promise<TrailEntry[]> {
    const { subscription, domainId, clientId, after = '0', afterDomain = LAST, upTo = LAST, limit } = query;
    return this.found((entries) => {
      entries.setParameters({ subscription, domainId, clientId, after, afterDomain, upTo });
      if (domainId !== undefined) {
        const domain = subscription === null ? ':domainId' : OWN_DOMAIN;
        entries.where(isWithin({ domain, after: ':after', upTo: ':upTo' }, clientId));
        return inOrder(entries, clientId).limit(limit);
      }
      if (subscription === null && clientId === undefined) {
        const isWanted = '(entry.position, entry.domain_id) > (:after, :afterDomain) and entry.position <= :upTo';
        return entries.where(isWanted).orderBy('entry.position').addOrderBy('entry.domainId').limit(limit);
      }
      // At `after`, entries of the domains that follow `afterDomain` are wanted, too.
      const logs: Logs = {
        condition: subscription === null ? 'true' : IS_OWN,
        after: 'cast(:after as bigint) - (log.domain_id > :afterDomain)::integer',
        upTo: 'cast(:upTo as bigint)',
      };
      const parts = [pagesOf(logs, limit, clientId)];
      // Entries of no one domain are about no client.
      if (clientId === undefined) parts.push(pageOfNoDomain(limit));
      return merged(entries, parts, limit);
    });
  }

  entries(domainId: string, positions: readonly string[]): Promise<TrailEntry[]> {
    return this.found((entries) => entries.where({ domainId, position: Any(positions) }).orderBy('entry.position'));
  }

  /** The entries of these logs after the known positions, in the order of time. */
  behind(ranges: readonly LogRange[], { subscription, clientId }: AuditScope, limit: number): Promise<TrailEntry[]> {
    return this.found((entries) => {
      const sorted = [...ranges].sort((one, other) => (BigInt(one.domainId) < BigInt(other.domainId) ? -1 : 1));
      const ids = 'cast(:domains as bigint[])';
      entries.setParameters({
        ...{ subscription, clientId },
        domains: sorted.map(({ domainId }) => domainId),
        afters: sorted.map(({ after }) => after),
        upTos: sorted.map(({ upTo }) => upTo),
      });
      const isOwn = subscription === null ? 'true' : `(log.domain_id = 0 or ${IS_OWN})`;
      const logs: Logs = {
        condition: `log.domain_id = any(:domains) and ${isOwn}`,
        after: ofLog('cast(:afters as bigint[])', ids),
        upTo: ofLog('cast(:upTos as bigint[])', ids),
      };
      // An entry of no one domain names its own subscription.
      const condition = subscription === null ? 'true' : '(log.domain_id <> 0 or entry.subscription = :subscription)';
      return merged(entries, [pagesOf(logs, limit, clientId, condition)], limit);
    });
  }

  outline({ domainId, clientId, newestFirst, limit, ...bounds }: OutlineQuery): Promise<EntryOutline[]> {
    const { after = '0', upTo = LAST } = bounds;
    const log = { domain: ':domainId', after: ':after', upTo: ':upTo' };
    return this.database.read((manager) => {
      const entries = manager
        .createQueryBuilder(AuditEntry, 'entry')
        .select('entry.position', 'position')
        .addSelect('entry.action', 'action')
        .addSelect(`coalesce(entry.fields, ${fieldsOf('entry.changes')})`, 'fields')
        .where(isWithin(log, clientId), { domainId, clientId, after, upTo });
      return inOrder(entries, clientId, newestFirst ? 'DESC' : 'ASC')
        .limit(limit)
        .getRawMany<EntryOutline>();
    });
  }

  /** Reads entries with their domains. Some domains have been deleted. */
  private async found(
    choose: (entries: SelectQueryBuilder<AuditEntry>) => SelectQueryBuilder<AuditEntry>,
  ): Promise<TrailEntry[]> {
    const entries = await this.database.read((manager) =>
      choose(
        manager
          .createQueryBuilder(AuditEntry, 'entry')
          .leftJoinAndMapOne('entry.domain', Domain, 'domain', 'domain.id = entry.domainId'),
      ).getMany(),
    );
    return (entries as (AuditEntry & { readonly domain: Domain | null })[]).map(({ domain, ...entry }) => ({
      ...entry,
      domainName: domain?.name ?? null,
      owner: domain?.subscription ?? entry.subscription,
    }));
  }
}

/** SQL expressions for a domain and for a part of its log. */
interface Part {
  readonly domain: string;
  readonly after: string;
  readonly upTo: string;
}

/**
 * Whether `entry` is in a part of a log, and about the client `:clientId` if there is one. The last column and the
 * position are compared as one row: with an equation, PostgreSQL would often use the index of all entries for their
 * order, and scan everybody's.
 */
function isWithin({ domain, after, upTo }: Part, clientId: string | undefined): string {
  const within = (column: string, value: string) =>
    `(entry.${column}, entry.position) > (${value}, ${after}) and (entry.${column}, entry.position) <= (${value}, ${upTo})`;
  return clientId === undefined
    ? within('domain_id', domain)
    : `entry.domain_id = ${domain} and ${within('client_id', ':clientId')}`;
}

/** Sorts entries of one log. The first column is equal in all of them; it names the index that has this order. */
function inOrder(
  entries: SelectQueryBuilder<AuditEntry>,
  clientId: string | undefined,
  direction: 'ASC' | 'DESC' = 'ASC',
): SelectQueryBuilder<AuditEntry> {
  const first = clientId === undefined ? 'entry.domainId' : 'entry.clientId';
  return entries.orderBy(first, direction).addOrderBy('entry.position', direction);
}

/** The domain, or null if the subscription does not own it: no entry has that domain. */
const OWN_DOMAIN = '(select id from domains where id = :domainId and subscription = :subscription)';

/** Whether the domain of `log` is one of the subscription's. */
const IS_OWN = 'exists (select from domains where id = log.domain_id and subscription = :subscription)';

/** Which logs are wanted, and which part of each, as expressions over `log`. */
interface Logs extends Omit<Part, 'domain'> {
  readonly condition: string;
}

/**
 * The keys of the first entries of each of many logs, at most a page of each. What is wanted of a log depends only on
 * its row. Its entries are on the same server as that row (decision 50).
 */
function pagesOf({ condition, ...part }: Logs, limit: number, clientId: string | undefined, wanted = 'true'): string {
  const isWanted = `${isWithin({ domain: 'log.domain_id', ...part }, clientId)} and ${wanted}`;
  return `select page.* from domain_logs log, lateral (
      select entry.domain_id, entry.position from audit_entries entry where ${isWanted}
       order by ${clientId === undefined ? 'entry.domain_id' : 'entry.client_id'}, entry.position limit ${limit}) page
    where page.domain_id = log.domain_id and ${condition}`;
}

/** The same for a subscription's entries of no one domain. There is an index for them. */
function pageOfNoDomain(limit: number): string {
  return `(select entry.domain_id, entry.position from audit_entries entry
      where entry.domain_id = 0 and (entry.subscription, entry.position) > (:subscription, :after)
        and (entry.subscription, entry.position) <= (:subscription, :upTo)
      order by entry.subscription, entry.position limit ${limit})`;
}

/** The entries with these keys. */
function merged(
  entries: SelectQueryBuilder<AuditEntry>,
  keys: readonly string[],
  limit: number,
): SelectQueryBuilder<AuditEntry> {
  const page = `(select * from (${keys.join(' union all ')}) keys order by position, domain_id limit ${limit})`;
  return entries
    .innerJoin(page, 'key', 'key.domain_id = entry.domain_id and key.position = entry.position')
    .orderBy('entry.position')
    .addOrderBy('entry.domainId');
}
