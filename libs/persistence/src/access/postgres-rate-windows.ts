import type pg from 'pg';
import { type DataSource, Raw } from 'typeorm';
import type { Claim, Claimed, RateLimitOptions, SharedCount } from '#shares';
import { Database } from '../database/database.js';
import { RateWindow } from '../database/entities/rate-window.entity.js';
import { PreparingClient } from '../database/preparing-client.js';
import { openPool } from '../database/store-connection.js';

const TIMEOUT_MS = 1000;

/** A share of a limit: at least `needed`, up to `wanted`. Beyond `needed`, at most a quarter of what is left. */
const share = (left: string) => `least(${left}, greatest($2::int, least($3::int, ${left} / 4)))`;
const LEFT_OF_NEW = 'greatest($5::int - $4::int, 0)';
const LEFT_OF_KNOWN = `greatest($5::int - $4::int - case when known.ends_at <= now() then 0 else known.used end, 0)`;
const END_OF_NEW = 'now() + make_interval(secs => $6::int)';

/**
 * One statement, because a request waits for it and two concurrent claims must not both see what is left. TypeORM's
 * upsert takes no expressions.
 */
const CLAIM = `
  insert into rate_windows as known (credential_id, used, granted, ends_at)
  values ($1::uuid, $5::int - ${LEFT_OF_NEW} + ${share(LEFT_OF_NEW)}, ${share(LEFT_OF_NEW)}, ${END_OF_NEW})
  on conflict (credential_id) do update
     set used = $5::int - ${LEFT_OF_KNOWN} + ${share(LEFT_OF_KNOWN)},
         granted = ${share(LEFT_OF_KNOWN)},
         ends_at = case when known.ends_at <= now() then excluded.ends_at else known.ends_at end
  returning granted, $5::int - used as left, extract(epoch from ends_at - now())::float8 * 1000 as milliseconds`;

/**
 * Counts how much of its limit each credential and each subscription has used on all instances, by the database's
 * clock. Has its own connection, so that no queue of requests can delay it: a limit must hold even when there are too
 * many requests.
 */
export class PostgresRateWindows implements SharedCount {
  private readonly pool: pg.Pool;
  private readonly database: Database;

  constructor(source: DataSource) {
    this.database = new Database(source);
    this.pool = openPool({
      connectionString: (source.options as { url: string }).url,
      Client: PreparingClient,
      max: 1,
      application_name: 'clientele limits',
      connectionTimeoutMillis: TIMEOUT_MS,
      statementTimeoutMillis: TIMEOUT_MS,
      query_timeout: 2 * TIMEOUT_MS,
    });
  }

  /** Counts a claim and returns how much of it is granted. The first claim starts the window. */
  async claim(
    holder: string,
    { needed, wanted, owed }: Claim,
    { requests, seconds }: RateLimitOptions,
  ): Promise<Claimed> {
    const values = [holder, needed, wanted, owed, requests, seconds];
    const { rows } = await this.pool.query<Claimed>(CLAIM, values);
    return rows[0]!;
  }

  /** Removes the windows that have ended. */
  async purge(): Promise<void> {
    await this.database.run((manager) => manager.delete(RateWindow, { endsAt: Raw((at) => `${at} < now()`) }));
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
