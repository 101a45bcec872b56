// PostgreSQL's own benchmark with f-pg's statements: what the database gives without a web server. It runs on the
// servers' processor.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pinned, SERVERS, usedByFamily } from './cpu.js';
import { LOADED, LOADED_ID } from './data.js';
import type { Load } from './load/closed.js';
import type { Database } from './postgres.js';
import { settings } from './settings.js';

const DEBIAN = '/usr/lib/postgresql';
const anyone = `\\set n random(1, ${settings.clients})\n`;
const id = LOADED_ID.replace('n::', ':n::');
const columns = `domain_id, client_id, client_name, client_type, grant_types, redirect_uris, post_logout_redirect_uris,
  allowed_origins, scope`.replaceAll(/\s+/g, ' ');
const values = (clientId: string) =>
  `1, ${clientId}, '${LOADED.clientName}', 'public', '{authorization_code,refresh_token}',
  array['${LOADED.redirectUri}/' || :uri], '{${LOADED.goodbyeUri}}', '{${LOADED.origin}}', '${LOADED.scope}'`.replaceAll(
    /\s+/g,
    ' ',
  );
const insert = (clientId: string) =>
  `\\set uri random(1, 1000000000000)\ninsert into floor_clients (${columns}) values (${values(clientId)})`;
const list = (size: number) => `select * from floor_clients where domain_id = 1 order by client_id limit ${size};\n`;
const update = columns
  .split(', ')
  .slice(2)
  .map((column) => `${column} = excluded.${column}`);

export const pgbenchScripts: Readonly<Record<string, string>> = {
  read: `${anyone}select * from floor_clients where domain_id = 1 and client_id = ${id};\n`,
  list10: list(10),
  list100: list(100),
  putChanged: `${anyone}${insert(id)} on conflict (domain_id, client_id) do update set ${update.join(', ')},
    updated_at = now() returning *;\n`.replaceAll(/\n\s+/g, ' '),
  create: `${insert(`'made-' || :uri`)} returning *;\n`,
};

/** Debian keeps it beside the server; the one in the PATH may be a wrapper that needs a cluster of its own. */
const places = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
const program = [...places.map((version) => `${DEBIAN}/${version}/bin/pgbench`), 'pgbench'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
export const hasPgbench = program !== undefined;

/** Gives what a closed loop gives; the server's processor time is pgbench's. */
export async function pgbench(
  { postgres }: { readonly postgres: Database },
  script: string,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Load> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-bench-pgbench-'));
  const file = path.join(folder, 'script');
  writeFileSync(file, script);
  const options = ['-n', '-M', 'prepared', '-j', '1', '-c', String(connections), '-T', String(seconds), '-f', file];
  const used = () => ({
    server: usedByFamily(process.pid, { living: false }),
    postgres: usedByFamily(postgres.pid),
  });
  const before = used();
  try {
    const { stdout } = await promisify(execFile)(...pinned(SERVERS, program!, [...options, postgres.url()]));
    const after = used();
    const requests = Number(/actually processed: (\d+)/.exec(stdout)![1]);
    const perRequest = (whose: 'server' | 'postgres') =>
      after[whose] && (after[whose] - (before[whose] ?? 0)) / requests;
    return {
      requests,
      p50: undefined,
      perSecond: Number(/^tps = ([\d.]+)/m.exec(stdout)![1]),
      serverCpu: perRequest('server'),
      postgresCpu: perRequest('postgres'),
      loadCpu: 0,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
