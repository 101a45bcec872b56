import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pinned, SERVERS } from './cpu.js';
import { freePort } from './free-port.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 12_000;
const OUTPUT_KEPT = 4000;

export type Headers = Readonly<Record<string, string>>;
/** Its environment; whatever is undefined is not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface StartOptions {
  readonly env?: Environment;
  readonly headers?: Headers;
  readonly program?: string;
  readonly cpus?: string;
}

export interface AnswerOptions {
  readonly path?: string;
  readonly pause?: number;
  readonly isGood?: (answer: Response) => boolean;
}

/** One server in a process of its own. */
export class Server {
  readonly name: string;
  headers: Headers;
  readonly url: string;
  readonly child: ChildProcess;
  /** The end of what it has printed. */
  output = '';
  private isStopping = false;

  private constructor(name: string, url: string, headers: Headers, child: ChildProcess) {
    this.name = name;
    this.url = url;
    this.headers = headers;
    this.child = child;
  }

  /**
   * `headers` go with every request to it; it runs on the processor of the servers unless told otherwise, and on a
   * free port unless `env` has a `PORT`.
   */
  static async start(
    name: string,
    args: readonly string[],
    { env, headers = {}, program = process.execPath, cpus = SERVERS }: StartOptions,
  ): Promise<Server> {
    const port = env?.PORT ?? (await freePort());
    const child = spawn(...pinned(cpus, program, args), {
      cwd: root,
      // Nothing else: a setting in the caller's shell must not change what is measured.
      env: { PATH: process.env.PATH, PORT: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new Server(name, `http://127.0.0.1:${port}`, headers, child);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk) => {
        server.output = (server.output + chunk).slice(-OUTPUT_KEPT);
      });
    }
    child.once('exit', (code, signal) => {
      if (!server.isStopping) server.output += `\n(It ended by itself: ${signal ?? `exit code ${code}`}.)`;
    });
    process.once('exit', server.kill);
    return server;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when it answers. */
  async answers({ path: target = '/', pause = 50, isGood = () => true }: AnswerOptions = {}): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!this.hasExited() && Date.now() < deadline) {
      try {
        const answer = await fetch(this.url + target, { headers: this.headers, signal: AbortSignal.timeout(1000) });
        await answer.arrayBuffer();
        if (isGood(answer)) {
          // What it says at a good start is of no use later.
          this.output = '';
          return;
        }
      } catch {
        // Not yet.
      }
      await sleep(pause);
    }
    throw new Error(`${this.name} did not start.`);
  }

  /** Gives its exit code, or the signal that ended it. */
  async stop(): Promise<number | NodeJS.Signals | null> {
    process.removeListener('exit', this.kill);
    this.isStopping = true;
    if (!this.hasExited()) await this.end();
    return this.child.exitCode ?? this.child.signalCode;
  }

  private async end() {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const impatience = setTimeout(this.kill, STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(impatience);
  }

  readonly kill = (): void => {
    this.child.kill('SIGKILL');
  };

  hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
