// The store: the cores' ports on PostgreSQL, through TypeORM and pg. Owns every
// line of SQL, the migrations, and the embedded server. Knows the cores, never
// src. Throws StartError for whoever starts the server, and errors whose code is
// `store_unavailable` while the database is away.
export { type DatabaseOptions, type MigrationState, migrationStatesOf, openDataSource } from './data-source.js';
export { DatabaseClock } from './database-clock.js';
export { connectionTo, inDatabase } from './database-refusal.js';
export { type EmbeddedOptions, EmbeddedPostgres } from './embedded-postgres.js';
export { observeStatements } from './observed-statements.js';
export { PersistenceModule } from './persistence.module.js';
export { PostgresRateWindows } from './postgres-rate-windows.js';
export { ReplicaReads } from './replica-reads.js';
export { loadPepper, loadSigningKey, type PepperSource } from './server-settings.js';
export type { SiblingMessage, Siblings } from './siblings.js';
export { StartError } from './start-error.js';
export { StoreVitals } from './store-vitals.js';
