// Which processor a process runs on, and how much of it the process has used. Needs Linux; elsewhere nothing is pinned
// and processor time is unknown (undefined).
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TASKSET = 'taskset';
const SERVERS = '0';
const LOAD_AND_DATABASE = '1';
/** Linux counts the time of processes in hundredths of a second, whatever its own clock does. */
const MICROSECONDS_PER_TICK = 10_000;

const isPossible = [SERVERS, LOAD_AND_DATABASE].every((cpu) => spawnSync(TASKSET, ['-c', cpu, 'true']).status === 0);

/** This process, and whatever it starts from now on, shares a processor with the load. */
export function pinToLoad() {
  if (isPossible) spawnSync(TASKSET, ['-a', '-c', '-p', LOAD_AND_DATABASE, String(process.pid)]);
  else
    process.stderr.write('Nothing is pinned to a processor here (no taskset, or one processor): expect more noise.\n');
}

/** The command line that runs a server on the processor of the servers. */
export function pinnedToServers(command, args) {
  return isPossible ? [TASKSET, ['-c', SERVERS, command, ...args]] : [command, args];
}

/** Microseconds that a process has used so far. */
export function usedBy(pid) {
  return microseconds(fieldsOf(pid), ['utime', 'stime']);
}

/** Microseconds that a process and its children, past and present, have used so far. */
export function usedByFamily(pid) {
  const parent = fieldsOf(pid);
  if (!parent) return undefined;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(fieldsOf)
    .filter((fields) => fields?.parent === pid);
  return children.reduce(
    (sum, child) => sum + microseconds(child, ['utime', 'stime']),
    microseconds(parent, ['utime', 'stime', 'cutime', 'cstime']),
  );
}

function microseconds(fields, names) {
  return fields && names.reduce((sum, name) => sum + fields[name], 0) * MICROSECONDS_PER_TICK;
}

/** proc(5), /proc/pid/stat: the fields behind the program's name, which may hold anything. */
function fieldsOf(pid) {
  let text;
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
