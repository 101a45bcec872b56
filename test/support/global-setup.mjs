// One PostgreSQL for the whole run: the one in TEST_DATABASE_URL, else an embedded one without fsync.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EmbeddedPostgres } from '../../dist/libs/persistence/src/embedded-postgres.js';

export default async function globalSetup() {
  if (process.env.TEST_DATABASE_URL) return;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-test-'));
  // As root, PostgreSQL runs as another user, who has to get in.
  chmodSync(folder, 0o711);
  const server = await EmbeddedPostgres.start({ folder, durable: false });
  process.env.TEST_DATABASE_URL = server.url();
  globalThis.stopTestDatabase = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
