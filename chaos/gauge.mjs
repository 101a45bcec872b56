import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './until.mjs';

const STALLS = new URL('stalls.mjs', import.meta.url).href;

/** How long the server's event loop stood still, against that of a process that does nothing, and its memory. */
export class Gauge {
  /** Settings for the server that is to be watched. */
  static env(folder) {
    return { NODE_OPTIONS: `--import=${STALLS}`, CHAOS_STALLS: path.join(folder, 'stalls') };
  }

  static async start(stage, server, folder) {
    const gauge = new Gauge();
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
    gauge.watched = [
      { pid: server.pid, file: path.join(folder, 'stalls') },
      { pid: idle.pid, file: path.join(folder, 'idle-stalls') },
    ];
    return gauge;
  }

  async begin() {
    const [server] = await this.#stalls();
    this.memory = server.memory;
  }

  /** Milliseconds; and by how many MiB what is in memory has grown since the beginning. */
  async end() {
    const [server, idle] = await this.#stalls();
    const stall = Math.max(0, Math.min(server.own, server.wall - idle.wall));
    return { stall, wall: server.wall, idle: idle.wall, growth: server.memory - this.memory };
  }

  async #stalls() {
    for (const { pid, file } of this.watched) {
      rmSync(file, { force: true });
      process.kill(pid, 'SIGUSR2');
    }
    await until('the stalls are told', () => this.watched.every(({ file }) => existsSync(file)));
    return this.watched.map(({ file }) => JSON.parse(readFileSync(file, 'utf8')));
  }
}
