// Tells mocha, which Stryker can steer, the tests that are written for jest: those of each file as jest-circus collects them.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { getState, resetState } from 'jest-circus';
import { tests } from './scope.mjs';

/** Mocha's, taken before jest's have the same names. */
const { describe, it, before, after, beforeEach, afterEach } = globalThis;
const HOOKS = { beforeAll: before, afterAll: after, beforeEach, afterEach };

const root = path.resolve(import.meta.dirname, '../..');
const load = (/** @type {string} */ file) => import(pathToFileURL(path.join(root, file)).href);

/** @param {string} file @param {{ hooks: any[], children: any[] }} block */
function tell(file, { hooks, children }) {
  for (const { type, fn } of hooks) HOOKS[type](fn);
  for (const child of children) {
    if (child.type === 'test') Object.assign(it(child.name, child.fn), { file });
    else describe(child.name, () => tell(file, child));
  }
}

await load('node_modules/jest-light-runner/src/global-setup.js');
// The same values in each run, few of them, and no search for the smallest that fails: that one fails is enough.
fc.configureGlobal({ seed: 1, endOnFailure: true });
process.env.FUZZ_RUNS ??= '300';
process.env.LAWS_RUNS ??= '2';

for (const file of tests) {
  resetState();
  await load(file);
  const { rootDescribeBlock } = getState();
  describe(`${file}:`, () => tell(path.join(root, file), rootDescribeBlock));
}
