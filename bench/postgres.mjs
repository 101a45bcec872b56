import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../dist/libs/persistence/src/embedded/embedded-postgres.js';
import { settings } from './settings.mjs';

/** Every process that is started may open a pool of its own. */
const MAX_CONNECTIONS = 300;

/** A new folder that is removed at the end. */
export async function temporaryFolder(undo) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-bench-'));
  await undo.add(() => rmSync(folder, { recursive: true, force: true }));
  // As root, PostgreSQL runs as another user, who has to get in.
  chmodSync(folder, 0o711);
  return folder;
}

/** A PostgreSQL of its own that waits for the disk; its defaults but for the size of its cache and `more`. */
export async function startPostgres(undo, more = {}) {
  const changes = { shared_buffers: settings.sharedBuffers, max_connections: MAX_CONNECTIONS, ...more };
  const folder = await temporaryFolder(undo);
  return settings.postgres === 'installed'
    ? startInstalled(undo, folder, changes)
    : startEmbedded(undo, folder, changes);
}

async function startInstalled(undo, folder, changes) {
  const { InstalledPostgres } = await import('../chaos/installed-postgres.mjs');
  const postgres = new InstalledPostgres(folder);
  postgres.initialise();
  await undo.add(() => postgres.stop());
  await postgres.start(changes);
  return { pid: postgres.pid, url: (database) => postgres.url(database) };
}

async function startEmbedded(undo, folder, changes) {
  let postgres = await EmbeddedPostgres.start({ folder, durable: true, tcp: true });
  await undo.add(() => postgres.stop());
  await withClient(postgres.superuserUrl(), async (client) => {
    for (const [name, value] of Object.entries(changes)) await client.query(`alter system set ${name} = '${value}'`);
  });
  await postgres.stop();
  postgres = await EmbeddedPostgres.start({ folder, durable: true, tcp: true });
  // The contestants make databases as they like.
  return { pid: postgres.pid, url: (database) => postgres.superuserUrl(database) };
}

export async function withClient(url, use) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
