import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { compiled } from '../bench/compiled.js';
import type { Environment, Server } from '../bench/server.js';
import type { Stage } from './stage.js';
import type { Stalls } from './stalls.js';
import { until } from './until.js';

const STALLS = pathToFileURL(compiled('chaos/stalls.ts')).href;

export interface GaugeFigures {
  readonly stall: number;
  readonly wall: number;
  readonly idle: number;
  readonly growth: number;
}

/** A process, and where it writes. */
interface Watched {
  readonly pid: number;
  readonly file: string;
}

/** How long the server's event loop stood still, against that of a process that does nothing, and its memory. */
export class Gauge {
  private memory = 0;

  private constructor(
    private readonly server: Watched,
    private readonly idle: Watched,
  ) {}

  /** Settings for the server that is to be watched. */
  static env(folder: string): Environment {
    return { NODE_OPTIONS: `--import=${STALLS}`, CHAOS_STALLS: path.join(folder, 'stalls') };
  }

  static async start(stage: Stage, server: Server, folder: string): Promise<Gauge> {
    const idle = spawn(process.execPath, [`--import=${STALLS}`, '-e', 'setInterval(() => {}, 1e9)'], {
      env: { CHAOS_STALLS: path.join(folder, 'idle-stalls') },
      stdio: 'ignore',
    });
    await stage.undo.add(async () => {
      const gone = once(idle, 'exit');
      idle.kill('SIGKILL');
      await gone;
    });
    // Until it has loaded what the signal is for, it would end it.
    await sleep(500);
    return new Gauge(
      { pid: server.pid, file: path.join(folder, 'stalls') },
      { pid: idle.pid!, file: path.join(folder, 'idle-stalls') },
    );
  }

  async begin(): Promise<void> {
    const [server] = await this.#stalls();
    this.memory = server.memory;
  }

  /** Milliseconds; and by how many MiB what is in memory has grown since the beginning. */
  async end(): Promise<GaugeFigures> {
    const [server, idle] = await this.#stalls();
    const stall = Math.max(0, Math.min(server.own, server.wall - idle.wall));
    return { stall, wall: server.wall, idle: idle.wall, growth: server.memory - this.memory };
  }

  async #stalls(): Promise<[server: Stalls, idle: Stalls]> {
    const watched = [this.server, this.idle];
    for (const { pid, file } of watched) {
      rmSync(file, { force: true });
      process.kill(pid, 'SIGUSR2');
    }
    await until('the stalls are told', () => watched.every(({ file }) => existsSync(file)));
    const read = ({ file }: Watched): Stalls => JSON.parse(readFileSync(file, 'utf8'));
    return [read(this.server), read(this.idle)];
  }
}
