import type { KeyObject } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { connectionTo, EmbeddedPostgres, loadPepper, loadSigningKey, openDataSource, ReplicaReads } from '#persistence';
import type { Pepper } from '#secrets';
import type { Config } from './config.js';

/** Where the data is. */
export interface DatabaseLocation {
  readonly url: string;
  /** The folder of an embedded PostgreSQL, which also holds the pepper. */
  readonly folder?: string;
}

/** A database that runs until it is stopped. */
export interface RunningDatabase extends DatabaseLocation {
  /** Ends an embedded PostgreSQL. Call it last. */
  stop(): Promise<void>;
}

/** An open database and the server's own keys. */
export interface Store {
  /** The user of the store closes it. */
  readonly source: DataSource;
  readonly replicas: ReplicaReads;
  readonly pepper: Pepper;
  readonly signingKey: KeyObject;
}

/** The configured database, or the embedded one, which it starts. Throws StartError. */
export async function startDatabase(config: Config, notify: (sentence: string) => void): Promise<RunningDatabase> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, stop: async () => {} };
  const embedded = await EmbeddedPostgres.start({ folder: config.dataDir, notify });
  return { url: embedded.url(), folder: embedded.folder, stop: () => embedded.stop() };
}

/** Opens a database and migrates it if that is configured. Throws StartError. */
export async function openStore(
  config: Config,
  { url, folder }: DatabaseLocation,
  notify: (sentence: string) => void,
): Promise<Store> {
  // Checks the replicas' URLs now, since they are opened only once the primary is unavailable.
  for (const connectionString of config.databaseReplicaUrls)
    connectionTo({ connectionString }, 'DATABASE_REPLICA_URLS');
  const source = await openDataSource({ url, poolSize: config.databasePoolSize, migrate: config.migrateOnStart });
  try {
    const pepper = await loadPepper(source, { given: config.secretPepper, folder, warn: notify });
    const signingKey = await loadSigningKey(source, pepper);
    const replicas = new ReplicaReads({
      primaryUrl: url,
      urls: config.databaseReplicaUrls,
      poolSize: config.databasePoolSize,
      notify,
    });
    return { source, replicas, pepper, signingKey };
  } catch (error) {
    await source.destroy();
    throw error;
  }
}
