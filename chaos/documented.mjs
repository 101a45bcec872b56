import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const DOCUMENT = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
const BLOCKS = [...DOCUMENT.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block);

/** Runs the block of docs/operations.md that begins with `command`, as whoever is on call would paste it. */
export async function documented(command, { folder, env, programs, identity }) {
  const found = BLOCKS.filter((block) => block.startsWith(command));
  if (found.length !== 1) throw new Error(`docs/operations.md has ${found.length} blocks that begin with ${command}.`);
  await promisify(execFile)('bash', ['-euc', found[0]], {
    ...identity,
    cwd: folder,
    env: { PATH: `${programs}:${process.env.PATH}`, ...env },
  });
}
