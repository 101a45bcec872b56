import fs from 'node:fs';
import path from 'node:path';

const LONGEST = 4096;

/** Makes or replaces a small file that only we may read: whole or not at all, even after a loss of power. */
export function writeOwnFile(file: string, text: string): void {
  const building = `${file}.${process.pid}`;
  fs.rmSync(building, { force: true });
  // "x" follows no symbolic link, and neither does a rename.
  const open = fs.openSync(building, 'wx', 0o600);
  try {
    fs.writeSync(open, text);
    fs.fsyncSync(open);
  } finally {
    fs.closeSync(open);
  }
  fs.renameSync(building, file);
  keepEntries(path.dirname(file));
}

/** The text of a small file that others may have put there. Undefined if there is none, or anything but a file. */
export function readForeignFile(file: string): string | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
  let open: number;
  try {
    open = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    if (!fs.fstatSync(open).isFile()) return undefined;
    const bytes = Buffer.alloc(LONGEST);
    return bytes.toString('utf8', 0, fs.readSync(open, bytes, 0, LONGEST, 0));
  } finally {
    fs.closeSync(open);
  }
}

/** A file's name survives only if its folder is synced, too. Windows offers no way to do that. */
function keepEntries(folder: string): void {
  if (process.platform === 'win32') return;
  const open = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(open);
  } finally {
    fs.closeSync(open);
  }
}
