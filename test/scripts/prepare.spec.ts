import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isInstalled } from '../../scripts/prepare.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-prepare-'));
afterAll(() => rmSync(folder, { recursive: true }));
const manifest: { scripts: Record<string, string>; bin: { clientele: string } } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);

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
  it('are there after `npm ci`, under any user', () => {
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

describe('installing', () => {
  it('leaves out nothing that is needed, whatever npm has been told about other projects', () => {
    const project = mkdtempSync(path.join(folder, 'strict-'));
    const tool = path.join(project, 'tool');
    mkdirSync(tool);
    // As some of ours do, it says that it needs another Node, and works with this one.
    const needy = { name: 'tool', version: '1.0.0', engines: { node: '>=1000' } };
    writeFileSync(path.join(tool, 'package.json'), JSON.stringify(needy));
    const npm = (...args: string[]) => execFileSync('npm', [...args, '--offline', '--silent'], { cwd: project });
    npm('pack', './tool');
    const needed = { devDependencies: { tool: 'file:tool-1.0.0.tgz' } };
    writeFileSync(path.join(project, 'package.json'), JSON.stringify({ name: 'project', ...needed }));
    npm('install', '--package-lock-only');

    const program = `import { install } from './scripts/prepare.mjs'; install('a tool', process.argv[1]);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, project], {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        npm_config_omit: 'dev',
        npm_config_engine_strict: 'true',
        npm_config_offline: 'true',
      },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^Installing a tool …\n(?!.*failed)/s)]);
    expect(isInstalled(project)).toBe(true);
    expect(existsSync(path.join(project, 'node_modules', 'tool', 'package.json'))).toBe(true);
  }, 60_000);

  it('says what could not be run', () => {
    const project = mkdtempSync(path.join(folder, 'bare-'));
    writeFileSync(path.join(project, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': one } }));
    const program = `import { install } from './scripts/prepare.mjs'; install('a', process.argv[1]);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, project], {
      env: { PATH: project },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^Installing a …\nInstalling a failed: `npm ci .*` cannot run: .*ENOENT.*\.\n$/),
    ]);
  });
});

describe('a Node that is too old', () => {
  const sentence = (version: string) =>
    `Clientele needs Node 20.19 or a later 20, or 22.12 or newer; this one (${process.execPath}) is ${version}.\n`;
  /** The environment in which Node says that it is of another version. */
  const as = (version: string) => {
    const file = path.join(folder, `${version}.cjs`);
    const versions = `{ ...process.versions, node: '${version}' }`;
    writeFileSync(file, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
    return { ...process.env, NODE_OPTIONS: `--require=${file}` };
  };
  const env = as('20.18.3');

  it.each([
    ['18.20.8', false],
    ['20.18.3', false],
    ['20.19.0', true],
    ['20.20.2', true],
    ['21.7.3', false],
    ['22.11.0', false],
    ['22.12.0', true],
    ['23.0.0', true],
    ['24.0.0', true],
  ])('is told from one that is not: %s', (version, isEnough) => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/node-version.cjs'], {
      env: as(version),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual(isEnough ? [0, ''] : [1, sentence(version)]);
  });

  it.each(Object.entries(manifest.scripts).filter(([, script]) => !script.startsWith('npm ')))(
    'ends `npm run %s` in a sentence, before anything else',
    (_, script) => {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' });
      expect([status, stdout, stderr]).toEqual([1, '', sentence('20.18.3')]);
    },
  );

  it('ends the command line in the same', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [manifest.bin.clientele, 'client', 'list'], {
      env,
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).toEqual([1, '', sentence('20.18.3')]);
  });
});
