// The only part of the command line that opens the database. It is for when no server runs, or all keys are lost.
import {
  EmbeddedPostgres,
  inDatabase,
  type MigrationState,
  migrationStatesOf,
  openDataSource,
  StartError,
} from '#persistence';
import { type Config, ConfigError, readConfig } from '../config.js';
import { type DatabaseLocation, startDatabase } from '../store.js';
import { CliFailure } from './failure.js';

const BY_THE_COMMAND_LINE = {
  credentialId: null,
  credentialName: 'operator reset',
  subscription: null,
  dialect: 'command line',
  requestId: '-',
};

export function migrationStates(): Promise<MigrationState[]> {
  return withDatabase((_, { url }) => migrationStatesOf(url));
}

/** The names of the migrations that were applied. */
export function migrateUp(): Promise<string[]> {
  return withDatabase(async (_, { url }) => {
    const pending = (await migrationStatesOf(url)).filter(({ applied }) => !applied);
    const source = await openDataSource({ url, poolSize: 1, migrate: true });
    await source.destroy();
    return pending.map(({ name }) => name);
  });
}

export interface OperatorCredential {
  readonly id: string;
  readonly apiKey: string;
  readonly accessToken: string;
}

export function resetOperator(): Promise<OperatorCredential> {
  return withDatabase(async (config, database) => {
    const [{ createApp }, { Credentials }, { pino }] = await Promise.all([
      import('../app.js'),
      import('#credentials'),
      import('pino'),
    ]);
    // Creates the whole server, but does not listen, so that keys are hashed and tokens are signed as the server does.
    const server = await createApp(config, pino({ level: 'silent' }), { database });
    try {
      // On an empty database, this start has already made the first credential.
      const issued = server.operator ?? (await server.app.get(Credentials).addOperator(BY_THE_COMMAND_LINE));
      return { id: issued.credential.id, apiKey: issued.apiKey, accessToken: issued.accessToken };
    } finally {
      await server.stop();
    }
  });
}

async function withDatabase<T>(work: (config: Config, database: DatabaseLocation) => Promise<T>): Promise<T> {
  try {
    const config = readConfig();
    await requireDatabase(config);
    const database = await startDatabase(config, () => {});
    try {
      return await inDatabase(database.url, () => work(config, database));
    } finally {
      await database.stop();
    }
  } catch (error) {
    if (error instanceof StartError || error instanceof ConfigError) throw new CliFailure(error.message);
    throw error;
  }
}

/** Without this check, a start in the wrong folder would create an empty embedded database, as if all data were lost. */
async function requireDatabase({ databaseUrl, dataDir }: Config): Promise<void> {
  if (databaseUrl !== undefined || (await EmbeddedPostgres.exists(dataDir))) return;
  throw new CliFailure(`There is no database in ${dataDir}: set DATABASE_URL, or DATA_DIR, as the server has it.`);
}
