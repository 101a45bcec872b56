import type { KeyObject } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { EmbeddedPostgres, loadPepper, loadSigningKey, openDataSource, reachableFolder } from '#persistence';
import type { Pepper } from '#secrets';
import type { Config } from './config.js';

/** An open database and the server's own keys. */
export interface Store {
  readonly source: DataSource;
  readonly pepper: Pepper;
  readonly signingKey: KeyObject;
  /** To be called last: ends an embedded PostgreSQL. The data source is closed by whoever uses it. */
  close(): Promise<void>;
}

/** Opens the database that the configuration names, or starts the embedded one. Throws StartError. */
export async function openStore(config: Config, notify: (sentence: string) => void): Promise<Store> {
  const folder = config.databaseUrl === undefined ? reachableFolder(config.dataDir, notify) : undefined;
  const embedded = folder === undefined ? undefined : await EmbeddedPostgres.start({ folder, notify });
  try {
    const source = await openDataSource({
      url: config.databaseUrl ?? embedded!.url(),
      poolSize: config.databasePoolSize,
      migrate: config.migrateOnStart,
    });
    const pepper = await loadPepper(source, { given: config.secretPepper, folder, warn: notify });
    const signingKey = await loadSigningKey(source, pepper);
    return { source, pepper, signingKey, close: async () => embedded?.stop() };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
