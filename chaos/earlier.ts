import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCommit, git } from '../bench/commit.js';
import type { Stage } from './stage.js';

/** Its server's program, and the migration that it lacks. */
export interface Earlier {
  readonly main: string;
  readonly migration: string;
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const MIGRATIONS = 'libs/persistence/src/database/migrations';
/** Servers of the version before cannot write any more (docs/operations.md, Upgrade and rollback). */
const BREAKING = ['1764800000000-log-positions.ts'];

/** The version before the last migration, built in a new folder from the repository; undefined where there is none that can run beside this one. */
export async function earlierVersion(stage: Stage): Promise<Earlier | undefined> {
  const last = readdirSync(path.join(root, MIGRATIONS)).sort().at(-1)!;
  if (BREAKING.includes(last)) return undefined;
  const added = git('log', '--diff-filter=A', '--format=%H', '--', `:(glob)**/${last}`)?.split('\n').at(-1);
  const commit = added && git('rev-parse', '--verify', '--quiet', `${added}^`);
  if (!commit) return undefined;
  stage.progress(`building the version before ${last}`);
  return { main: buildCommit(commit, await stage.folder()), migration: last };
}
