import pg from 'pg';
import type { DataSource } from 'typeorm';
import { AuditEntry } from '#audit';
import { Client, ClientSecret } from '#clients';
import { Credential } from '#credentials';
import { Domain } from '#domains';
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
import { PatientDataSource } from './patient-data-source.js';
import { PreparingClient } from './preparing-client.js';
import { StartError } from './start-error.js';
import { StoreConnection } from './store-connection.js';
import { driverErrorOf, StoreUnavailable, storeError } from './store-error.js';

const MIGRATION_LOCK = 727_274_001;
const MIN_SERVER_VERSION = 140_000;
/** Another has no room for all letters, or does not know what a letter is. */
const ENCODING = 'UTF8';
/** Waiting longer for a connection than this ends in a 503, which has to reach the caller within two seconds. */
const CONNECTION_TIMEOUT_MS = 1500;
const STATEMENT_TIMEOUT_MS = 5000;
/** Whoever starts the server waits longer. */
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
];
const MIGRATIONS_TABLE = 'migrations';
/** No schema to make tables in (`search_path`), and one in which somebody else has tables that are called like ours. */
const NO_PLACE_STATES = /^(3F000|42P07)$/;

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly migrate: boolean;
}

/** Opens the database, brought up to date. Throws StartError with one sentence for whoever starts the server. */
export async function openDataSource(options: DatabaseOptions): Promise<DataSource> {
  const source = new PatientDataSource({
    type: 'postgres',
    url: options.url,
    entities: [AuditEntry, Client, ClientSecret, Credential, Domain],
    migrations: MIGRATIONS,
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    installExtensions: false,
    applicationName: 'clientele',
    extra: {
      max: options.poolSize,
      Client: PreparingClient,
      onConnect: requirePrimary,
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      statementTimeoutMillis: STATEMENT_TIMEOUT_MS,
    },
  });
  const lock = await connect(options.url);
  try {
    if (await isStandby(lock))
      throw new StartError('DATABASE_URL leads to a standby, which takes no writes; let it lead to the primary.');
    // TypeORM takes no lock of its own: several instances that start at once would migrate against each other.
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.initialize();
    if (options.migrate) await source.runMigrations({ transaction: 'each' });
    else if (await source.showMigrations()) {
      throw new StartError('The database needs migrations: run them, or start with MIGRATE_ON_START=true.');
    }
    // Beside the rest of the start.
    void source.warmUp();
    return source;
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw startErrorOf(error, options.url, 'used');
  } finally {
    await lock.end();
  }
}

/** Whether a migration has been applied to a database. */
export interface MigrationState {
  readonly name: string;
  readonly applied: boolean;
}

/** All migrations in their order. Changes nothing. Throws StartError. */
export async function migrationStatesOf(url: string): Promise<MigrationState[]> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<{ is_there: boolean }>('select to_regclass($1) is not null as is_there', [
      MIGRATIONS_TABLE,
    ]);
    const known = rows[0]!.is_there
      ? await client.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE}`)
      : { rows: [] };
    const applied = new Set(known.rows.map(({ name }) => name));
    return MIGRATIONS.map(({ name }) => ({ name, applied: applied.has(name) }));
  } finally {
    await client.end();
  }
}

/** Of a server and to a database that can be used. Throws StartError. */
async function connect(url: string): Promise<pg.Client> {
  let client: pg.Client | undefined;
  try {
    client = new StoreConnection({
      connectionString: url,
      connectionTimeoutMillis: START_TIMEOUT_MS,
      application_name: 'clientele',
    });
    await client.connect();
    await requireUsable(client, url);
    return client;
  } catch (error) {
    await client?.end();
    throw startErrorOf(error, url, 'reached');
  }
}

/** What keeps a start from succeeding that whoever started it can mend, in a sentence: a StartError; else the error itself. */
export function startErrorOf(error: unknown, url: string, cannotBe: 'reached' | 'used' = 'used'): unknown {
  const cause = causeOf(error);
  if (cause === undefined) return error;
  const [reason] = cause instanceof AggregateError ? cause.errors : [cause];
  const why = reason instanceof Error ? reason.message : String(reason);
  return new StartError(`The database at ${placeOf(url)} cannot be ${cannotBe}: ${why}`);
}

function causeOf(error: unknown): unknown {
  const isOfAFile = (error as NodeJS.ErrnoException).path !== undefined;
  if (error instanceof StartError || isOfAFile) return undefined;
  const told = storeError(error);
  if (told instanceof StoreUnavailable)
    return told.cause instanceof StoreUnavailable ? causeOf(told.cause) : told.cause;
  const { code } = driverErrorOf(error) as { code?: string };
  return NO_PLACE_STATES.test(code ?? '') ? error : undefined;
}

/** As pg reads the URL, which may name a folder with a socket as its host; without that, when pg cannot read all of it. */
function placeOf(url: string): string {
  try {
    const { host, port, database } = new StoreConnection(url);
    return `${host}:${port}/${database}`;
  } catch {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  }
}

/** After a failover the way may lead to a standby for a while, whose reads would be old and whose writes fail. */
async function requirePrimary(client: pg.ClientBase): Promise<void> {
  if (await isStandby(client)) throw new StoreUnavailable('the database is a standby');
}

async function isStandby(client: pg.ClientBase): Promise<boolean> {
  const asked = { text: 'select pg_is_in_recovery() as answer', query_timeout: CONNECTION_TIMEOUT_MS };
  const { rows } = await client.query<{ answer: boolean }>(asked);
  return rows[0]!.answer;
}

async function requireUsable(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string; encoding: string; knows_cases: boolean }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
            current_setting('server_encoding') as encoding, to_regcollation('"und-x-icu"') is not null as knows_cases`,
  );
  const { number, version, encoding, knows_cases } = rows[0]!;
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
}
