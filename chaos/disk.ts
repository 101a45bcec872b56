import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, openSync, writeSync } from 'node:fs';
import type { Stage } from './stage.js';

const SIZE_MIB = 256;
const CHUNK = Buffer.alloc(64 * 1024);

/** A folder on a disk of its own that is soon full; undefined where none can be made. */
export async function smallDisk(stage: Stage, mebibytes = SIZE_MIB): Promise<string | undefined> {
  const folder = await stage.folder();
  const options = ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0711`, 'tmpfs', folder];
  if (process.platform !== 'linux' || spawnSync('mount', options).status !== 0) return undefined;
  await stage.undo.add(() => void spawnSync('umount', ['-l', folder]));
  chmodSync(folder, 0o711);
  return folder;
}

/** Fills the disk that `file` lies on to the last byte. */
export function fill(file: string): void {
  const ballast = openSync(file, 'w');
  try {
    for (;;) writeSync(ballast, CHUNK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(ballast);
  }
}
