// `npm run check`: everything that has to hold before a commit: format, lint, types, import rules, dead code, tests.
import { spawnSync } from 'node:child_process';

const STEPS: [name: string, command: string, args: string[]][] = [
  ['format and lint', 'npx', ['--no-install', 'biome', 'check', '.']],
  ['types', 'npx', ['--no-install', 'tsc', '--noEmit', '-p', 'tsconfig.json']],
  ['import rules', 'npx', ['--no-install', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'libs']],
  ['dead code', 'npx', ['--no-install', 'knip']],
  ['tests', process.execPath, ['scripts/run.mjs', 'node_modules/jest/bin/jest.js']],
];

for (const [name, command, args] of STEPS) {
  process.stderr.write(`\n— ${name}\n`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`\n${name}: failed\n`);
    process.exit(1);
  }
}
