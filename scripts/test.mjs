// `npm test`: prepares what is missing, then runs jest. Arguments go to jest: `npm test -- test/http`.
import { spawn } from 'node:child_process';
import { prepare } from './prepare.mjs';

prepare();
const jest = spawn(
  process.execPath,
  [
    // The sources as they stand; `#clients` and its like are sources, too.
    '--import=@swc-node/register/esm-register',
    '--conditions=@clientele/source',
    'node_modules/jest/bin/jest.js',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.on('exit', (code) => process.exit(code ?? 1));
