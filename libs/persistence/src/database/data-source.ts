import pg from 'pg';
import { AbstractLogger, type DataSource, type LogLevel, type LogMessage, MigrationExecutor } from 'typeorm';
import { connectionTo, inDatabase, placeOf, refusalOf } from './database-refusal.js';
import { distribute } from './distribution.js';
import { ENTITIES } from './entities.js';
import { Initial1763800000000 } from './migrations/1763800000000-initial.js';
import { ClientTallies1763900000000 } from './migrations/1763900000000-client-tallies.js';
import { RateWindows1764100000000 } from './migrations/1764100000000-rate-windows.js';
import { ExpiringSecrets1764200000000 } from './migrations/1764200000000-expiring-secrets.js';
import { SortedClients1764300000000 } from './migrations/1764300000000-sorted-clients.js';
import { UnanalysedChanges1764400000000 } from './migrations/1764400000000-unanalysed-changes.js';
import { DomainLogs1764480000000 } from './migrations/1764480000000-domain-logs.js';
import { AdditionalConfig1764500000000 } from './migrations/1764500000000-additional-config.js';
import { BoundedNames1764600000000 } from './migrations/1764600000000-bounded-names.js';
import { AuditLookUps1764700000000 } from './migrations/1764700000000-audit-look-ups.js';
import { LogPositions1764800000000 } from './migrations/1764800000000-log-positions.js';
import { Imports1764910000000 } from './migrations/1764910000000-imports.js';
import { LogMoves1764920000000 } from './migrations/1764920000000-log-moves.js';
import { ClientLifecycle1765000000000 } from './migrations/1765000000000-client-lifecycle.js';
import { PoliciesAndReminders1765020000000 } from './migrations/1765020000000-policies-and-reminders.js';
import { ClientSightings1765030000000 } from './migrations/1765030000000-client-sightings.js';
import { RenewedKeys1765040000000 } from './migrations/1765040000000-renewed-keys.js';
import { Actions1765045000000 } from './migrations/1765045000000-actions.js';
import { EntryActions1765050000000 } from './migrations/1765050000000-entry-actions.js';
import { Abouts1765070000000 } from './migrations/1765070000000-abouts.js';
import { PatientDataSource } from './patient-data-source.js';
import { PreparingClient } from './preparing-client.js';
import { StartError } from './start-error.js';
import { STATEMENT_TIMEOUT_MS, type StoreConnection } from './store-connection.js';
import { StoreUnavailable } from './store-error.js';

const MIGRATION_LOCK = 727_274_001;
const MIN_SERVER_VERSION = 140_000;
/** Other encodings cannot hold all letters, or do not know what a letter is. */
const ENCODING = 'UTF8';
/** A request that waits longer for a connection gets a 503, which has to reach the caller within two seconds. */
const CONNECTION_TIMEOUT_MS = 1500;
/** A start may wait longer. */
const START_TIMEOUT_MS = 5000;

// A day has no time zone: as text it stays the day that was written.
pg.types.setTypeParser(pg.types.builtins.DATE, (day) => day);

const MIGRATIONS = [
  Initial1763800000000,
  ClientTallies1763900000000,
  RateWindows1764100000000,
  ExpiringSecrets1764200000000,
  SortedClients1764300000000,
  UnanalysedChanges1764400000000,
  DomainLogs1764480000000,
  AdditionalConfig1764500000000,
  BoundedNames1764600000000,
  AuditLookUps1764700000000,
  LogPositions1764800000000,
  Imports1764910000000,
  LogMoves1764920000000,
  ClientLifecycle1765000000000,
  PoliciesAndReminders1765020000000,
  ClientSightings1765030000000,
  RenewedKeys1765040000000,
  Actions1765045000000,
  EntryActions1765050000000,
  Abouts1765070000000,
];
const MIGRATIONS_TABLE = 'migrations';

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly migrate: boolean;
}

/** Opens the database and brings it up to date. Throws StartError with one sentence for the server's operator. */
export function openDataSource(options: DatabaseOptions): Promise<DataSource> {
  return inDatabase(options.url, () => open(options));
}

async function open({ url, poolSize, migrate }: DatabaseOptions): Promise<DataSource> {
  const log = new MigrationLog();
  const source = new PatientDataSource({
    type: 'postgres',
    url,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: MIGRATIONS_TABLE,
    logger: log,
    synchronize: false,
    installExtensions: false,
    applicationName: 'clientele',
    extra: {
      max: poolSize,
      Client: PreparingClient,
      onConnect: requirePrimary,
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      statementTimeoutMillis: STATEMENT_TIMEOUT_MS,
    },
  });
  await requireUsable(url);
  try {
    await source.initialize();
    await migrateIfNeeded(source, migrate);
    // Runs while the rest of the start goes on.
    void source.warmUp();
    return source;
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw log.failed === undefined ? error : refusalOf(error, url, `migration ${log.failed} failed`);
  }
}

/**
 * Runs all pending migrations in one transaction. It also holds a lock, which TypeORM does not take: otherwise several
 * instances that start at once would migrate against each other. Uses one connection, because with a second one it
 * would wait for itself where a pooler has no more.
 */
async function migrateIfNeeded(source: DataSource, migrate: boolean): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    const connection: pg.ClientBase = await runner.connect();
    await runner.startTransaction();
    // The migrations of another instance may take long.
    await connection.query(`set local statement_timeout = 0; select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    const { url } = source.options as { url: string };
    const states = await migrationStates(connection, url);
    if (states.some(({ applied }) => !applied)) {
      if (!migrate)
        throw new StartError('The database needs migrations: run them, or start with MIGRATE_ON_START=true.');
      const executor = new MigrationExecutor(source, runner);
      executor.transaction = 'none';
      await executor.executePendingMigrations();
    }
    if (migrate) await distributed(connection, url);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction().catch(() => {});
    throw error;
  } finally {
    await runner.release();
  }
}

async function distributed(connection: pg.ClientBase, url: string): Promise<void> {
  try {
    await distribute(connection);
  } catch (error) {
    throw refusalOf(error, url, 'Citus cannot distribute its tables');
  }
}

/** Collects the name of the migration that failed for the error's sentence. TypeORM would print it on the console. */
class MigrationLog extends AbstractLogger {
  failed: string | undefined;

  protected writeLog(_: LogLevel, { message }: LogMessage): void {
    this.failed ??= /^Migration "(\w+)" failed/.exec(String(message))?.[1];
  }
}

/** Whether a migration has been applied to a database. */
export interface MigrationState {
  readonly name: string;
  readonly applied: boolean;
}

/** All migrations in their order. Changes nothing. Throws StartError. */
export function migrationStatesOf(url: string): Promise<MigrationState[]> {
  return inDatabase(url, async () => {
    const client = await connect(url);
    try {
      return await migrationStates(client, url);
    } finally {
      await client.end();
    }
  });
}

/** Reads the migrations table. Other programs have a table of that name, too. */
async function migrationStates(client: pg.ClientBase, url: string): Promise<MigrationState[]> {
  const { rows } = await client.query<{ place: string; columns: string[] }>(
    `select oid::regclass::text as place, array(select attname::text from pg_attribute where attrelid = oid) as columns
       from pg_class where oid = to_regclass(format('%I.%I', current_schema(), $1::text))`,
    [MIGRATIONS_TABLE],
  );
  const [table] = rows;
  if (!table) return statesOf(new Set());
  if (['id', 'timestamp', 'name'].every((column) => table.columns.includes(column))) {
    const found = await client.query<{ name: string }>(`select name from ${table.place}`);
    const noted = new Set(found.rows.map(({ name }) => name));
    if (noted.size === 0 || noted.has(MIGRATIONS[0]!.name)) return statesOf(noted);
  }
  throw new StartError(
    `The database at ${placeOf(url)} has a table ${table.place} that is not Clientele’s: give Clientele a database, or a schema (search_path), of its own.`,
  );
}

function statesOf(noted: ReadonlySet<string>): MigrationState[] {
  return MIGRATIONS.map(({ name }) => ({ name, applied: noted.has(name) }));
}

/** Throws StartError if the database, or a pooler before it, cannot be used. */
async function requireUsable(url: string): Promise<void> {
  const client = await connect(url);
  try {
    if (await isStandby(client))
      throw new StartError('DATABASE_URL leads to a standby, which takes no writes; let it lead to the primary.');
    const missing = await client.missingSettings();
    if (missing.length > 0) {
      throw new StartError(
        `DATABASE_URL leads through a pooler that gives each transaction another session, where nothing can be set for longer: run ${missing.join('; ')}; and let the pooler open its connections anew (PgBouncer: RECONNECT).`,
      );
    }
  } finally {
    await client.end();
  }
}

/** Opens a connection to a server and a database that can be used. Throws StartError. */
async function connect(url: string): Promise<StoreConnection> {
  const options = { connectionString: url, connectionTimeoutMillis: START_TIMEOUT_MS, application_name: 'clientele' };
  const client = connectionTo(options, 'DATABASE_URL');
  try {
    await client.connect();
    await requireFitting(client, url);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** After a failover the address may lead to a standby for a while. Its reads would be old, and writes to it fail. */
async function requirePrimary(client: pg.ClientBase): Promise<void> {
  if (await isStandby(client)) throw new StoreUnavailable('the database is a standby');
}

async function isStandby(client: pg.ClientBase): Promise<boolean> {
  const asked = { text: 'select pg_is_in_recovery() as answer', query_timeout: CONNECTION_TIMEOUT_MS };
  const { rows } = await client.query<{ answer: boolean }>(asked);
  return rows[0]!.answer;
}

async function requireFitting(client: StoreConnection, url: string): Promise<void> {
  const { rows } = await client.query<{
    number: number;
    version: string;
    encoding: string;
    knows_cases: boolean;
    has_schema: boolean;
    path: string;
    role: string;
  }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
            current_setting('server_encoding') as encoding, to_regcollation('"und-x-icu"') is not null as knows_cases,
            current_schema() is not null as has_schema, current_setting('search_path') as path,
            quote_ident(current_user) as role`,
  );
  const { number, version, encoding, knows_cases, has_schema, path, role } = rows[0]!;
  if (number < MIN_SERVER_VERSION) throw new StartError(`PostgreSQL 14 or newer is needed; this one is ${version}.`);
  if (encoding !== ENCODING) {
    throw new StartError(
      `The database at ${placeOf(url)} has the encoding ${encoding}, and ${ENCODING} is needed: make one with CREATE DATABASE clientele ENCODING '${ENCODING}' LOCALE 'C' TEMPLATE template0.`,
    );
  }
  if (!knows_cases) {
    throw new StartError(
      'This PostgreSQL was built without ICU, which knows the cases of all alphabets: take one with it.',
    );
  }
  if (!has_schema) {
    throw new StartError(
      `The database at ${placeOf(url)} has no schema for tables: of search_path (${path}) there is none, or none that ${role} may use; CREATE SCHEMA … AUTHORIZATION ${role} makes one.`,
    );
  }
}
