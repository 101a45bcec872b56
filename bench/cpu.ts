// Which processor a process runs on, and how much of it and of memory the process has used. Needs Linux; elsewhere
// nothing is pinned, and time and memory are unknown (undefined).
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TASKSET = 'taskset';
export const SERVERS = '0';
export const LOAD_AND_DATABASE = '1';
export const ALL = `${SERVERS},${LOAD_AND_DATABASE}`;
const isLinux = process.platform === 'linux';
/** Linux counts the time of processes in hundredths of a second, whatever its own clock does. */
const MICROSECONDS_PER_TICK = 10_000;

/** MiB of memory. */
export interface Memory {
  readonly now: number;
  readonly most: number;
}

const isPossible = [SERVERS, LOAD_AND_DATABASE].every((cpu) => spawnSync(TASKSET, ['-c', cpu, 'true']).status === 0);

/** This process, and whatever it starts from now on, shares a processor with the load. */
export function pinToLoad(): void {
  if (isPossible) spawnSync(TASKSET, ['-a', '-c', '-p', LOAD_AND_DATABASE, String(process.pid)]);
  else
    process.stderr.write('Nothing is pinned to a processor here (no taskset, or one processor): expect more noise.\n');
}

/** The command line that runs a program on the given processors. */
export function pinned(cpus: string, command: string, args: readonly string[]): [command: string, args: string[]] {
  return isPossible ? [TASKSET, ['-c', cpus, command, ...args]] : [command, [...args]];
}

/** Microseconds that a process and its children, past and (unless told otherwise) living, have used so far. */
export function usedByFamily(pid: number, { living = true } = {}): number | undefined {
  const parent = fieldsOf(pid);
  if (!parent) return undefined;
  const ticks = [parent, ...(living ? childrenOf(pid).map(fieldsOf) : [])].map((fields) => {
    const { utime = 0, stime = 0, cutime = 0, cstime = 0 } = fields ?? {};
    return utime + stime + cutime + cstime;
  });
  return ticks.reduce((sum, each) => sum + each) * MICROSECONDS_PER_TICK;
}

export function childrenOf(pid: number): number[] {
  if (!isLinux) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => fieldsOf(child)?.parent === pid);
}

/** MiB of memory that a process holds now, and has held at most. */
export function memoryOf(pid: number): Memory | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mebibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)![1]) / 1024;
    return { now: mebibytes('VmRSS'), most: mebibytes('VmHWM') };
  } catch {
    return undefined;
  }
}

/** proc(5), /proc/pid/stat: the fields behind the program's name, which may hold anything. */
function fieldsOf(pid: number) {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const [, parent, , , , , , , , , , utime, stime, cutime, cstime] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent, utime, stime, cutime, cstime };
}
