import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../database/start-error.js';
import { barTo, nameOf, unprivilegedIdentity } from './embedded-identity.js';
import { writeOwnFile } from './own-file.js';

const FALLBACK_FOLDER = '/var/lib/clientele';
/** A file in a data folder whose data is elsewhere. It names the folder of the data. */
const POINTER = 'data-is-elsewhere';

/** Where the data of a data folder is. */
export interface Location {
  readonly folder: string;
  /** What to tell a person who looks for it in the data folder. */
  readonly news?: string;
}

/**
 * Finds the data of a data folder, or the place to make it. When we are root, PostgreSQL's user must be able to enter
 * it. Once there is data, a change of modes never leads to another place. Throws StartError if two places are possible,
 * or none.
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

/** To be called when there is data in `folder`. From then on it is found there, whatever modes change. */
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

/** Refuses to go elsewhere if there is data here: that would mean starting with an empty database. */
function requireEntry(folder: string): void {
  const identity = unprivilegedIdentity(path.join(folder, 'postgres'));
  const bar = barTo(identity, folder);
  if (!identity || bar === undefined) return;
  throw new StartError(
    `PostgreSQL runs as ${nameOf(identity)}, who cannot enter ${bar}, below which its data is: let that user in (chmod a+x), or move the data folder.`,
  );
}

/** undefined = there is no pointer. A pointer that is not a file leads nowhere. */
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

/** Every part of the path that exists must be a folder. */
function requireFolder(folder: string): void {
  const parent = path.dirname(folder);
  if (parent !== folder) requireFolder(parent);
  const entry = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!entry) return;
  const found = fs.statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new StartError(`${folder} is a symbolic link to nothing: set DATA_DIR to a folder.`);
  if (!found.isDirectory()) throw new StartError(`${folder} is a file: set DATA_DIR to a folder.`);
}

/** Makes a folder if it does not exist. Throws StartError if nothing can be written to it. */
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

/** PostgreSQL's user must be able to enter below it, so its mode must not depend on our umask. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  fs.mkdirSync(folder);
  fs.chmodSync(folder, 0o711);
}
