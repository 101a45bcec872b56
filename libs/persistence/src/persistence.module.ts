import {
  type DynamicModule,
  Global,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditTrail, ChangeFeed } from '#audit';
import { ClientRepository } from '#clients';
import { CredentialRepository } from '#credentials';
import { DomainRepository } from '#domains';
import { Endings, Reminders } from '#expiry';
import { IdempotencyStore } from '#idempotency';
import type { Turns } from '#shares';
import { PostgresCredentialRepository } from './access/postgres-credential.repository.js';
import { PostgresDomainRepository } from './access/postgres-domain.repository.js';
import { PostgresIdempotencyStore } from './access/postgres-idempotency-store.js';
import { PostgresRateWindows } from './access/postgres-rate-windows.js';
import { ImportLeases } from './clients/import-lease.js';
import { PostgresClientRepository } from './clients/postgres-client.repository.js';
import { DatabaseClock } from './database/database-clock.js';
import { placeOf, reasonOf } from './database/database-refusal.js';
import { ReplicaReads } from './database/replica-reads.js';
import { PostgresEndings } from './expiry/postgres-endings.js';
import { PostgresReminders } from './expiry/postgres-reminders.js';
import { LogWatch } from './log/log-watch.js';
import { PostgresAuditTrail } from './log/postgres-audit-trail.js';
import { PostgresChangeFeed } from './log/postgres-change-feed.js';
import { type LogLook, PostgresLogLook } from './log/postgres-log-look.js';
import { ClientCache } from './memory/client-cache.js';
import { FreshCaches } from './memory/fresh-cache.js';
import type { OtherWorkers } from './memory/other-workers.js';
import { StoreStatistics } from './store-statistics.js';

const PURGE_INTERVAL_MS = 60_000;

/**
 * Removes answers that can no longer be asked for and what imports have left. Finishes deletions of domains, also those
 * that a crash interrupted. Closes the pools at the end.
 */
@Injectable()
class Housekeeping implements OnModuleInit, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly domains: DomainRepository,
    private readonly idempotency: IdempotencyStore,
    private readonly watch: LogWatch<LogLook>,
    private readonly look: PostgresLogLook,
    private readonly limits: PostgresRateWindows,
    private readonly imports: ImportLeases,
    private readonly source: DataSource,
    private readonly replicas: ReplicaReads,
  ) {}

  async onModuleInit(): Promise<void> {
    // No request is answered before the database's clock is known.
    await this.watch.start();
    this.replicas.start();
    this.timer = setInterval(() => void this.purge(), PURGE_INTERVAL_MS).unref();
    void this.purge();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.watch.stop();
    const pools = [this.look, this.limits, this.imports, this.replicas];
    await Promise.all([...pools.map((pool) => pool.close()), this.source.destroy()]);
  }

  private async purge(): Promise<void> {
    // The database may be away; the next run finds the same work.
    await this.domains.purgeDeleted().catch(() => {});
    await this.idempotency.purge().catch(() => {});
    await this.limits.purge().catch(() => {});
    await this.imports.sweep().catch(() => {});
  }
}

/**
 * Binds the cores' ports to PostgreSQL, for the whole application. The adapters are made by hand, not by Nest: the
 * parts that they share look at the log for each other in a circle, and most of them are used here alone.
 */
@Global()
@Module({})
export class PersistenceModule {
  /**
   * `slowReads`: the turns in which the store reads for followers of the changes who are far behind. `notify` is called
   * when the database goes away, and when it comes back.
   */
  static over(
    source: DataSource,
    replicas: ReplicaReads,
    slowReads: Turns,
    notify: (sentence: string) => void,
    otherWorkers?: OtherWorkers,
  ): DynamicModule {
    const clock = new DatabaseClock();
    const { url } = source.options as { url: string };
    const imports = new ImportLeases(url);
    const watch: LogWatch<LogLook> = new LogWatch((logs) => look.look(logs));
    const feed = new PostgresChangeFeed(source, slowReads, watch);
    const look = new PostgresLogLook(url, clock, () => feed.followed());
    const caches = new FreshCaches(watch, otherWorkers);
    const cache = new ClientCache(watch, otherWorkers);
    watch.tell({
      changed: (change) => cache.changed(change, change.position),
      lost: () => {
        cache.clear();
        feed.lost();
      },
      looked: ({ heads }) => feed.looked(heads),
      away: (error) => notify(`The database at ${placeOf(url)} is away: ${reasonOf(error)}.`),
      back: () => notify(`The database at ${placeOf(url)} is back.`),
    });
    const standIn = replicas.standIn();
    otherWorkers?.listen((message) => {
      if (message.kind === 'forget') caches.clear();
      else if (message.kind === 'writing') cache.beginWrite(message.client);
      else cache.endWrite(message.client);
      if (message.kind !== 'writing') watch.wake();
    });
    return {
      module: PersistenceModule,
      providers: [
        { provide: DataSource, useValue: source },
        { provide: ClientRepository, useValue: new PostgresClientRepository(source, cache, standIn, imports) },
        { provide: ClientCache, useValue: cache },
        { provide: LogWatch, useValue: watch },
        { provide: PostgresLogLook, useValue: look },
        { provide: ImportLeases, useValue: imports },
        { provide: PostgresRateWindows, useValue: new PostgresRateWindows(source) },
        { provide: DatabaseClock, useValue: clock },
        { provide: ReplicaReads, useValue: replicas },
        { provide: DomainRepository, useValue: new PostgresDomainRepository(source, caches, standIn) },
        { provide: AuditTrail, useValue: new PostgresAuditTrail(source, standIn) },
        { provide: ChangeFeed, useValue: feed },
        { provide: Endings, useValue: new PostgresEndings(source, standIn) },
        { provide: Reminders, useValue: new PostgresReminders(source) },
        { provide: IdempotencyStore, useValue: new PostgresIdempotencyStore(source) },
        { provide: CredentialRepository, useValue: new PostgresCredentialRepository(source, caches, standIn) },
        { provide: StoreStatistics, useValue: new StoreStatistics(source, cache, watch, replicas) },
        Housekeeping,
      ],
      exports: [
        DataSource,
        ClientRepository,
        DomainRepository,
        CredentialRepository,
        AuditTrail,
        ChangeFeed,
        Endings,
        Reminders,
        IdempotencyStore,
        PostgresRateWindows,
        DatabaseClock,
        StoreStatistics,
      ],
    };
  }
}
