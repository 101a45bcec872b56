import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Environment } from '../bench/server.js';
import type { Identity } from '../libs/persistence/src/embedded/embedded-identity.js';

const DOCUMENT = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
const BLOCKS = [...DOCUMENT.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);

interface Surroundings {
  readonly folder: string;
  readonly env: Environment;
  /** Where PostgreSQL's programs are. */
  readonly programs: string;
  readonly identity?: Identity;
}

/** Runs the block of docs/operations.md that begins with `command`, as whoever is on call would paste it. */
export async function documented(command: string, { folder, env, programs, identity }: Surroundings): Promise<void> {
  const found = BLOCKS.filter((block) => block.startsWith(command));
  if (found.length !== 1) throw new Error(`docs/operations.md has ${found.length} blocks that begin with ${command}.`);
  await promisify(execFile)('bash', ['-euc', found[0]!], {
    ...identity,
    cwd: folder,
    env: { PATH: `${programs}:${process.env.PATH}`, ...env },
  });
}
