import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** As strace(1) says. */
export interface Injection {
  readonly calls: string;
  readonly how: string;
}

/** What is missing where system calls cannot be made to fail, as a sentence. */
export function cannotFail(): string | undefined {
  return spawnSync('strace', ['-qq', '-f', '-o', '/dev/null', 'true']).status === 0
    ? undefined
    : 'needs strace that may trace: apt-get install strace';
}

/** Lets system calls of processes that run fail, until it ends: strace says to them what it is told. */
export class FailingCalls {
  readonly #strace: ChildProcess;

  constructor(processes: readonly number[], { calls, how }: Injection) {
    this.#strace = spawn(
      'strace',
      [
        ...['-qq', '-f', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:${how}`],
        ...processes.flatMap((pid) => ['-p', String(pid)]),
      ],
      { stdio: 'ignore' },
    );
  }

  /** Lets go of the processes that are still there. */
  async end(): Promise<void> {
    if (this.#strace.exitCode !== null || this.#strace.signalCode !== null) return;
    const gone = once(this.#strace, 'exit');
    this.#strace.kill('SIGTERM');
    await gone;
  }
}
