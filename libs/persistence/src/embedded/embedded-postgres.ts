import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inDataFolder, StartError } from '../database/start-error.js';
import { locateBinaries, runningAs } from './embedded-binaries.js';
import { holdsDatabase, leavePointer, locate, makeWritable } from './embedded-location.js';
import { Place, SOCKET_PORT } from './embedded-place.js';
import { ensureRole, ROLE } from './embedded-role.js';
import { forgetOtherPostgres } from './environment.js';

/** Enough for a pool of ten in each of two dozen workers. */
const MAX_CONNECTIONS = 300;
/** A start that takes longer is worth a word. */
const LONG_START_MS = 60_000;
const RESTART_PAUSE_MS = 200;

export interface EmbeddedOptions {
  /** Everything that must survive is in here, or where this folder points (embedded-location.ts). */
  readonly folder: string;
  /** false = PostgreSQL does not wait for the disk; for tests alone. */
  readonly durable?: boolean;
  /** Uses loopback, where every user of this machine can knock, not a socket in our folder. For tests and Windows. */
  readonly tcp?: boolean;
  /** Called with what the person who started it should know: another folder, a restart. */
  readonly notify?: (sentence: string) => void;
}

/** How to reach it: over a socket, if there is a folder for one. */
interface Address {
  readonly port: number;
  readonly socketFolder?: string;
}

/** A private, persistent PostgreSQL of our own. It starts again if it dies. */
export class EmbeddedPostgres {
  private child: ChildProcess;
  private stopping = false;
  private readonly killOnExit = () => {
    this.child.kill('SIGINT');
  };

  private constructor(
    /** The folder of everything that must survive. */
    readonly folder: string,
    private readonly place: Place,
    private readonly programs: string,
    private readonly address: Address,
    private readonly options: EmbeddedOptions,
  ) {}

  /** Whether there is a PostgreSQL in this folder, running or not. */
  static exists(folder: string): Promise<boolean> {
    return inDataFolder(path.resolve(folder), async () => holdsDatabase(locate(folder).folder));
  }

  /** Throws StartError if the folder is in use or cannot be used. */
  static start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
    forgetOtherPostgres();
    return inDataFolder(path.resolve(options.folder), () => EmbeddedPostgres.startIn(options));
  }

  private static async startIn(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
    const { durable = true, tcp = process.platform === 'win32', notify } = options;
    const { folder, news } = locate(options.folder);
    if (news !== undefined) notify?.(news);
    const place = new Place(folder);
    place.prepare();
    // If the data is elsewhere, this folder must say so.
    makeWritable(options.folder);
    const programs = locateBinaries(place.folder, place.identity);
    await place.takeOver(programs);
    if (!place.isInitialised()) place.initialise(programs, durable);
    leavePointer(options.folder, folder);
    const address = tcp ? { port: await freePort() } : { port: SOCKET_PORT, socketFolder: place.makeSocketFolder() };
    const server = new EmbeddedPostgres(folder, place, programs, address, options);
    try {
      await server.launch();
    } catch (error) {
      place.removeSocketFolder(address.socketFolder);
      throw error;
    }
    place.claim(address.socketFolder);
    process.once('exit', server.killOnExit);
    try {
      await ensureRole(server.superuserUrl(), server.rolePassword);
    } catch (error) {
      await server.stop();
      throw new StartError(`The embedded PostgreSQL in ${folder} cannot be used: ${(error as Error).message}.`);
    }
    return server;
  }

  /** For the product: the role that owns the database and is no superuser. */
  url(database?: string): string {
    return this.urlOf(ROLE, this.rolePassword, database);
  }

  /** For looking after the server itself. The product never uses it. */
  superuserUrl(database?: string): string {
    return this.urlOf('postgres', this.place.password(), database);
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

  /** Derived from the superuser's password, so that a copy of the folder has both. */
  private get rolePassword(): string {
    return createHmac('sha256', this.place.password()).update(ROLE).digest('base64url');
  }

  private urlOf(user: string, password: string, database = 'postgres'): string {
    const { port, socketFolder } = this.address;
    // With a socket, the host is ignored, but a URL needs one.
    const host = socketFolder === undefined ? '' : `?host=${encodeURIComponent(socketFolder)}`;
    return `postgres://${user}:${password}@127.0.0.1:${port}/${database}${host}`;
  }

  private async launch(): Promise<void> {
    // A file, not a pipe: it outlives this process, and a broken pipe would end PostgreSQL.
    const log = fs.openSync(this.place.logFile, 'a', 0o600);
    const durability =
      this.options.durable === false ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : [];
    const { port, socketFolder } = this.address;
    const settings = [
      ...(socketFolder === undefined
        ? ['listen_addresses=127.0.0.1', 'unix_socket_directories=']
        : ['listen_addresses=', `unix_socket_directories="${socketFolder.replaceAll('"', '""')}"`]),
      `max_connections=${MAX_CONNECTIONS}`,
      ...durability,
    ];
    const child = spawn(
      path.join(this.programs, 'postgres'),
      ['-D', this.place.dataFolder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      // Detached, so that Ctrl-C reaches only the server, which still needs its database to finish what is in flight.
      { ...runningAs(this.place.identity), detached: true, stdio: ['ignore', log, log] },
    );
    fs.closeSync(log);
    child.unref();
    this.child = child;
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
    });
    const begin = Date.now();
    // As long as it runs: after a crash there may be much to recover, all of it anew if it were started again.
    for (let isLong = false; !this.place.isReady(child.pid); await sleep(10)) {
      if (failure || hasExited(child)) {
        throw new StartError(`The embedded PostgreSQL did not start; see ${this.place.logFile}.`);
      }
      if (isLong || Date.now() - begin < LONG_START_MS) continue;
      isLong = true;
      this.options.notify?.(
        `The embedded PostgreSQL has been starting for a minute, as it may after a crash with much to recover; see ${this.place.logFile}.`,
      );
    }
    child.once('exit', () => void this.restart());
  }

  private async restart(): Promise<void> {
    while (!this.stopping) {
      this.options.notify?.('The embedded PostgreSQL ended unexpectedly and is started again.');
      try {
        await this.launch();
        return;
      } catch {
        // Remaining processes of the old PostgreSQL hold its memory for a moment.
        await sleep(RESTART_PAUSE_MS);
      }
    }
  }
}

function hasExited(child: ChildProcess): boolean {
  const hasNeverRun = child.pid === undefined;
  return hasNeverRun || child.exitCode !== null || child.signalCode !== null;
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
