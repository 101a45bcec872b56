import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../bench/cpu.mjs';
import { withClient } from '../bench/postgres.mjs';
import { freePort } from '../bench/server.mjs';
import { locateBinaries, runningAs } from '../dist/libs/persistence/src/embedded/embedded-binaries.js';
import { Place } from '../dist/libs/persistence/src/embedded/embedded-place.js';

const PATIENCE_MS = 60_000;

/** A PostgreSQL on a port that stays the same, which runs when it is told to and waits for the disk. */
export class Postgres {
  #place;
  #child;
  #settings;

  /** `settings` go on its command line. */
  constructor(folder, settings = {}) {
    this.#place = new Place(folder);
    this.#settings = settings;
    process.once('exit', () => this.isRunning && kill(this.#child.pid));
  }

  url(database = 'postgres') {
    return `postgres://postgres:${this.#place.password()}@127.0.0.1:${this.port}/${database}`;
  }

  get dataFolder() {
    return this.#place.dataFolder;
  }

  get isRunning() {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Settles when it accepts connections. Left-over processes of a killed one may hold its memory for a moment. */
  async start() {
    this.port ??= await freePort();
    this.#place.prepare();
    this.programs ??= locateBinaries(this.#place.folder, this.#place.identity);
    if (!this.#place.isInitialised()) this.#place.initialise(this.programs, false);
    for (const begin = performance.now(); performance.now() - begin < PATIENCE_MS; await sleep(20)) {
      if (!this.isRunning) this.#launch();
      if (await this.#accepts()) return;
    }
    throw new Error(`PostgreSQL did not start:\n${fs.readFileSync(this.#place.logFile, 'utf8').slice(-2000)}`);
  }

  /** Stands still, with every connection open, until it is told to go on. */
  freeze() {
    this.#signal('SIGSTOP');
  }

  thaw() {
    this.#signal('SIGCONT');
  }

  /** A clean end, which waits for nobody. */
  stop() {
    if (this.isRunning) this.thaw();
    return this.#end((child) => child.kill('SIGINT'));
  }

  /** `kill -9` of all its processes at once, or of the first one alone, which the others notice. */
  kill({ family = true } = {}) {
    return this.#end(({ pid }) => {
      const others = family ? childrenOf(pid) : [];
      for (const each of [pid, ...others]) kill(each);
    });
  }

  query(sql, values) {
    return withClient(this.url(), async (client) => (await client.query(sql, values)).rows);
  }

  #signal(name) {
    const { pid } = this.#child;
    for (const each of [pid, ...childrenOf(pid)]) kill(each, name);
  }

  async #end(how) {
    if (!this.isRunning) return;
    const gone = once(this.#child, 'exit');
    how(this.#child);
    await gone;
  }

  #launch() {
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...this.#settings };
    const log = fs.openSync(this.#place.logFile, 'a', 0o600);
    this.#child = spawn(
      path.join(this.programs, 'postgres'),
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

function kill(pid, signal = 'SIGKILL') {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}
