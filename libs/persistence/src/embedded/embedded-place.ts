import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../database/start-error.js';
import { runningAs } from './embedded-binaries.js';
import { barTo, holdOf, type Identity, nameOf, unprivilegedIdentity } from './embedded-identity.js';
import { holdsDatabase, makeWritable, unwritable } from './embedded-location.js';
import { readForeignFile, writeOwnFile } from './own-file.js';
import { isRunning, startTime } from './running-process.js';

/** How long another PostgreSQL may take to start or to stop. */
const PATIENCE_MS = 60_000;
/** Longer socket paths do not fit everywhere: Linux takes 107 bytes, macOS 103. */
const LONGEST_SOCKET = 103;
/** Part of the socket's name that libpq and pg compute. */
export const SOCKET_PORT = 5432;

/**
 * The folder of one embedded PostgreSQL, and who uses it. We own it; PostgreSQL's user owns only what is in `data`.
 * Otherwise, if we are root, that user could make us write elsewhere.
 */
export class Place {
  readonly folder: string;
  readonly dataFolder: string;
  readonly logFile: string;
  readonly identity: Identity;
  private readonly parent: string;
  private readonly ownerFile: string;
  private readonly passwordFile: string;
  private readonly lockFile: string;
  private readonly nearSocket: string;

  constructor(parent: string) {
    this.parent = path.resolve(parent);
    this.folder = path.join(this.parent, 'postgres');
    this.dataFolder = path.join(this.folder, 'data');
    this.logFile = path.join(this.folder, 'postgres.log');
    this.ownerFile = path.join(this.folder, 'owner');
    this.passwordFile = path.join(this.folder, 'password');
    this.lockFile = path.join(this.dataFolder, 'postmaster.pid');
    this.nearSocket = path.join(this.folder, 'socket');
    this.identity = unprivilegedIdentity(this.folder);
  }

  prepare(): void {
    const { identity } = this;
    const hold = holdOf(identity, this.parent);
    if (identity && hold !== undefined) {
      const name = nameOf(identity);
      throw new StartError(
        `PostgreSQL runs as ${name}, who must not be able to replace what root keeps in ${this.parent}, but can write ${hold}: start the server as ${name}, or set DATA_DIR.`,
      );
    }
    makeWritable(this.parent);
    try {
      if (!fs.existsSync(this.folder)) fs.mkdirSync(this.folder, { mode: 0o700 });
      fs.accessSync(this.folder, fs.constants.W_OK);
      if (identity) this.takeFrom(identity);
    } catch (error) {
      throw unwritable(this.parent, error);
    }
  }

  /** In older versions PostgreSQL's user owned the whole folder, and may have put anything into it. */
  private takeFrom(identity: NonNullable<Identity>): void {
    if (fs.statSync(this.folder).uid === identity.uid) fs.chownSync(this.folder, 0, 0);
    fs.chmodSync(this.folder, 0o711);
    for (const file of [this.ownerFile, this.passwordFile, this.logFile, this.nearSocket]) {
      const entry = fs.lstatSync(file, { throwIfNoEntry: false });
      const isOurs = entry?.isFile() && entry.uid === 0 && entry.nlink === 1;
      if (!entry || isOurs || (file === this.nearSocket && entry.isDirectory())) continue;
      const password = file === this.passwordFile ? readForeignFile(file) : undefined;
      this.remove(file);
      if (password !== undefined) writeOwnFile(file, password);
    }
  }

  isInitialised(): boolean {
    return holdsDatabase(this.parent);
  }

  initialise(programs: string, durable: boolean): void {
    const building = `${this.dataFolder}.new`;
    this.remove(building);
    fs.mkdirSync(building, { mode: 0o700 });
    writeOwnFile(this.passwordFile, randomBytes(18).toString('base64url'));
    this.giveAway(building);
    this.giveAway(this.passwordFile);
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
      { ...runningAs(this.identity), encoding: 'utf8' },
    );
    if (made.status !== 0) {
      throw new StartError(
        `The embedded PostgreSQL cannot make its data folder: ${made.error?.message ?? made.stderr.trim()}`,
      );
    }
    if (this.identity) fs.chownSync(this.passwordFile, 0, 0);
    // Atomic. Fails if another process has made the folder meanwhile.
    fs.renameSync(building, this.dataFolder);
  }

  /** The superuser's password, for the code that starts and stops PostgreSQL. */
  password(): string {
    return fs.readFileSync(this.passwordFile, 'utf8').trim();
  }

  isReady(pid: number | undefined): boolean {
    const lines = this.lock();
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  }

  /** A folder for the socket that only PostgreSQL's user and we can enter, with a path that is short enough. */
  makeSocketFolder(): string {
    const near = this.nearSocket;
    if (fits(near)) {
      fs.mkdirSync(near, { recursive: true, mode: 0o700 });
      this.giveAway(near);
      return near;
    }
    const above = [os.tmpdir(), '/tmp'].find(
      (each) => fits(path.join(each, 'clientele-123456')) && barTo(this.identity, each) === undefined,
    );
    if (above === undefined) {
      throw new StartError(
        `Neither ${near} nor ${os.tmpdir()} can hold a socket: set TMPDIR or DATA_DIR to a shorter path.`,
      );
    }
    const far = fs.mkdtempSync(path.join(above, 'clientele-'));
    this.giveAway(far);
    return far;
  }

  claim(socketFolder = ''): void {
    writeOwnFile(this.ownerFile, `${process.pid} ${startTime(process.pid) ?? ''}\n${socketFolder}\n`);
  }

  release(): void {
    this.removeSocketFolder(this.owner()[1]);
    fs.rmSync(this.ownerFile, { force: true });
  }

  /** Refuses a folder that a running server uses. Stops a PostgreSQL that a killed server has left running. */
  async takeOver(programs: string): Promise<void> {
    if (await this.answers()) {
      const owner = this.livingOwner();
      if (owner !== undefined) {
        throw new StartError(
          `The data folder ${this.parent} is in use by process ${owner}: stop that, or set DATA_DIR.`,
        );
      }
      // Runs as PostgreSQL's user, who owns the file with the process id and must not make us end just any process.
      const stop = ['stop', `--pgdata=${this.dataFolder}`, '--mode=fast', `--timeout=${PATIENCE_MS / 1000}`];
      spawnSync(path.join(programs, 'pg_ctl'), stop, runningAs(this.identity));
    }
    this.removeSocketFolder(this.owner()[1]);
  }

  /** Removes a socket folder outside our own folder, which would otherwise stay for ever. */
  removeSocketFolder(folder: string | undefined): void {
    if (folder && folder !== this.nearSocket) this.remove(folder);
  }

  /** Asks PostgreSQL itself: after a crash, the process id may belong to any other process. */
  private async answers(): Promise<boolean> {
    const [pid, , , port, socketFolder] = this.lock();
    if (pid === undefined || port === undefined) return false;
    for (let waited = 0; waited < PATIENCE_MS; waited += 100) {
      const client = new pg.Client({
        host: socketFolder || '127.0.0.1',
        port: Number(port),
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
    const [pid, started] = (this.owner()[0] ?? '').split(' ');
    const owner = Number(pid);
    if (!owner || owner === process.pid || !isRunning(owner)) return undefined;
    return (startTime(owner) ?? '') === (started ?? '') ? owner : undefined;
  }

  private owner(): string[] {
    return fs.existsSync(this.ownerFile) ? fs.readFileSync(this.ownerFile, 'utf8').split('\n') : [];
  }

  /** PostgreSQL's own lock file: process id, folder, start time, port, folder of the socket, address, …, state. */
  private lock(): string[] {
    return readForeignFile(this.lockFile)?.split('\n') ?? [];
  }

  private giveAway(file: string): void {
    if (this.identity) fs.chownSync(file, this.identity.uid, this.identity.gid);
  }

  /** Runs as PostgreSQL's user: in that user's folder, a name may lead elsewhere by the time root gets there. */
  private remove(file: string): void {
    if (!this.identity) {
      fs.rmSync(file, { recursive: true, force: true });
      return;
    }
    spawnSync('rm', ['-rf', '--', file], runningAs(this.identity));
    const rest = fs.lstatSync(file, { throwIfNoEntry: false });
    // The rest is in a folder of ours.
    if (rest?.isDirectory()) fs.rmdirSync(file);
    else if (rest) fs.unlinkSync(file);
  }
}

function fits(folder: string): boolean {
  return Buffer.byteLength(path.join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= LONGEST_SOCKET;
}
