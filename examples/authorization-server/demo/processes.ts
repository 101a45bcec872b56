import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const START_MS = 60_000;
const STOP_MS = 12_000;

/** A server in a process of its own, with nothing in its environment but what it is given. */
export class Server {
  output = '';
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(command: string[], env: Record<string, string>) {
    const { PATH, SystemRoot } = process.env;
    this.#child = spawn(process.execPath, command, {
      cwd: root,
      env: { PATH, ...(SystemRoot && { SystemRoot }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.output += text;
      });
    }
    this.#child.once('exit', (code, signal) => {
      this.output += `(It ended: ${signal ?? `exit code ${code}`}.)\n`;
    });
    process.once('exit', this.kill);
  }

  /** Resolves when `url` answers well. */
  async answers(url: string): Promise<void> {
    for (const began = Date.now(); Date.now() - began < START_MS && !this.hasEnded(); await sleep(50)) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
      if (answer?.ok) {
        // What is said at a good start is of no use later.
        this.output = '';
        return;
      }
    }
    throw new Error(`${url} does not answer.`);
  }

  stop(): Promise<void> {
    const late = setTimeout(this.kill, STOP_MS);
    return this.end('SIGTERM').finally(() => clearTimeout(late));
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    process.removeListener('exit', this.kill);
    if (this.hasEnded()) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }

  hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  kill = () => this.#child.kill('SIGKILL');
}

export async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A new folder, which also the user can enter as whom PostgreSQL runs when this is root. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-example-'));
  chmodSync(folder, 0o711);
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
