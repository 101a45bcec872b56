import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { Database } from './database.js';
import { ENTITIES } from './entities.js';
import { PatientDataSource, poolOf } from './patient-data-source.js';
import { PreparingClient } from './preparing-client.js';
import { STATEMENT_TIMEOUT_MS } from './store-connection.js';

const CONNECTION_TIMEOUT_MS = 500;
/** Half a record at the end of what a replica received is never replayed: the replica stands still before it. */
const STANDSTILL_MS = 300;

/** How far a replica is. It has a timeline of its own only if it was promoted. */
const POSITION = `select pg_wal_lsn_diff(coalesce(pg_last_wal_replay_lsn(), '0/0'), '0/0')::text as position,
  pg_wal_lsn_diff(coalesce(pg_last_wal_receive_lsn(), '0/0'), '0/0')::text as received,
  case when not pg_is_in_recovery() then substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as timeline`;

export interface Position {
  readonly position: bigint;
  readonly timeline: string | null;
}

export interface Connections {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

/** A replica. It is read only while the primary is away, and opened at the first read. */
export class Replica {
  readonly database: Database;
  private readonly source: PatientDataSource;
  private opening: Promise<DataSource> | undefined;

  constructor(url: string, poolSize: number) {
    this.source = new PatientDataSource({
      type: 'postgres',
      url,
      entities: ENTITIES,
      installExtensions: false,
      applicationName: 'clientele',
      extra: {
        max: poolSize,
        Client: PreparingClient,
        connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
        statementTimeoutMillis: STATEMENT_TIMEOUT_MS,
        // A replica that was promoted would take writes.
        isReadOnly: true,
      },
    });
    this.database = new Database(this.source);
  }

  async close(): Promise<void> {
    await this.opening?.catch(() => {});
    if (this.source.isInitialized) await this.source.destroy();
  }

  connections(): Connections {
    if (!this.source.isInitialized) return { total: 0, idle: 0, waiting: 0 };
    const { totalCount, idleCount, waitingCount } = poolOf(this.source);
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /**
   * How far the replica is. Undefined if it must not be read: it cannot be reached, is behind `floor`, has not replayed
   * all that it received, or is a primary that was not promoted since. Such a primary is an old one that came back with
   * a history of its own.
   */
  async reached(floor: Position): Promise<bigint | undefined> {
    try {
      const pool = poolOf(await this.opened());
      let now = await positionIn(pool, POSITION);
      if (now.position < now.received) {
        await sleep(STANDSTILL_MS);
        const later = await positionIn(pool, POSITION);
        if (later.position < now.received && later.position !== now.position) return undefined;
        now = later;
      }
      const isPromoted = now.timeline !== null && now.timeline > floor.timeline!;
      return now.position >= floor.position && (now.timeline === null || isPromoted) ? now.position : undefined;
    } catch {
      return undefined;
    }
  }

  /** Opens the replica once. If that fails, the next caller tries again. */
  private opened(): Promise<DataSource> {
    this.opening ??= this.source.initialize().catch((error) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }
}

export async function positionIn(pool: pg.Pool, sql: string): Promise<Position & { readonly received: bigint }> {
  const { rows } = await pool.query<{ position: string; received?: string; timeline: string | null }>(sql);
  const { position, received, timeline } = rows[0]!;
  return { position: BigInt(position), received: BigInt(received ?? 0), timeline };
}
