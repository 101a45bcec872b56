import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isInstalled } from '../../scripts/prepare.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-prepare-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Packages = Record<string, { version: string; integrity?: string; optional?: boolean }>;

/** Whether these are installed, as npm has written down, where those are wanted. */
function isEnough(installed: Packages | undefined, wanted: Packages): boolean {
  const project = mkdtempSync(path.join(folder, 'project-'));
  const write = (file: string, packages: Packages) =>
    writeFileSync(path.join(project, file), JSON.stringify({ packages }));
  mkdirSync(path.join(project, 'node_modules'));
  write('package-lock.json', { '': { version: '1.0.0' }, ...wanted });
  if (installed) write('node_modules/.package-lock.json', installed);
  return isInstalled(project);
}

const one = { version: '1.0.0', integrity: 'sha512-one' };
const two = { version: '2.0.0', integrity: 'sha512-two' };

describe('the packages', () => {
  it('are there after `npm ci`, whoever has run it', () => {
    expect(
      isEnough({ 'node_modules/a': one, 'node_modules/b': two }, { 'node_modules/a': one, 'node_modules/b': two }),
    ).toBe(true);
    expect(isInstalled(process.cwd())).toBe(true);
  });

  it('are there without those that are optional', () => {
    expect(
      isEnough({ 'node_modules/a': one }, { 'node_modules/a': one, 'node_modules/b': { ...two, optional: true } }),
    ).toBe(true);
  });

  it.each<[string, Packages | undefined]>([
    ['nothing is installed, or not to the end', undefined],
    ['one is missing', {}],
    ['one is of another version', { 'node_modules/a': two }],
    ['one has another content', { 'node_modules/a': { ...one, integrity: 'sha512-other' } }],
  ])('are not there when %s', (_, installed) => {
    expect(isEnough(installed, { 'node_modules/a': one })).toBe(false);
  });
});
