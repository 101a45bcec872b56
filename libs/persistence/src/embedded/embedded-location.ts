import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../database/start-error.js';
import { barTo, nameOf, unprivilegedIdentity } from './embedded-identity.js';
import { writeOwnFile } from './own-file.js';

const FALLBACK_FOLDER = '/var/lib/clientele';
/** In a data folder whose data lies elsewhere: the folder in which it does. */
const POINTER = 'data-is-elsewhere';

/** Where the data of a data folder is. */
export interface Location {
  readonly folder: string;
  /** What to tell whoever looks for it in the data folder. */
  readonly news?: string;
}

/**
 * Finds the data of a data folder, or where to make it: as root, PostgreSQL's user has to be able to enter. Once there
 * is data, no mode that changes leads anywhere else. Throws StartError where two places could be meant, or none is left.
 */
export function locate(dataFolder: string): Location {
  const wanted = path.resolve(dataFolder);
  requireFolder(wanted);
  const [pointer, isHere] = [readPointer(wanted), holdsDatabase(wanted)];
  if (pointer !== undefined) {
    if (isHere) throw twoDatabases(wanted, pointer);
    if (!path.isAbsolute(pointer) || pointer.includes('\0') || !holdsDatabase(pointer)) {
      throw new StartError(
        `${path.join(wanted, POINTER)} says that the data is in ${pointer}, where there is none: bring it back, or remove that file to begin anew.`,
      );
    }
    requireEntry(pointer);
    return {
      folder: pointer,
      news: `The data of ${wanted} is kept in ${pointer}, as ${path.join(wanted, POINTER)} says.`,
    };
  }
  const identity = unprivilegedIdentity(path.join(wanted, 'postgres'));
  if (!identity) return { folder: wanted };
  const other = path.join(FALLBACK_FOLDER, createHash('sha256').update(wanted).digest('hex').slice(0, 16));
  if (holdsDatabase(other)) {
    if (isHere) throw twoDatabases(wanted, other);
    requireEntry(other);
    return { folder: other, news: `The data of ${wanted} is kept in ${other}.` };
  }
  if (isHere) {
    requireEntry(wanted);
    return { folder: wanted };
  }
  const bar = barTo(identity, wanted);
  if (bar === undefined) return { folder: wanted };
  return {
    folder: other,
    news: `PostgreSQL does not run as root, and its user cannot enter ${bar}: the data of ${wanted} is kept in ${other}.`,
  };
}

/** To be called when there is data in `folder`: it is found from now on, whatever becomes of modes. */
export function leavePointer(dataFolder: string, folder: string): void {
  const wanted = path.resolve(dataFolder);
  if (folder !== wanted && readPointer(wanted) === undefined) writeOwnFile(path.join(wanted, POINTER), `${folder}\n`);
}

/** Whether a folder holds the data of an embedded PostgreSQL, running or not. */
export function holdsDatabase(folder: string): boolean {
  try {
    return fs.lstatSync(path.join(folder, 'postgres', 'data', 'PG_VERSION'), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Where there is data, going elsewhere would be to begin anew. */
function requireEntry(folder: string): void {
  const identity = unprivilegedIdentity(path.join(folder, 'postgres'));
  const bar = barTo(identity, folder);
  if (!identity || bar === undefined) return;
  throw new StartError(
    `PostgreSQL runs as ${nameOf(identity)}, who cannot enter ${bar}, below which its data is: let that user in (chmod a+x), or move the data folder.`,
  );
}

/** undefined = there is none; what is no file leads nowhere. */
function readPointer(wanted: string): string | undefined {
  const file = path.join(wanted, POINTER);
  if (!fs.existsSync(file)) return undefined;
  return fs.statSync(file).isFile() ? fs.readFileSync(file, 'utf8').trim() : '';
}

function twoDatabases(wanted: string, other: string): StartError {
  return new StartError(
    `There are two databases for ${wanted}, one in it and one in ${other}: move away the one that is not wanted, and with the latter ${path.join(wanted, POINTER)}, if it is there.`,
  );
}

/** All on the way has to be a folder, as far as it is there. */
function requireFolder(folder: string): void {
  const parent = path.dirname(folder);
  if (parent !== folder) requireFolder(parent);
  const entry = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!entry) return;
  const found = fs.statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new StartError(`${folder} is a symbolic link to nothing: set DATA_DIR to a folder.`);
  if (!found.isDirectory()) throw new StartError(`${folder} is a file: set DATA_DIR to a folder.`);
}

/** Makes a folder unless it is there. Throws StartError where nothing can be made in it. */
export function makeWritable(folder: string): void {
  try {
    makeFolder(path.resolve(folder));
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

export function unwritable(folder: string, reason: unknown): StartError {
  return new StartError(`The data folder ${folder} cannot be written: ${(reason as Error).message}.`);
}

/** PostgreSQL's user has to get in below, whatever our own umask is. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  fs.mkdirSync(folder);
  fs.chmodSync(folder, 0o711);
}
