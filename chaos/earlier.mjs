import { spawnSync } from 'node:child_process';
import { readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const MIGRATIONS = 'libs/persistence/src/database/migrations';
/** Servers of the version before cannot write any more (docs/operations.md, Upgrade and rollback). */
const BREAKING = ['1764800000000-log-positions.ts'];

/** The version before the last migration, built in a new folder from the repository; undefined where there is none that can run beside this one. */
export async function earlierVersion(stage) {
  const last = readdirSync(path.join(root, MIGRATIONS)).sort().at(-1);
  if (BREAKING.includes(last)) return undefined;
  const added = git('log', '--diff-filter=A', '--format=%H', '--', `:(glob)**/${last}`)?.trim().split('\n').at(-1);
  const commit = added && git('rev-parse', '--verify', '--quiet', `${added}^`)?.trim();
  if (!commit) return undefined;
  stage.progress(`building the version before ${last}`);
  const folder = await stage.folder();
  run('sh', ['-c', `git archive ${commit} | tar -x -C "$0"`, folder], root);
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
  run(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], folder);
  return { main: path.join(folder, 'dist/src/main.js'), migration: last };
}

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
}
