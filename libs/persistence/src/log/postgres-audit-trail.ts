import { Any, type DataSource, type EntityManager, LessThan, type SelectQueryBuilder } from 'typeorm';
import {
  AuditEntry,
  type AuditPage,
  type AuditPlace,
  type AuditQuery,
  type AuditScope,
  type AuditSearch,
  AuditTrail,
  type EntryOutline,
  LOOKED_AT,
  LOOKED_AT_IN_EACH,
  type OutlineQuery,
  type TrailEntry,
} from '#audit';
import { Domain } from '#domains';
import { Database, type StandIn } from '../database/database.js';
import { type Direction, IS_OWN, inTime, isWithin, type Keys, keysOf, type Logs, pagesOf } from './audit-keys.sql.js';
import { fieldsOf, ofLog } from './domain-log.sql.js';

const LAST = '9223372036854775807';
/** A position is at most so much greater than the time of its entry in microseconds, or smaller (decision 50). */
const LATE = 60_000_000n;
const ROUNDED = 1000n;
/** Of September 2001: no position is smaller, and no id that was counted is greater. */
const FIRST_POSITION = '1000000000000000';

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

  /** In the order in which they were written. */
  list({ after = '0', afterDomain = LAST, upTo = LAST, limit, ...scope }: AuditQuery): Promise<TrailEntry[]> {
    return this.found((entries) => {
      entries.setParameters({ ...scope, after, afterDomain, lowest: '0', highest: upTo });
      return keyed(entries, keysOf(scope, { direction: 'asc', limit, isChosen: false }).sql, 'asc');
    });
  }

  async search({ limit, ...search }: AuditSearch): Promise<AuditPage> {
    const lowest = search.from ? await this.positionBefore(search.from) : '0';
    const { direction, looked, choice, parameters } = searchOf(search, lowest, limit + 1);
    const found = await this.found((entries) => {
      entries.setParameters(parameters);
      const { sql, order } = looked.keys;
      const chosen = `(select keys.* from ${sql} keys where ${choice} ${order} limit ${limit + 1})`;
      return keyed(entries, chosen, direction);
    });
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    if (found.length > limit) return { entries, next: last };
    const end = looked.isBounded
      ? await this.database.read((manager) => endOf(looked, parameters, manager))
      : undefined;
    // What was written meanwhile has moved the end of a search that begins with the newest.
    return { entries, next: end && last && isBehind(last, end, direction) ? last : end };
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
      const common = clientId === undefined ? undefined : 'client_id';
      const keys = pagesOf(logs, limit, common, { wanted: condition });
      return keyed(entries, `(select * from (${keys}) keys ${inTime('asc')} limit ${limit})`, 'asc');
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
        .where(isWithin(log, 'client_id'), { domainId, clientId, after, upTo });
      const direction = newestFirst ? 'DESC' : 'ASC';
      // The first is equal in all of them; it names the index that has this order.
      return entries
        .orderBy('entry.clientId', direction)
        .addOrderBy('entry.position', direction)
        .limit(limit)
        .getRawMany<EntryOutline>();
    });
  }

  /** A position before those of all entries of this time or later. Entries from before logs had positions have counted ids. */
  private async positionBefore(time: Date): Promise<string> {
    const counted = { position: LessThan(FIRST_POSITION) };
    const last = await this.database.read((manager) =>
      manager.findOne(AuditEntry, {
        ...{ select: { domainId: true, position: true, at: true }, where: counted, order: { position: 'DESC' } },
      }),
    );
    const position = microsecondsOf(time) - ROUNDED;
    const mayBeCounted = last !== null && microsecondsOf(last.at) + LATE >= position;
    return mayBeCounted || position < 0n ? '0' : String(position);
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

/** The entries with these keys. */
function keyed(
  entries: SelectQueryBuilder<AuditEntry>,
  keys: string,
  direction: Direction,
): SelectQueryBuilder<AuditEntry> {
  const order = direction === 'asc' ? 'ASC' : 'DESC';
  return entries
    .innerJoin(keys, 'key', 'key.domain_id = entry.domain_id and key.position = entry.position')
    .orderBy('entry.position', order)
    .addOrderBy('entry.domainId', order);
}

/** What a search looks at. */
interface Looked {
  readonly keys: Keys;
  readonly limit: number;
  /** Whether it may have to stop before it has found what is asked for. */
  readonly isBounded: boolean;
}

/** A search in SQL. `choice`: which of the keys are wanted. */
function searchOf(search: Omit<AuditSearch, 'limit'>, lowest: string, wanted: number) {
  const { subscription, domainId, clientId, newestFirst = false, action, credentialId, from, to } = search;
  const direction: Direction = newestFirst ? 'desc' : 'asc';
  const conditions = [
    ...(action === undefined ? [] : ['keys.action = :action']),
    ...(credentialId === undefined ? [] : ['keys.credential_id = cast(:credentialId as uuid)']),
    ...(from ? ['keys.at >= cast(:from as timestamptz)'] : []),
    ...(to ? ['keys.at <= cast(:to as timestamptz)'] : []),
    ...(search.isLast ? ['keys.is_last'] : []),
  ];
  const isBounded = conditions.length > 0;
  const isOneOrder = domainId !== undefined || (subscription === null && clientId === undefined);
  const limit = isBounded ? (isOneOrder ? LOOKED_AT : LOOKED_AT_IN_EACH) : wanted;
  const start = newestFirst ? NEWEST : OLDEST;
  const { position: after, domainId: afterDomain = start.domainId } = search.after ?? start;
  const looked: Looked = {
    keys: keysOf(search, { direction, limit, isChosen: isBounded, isLast: search.isLast }),
    limit,
    isBounded,
  };
  return {
    ...{ direction, looked, choice: conditions.join(' and ') || 'true' },
    parameters: {
      ...{ subscription, domainId, clientId, action, credentialId, after },
      ...{ from: from?.toISOString(), to: to?.toISOString() },
      // Within one domain the position says it all.
      afterDomain: domainId === undefined ? afterDomain : start.domainId,
      lowest,
      highest: to ? String(microsecondsOf(to) + LATE) : LAST,
    },
  };
}

/** The last key that a search looks at; undefined = it comes to the end of what there is. */
async function endOf(
  { keys, limit }: Looked,
  parameters: object,
  manager: EntityManager,
): Promise<AuditPlace | undefined> {
  const last = await manager
    .createQueryBuilder()
    .select('keys.domain_id', 'domainId')
    .addSelect('keys.position', 'position')
    .from(`(select * from ${keys.sql} keys ${keys.order} offset ${limit - 1} limit 1)`, 'keys')
    .setParameters(parameters)
    .getRawOne<AuditPlace>();
  return last ?? undefined;
}

/** Before all entries, in either direction. */
const OLDEST: AuditPlace = { position: '0', domainId: LAST };
const NEWEST: AuditPlace = { position: LAST, domainId: '0' };

function microsecondsOf(date: Date): bigint {
  return BigInt(date.getTime()) * 1000n;
}

function isBehind(one: AuditPlace, other: AuditPlace, direction: Direction): boolean {
  const [a, b] = [one, other].map((place) => [BigInt(place.position), BigInt(place.domainId)] as const);
  const difference = a![0] === b![0] ? a![1] - b![1] : a![0] - b![0];
  return direction === 'asc' ? difference > 0n : difference < 0n;
}
