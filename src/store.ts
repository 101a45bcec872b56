import type { KeyObject } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { connectionTo, EmbeddedPostgres, loadPepper, loadSigningKey, openDataSource, ReplicaReads } from '#persistence';
import type { Pepper } from '#secrets';
import type { Config } from './config.js';

/** Where the data is. */
export interface DatabaseLocation {
  readonly url: string;
  /** Of an embedded PostgreSQL: its folder, in which the pepper lies. */
  readonly folder?: string;
}

/** A database that can be used until it is stopped. */
export interface RunningDatabase extends DatabaseLocation {
  /** Ends an embedded PostgreSQL. To be called last. */
  stop(): Promise<void>;
}

/** An open database and the server's own keys. */
export interface Store {
  /** Closed by whoever uses it. */
  readonly source: DataSource;
  readonly replicas: ReplicaReads;
  readonly pepper: Pepper;
  readonly signingKey: KeyObject;
}

/** The database that the configuration names, or the embedded one, which it starts. Throws StartError. */
export async function startDatabase(config: Config, notify: (sentence: string) => void): Promise<RunningDatabase> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, stop: async () => {} };
  const embedded = await EmbeddedPostgres.start({ folder: config.dataDir, notify });
  return { url: embedded.url(), folder: embedded.folder, stop: () => embedded.stop() };
}

/** Opens a database, brought up to date. Throws StartError. */
export async function openStore(
  config: Config,
  { url, folder }: DatabaseLocation,
  notify: (sentence: string) => void,
): Promise<Store> {
  // Opened only when the primary is away, which is late to find out that it cannot be.
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
