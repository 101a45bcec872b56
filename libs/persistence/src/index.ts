// The store: the cores' ports on PostgreSQL, through TypeORM and pg. Owns all
// SQL, the migrations, and the embedded server. Knows the cores, never src.
// Throws StartError for the person who starts the server, and errors with the
// code `store_unavailable` while the database is away.

export { PostgresRateWindows } from './access/postgres-rate-windows.js';
export { loadPepper, loadSigningKey, type PepperSource } from './access/server-settings.js';
export {
  type DatabaseOptions,
  type MigrationState,
  migrationStatesOf,
  openDataSource,
} from './database/data-source.js';
export { DatabaseClock } from './database/database-clock.js';
export { connectionTo, inDatabase } from './database/database-refusal.js';
export { observeStatements } from './database/observed-statements.js';
export { ReplicaReads } from './database/replica-reads.js';
export { StartError } from './database/start-error.js';
export { type EmbeddedOptions, EmbeddedPostgres } from './embedded/embedded-postgres.js';
export type { OtherWorkers, WorkerNotice } from './memory/other-workers.js';
export { PersistenceModule } from './persistence.module.js';
export { StoreStatistics } from './store-statistics.js';
