import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Environment } from '../bench/server.js';
import type { Identity } from '../libs/persistence/src/embedded/embedded-identity.js';

const DOCUMENT = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');

interface Surroundings {
  readonly folder: string;
  readonly env: Environment;
  /** Where PostgreSQL's programs are. */
  readonly programs: string;
  readonly identity?: Identity;
}

/** Runs the commands of docs/operations.md that begin with `command`, as whoever is on call would paste them. */
export async function documented(command: string, { folder, env, programs, identity }: Surroundings): Promise<void> {
  await promisify(execFile)('bash', ['-euc', blockOf('sh', command)], {
    ...identity,
    cwd: folder,
    env: { PATH: `${programs}:${process.env.PATH}`, ...env },
  });
}

/** The statements of docs/operations.md that begin with `statement`. */
export function documentedSql(statement: string): string {
  return blockOf('sql', statement);
}

function blockOf(language: string, beginning: string): string {
  const blocks = [...DOCUMENT.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const found = blocks.filter(([, its, block]) => its === language && block!.startsWith(beginning));
  if (found.length !== 1)
    throw new Error(`docs/operations.md has ${found.length} blocks that begin with ${beginning}.`);
  return found[0]![2]!;
}
