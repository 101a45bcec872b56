import os from 'node:os';
import path from 'node:path';
import { code } from './scope.mjs';

const CACHE = 'node_modules/.cache/mutants';

/** What Stryker is told; `npm run mutants` starts it from the root. */
export default {
  mutate: code,
  testRunner: 'mocha',
  mochaOptions: { spec: ['test/mutants/tests.mjs'] },
  // As scripts/run.mjs runs everything else.
  testRunnerNodeArgs: ['--import=@swc-node/register/esm-register', '--conditions=@clientele/source'],
  // A mutant is tried with the tests that reach it. What runs once, as a file is loaded, needs all of them, loaded anew.
  coverageAnalysis: 'perTest',
  ignoreStatic: process.env.MUTANTS_STATIC !== 'true',
  // swc takes types away, whatever they say.
  disableTypeChecks: false,
  // With --incremental.
  incrementalFile: `${CACHE}/incremental.json`,
  // Not below node_modules, where nothing would be compiled.
  tempDirName: path.join(os.tmpdir(), 'clientele-mutants'),
  ignorePatterns: ['bench', 'chaos', 'data', 'dist', 'docker', 'docs', 'examples'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `${CACHE}/report.json` },
};
