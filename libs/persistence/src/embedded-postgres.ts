import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canEnter, locateBinaries, unprivilegedIdentity } from './embedded-binaries.js';
import { Place } from './embedded-place.js';
import { StartError } from './start-error.js';

/** Enough for a pool of ten in each of two dozen workers. */
const MAX_CONNECTIONS = 300;
const START_TIMEOUT_MS = 60_000;
const RESTART_PAUSE_MS = 200;
const FALLBACK_FOLDER = '/var/lib/clientele';

export interface EmbeddedOptions {
  /** Everything that has to survive lies in here. */
  readonly folder: string;
  /** false = PostgreSQL does not wait for the disk; for tests alone. */
  readonly durable?: boolean;
  /** Told what the person who started it should know: another folder, a restart. */
  readonly notify?: (sentence: string) => void;
}

/** The folder to use: as root, one that PostgreSQL's user can enter. */
export function reachableFolder(folder: string, notify: (sentence: string) => void): string {
  const wanted = path.resolve(folder);
  if (canEnter(unprivilegedIdentity(path.join(wanted, 'postgres')), wanted)) return wanted;
  const other = path.join(FALLBACK_FOLDER, createHash('sha256').update(wanted).digest('hex').slice(0, 16));
  notify(`PostgreSQL does not run as root, and its user cannot enter ${wanted}: the data is kept in ${other}.`);
  return other;
}

/** A private, persistent PostgreSQL of our own on loopback, started again when it dies. */
export class EmbeddedPostgres {
  private child: ChildProcess;
  private stopping = false;
  private readonly killOnExit = () => {
    this.child.kill('SIGINT');
  };

  private constructor(
    private readonly place: Place,
    private readonly programs: string,
    private readonly port: number,
    private readonly password: string,
    private readonly options: EmbeddedOptions,
  ) {}

  /** Whether there is one in this folder, running or not. */
  static exists(folder: string): boolean {
    return new Place(folder).isInitialised();
  }

  /** Throws StartError when the folder is in use or cannot be used. */
  static async start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
    const place = new Place(options.folder);
    place.prepare();
    await place.takeOver();
    const programs = locateBinaries(place.folder, place.identity);
    if (!place.isInitialised()) place.initialise(programs, options.durable ?? true);
    const server = new EmbeddedPostgres(place, programs, await freePort(), place.password(), options);
    await server.launch();
    place.claim();
    process.once('exit', server.killOnExit);
    return server;
  }

  url(database = 'postgres'): string {
    return `postgres://postgres:${this.password}@127.0.0.1:${this.port}/${database}`;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Ends it cleanly: PostgreSQL's "fast shutdown". */
  async stop(): Promise<void> {
    this.stopping = true;
    process.removeListener('exit', this.killOnExit);
    if (!hasExited(this.child)) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.ref();
      this.child.kill('SIGINT');
      await gone;
    }
    this.place.release();
  }

  private async launch(): Promise<void> {
    // A file, not a pipe: it outlives this process, and a broken pipe would end PostgreSQL.
    const log = fs.openSync(this.place.logFile, 'a', 0o600);
    const durability =
      this.options.durable === false ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : [];
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      `max_connections=${MAX_CONNECTIONS}`,
      ...durability,
    ];
    const child = spawn(
      path.join(this.programs, 'postgres'),
      ['-D', this.place.dataFolder, '-p', String(this.port), ...settings.flatMap((setting) => ['-c', setting])],
      // Detached, so that Ctrl-C reaches only the server, which still needs its database to finish what is in flight.
      { ...this.place.identity, detached: true, windowsHide: true, stdio: ['ignore', log, log] },
    );
    fs.closeSync(log);
    child.unref();
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
    });
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!this.place.isReady(child.pid)) {
      if (failure || hasExited(child) || Date.now() > deadline) {
        throw new StartError(`The embedded PostgreSQL did not start; see ${this.place.logFile}.`);
      }
      await sleep(10);
    }
    this.child = child;
    child.once('exit', () => void this.restart());
  }

  private async restart(): Promise<void> {
    while (!this.stopping) {
      this.options.notify?.('The embedded PostgreSQL ended unexpectedly and is started again.');
      try {
        await this.launch();
        return;
      } catch {
        // Left-over processes of the old one hold its memory for a moment.
        await sleep(RESTART_PAUSE_MS);
      }
    }
  }
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
