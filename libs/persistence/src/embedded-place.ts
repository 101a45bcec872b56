import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Identity, unprivilegedIdentity } from './embedded-binaries.js';
import { StartError } from './start-error.js';

/** How long another PostgreSQL is given to start or to stop. */
const PATIENCE_MS = 60_000;

/** The folder of one embedded PostgreSQL, and who holds it. */
export class Place {
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
    for (let waited = 0; fs.existsSync(this.lockFile) && waited < PATIENCE_MS; waited += 10) await sleep(10);
  }

  private async answersOn(port: number): Promise<boolean> {
    for (let waited = 0; waited < PATIENCE_MS; waited += 100) {
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
