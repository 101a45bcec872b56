// One PostgreSQL for the whole run: the one in TEST_DATABASE_URL, else an embedded one without fsync. Tests look after
// their databases as that URL says; the product works in them as TEST_PRODUCT_URL says, on the embedded one no superuser.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../../dist/libs/persistence/src/embedded/embedded-postgres.js';
import { loadSigningKey, openDataSource } from '../../dist/libs/persistence/src/index.js';
import { Pepper } from '../../dist/libs/secrets/src/index.js';

const PEPPER = 'a pepper for tests';

export default async function globalSetup() {
  if (!process.env.TEST_DATABASE_URL) await startPostgres();
  process.env.TEST_PRODUCT_URL ??= process.env.TEST_DATABASE_URL;
  await makeTemplate(process.env.TEST_DATABASE_URL, new URL(process.env.TEST_PRODUCT_URL));
}

async function startPostgres() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-test-'));
  // As root, PostgreSQL runs as another user, who has to get in.
  chmodSync(folder, 0o711);
  const server = await EmbeddedPostgres.start({ folder, durable: false, tcp: true });
  process.env.TEST_DATABASE_URL = server.superuserUrl();
  process.env.TEST_PRODUCT_URL = server.url();
  globalThis.stopTestDatabase = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** What a first start takes most time for, done once: most tests' databases begin with the tables and a signing key. */
async function makeTemplate(server, url) {
  const name = `test_template_${randomBytes(6).toString('hex')}`;
  const owner = url.username === '' ? '' : ` owner "${decodeURIComponent(url.username)}"`;
  await run(server, `create database ${name}${owner}`);
  url.pathname = name;
  const source = await openDataSource({ url: url.href, poolSize: 2, migrate: true });
  await loadSigningKey(source, new Pepper(PEPPER));
  await source.destroy();
  process.env.TEST_TEMPLATE = name;
  process.env.TEST_PEPPER = PEPPER;
  globalThis.dropTestTemplate = () => run(server, `drop database ${name}`);
}

async function run(url, sql) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(sql);
  await client.end();
}
