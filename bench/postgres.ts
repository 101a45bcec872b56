import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../libs/persistence/src/embedded/embedded-postgres.js';
import { settings } from './settings.js';
import type { Undo } from './undo.js';

/** What a measurement needs to know of a PostgreSQL. */
export interface Database {
  readonly pid: number;
  url(database?: string): string;
}

/** Runs SQL, and gives the rows. */
export type Query = <Row extends object>(sql: string, values?: unknown[]) => Promise<Row[]>;

export type PostgresSettings = Readonly<Record<string, string | number>>;

/** Every process that is started may open a pool of its own. */
const MAX_CONNECTIONS = 300;

/** A new folder that is removed at the end. */
export async function temporaryFolder(undo: Undo): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-bench-'));
  await undo.add(() => rmSync(folder, { recursive: true, force: true }));
  // As root, PostgreSQL runs as another user, who has to get in.
  chmodSync(folder, 0o711);
  return folder;
}

/** A PostgreSQL of its own that waits for the disk; its defaults but for the size of its cache and `more`. */
export async function startPostgres(undo: Undo, more: PostgresSettings = {}): Promise<Database> {
  const changes = { shared_buffers: settings.sharedBuffers, max_connections: MAX_CONNECTIONS, ...more };
  const folder = await temporaryFolder(undo);
  return settings.postgres === 'installed'
    ? startInstalled(undo, folder, changes)
    : startEmbedded(undo, folder, changes);
}

async function startInstalled(undo: Undo, folder: string, changes: PostgresSettings): Promise<Database> {
  const { InstalledPostgres } = await import('../chaos/installed-postgres.js');
  const postgres = new InstalledPostgres(folder);
  postgres.initialise();
  await undo.add(() => postgres.stop());
  await postgres.start(changes);
  return { pid: postgres.pid, url: (database?: string) => postgres.url(database) };
}

async function startEmbedded(undo: Undo, folder: string, changes: PostgresSettings): Promise<Database> {
  let postgres = await EmbeddedPostgres.start({ folder, durable: true, tcp: true });
  await undo.add(() => postgres.stop());
  await withClient(postgres.superuserUrl(), async (client) => {
    for (const [name, value] of Object.entries(changes)) await client.query(`alter system set ${name} = '${value}'`);
  });
  await postgres.stop();
  postgres = await EmbeddedPostgres.start({ folder, durable: true, tcp: true });
  // The contestants make databases as they like.
  return { pid: postgres.pid!, url: (database) => postgres.superuserUrl(database) };
}

export async function withClient<Result>(url: string, use: (client: pg.Client) => Result): Promise<Awaited<Result>> {
  const client = new pg.Client(url);
  // Whoever waits for an answer hears of it, too; without this, a cut connection would end the whole process.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
