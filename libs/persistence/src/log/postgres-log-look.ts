import type pg from 'pg';
import type { RecentHeads } from '#audit';
import type { DatabaseClock } from '../database/database-clock.js';
import { openPool } from '../database/store-connection.js';
import { CLOCK_AT_BEGINNING, ofLog } from './domain-log.sql.js';
import type { Look, WatchedLog } from './log-watch.js';

/** A longer look comes too late to be of use. */
const TIMEOUT_MS = 2000;
/**
 * The most changes of one log in a look: as many as a process remembers clients. Beyond that, forgetting the whole
 * domain is cheaper. Must be more than a domain's writes in a quarter of a second: after forgetting its own writes, a
 * process tries the next change as an insert, which takes PostgreSQL twice the time (3,500 changes a second reached a
 * bound of 1,000).
 */
const MAX_CHANGES = 10_000;
/**
 * The time after which an entry with a given position is certainly visible. A statement waits for the log last, for at
 * most its time limit (an import 30 s, with its audit rows), and then holds the row for the commit.
 */
export const SETTLING_MS = 45_000;

/** How far the followed logs have come. */
export interface Heads {
  /** The logs that were asked for by name. */
  readonly named: ReadonlyMap<string, bigint>;
  /** All logs that have moved since the last such look, if asked for. */
  readonly recent?: RecentHeads;
}

export interface LogLook extends Look {
  readonly heads: Heads;
}

/** What followers want to know. `across`: all logs, and what moved after `since` if no look has come since then. */
export interface Followed {
  readonly domainIds: readonly string[];
  readonly across: boolean;
  readonly since?: bigint;
}

interface Read {
  readonly time: number;
  readonly server: string;
  readonly moved: string | null;
  readonly named: string | null;
  readonly recent?: string | null;
  readonly settled: string;
}

type Moved = [domainId: string, position: string, changes: [clientId: string, position: string][] | null];

/** Looks at the logs and the clock. Has its own connection, so that no queue of requests can delay it. */
export class PostgresLogLook {
  private readonly pool: pg.Pool;
  /** The position up to which the last look at all logs has seen every entry. */
  private settled: string | null = null;

  constructor(
    url: string,
    private readonly clock: DatabaseClock,
    private readonly followed: () => Followed,
  ) {
    this.pool = openPool({
      connectionString: url,
      max: 1,
      application_name: 'clientele watch',
      connectionTimeoutMillis: TIMEOUT_MS,
      statementTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
  }

  async look(logs: readonly WatchedLog[]): Promise<LogLook> {
    const followed = this.followed();
    if (!followed.across) this.settled = null;
    const read = await this.clock.heardIn(() => this.read(logs, followed));
    if (followed.across) this.settled = read.settled;
    return {
      server: read.server,
      moved: listOf<Moved>(read.moved).map(([domainId, position, changes]) => ({
        domainId,
        position: BigInt(position),
        changes:
          (changes?.length ?? 0) > MAX_CHANGES
            ? undefined
            : (changes?.map(([clientId, at]) => ({ domainId, clientId, position: at })) ?? []),
      })),
      heads: {
        named: headsOf(read.named),
        recent: followed.across ? { heads: headsOf(read.recent ?? null), settled: BigInt(read.settled) } : undefined,
      },
    };
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async read(logs: readonly WatchedLog[], { domainIds, across, since }: Followed): Promise<Read> {
    // Not prepared: a plan made while there were few entries would go on scanning all of them.
    const known = logs
      .map(({ domainId, position }) => [BigInt(domainId), position ?? LAST] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1));
    const values = [known.map(([domainId]) => domainId), known.map(([, position]) => position), domainIds];
    const { rows } = across
      ? await this.pool.query<Read>(LOOK_AT_ALL, [...values, this.earlier(since)])
      : await this.pool.query<Read>(LOOK, values);
    return rows[0]!;
  }

  /** Since when all logs are looked at, so that followers who begin miss nothing, however late their first look is. */
  private earlier(since: bigint | undefined): string | null {
    const { settled } = this;
    return since === undefined || (settled !== null && BigInt(settled) < since) ? settled : String(since);
  }
}

const SETTLED = `${CLOCK_AT_BEGINNING} - ${SETTLING_MS * 1000}`;

/** The positions of all logs that moved lately, and the last entry of all, for a follower that begins. */
export const RECENT = `
  select (${SETTLED})::text as settled, ${recentHeads(SETTLED)} as recent,
         (select max(position) from audit_entries)::text as last`;

/** No entry comes after it: nothing is wanted from a log whose position is unknown. */
const LAST = 9_223_372_036_854_775_807n;
/** The known position of `log`. */
const KNOWN = ofLog('$2::bigint[]', '$1::bigint[]');

/**
 * $1, $2: watched logs, in the order of their ids, and their known positions; $3: followed logs; $4, to look at all
 * logs: since when (null = since what may not be settled). What is wanted of a log's entries depends only on its row.
 * Its entries are on the same server as that row (decision 50).
 */
const LOOK = `
  select (extract(epoch from clock_timestamp()) * 1000)::float8 as time, pg_postmaster_start_time()::text as server,
         (select json_agg(json_build_array(domain_id::text, position::text, changes))::text from (
            select log.domain_id, log.position,
                   json_agg(json_build_array(client_id, entry.position::text)) filter (where client_id is not null) as changes
              from domain_logs log left join lateral (
                select domain_id, client_id, position from audit_entries entry
                 where (entry.domain_id, entry.position) > (log.domain_id, ${KNOWN})
                   and (entry.domain_id, entry.position) <= (log.domain_id, log.position) and client_id is not null
                 limit ${MAX_CHANGES + 1}) entry on entry.domain_id = log.domain_id
             where log.domain_id = any($1) and log.position <> ${KNOWN}
             group by log.domain_id, log.position) moved) as moved,
         (select json_agg(json_build_array(domain_id::text, position::text))::text
            from domain_logs where domain_id = any($3::bigint[])) as named,
         (${SETTLED})::text as settled`;
const LOOK_AT_ALL = `${LOOK}, ${recentHeads(`coalesce($4::bigint, ${SETTLED})`)} as recent`;

function listOf<T>(json: string | null): T[] {
  return json === null ? [] : JSON.parse(json);
}

function recentHeads(since: string): string {
  return `(select json_agg(json_build_array(domain_id::text, head::text))::text
    from (select domain_id, max(position) as head from audit_entries where position > ${since} group by domain_id) heads)`;
}

export function headsOf(json: string | null): ReadonlyMap<string, bigint> {
  return new Map(listOf<[string, string]>(json).map(([domainId, position]) => [domainId, BigInt(position)]));
}
