import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../database/start-error.js';

/** The user that PostgreSQL runs as; undefined = our own. */
export type Identity = { readonly uid: number; readonly gid: number } | undefined;

/**
 * PostgreSQL refuses to run as root. As root, this chooses the owner of existing data in `folder`, else `postgres`,
 * else `nobody`. In older versions that user owned `folder`, too, before root owned the files beside the data.
 */
export function unprivilegedIdentity(folder: string): Identity {
  if (process.getuid?.() !== 0) return undefined;
  for (const owner of [ownerOf(path.join(folder, 'data')), ownerOf(folder)]) if (owner && owner.uid !== 0) return owner;
  const user = users().find(([name]) => name === 'postgres') ?? users().find(([name]) => name === 'nobody');
  if (!user)
    throw new StartError('PostgreSQL cannot run as root, and there is no user "postgres" or "nobody" to run it as.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** The name of a user, or its number where it has none. */
export function nameOf({ uid }: NonNullable<Identity>): string {
  return users().find(([, , number]) => Number(number) === uid)?.[0] ?? String(uid);
}

/**
 * The first folder on the way to `folder`, itself included, that `identity` cannot enter, by its mode. Ignores folders
 * that do not exist: they can be made so.
 */
export function barTo(identity: Identity, folder: string): string | undefined {
  if (!identity) return undefined;
  return foldersTo(folder).find((each) => !(modeFor(identity, each) & 1));
}

/** The first folder on the way to `folder`, itself included, where `identity` could replace our files with others. */
export function holdOf(identity: Identity, folder: string): string | undefined {
  if (!identity) return undefined;
  return foldersTo(folder).find((each) => {
    const { uid, mode } = fs.statSync(each);
    const isSticky = (mode & 0o1000) !== 0;
    return uid === identity.uid || (!isSticky && (modeFor(identity, each) & 2) !== 0);
  });
}

/** The existing folders on the way to a folder, from the top, with symbolic links resolved. */
function foldersTo(folder: string): string[] {
  if (!fs.existsSync(folder)) return foldersTo(path.dirname(folder));
  const real = fs.realpathSync(folder);
  const parent = path.dirname(real);
  return parent === real ? [real] : [...foldersTo(parent), real];
}

/** What a user may do with a folder: 4 to read, 2 to write, 1 to enter. */
function modeFor({ uid, gid }: NonNullable<Identity>, folder: string): number {
  const found = fs.statSync(folder);
  const shift = found.uid === uid ? 6 : found.gid === gid ? 3 : 0;
  return (found.mode >> shift) & 7;
}

/** Follows a symbolic link only if root has made it. */
function ownerOf(file: string): Identity {
  const found = fs.lstatSync(file, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && found.uid === 0) return fs.statSync(file, { throwIfNoEntry: false });
  return found && { uid: found.uid, gid: found.gid };
}

function users(): string[][] {
  return fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
}
