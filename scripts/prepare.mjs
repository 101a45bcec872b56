// Installs and builds what is missing or stale, and nothing that is fresh. Needs Node and npm alone, so it is JavaScript.
// @ts-check
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const buildStamp = path.join(root, 'dist', '.clientele-built');

/**
 * Every file below the given ones, in a fixed order.
 * @param {string[]} names
 */
function filesIn(...names) {
  return names
    .flatMap((name) => {
      const full = path.join(root, name);
      const entries = readdirSync(full, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    })
    .sort();
}

/** @param {string[]} files */
function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(root, file)).update(readFileSync(file));
  return hash.digest('hex');
}

/**
 * @param {string} stamp
 * @param {string} print
 */
function isFresh(stamp, print) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === print;
}

/**
 * On Windows npm is a batch file, which needs a shell; Node deprecates arguments beside one.
 * @param {string[]} args plain words
 * @param {import('node:child_process').SpawnSyncOptionsWithStringEncoding} options
 */
export function npm(args, options) {
  return process.platform === 'win32'
    ? spawnSync(['npm', ...args].join(' '), { ...options, shell: true })
    : spawnSync('npm', args, options);
}

/**
 * @param {string} what
 * @param {string} command
 * @param {string[]} args
 */
function run(what, command, args, cwd = root) {
  process.stderr.write(`${what} …\n`);
  /** @type {import('node:child_process').SpawnSyncOptionsWithStringEncoding} Standard output belongs to what is being prepared. */
  const options = { cwd, stdio: ['ignore', 2, 2], encoding: 'utf8' };
  const { status, error } = command === 'npm' ? npm(args, options) : spawnSync(command, args, options);
  if (status === 0) return;
  const why = error ? `cannot run: ${error.message}` : 'says why above';
  process.stderr.write(`${what} failed: \`${command} ${args.join(' ')}\` ${why}.\n`);
  process.exit(1);
}

/**
 * Whether npm has installed what the lock file in a folder says; optional packages may be missing, as no platform has all.
 * @param {string} folder
 */
export function isInstalled(folder) {
  const installed = packagesOf(path.join(folder, 'node_modules', '.package-lock.json'));
  return Object.entries(packagesOf(path.join(folder, 'package-lock.json'))).every(
    ([place, { version, integrity, optional }]) =>
      place === '' ||
      (installed[place] ? installed[place].version === version && installed[place].integrity === integrity : optional),
  );
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version: string, integrity?: string, optional?: boolean }>}
 */
function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

/** All of them, and as the lock file says, whatever NODE_ENV, .npmrc or npm_config_… leave out or are strict about for other projects. */
const ALL = ['--include=dev', '--include=optional', '--include=peer', '--no-engine-strict'];

/**
 * The packages of the product, or those of a folder that has its own.
 * @param {readonly string[]} further what npm is told besides
 */
export function install(what = 'packages (a minute or so, once)', folder = '.', further = []) {
  const cwd = path.resolve(root, folder);
  const args = ['ci', ...ALL, ...further, '--no-audit', '--no-fund', '--loglevel=error'];
  if (!isInstalled(cwd)) run(`Installing ${what}`, 'npm', args, cwd);
}

/**
 * What Node is told in order to build. `nest` imports and requires `ora` at once, which Node 20.19.0 and 22.12 refuse; one
 * that was imported before is there already.
 */
export const BUILDING = ['--import=ora', 'node_modules/@nestjs/cli/bin/nest.js', 'build'];

export function build() {
  const sources = [
    ...filesIn('src', 'libs'),
    ...['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'].map((name) => path.join(root, name)),
  ];
  const print = fingerprint(sources);
  if (isFresh(buildStamp, print)) return;
  run('Building', process.execPath, BUILDING);
  writeFileSync(buildStamp, print);
}

export function prepare() {
  install();
  build();
}

/** The example is a package of its own; gives its folder. */
export function installExample() {
  const folder = 'examples/authorization-server';
  install('the example’s packages (10 MB, once)', folder);
  return folder;
}
