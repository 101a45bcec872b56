import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { canEnter, type Identity, locateBinaries, unprivilegedIdentity } from './embedded-binaries.js';
import { StartError } from './start-error.js';

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
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', ...durability];
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

/** The folder of one embedded PostgreSQL, and who holds it. */
class Place {
  readonly folder: string;
  readonly dataFolder: string;
  readonly logFile: string;
  readonly identity: Identity;
  private readonly ownerFile: string;
  private readonly passwordFile: string;
  private readonly lockFile: string;

  constructor(parent: string) {
    this.folder = path.join(path.resolve(parent), 'postgres');
    this.dataFolder = path.join(this.folder, 'data');
    this.logFile = path.join(this.folder, 'postgres.log');
    this.ownerFile = path.join(this.folder, 'owner');
    this.passwordFile = path.join(this.folder, 'password');
    this.lockFile = path.join(this.dataFolder, 'postmaster.pid');
    this.identity = unprivilegedIdentity(this.folder);
  }

  prepare(): void {
    try {
      fs.mkdirSync(path.dirname(this.folder), { recursive: true, mode: 0o711 });
      fs.mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      fs.accessSync(this.folder, fs.constants.W_OK);
      if (this.identity) fs.chownSync(this.folder, this.identity.uid, this.identity.gid);
    } catch (error) {
      throw new StartError(
        `The data folder ${path.dirname(this.folder)} cannot be written: ${(error as Error).message}`,
      );
    }
  }

  isInitialised(): boolean {
    return fs.existsSync(path.join(this.dataFolder, 'PG_VERSION'));
  }

  initialise(programs: string, durable: boolean): void {
    const building = `${this.dataFolder}.new`;
    fs.rmSync(building, { recursive: true, force: true });
    fs.writeFileSync(this.passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
    if (this.identity) fs.chownSync(this.passwordFile, this.identity.uid, this.identity.gid);
    const made = spawnSync(
      path.join(programs, 'initdb'),
      [
        `--pgdata=${building}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${this.passwordFile}`,
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...this.identity, encoding: 'utf8', windowsHide: true, env: { ...process.env, LC_ALL: 'C' } },
    );
    if (made.status !== 0) {
      throw new StartError(
        `The embedded PostgreSQL cannot make its data folder: ${made.error?.message ?? made.stderr.trim()}`,
      );
    }
    // Atomic, and refused where somebody else's folder has appeared meanwhile.
    fs.renameSync(building, this.dataFolder);
  }

  password(): string {
    return fs.readFileSync(this.passwordFile, 'utf8').trim();
  }

  isReady(pid: number | undefined): boolean {
    const lines = readLines(this.lockFile);
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  }

  claim(): void {
    fs.writeFileSync(this.ownerFile, `${process.pid} ${startTime(process.pid) ?? ''}`);
  }

  release(): void {
    fs.rmSync(this.ownerFile, { force: true });
  }

  /** Refuses a folder that a living server uses, and stops a PostgreSQL that a killed one has left behind. */
  async takeOver(): Promise<void> {
    const [pid, , , port] = readLines(this.lockFile);
    if (pid === undefined || port === undefined) return;
    // The process id alone proves nothing: after a crash it may be anybody's by now. So PostgreSQL itself is asked.
    if (!(await this.answersOn(Number(port)))) return;
    const owner = this.livingOwner();
    if (owner !== undefined) {
      throw new StartError(
        `The data folder ${path.dirname(this.folder)} is in use by process ${owner}: stop that, or set DATA_DIR.`,
      );
    }
    process.kill(Number(pid), 'SIGINT');
    for (let waited = 0; fs.existsSync(this.lockFile) && waited < START_TIMEOUT_MS; waited += 10) await sleep(10);
  }

  private async answersOn(port: number): Promise<boolean> {
    for (let waited = 0; waited < START_TIMEOUT_MS; waited += 100) {
      const client = new pg.Client({
        host: '127.0.0.1',
        port,
        user: 'postgres',
        password: this.password(),
        database: 'postgres',
        connectionTimeoutMillis: 5000,
      });
      client.on('error', () => {});
      try {
        await client.connect();
        const { rows } = await client.query<{ data_directory: string }>('show data_directory');
        return fs.realpathSync(rows[0]!.data_directory) === fs.realpathSync(this.dataFolder);
      } catch (error) {
        const startingOrStopping = (error as pg.DatabaseError).code === '57P03';
        if (!startingOrStopping) return false;
        await sleep(100);
      } finally {
        await client.end().catch(() => {});
      }
    }
    return false;
  }

  private livingOwner(): number | undefined {
    const [pid, started] = (readLines(this.ownerFile)[0] ?? '').split(' ');
    const owner = Number(pid);
    if (!owner || owner === process.pid || !isAlive(owner)) return undefined;
    return (startTime(owner) ?? '') === (started ?? '') ? owner : undefined;
  }
}

function readLines(file: string): string[] {
  try {
    return fs.readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The fields of /proc/<pid>/stat behind the program's name; undefined where there is no such file. */
function processFields(pid: number): string[] | undefined {
  try {
    return fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined;
  }
}

/** When a process started, in the system's own units; tells a process from a later one with the same id. */
function startTime(pid: number): string | undefined {
  return processFields(pid)?.[19];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const isZombie = processFields(pid)?.[0] === 'Z';
  return !isZombie;
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
