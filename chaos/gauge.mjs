import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../bench/cpu.mjs';
import { until } from './until.mjs';

const STALLS = new URL('stalls.mjs', import.meta.url).href;
const SAMPLE_MS = 500;

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
    await this.#stalls();
    this.memory = [];
    this.timer = setInterval(() => this.memory.push(memoryOf(this.watched[0].pid)?.now ?? 0), SAMPLE_MS);
  }

  /** Milliseconds and MiB. `growth` is that of the memory from the second quarter of the time to the last. */
  async end() {
    clearInterval(this.timer);
    const [server, idle] = await this.#stalls();
    const quarter = Math.max(1, Math.floor(this.memory.length / 4));
    const least = (values) => Math.min(...values);
    const growth = least(this.memory.slice(-quarter)) - least(this.memory.slice(quarter, 2 * quarter));
    return { stall: Math.min(server.own, server.wall - idle.wall), wall: server.wall, idle: idle.wall, growth };
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
