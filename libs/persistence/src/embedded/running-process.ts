import fs from 'node:fs';

/** When a process started, in the system's own units. Distinguishes a process from a later one with the same id. */
export function startTime(pid: number): string | undefined {
  return processFields(pid)?.[19];
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const isZombie = processFields(pid)?.[0] === 'Z';
  return !isZombie;
}

/** The fields of /proc/<pid>/stat after the program's name. Undefined if there is no such file. */
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
