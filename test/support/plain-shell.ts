import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Runs words as they stand, and nothing that cmd would not run as well; stays beside what it runs, as cmd does. */
const SHELL = `#!${process.execPath}
const { spawn } = require('node:child_process');
const [program, ...args] = process.argv[3].split(' ');
spawn(program, args, { stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 1));
`;

/** A shell for npm (`script-shell`) that knows no more than Windows' cmd does, and hands no signal on. */
export function plainShell(folder: string): string {
  const file = path.join(folder, 'plain-shell.cjs');
  writeFileSync(file, SHELL);
  chmodSync(file, 0o755);
  return file;
}
