// `npm run example`: installs the example's own packages, then runs it.
import { spawn } from 'node:child_process';
import { install } from './prepare.mjs';

const FOLDER = 'examples/authorization-server';

install('the example’s packages (8 MB, once)', FOLDER);
const example = spawn(process.execPath, [`${FOLDER}/demo/run.js`], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => example.kill(signal));
example.on('exit', (code) => process.exit(code ?? 1));
