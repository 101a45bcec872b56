// `npm test`: prepares what is missing, then runs jest. Arguments go to jest: `npm test -- test/http`.
import { spawn } from 'node:child_process';
import { prepare } from './prepare.mjs';

prepare();
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.on('exit', (code) => process.exit(code ?? 1));
