// What the person who runs the server needs: health, metrics, traces, keys, the log, Swagger UI
// and the pages that error types and relations point to. Uses src/http, and gets
// the dialects as a list.

export { targetForPeople } from './front-page.js';
export { GracefulShutdown } from './graceful-shutdown.js';
export { DATABASE_PING } from './health.controller.js';
export { createLog, NestLog } from './log.js';
export { Metrics } from './metrics/metrics.js';
export { MEASURED_STORE } from './metrics/store-metrics.js';
export { SINGLE_PROCESS, WORKER_METRICS, type WorkerMetrics } from './metrics/worker-metrics.js';
export { serveDocs } from './open-api.js';
export { OperationsModule } from './operations.module.js';
export { DIALECTS } from './pages.controller.js';
export { DUE_TASKS, type DueTask, Timekeeper } from './timekeeper.js';
export { TRACING, Tracing } from './tracing.js';
