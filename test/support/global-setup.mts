// One PostgreSQL for the whole run: the one in TEST_DATABASE_URL, else an embedded one without fsync. Tests look after
// their databases as that URL says, a superuser; the product works in them as TEST_PRODUCT_URL says, who is none.
// With TEST_POOLER=session or =transaction the product goes through a PgBouncer in that mode. With TEST_VALIDATING_PROXY,
// tools that others wrote judge the answers: see validating-proxy.ts.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres, loadSigningKey, openDataSource } from '#persistence';
import { Pepper } from '#secrets';
import type { PoolMode } from '../../chaos/options.js';
import { PgBouncer } from '../../chaos/pgbouncer.js';
import { installForeignTools } from '../../scripts/prepare.mjs';

/** For global-teardown.mts. */
declare global {
  var dropTestTemplate: (() => Promise<unknown>) | undefined;
  var dropTestRole: (() => Promise<unknown>) | undefined;
  var stopTestPooler: (() => Promise<void>) | undefined;
  var stopTestDatabase: (() => Promise<void>) | undefined;
}

const PEPPER = 'a pepper for tests';
/** Linux lends memory as a folder. On a disk, a start of the product with a database of its own costs 1.6 times as much. */
const MEMORY = '/dev/shm';
/** Ten times what a run fills, in bytes. */
const MEMORY_NEEDED = 4 * 2 ** 30;

export default async function globalSetup(): Promise<void> {
  const { env } = process;
  if (env.TEST_VALIDATING_PROXY) installForeignTools();
  if (!env.TEST_DATABASE_URL) await startPostgres();
  env.TEST_PRODUCT_URL ??= await makeRole(env.TEST_DATABASE_URL!);
  env.TEST_DIRECT_URL = env.TEST_PRODUCT_URL;
  if (env.TEST_POOLER) env.TEST_PRODUCT_URL = await startPgBouncer(env.TEST_POOLER as PoolMode, env.TEST_PRODUCT_URL);
  await makeTemplate(env.TEST_DATABASE_URL!, new URL(env.TEST_PRODUCT_URL));
}

async function startPostgres() {
  const { server, folder } = await startInMemory().catch(() => startIn(os.tmpdir()));
  process.env.TEST_DATABASE_URL = server.superuserUrl();
  process.env.TEST_PRODUCT_URL = server.url();
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  globalThis.stopTestDatabase = stop;
  // A run that is ended early would leave a PostgreSQL, and the memory that it fills.
  let isEnding = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, async () => {
      if (isEnding) return;
      isEnding = true;
      await stop();
      process.exit(1);
    });
  }
}

/** Fails where there is no such folder, where it is too small, or where programs of its own are needed and cannot run in it. */
async function startInMemory() {
  const { bavail, bsize } = statfsSync(MEMORY);
  if (Math.min(bavail * bsize, os.freemem()) < MEMORY_NEEDED) throw new Error(`${MEMORY} is too small`);
  return startIn(MEMORY);
}

async function startIn(place: string) {
  const folder = temporaryFolder(place);
  try {
    return { server: await EmbeddedPostgres.start({ folder, durable: false, tcp: true }), folder };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** For the product, which works as a superuser nowhere. */
async function makeRole(server: string): Promise<string> {
  const username = `test_role_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  await run(server, `create role ${username} login password '${password}'`);
  globalThis.dropTestRole = () => run(server, `drop role ${username}`);
  return Object.assign(new URL(server), { username, password }).href;
}

/**
 * The product goes through the system's PgBouncer in this mode, with its defaults but for how many it lets in, since many
 * tests run at once, and keeps, since in session mode three instances of some tests need more than twenty.
 */
async function startPgBouncer(mode: PoolMode, url: string) {
  const folder = temporaryFolder();
  const settings = { max_client_conn: 1000, default_pool_size: 60 };
  const pooler = new PgBouncer(folder, { mode, url, settings });
  await pooler.start();
  globalThis.stopTestPooler = async () => {
    await pooler.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return pooler.through(url);
}

/** As root, PostgreSQL and PgBouncer run as another user, who has to get in. */
function temporaryFolder(place = os.tmpdir()) {
  const folder = mkdtempSync(path.join(place, 'clientele-test-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** What a first start takes most time for, done once: most tests' databases begin with the tables and a signing key. */
async function makeTemplate(server: string, url: URL) {
  const name = `test_template_${randomBytes(6).toString('hex')}`;
  const owner = url.username === '' ? '' : ` owner "${decodeURIComponent(url.username)}"`;
  await run(server, `create database ${name}${owner}`);
  url.pathname = name;
  const source = await openDataSource({ url: url.href, poolSize: 2, migrate: true });
  await loadSigningKey(source, new Pepper(PEPPER));
  await source.destroy();
  await run(server, disconnected(name));
  process.env.TEST_TEMPLATE = name;
  process.env.TEST_PEPPER = PEPPER;
  globalThis.dropTestTemplate = () => run(server, `drop database ${name} with (force)`);
}

/** A pooler keeps connections, which would keep a database from being copied. */
function disconnected(name: string) {
  return `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`;
}

async function run(url: string, sql: string) {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}
