import { Counter, Gauge, type Registry } from 'prom-client';
import type { Expiries, Expiring } from './expiries.js';
import { type ReplicaStatistics, replicaMetrics } from './replica-metrics.js';

/** Injection token of `MeasuredStore`. */
export const MEASURED_STORE = Symbol('MeasuredStore');

/** The state of the store. Reading anything but `expiring` costs nothing and never fails. */
export interface MeasuredStore {
  connections(): { readonly total: number; readonly idle: number; readonly waiting: number; readonly max: number };
  replicas(): readonly ReplicaStatistics[];
  reads(): { readonly hits: number; readonly misses: number; readonly remembered: number };
  changes(): { readonly isCurrent: boolean; readonly ageMs: number };
  expiring(): Promise<Expiring>;
}

export function storeMetrics(registry: Registry, store: MeasuredStore, expiries: Expiries): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);

  new Gauge({
    name: 'clientele_database_connections',
    help: 'Open connections to the database, by state',
    labelNames: ['state'],
    registers,
    collect() {
      const { total, idle } = store.connections();
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'busy' }, total - idle);
    },
  });
  gauge('clientele_database_connections_max', 'DATABASE_POOL_SIZE', () => store.connections().max);
  gauge(
    'clientele_database_statements_waiting',
    'Statements that wait for a connection',
    () => store.connections().waiting,
  );

  replicaMetrics(registry, () => store.replicas());

  new Counter({
    name: 'clientele_cache_reads_total',
    help: 'Reads of one client, by outcome: hit = answered from memory',
    labelNames: ['outcome'],
    registers,
    collect() {
      const { hits, misses } = store.reads();
      this.reset();
      this.inc({ outcome: 'hit' }, hits);
      this.inc({ outcome: 'miss' }, misses);
    },
  });
  gauge('clientele_cache_clients', 'Clients that are remembered', () => store.reads().remembered);

  gauge('clientele_watch_current', '1 while changes made elsewhere are seen in time, so that memory is trusted', () =>
    store.changes().isCurrent ? 1 : 0,
  );
  gauge('clientele_watch_age_seconds', 'Since changes made elsewhere were last looked for with success', () =>
    seconds(store.changes().ageMs),
  );

  new Gauge({
    name: 'clientele_secrets_expiring',
    help: 'Secrets that expire within 30 days, by whether their client has another that lasts longer. GET /admin/expiring names them',
    labelNames: ['replaced'],
    registers,
    collect() {
      const last = expiries.last();
      if (!last) return;
      this.set({ replaced: 'true' }, last.counts.replacedSecrets);
      this.set({ replaced: 'false' }, last.counts.lastSecrets);
    },
  });
  gauge(
    'clientele_credentials_expiring',
    'Credentials that expire within 30 days. GET /admin/expiring names them',
    () => expiries.last()?.counts.credentials,
  );
  gauge('clientele_expiring_age_seconds', 'Since it was counted what expires', () => seconds(expiries.last()?.ageMs));
}
