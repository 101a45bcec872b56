// The tests' access to the inner parts of the store. Tests know none of its files, so any of them may be moved.

export { PostgresCredentialRepository } from '../access/postgres-credential.repository.js';
export { PostgresDomainRepository } from '../access/postgres-domain.repository.js';
export { PostgresIdempotencyStore } from '../access/postgres-idempotency-store.js';
export { PostgresRateWindows } from '../access/postgres-rate-windows.js';
export { ClientLists } from '../clients/client-lists.js';
export { ClientLookUps } from '../clients/client-look-ups.js';
export { addMetadata, CLIENT_COLUMNS } from '../clients/client-row.js';
export { ClientWrites } from '../clients/client-writes.js';
export { PostgresClientRepository } from '../clients/postgres-client.repository.js';
export { SECRET_COLUMNS } from '../clients/secret-row.js';
export { Batches } from '../database/batches.js';
export { Database, unlessUndone } from '../database/database.js';
export { LivenessProbe } from '../database/liveness-probe.js';
export { PatientDataSource, poolOf } from '../database/patient-data-source.js';
export { PreparingClient } from '../database/preparing-client.js';
export { type Asked, sessionsOf } from '../database/sessions.js';
export { StoreConnection } from '../database/store-connection.js';
export { domainGone, StoreUnavailable, storeError } from '../database/store-error.js';
export { PostgresEndings } from '../expiry/postgres-endings.js';
export { PostgresReminders } from '../expiry/postgres-reminders.js';
export { AcrossFollower, DomainFollower, type Follower } from '../log/followers.js';
export { LogWatch, type Look, type WatchedLog } from '../log/log-watch.js';
export { type LogRange, PostgresAuditTrail } from '../log/postgres-audit-trail.js';
export { PostgresChangeFeed } from '../log/postgres-change-feed.js';
export { type Followed, PostgresLogLook, SETTLING_MS } from '../log/postgres-log-look.js';
export { ClientCache, MAX_BULK_MS, type OnRecord } from '../memory/client-cache.js';
export { FreshCaches } from '../memory/fresh-cache.js';
