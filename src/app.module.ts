import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CLIENTS_OPTIONS, type ClientsOptions } from '#clients';
import {
  AccessTokens,
  CREDENTIALS_OPTIONS,
  type CredentialsOptions,
  type TrustedIssuer,
  TrustedIssuers,
} from '#credentials';
import { DOMAINS_OPTIONS, DomainRepository, Domains, type DomainsOptions } from '#domains';
import { DatabaseClock, type OtherWorkers, observeStatements, PersistenceModule, StoreStatistics } from '#persistence';
import { Pepper } from '#secrets';
import type { Config } from './config.js';
import { DueTasksModule } from './due-tasks.module.js';
import { DATABASE_TIME, type DatabaseTime, type Dialect, PUBLIC_URL, SlowReads } from './http/index.js';
import {
  DATABASE_PING,
  DIALECTS,
  MEASURED_STORE,
  OperationsModule,
  SINGLE_PROCESS,
  TRACING,
  Tracing,
  WORKER_METRICS,
  type WorkerMetrics,
} from './operations/index.js';
import type { Store } from './store.js';

/** The configuration of the cores and the dialects. */
@Global()
@Module({})
class SettingsModule {
  static of(
    config: Config,
    store: Store,
    dialects: readonly Dialect[],
    issuers: readonly TrustedIssuer[],
    workers: WorkerMetrics,
    slowReads: SlowReads,
  ): DynamicModule {
    const { publicUrl, defaultDomain, strictAudiences, bootstrapApiKey } = config;
    const clients: ClientsOptions = { strictAudiences, allowPlainHttp: config.allowHttpCallbacks };
    const credentials: CredentialsOptions = { bootstrapKey: bootstrapApiKey };
    const domains: DomainsOptions = { defaultDomain, sandboxHost: sandboxHostOf(publicUrl) };
    const providers = [
      { provide: PUBLIC_URL, useValue: publicUrl },
      { provide: DIALECTS, useValue: dialects },
      { provide: CLIENTS_OPTIONS, useValue: clients },
      { provide: CREDENTIALS_OPTIONS, useValue: credentials },
      { provide: DOMAINS_OPTIONS, useValue: domains },
      { provide: Pepper, useValue: store.pepper },
      {
        provide: DATABASE_TIME,
        inject: [DatabaseClock],
        useFactory:
          (clock: DatabaseClock): DatabaseTime =>
          () =>
            clock.now(),
      },
      { provide: AccessTokens, useValue: new AccessTokens(store.signingKey, publicUrl) },
      {
        provide: TrustedIssuers,
        inject: [DomainRepository, DATABASE_TIME],
        useFactory: (repository: DomainRepository, now: DatabaseTime) => {
          const known = new Domains(repository, domains);
          // The same URL with and without its slash.
          return new TrustedIssuers(issuers, [publicUrl, `${publicUrl}/`], (name) => known.find(name), now);
        },
      },
      { provide: SlowReads, useValue: slowReads },
      { provide: DATABASE_PING, useValue: () => whoAnswers(store) },
      { provide: MEASURED_STORE, useExisting: StoreStatistics },
      { provide: WORKER_METRICS, useValue: workers },
      { provide: TRACING, useFactory: () => (config.sendTraces ? tracingOf(store) : undefined) },
    ];
    return { module: SettingsModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

/** Wires ports to adapters. Only this file and app.ts see both sides. */
@Module({})
export class AppModule {
  static of(
    config: Config,
    store: Store,
    dialects: readonly Dialect[],
    issuers: readonly TrustedIssuer[],
    notify: (sentence: string) => void,
    otherWorkers: (OtherWorkers & WorkerMetrics) | undefined,
    isFirst: boolean,
  ): DynamicModule {
    const slowReads = new SlowReads(config.databasePoolSize);
    return {
      module: AppModule,
      imports: [
        SettingsModule.of(config, store, dialects, issuers, otherWorkers ?? SINGLE_PROCESS, slowReads),
        PersistenceModule.over(store.source, store.replicas, slowReads, notify, otherWorkers),
        OperationsModule,
        ...(isFirst ? [DueTasksModule] : []),
        ...dialects.map(({ module }) => module),
      ],
    };
  }
}

/** Tells which database answers. Rejects when none does. */
function whoAnswers({ source, replicas }: Store): Promise<'primary' | 'replica'> {
  return replicas.read<'primary' | 'replica'>(
    async () => {
      await source.query('select 1');
      return 'primary';
    },
    async (replica) => {
      await replica.query('select 1');
      return 'replica';
    },
  );
}

async function tracingOf({ source }: Store): Promise<Tracing> {
  const tracing = await Tracing.start();
  observeStatements(source, tracing.statement);
  return tracing;
}

/** The host of PUBLIC_URL, or localhost for an IPv6 address, which cannot be part of a domain name. */
function sandboxHostOf(publicUrl: string): string {
  const { hostname } = new URL(publicUrl);
  return hostname.startsWith('[') ? 'localhost' : hostname;
}
