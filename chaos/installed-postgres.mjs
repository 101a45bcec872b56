import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { childrenOf } from '../bench/cpu.mjs';
import { withClient } from '../bench/postgres.mjs';
import { freePort } from '../bench/server.mjs';
import { unprivilegedIdentity } from '../dist/libs/persistence/src/embedded/embedded-identity.js';
import { documented } from './documented.mjs';
import { until } from './until.mjs';

const PROGRAMS = '/usr/lib/postgresql';

/** Where the system's PostgreSQL has its programs; the embedded one lacks those that copy and dump. */
export function installedPrograms() {
  const versions = existsSync(PROGRAMS) ? readdirSync(PROGRAMS).sort((one, other) => other - one) : [];
  const found = versions.map((version) => path.join(PROGRAMS, version, 'bin'));
  const programs = found.find((bin) => existsSync(path.join(bin, 'pg_basebackup')));
  if (!programs) throw new Error('This fault needs PostgreSQL installed: apt-get install postgresql');
  return programs;
}

/** A PostgreSQL of the system's, with its data in a folder of its own; lets everybody in, on loopback. */
export class InstalledPostgres {
  #programs = installedPrograms();
  #identity;
  #child;

  constructor(folder) {
    this.folder = path.join(folder, 'data');
    this.#identity = unprivilegedIdentity(path.join(folder, 'postgres'));
    this.log = path.join(folder, 'postgres.log');
    mkdirSync(this.folder, { mode: 0o700 });
    if (this.#identity) chownSync(this.folder, this.#identity.uid, this.#identity.gid);
  }

  url(database = 'postgres') {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  initialise() {
    this.run('initdb', ['-D', this.folder, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C']);
  }

  /** Becomes a copy of a running one, which it follows from its start on. */
  follow(primary, name) {
    const from = `host=127.0.0.1 port=${primary.port} user=postgres application_name=${name}`;
    execFileSync('find', [this.folder, '-mindepth', '1', '-delete']);
    this.run('pg_basebackup', ['-D', this.folder, '-d', from, '-R', '--checkpoint=fast', '--no-sync']);
  }

  /** Settles when it accepts connections. */
  async start(settings = {}) {
    this.port ??= await freePort();
    const all = { port: this.port, listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
    const log = openSync(this.log, 'a');
    this.#child = spawn(
      path.join(this.#programs, 'postgres'),
      ['-D', this.folder, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...this.#identity, cwd: '/', stdio: ['ignore', log, log] },
    );
    await until('PostgreSQL accepts connections', async () => {
      if (!this.isRunning) throw new Error(`PostgreSQL ended:\n${readFileSync(this.log, 'utf8').slice(-2000)}`);
      return this.query('select 1').then(Boolean, () => false);
    });
  }

  get pid() {
    return this.#child.pid;
  }

  get isRunning() {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** A clean end, which waits for nobody. */
  stop() {
    return this.#end(() => this.#child.kill('SIGINT'));
  }

  /** `kill -9` of all its processes at once. */
  kill() {
    return this.#end(() => {
      for (const pid of [this.#child.pid, ...childrenOf(this.#child.pid)]) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It is gone already.
        }
      }
    });
  }

  /** As docs/operations.md says. */
  promote() {
    const env = { REPLICA_DATA_FOLDER: this.folder };
    return documented('pg_ctl promote', { folder: '/', env, programs: this.#programs, identity: this.#identity });
  }

  query(sql, values) {
    return withClient(this.url(), async (client) => (await client.query(sql, values)).rows);
  }

  /** Runs one of PostgreSQL's programs. */
  run(program, args) {
    const all = { ...this.#identity, cwd: '/', encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
    return execFileSync(path.join(this.#programs, program), args, all);
  }

  async #end(how) {
    if (!this.isRunning) return;
    const gone = once(this.#child, 'exit');
    how();
    await gone;
  }
}
