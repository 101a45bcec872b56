// Another commit of this repository, in a folder of its own.
import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILDING, install, isInstalled } from '../scripts/prepare.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What git says; undefined when it refuses. */
export function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Builds a commit in a new folder; `change` may change its files before. Gives the server's program. */
export function buildCommit(commit: string, folder: string, change: (folder: string) => void = () => {}): string {
  const archive = path.join(folder, 'commit.tar');
  run('git', ['archive', `--output=${archive}`, commit], root);
  run('tar', ['-xf', archive], folder);
  rmSync(archive);
  change(folder);
  const modules = path.join(folder, 'node_modules');
  symlinkSync(path.join(root, 'node_modules'), modules, 'junction');
  if (!isInstalled(folder)) {
    rmSync(modules);
    install(`packages of ${commit}`, folder);
  }
  run(process.execPath, BUILDING, folder);
  return path.join(folder, 'dist/src/main.js');
}

function run(command: string, args: string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
}
