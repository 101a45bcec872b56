import { Inject, Injectable } from '@nestjs/common';
import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import type { Dialect } from '../../http/index.js';
import { DIALECTS } from '../pages.controller.js';
import { Traffic } from '../traffic.js';
import { Expiries } from './expiries.js';
import { RouteNames } from './route-names.js';
import { MEASURED_STORE, type MeasuredStore, storeMetrics } from './store-metrics.js';
import { WORKER_METRICS, type WorkerMetrics } from './worker-metrics.js';

/** The metrics of one process. */
type Measurement = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** CPU, memory and event loop belong to the process, so a process has one registry of them. */
let processRegistry: Registry | undefined;

function processMetrics(): Registry {
  if (!processRegistry) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}

/** The metrics for Prometheus. With WORKERS, any one worker answers for all, and each has its own label. */
@Injectable()
export class Metrics {
  readonly names: RouteNames;
  readonly traffic: Traffic;
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly registry = new Registry();

  constructor(
    @Inject(DIALECTS) dialects: readonly Dialect[],
    @Inject(MEASURED_STORE) store: MeasuredStore,
    @Inject(WORKER_METRICS) private readonly workers: WorkerMetrics,
  ) {
    this.names = new RouteNames(dialects);
    this.traffic = new Traffic(this.registry, this.names);
    storeMetrics(this.registry, store, new Expiries(() => store.expiring()));
    for (const metric of processMetrics().getMetricsAsArray()) this.registry.registerMetric(metric as never);
    if (workers.id !== undefined) this.registry.setDefaultLabels({ worker: String(workers.id) });
    workers.measureWith(() => this.registry.getMetricsAsJSON());
  }

  async text(): Promise<string> {
    if (this.workers.id === undefined) return this.registry.metrics();
    const [own, others] = await Promise.all([this.registry.getMetricsAsJSON(), this.workers.measurements()]);
    const all = [own, ...(others as Measurement[])];
    return AggregatorRegistry.aggregate(all.map(besideOthers)).metrics();
  }
}

/** Prepares a measurement for joining with the others. Their labels differ, so nothing is added up. */
function besideOthers(measurement: Measurement): object {
  return measurement.map((metric) => ({
    ...metric,
    aggregator: 'first',
    // Workers exchange JSON, which has no NaN.
    values: metric.values.map((value) => ({ ...value, value: value.value ?? Number.NaN })),
  }));
}
