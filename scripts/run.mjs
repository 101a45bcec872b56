// `node scripts/run.mjs FILE ARGUMENTS…`: prepares what is missing, then runs a program that is written in TypeScript.
// Itself it is none: nothing that could compile it is installed before it has run.
// @ts-check
import { spawn } from 'node:child_process';
import { prepare } from './prepare.mjs';

prepare();
const program = spawn(
  process.execPath,
  [
    // The sources as they stand; `#clients` and its like are sources, too.
    '--import=@swc-node/register/esm-register',
    '--conditions=@clientele/source',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => program.kill(signal));
program.on('exit', (code) => process.exit(code ?? 1));
