import type { DataSource } from 'typeorm';
import { Database } from './database/database.js';
import { poolOf } from './database/patient-data-source.js';
import type { ReplicaReads } from './database/replica-reads.js';
import type { LogWatch } from './log/log-watch.js';
import type { ClientCache } from './memory/client-cache.js';

/** What expires: credentials; secrets of clients that have a longer-lasting one; and of clients that then have none. */
type Expirable = 'credentials' | 'replacedSecrets' | 'lastSecrets';

/** The statistics of the store, for metrics. Counts only: nothing here names a client or a credential. */
export class StoreStatistics {
  private readonly database: Database;

  constructor(
    private readonly source: DataSource,
    private readonly cache: ClientCache,
    private readonly watch: Pick<LogWatch, 'isCurrent' | 'ageMs'>,
    private readonly replicaReads: ReplicaReads,
  ) {
    this.database = new Database(source);
  }

  /** The connections of this process, without those of the watch and of replicas, which have their own. */
  connections(): { readonly total: number; readonly idle: number; readonly waiting: number; readonly max: number } {
    const { totalCount, idleCount, waitingCount, options } = poolOf(this.source);
    return { total: totalCount, idle: idleCount, waiting: waitingCount, max: options.max };
  }

  /** The replicas in the order in which they are listed. */
  replicas(): ReturnType<ReplicaReads['statistics']> {
    return this.replicaReads.statistics();
  }

  reads(): { readonly hits: number; readonly misses: number; readonly remembered: number } {
    return this.cache.counts();
  }

  /** Whether changes made elsewhere are seen in time, and how long ago a look last succeeded. */
  changes(): { readonly isCurrent: boolean; readonly ageMs: number } {
    return { isCurrent: this.watch.isCurrent(), ageMs: this.watch.ageMs() };
  }

  /** How many expire within thirty days. */
  async expiring(): Promise<Readonly<Record<Expirable, number>>> {
    const [row] = await this.database.query<Record<Expirable, string>>(`
      with soon as (
        select exists (select from client_secrets other
                        where other.domain_id = secret.domain_id and other.client_id = secret.client_id
                          and (other.expires_at is null or other.expires_at > secret.expires_at)) as replaced
          from client_secrets secret
         where expires_at > now() and expires_at <= now() + interval '30 days')
      select count(*) filter (where replaced) as "replacedSecrets",
             count(*) filter (where not replaced) as "lastSecrets",
             (select count(*) from credentials
               where revoked_at is null and expires_at > now() and expires_at <= now() + interval '30 days') as credentials
        from soon`);
    const { credentials, replacedSecrets, lastSecrets } = row!;
    return {
      credentials: Number(credentials),
      replacedSecrets: Number(replacedSecrets),
      lastSecrets: Number(lastSecrets),
    };
  }
}
