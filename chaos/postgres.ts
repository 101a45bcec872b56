import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../bench/cpu.js';
import { freePort } from '../bench/free-port.js';
import { type PostgresSettings, withClient } from '../bench/postgres.js';
import { locateBinaries, runningAs } from '../libs/persistence/src/embedded/embedded-binaries.js';
import { Place } from '../libs/persistence/src/embedded/embedded-place.js';

const PATIENCE_MS = 60_000;

/** A PostgreSQL on a port that stays the same, which runs when it is told to and waits for the disk. */
export class Postgres {
  port: number;
  readonly #place: Place;
  readonly #settings: PostgresSettings;
  #programs: string | undefined;
  #child: ChildProcess | undefined;

  /** `settings` go on its command line. */
  constructor(folder: string, settings: PostgresSettings = {}) {
    this.#place = new Place(folder);
    this.#settings = settings;
    process.once('exit', () => this.isRunning && kill(this.#pid));
  }

  url(database = 'postgres'): string {
    return `postgres://postgres:${this.#place.password()}@127.0.0.1:${this.port}/${database}`;
  }

  get dataFolder(): string {
    return this.#place.dataFolder;
  }

  get logFile(): string {
    return this.#place.logFile;
  }

  /** Those that its first process has started. */
  get processes(): readonly number[] {
    return this.isRunning ? childrenOf(this.#pid) : [];
  }

  get #pid() {
    return this.#child!.pid!;
  }

  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Settles when it accepts connections. Left-over processes of a killed one may hold its memory for a moment. */
  async start(): Promise<void> {
    this.port ??= await freePort();
    this.#place.prepare();
    this.#programs ??= locateBinaries(this.#place.folder, this.#place.identity);
    if (!this.#place.isInitialised()) this.#place.initialise(this.#programs, false);
    for (const begin = performance.now(); performance.now() - begin < PATIENCE_MS; await sleep(20)) {
      if (!this.isRunning) this.#launch();
      if (await this.#accepts()) return;
    }
    throw new Error(`PostgreSQL did not start:\n${fs.readFileSync(this.#place.logFile, 'utf8').slice(-2000)}`);
  }

  /** Stands still, with every connection open, until it is told to go on. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** A clean end, which waits for nobody. */
  stop(): Promise<void> {
    if (this.isRunning) this.thaw();
    return this.#end((child) => child.kill('SIGINT'));
  }

  /** `kill -9` of all its processes at once, or of the first one alone, which the others notice. */
  kill({ family = true } = {}): Promise<void> {
    return this.#end(() => {
      const pid = this.#pid;
      const others = family ? childrenOf(pid) : [];
      for (const each of [pid, ...others]) kill(each);
    });
  }

  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    return withClient(this.url(), async (client) => (await client.query(sql, values)).rows);
  }

  #signal(name: NodeJS.Signals) {
    const pid = this.#pid;
    for (const each of [pid, ...childrenOf(pid)]) kill(each, name);
  }

  async #end(how: (child: ChildProcess) => void) {
    if (!this.#child || !this.isRunning) return;
    const gone = once(this.#child, 'exit');
    how(this.#child);
    await gone;
  }

  #launch() {
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...this.#settings };
    const log = fs.openSync(this.#place.logFile, 'a', 0o600);
    this.#child = spawn(
      path.join(this.#programs!, 'postgres'),
      [
        ...['-D', this.#place.dataFolder, '-p', String(this.port)],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...runningAs(this.#place.identity), stdio: ['ignore', log, log] },
    );
    fs.closeSync(log);
  }

  async #accepts() {
    try {
      await this.query('select 1');
      return true;
    } catch {
      return false;
    }
  }
}

function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL') {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}
