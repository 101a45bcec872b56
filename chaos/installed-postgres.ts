import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { childrenOf } from '../bench/cpu.js';
import { freePort } from '../bench/free-port.js';
import { type PostgresSettings, withClient } from '../bench/postgres.js';
import { type Identity, unprivilegedIdentity } from '../libs/persistence/src/embedded/embedded-identity.js';
import { documented } from './documented.js';
import { until } from './until.js';

const PROGRAMS = '/usr/lib/postgresql';

export function hasInstalledPrograms(): boolean {
  return foundPrograms() !== undefined;
}

/** Where the system's PostgreSQL has its programs; the embedded one lacks those that copy and dump. */
export function installedPrograms(): string {
  const programs = foundPrograms();
  if (!programs) throw new Error('This fault needs PostgreSQL installed: apt-get install postgresql');
  return programs;
}

function foundPrograms(): string | undefined {
  const versions = existsSync(PROGRAMS) ? readdirSync(PROGRAMS).sort((one, other) => Number(other) - Number(one)) : [];
  const found = versions.map((version) => path.join(PROGRAMS, version, 'bin'));
  return found.find((bin) => existsSync(path.join(bin, 'pg_basebackup')));
}

/** A PostgreSQL of the system's, with its data in a folder of its own; lets everybody in, on loopback. */
export class InstalledPostgres {
  readonly folder: string;
  readonly log: string;
  port: number;
  readonly #programs = installedPrograms();
  readonly #identity: Identity;
  #child: ChildProcess | undefined;

  constructor(folder: string) {
    this.folder = path.join(folder, 'data');
    this.#identity = unprivilegedIdentity(path.join(folder, 'postgres'));
    this.log = path.join(folder, 'postgres.log');
    mkdirSync(this.folder, { mode: 0o700 });
    if (this.#identity) chownSync(this.folder, this.#identity.uid, this.#identity.gid);
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  initialise(): void {
    this.run('initdb', ['-D', this.folder, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C']);
  }

  /** Becomes a copy of a running one, which it follows from its start on. */
  follow(primary: InstalledPostgres, name: string): void {
    const from = `host=127.0.0.1 port=${primary.port} user=postgres application_name=${name}`;
    execFileSync('find', [this.folder, '-mindepth', '1', '-delete']);
    this.run('pg_basebackup', ['-D', this.folder, '-d', from, '-R', '--checkpoint=fast', '--no-sync']);
  }

  /** Settles when it accepts connections. */
  async start(settings: PostgresSettings = {}): Promise<void> {
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

  get pid(): number {
    return this.#child!.pid!;
  }

  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** A clean end, which waits for nobody. */
  stop(): Promise<void> {
    return this.#end((child) => child.kill('SIGINT'));
  }

  /** `kill -9` of all its processes at once. */
  kill(): Promise<void> {
    return this.#end(() => {
      for (const pid of [this.pid, ...childrenOf(this.pid)]) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It is gone already.
        }
      }
    });
  }

  /** As docs/operations.md says. */
  promote(): Promise<void> {
    const env = { REPLICA_DATA_FOLDER: this.folder };
    return documented('pg_ctl promote', { folder: '/', env, programs: this.#programs, identity: this.#identity });
  }

  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    return withClient(this.url(), async (client) => (await client.query(sql, values)).rows);
  }

  /** Runs one of PostgreSQL's programs. */
  run(program: string, args: readonly string[]): string {
    return execFileSync(path.join(this.#programs, program), args, {
      ...this.#identity,
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async #end(how: (child: ChildProcess) => void) {
    if (!this.#child || !this.isRunning) return;
    const gone = once(this.#child, 'exit');
    how(this.#child);
    await gone;
  }
}
