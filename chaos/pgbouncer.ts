import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../bench/free-port.js';
import { withClient } from '../bench/postgres.js';
import { unprivilegedIdentity } from '../libs/persistence/src/embedded/embedded-identity.js';
import type { PoolMode } from './options.js';
import { until } from './until.js';

interface PgBouncerOptions {
  readonly mode: PoolMode;
  /** How it gets into PostgreSQL itself. */
  readonly url: string;
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** Debian puts it where only root's PATH leads. */
const PROGRAM = 'pgbouncer';
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

/** The system's PgBouncer before a PostgreSQL, with its defaults but for `settings`; lets in one user, on loopback. */
export class PgBouncer {
  readonly behind: URL;
  #port: number | undefined;
  readonly #folder: string;
  readonly #mode: PoolMode;
  readonly #settings: Readonly<Record<string, string | number>>;
  #child: ChildProcess | undefined;

  constructor(folder: string, { mode, url, settings = {} }: PgBouncerOptions) {
    if (spawnSync(PROGRAM, ['--version'], { env }).status !== 0)
      throw new Error('This needs PgBouncer installed: apt-get install pgbouncer');
    this.#folder = path.join(folder, 'pgbouncer');
    this.#mode = mode;
    this.#settings = settings;
    this.behind = new URL(url);
    process.once('exit', () => this.isRunning && this.#child?.kill('SIGKILL'));
  }

  /** The same database, through it. */
  through(url: string | URL): string {
    return Object.assign(new URL(url), { host: `127.0.0.1:${this.#port}` }).href;
  }

  /** Settles when a statement has come through. */
  async start(): Promise<void> {
    this.#port ??= await freePort();
    const file = this.#configure();
    const log = openSync(path.join(this.#folder, 'log'), 'a');
    const identity = unprivilegedIdentity(this.#folder);
    this.#child = spawn(PROGRAM, [file], { ...identity, env, cwd: '/', stdio: ['ignore', log, log] });
    closeSync(log);
    await until('PgBouncer lets through', () => {
      if (!this.isRunning) throw new Error(`PgBouncer ended:\n${this.said()}`);
      return withClient(this.through(this.behind), (client) => client.query('select 1')).then(Boolean, () => false);
    });
  }

  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  said(): string {
    return readFileSync(path.join(this.#folder, 'log'), 'utf8').slice(-2000);
  }

  /** All connections end at once. */
  async stop(): Promise<void> {
    if (!this.#child || !this.isRunning) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  #configure() {
    const { hostname, port, username, password } = this.behind;
    const file = (name: string) => path.join(this.#folder, name);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(file('users'), `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`);
    const settings = {
      listen_addr: '127.0.0.1',
      listen_port: this.#port,
      unix_socket_dir: '',
      auth_type: 'trust',
      auth_file: file('users'),
      pool_mode: this.#mode,
      ...this.#settings,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
    writeFileSync(
      file('ini'),
      `[databases]\n* = host=${hostname} port=${port || 5432}\n[pgbouncer]\n${lines.join('\n')}\n`,
    );
    const identity = unprivilegedIdentity(this.#folder);
    if (identity)
      for (const each of [this.#folder, file('users'), file('ini')]) chownSync(each, identity.uid, identity.gid);
    return file('ini');
  }
}
