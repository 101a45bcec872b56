import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { awaited } from './awaited.js';

export interface Run {
  readonly process: ChildProcess;
  /** What it has printed so far, both streams. */
  output(): string;
  /** Settles with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Ends it and all it has started, whatever state they are in. */
  endAll(): Promise<void>;
}

/** Lets Node run a program that is written in TypeScript. */
export const TYPESCRIPT = '--import=@swc-node/register/esm-register';

/** Runs a command with the given environment on top of a clean one. */
export function run(command: string, args: string[], env: Record<string, string> = {}): Run {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL')),
  );
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name);
    } catch {
      // It is gone already.
    }
  };
  const endAll = async () => {
    signal('SIGTERM');
    const late = setTimeout(() => signal('SIGKILL'), 10_000);
    await ended;
    clearTimeout(late);
  };
  return { process: child, output: () => output, ended, endAll };
}

export interface Descendant {
  readonly pid: number;
  readonly parent: number;
  /** What it was started with. */
  readonly command: string;
}

/** Whatever runs below a process. */
export async function descendantsOf(pid: number): Promise<Descendant[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const processes = stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((found) => found !== null)
    .map(([, own, parent, command]) => ({ pid: Number(own), parent: Number(parent), command: command! }));
  const below = (parent: number): Descendant[] =>
    processes.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid);
}

/** Sends a signal to the server that `npm start` has started, and to nothing between them. */
export async function signalServer(npm: Run, signal: NodeJS.Signals): Promise<void> {
  const [server] = (await descendantsOf(npm.process.pid!)).filter(({ command }) =>
    /^node .* scripts\/start\.mjs/.test(command),
  );
  process.kill(server!.pid, signal);
}

/** Waits until a server that is being started says that it listens; fails with what it has said if it ends before. */
export async function listening(server: Run): Promise<void> {
  const listens = () => /Clientele listens/.test(server.output());
  const said = () => `the server listens. It has said:\n${server.output()}`;
  let hasEnded = false;
  void server.ended.then(() => {
    hasEnded = true;
  });
  await until(said, () => listens() || hasEnded);
  if (!listens()) throw new Error(`ended before ${said()}`);
}

/** Waits until `condition` holds; fails with `what` after a minute. */
export async function until(what: string | (() => string), condition: () => boolean | Promise<boolean>): Promise<void> {
  const inWords = typeof what === 'string' ? () => what : what;
  awaited.add(inWords);
  try {
    for (let waited = 0; waited < 60_000; waited += 50) {
      if (await condition()) return;
      await sleep(50);
    }
  } finally {
    awaited.delete(inWords);
  }
  throw new Error(`waited a minute in vain: ${inWords()}`);
}

/** A new folder that also PostgreSQL's user can enter. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-'));
  // The data folder is made below it: as root, PostgreSQL runs as another user.
  const data = path.join(folder, 'data');
  chmodSync(folder, 0o711);
  return { path: data, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
