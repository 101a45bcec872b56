import type pg from 'pg';
import type { Look } from './change-watch.js';
import type { DatabaseClock } from './database-clock.js';
import { openPool } from './store-connection.js';

/** A look that takes longer comes too late to be of use. */
const TIMEOUT_MS = 2000;

const CHANNEL = 'clientele_changes';

interface Read {
  readonly time: number;
  readonly xmin: string;
  readonly xmax: string;
  readonly timeline: string;
  readonly last: string;
  readonly changes: readonly string[];
}

/** Looks at the changes and at the clock, over a connection of its own, so that no queue of requests can hold it up. */
export class PostgresChangeLook {
  private readonly pool: pg.Pool;

  /** `heard`: another instance says that it has written. Nothing rests on it: the connection may be cut, and what is said meanwhile is lost. */
  constructor(
    url: string,
    private readonly clock: DatabaseClock,
    heard: () => void,
  ) {
    this.pool = openPool({
      connectionString: url,
      max: 1,
      application_name: 'clientele watch',
      connectionTimeoutMillis: TIMEOUT_MS,
      statementTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      onConnect: async (client) => {
        const { processID: own } = client as unknown as { processID: number };
        client.on('notification', ({ processId }) => {
          if (processId !== own) heard();
        });
        await client.query(`listen ${CHANNEL}`);
      },
    });
  }

  async look(floor: bigint | undefined, limit: number): Promise<Look> {
    const { xmin, xmax, timeline, last, changes } = await this.clock.heardIn(() => this.read(floor, limit));
    return {
      xmin: BigInt(xmin),
      xmax: BigInt(xmax),
      timeline,
      lastId: BigInt(last),
      changes: changes.map((change) => {
        const [entry, domainId, clientId] = change.split(' ') as [string, string, string];
        return { entry, domainId, clientId };
      }),
    };
  }

  /** Says to the other instances that something was written: in a transaction of its own, in which writers do not queue. */
  async announce(): Promise<void> {
    await this.pool.query(`notify ${CHANNEL}`);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async read(floor: bigint | undefined, limit: number): Promise<Read> {
    const { rows } = await this.pool.query<Read>({
      name: 'look',
      text: `select (extract(epoch from clock_timestamp()) * 1000)::float8 as time,
                    pg_snapshot_xmin(snapshot)::text as xmin, pg_snapshot_xmax(snapshot)::text as xmax,
                    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline,
                    coalesce((select max(id) from audit_entries), 0)::text as last,
                    array(select id::text || ' ' || domain_id::text || ' ' || client_id from audit_entries
                           where id > $1 and client_id is not null order by id limit $2) as changes
               from pg_current_snapshot() snapshot`,
      values: [floor?.toString() ?? null, limit],
    });
    return rows[0]!;
  }
}
