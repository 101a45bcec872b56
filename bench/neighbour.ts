import { spawn } from 'node:child_process';
import { LOAD_AND_DATABASE, pinned, SERVERS } from './cpu.js';

/** Also ends when the process that started it has. */
const BUSY = 'const parent = process.ppid; while (process.ppid === parent);';

/**
 * Starts a neighbour that uses the processors as much as it is allowed to: one process on each, of the same priority as
 * what is measured.
 */
export function startNeighbour(): { stop(): void } {
  const processes = [SERVERS, LOAD_AND_DATABASE].map((cpu) =>
    spawn(...pinned(cpu, process.execPath, ['-e', BUSY]), { stdio: 'ignore' }),
  );
  return {
    stop: () => {
      for (const each of processes) each.kill('SIGKILL');
    },
  };
}
