import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  // What needs tools that others wrote, `npm run foreign` runs.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/foreign/'],
  // Jest's own would load all that is imported anew for each file, which took two fifths of their time (decision 36).
  runner: 'jest-light-runner',
  setupFilesAfterEnv: ['<rootDir>/test/support/time-limits.ts'],
  testSequencer: '<rootDir>/test/support/longest-first.mts',
  // Tests wait for browsers, timers and other processes; jest would even leave one processor idle.
  maxWorkers: availableParallelism() + 1,
  // Jest imports `.mts` as a module, so that what compiles the tests compiles these, too; `.ts` it would compile itself.
  reporters: ['default', '<rootDir>/test/support/closing-line.mts'],
  globalSetup: '<rootDir>/test/support/global-setup.mts',
  globalTeardown: '<rootDir>/test/support/global-teardown.mts',
};
