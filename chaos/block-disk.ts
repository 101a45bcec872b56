import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fill, smallDisk } from './disk.js';
import type { Stage } from './stage.js';

/** What the disk says it has, and what there is for it. */
const PROMISED = '1G';
const THERE_MIB = 400;
const PATIENCE_MS = 60_000;

/**
 * A disk with a file system of its own, ext4, whose blocks are made when they are written first. It can be torn off, as
 * by a power cut: all that was not synced is gone. It can also run out of blocks, of which ext4 hears from the disk
 * alone.
 */
export class BlockDisk {
  readonly folder: string;
  readonly #blocks: string;
  readonly #image: string;
  #device: string | undefined;

  private constructor(folder: string, blocks: string) {
    this.folder = folder;
    this.#blocks = blocks;
    this.#image = path.join(blocks, 'image');
  }

  /** A sentence on what is missing where there can be none. */
  static async make(stage: Stage): Promise<BlockDisk | string> {
    const blocks = await smallDisk(stage, THERE_MIB);
    if (!blocks) return 'needs root, and Linux';
    const isThere = (program: string) => spawnSync('which', [program]).status === 0;
    const missing = ['losetup', 'mkfs.ext4', 'xfs_io'].find((program) => !isThere(program));
    if (missing) return `needs ${missing}: apt-get install mount e2fsprogs xfsprogs`;
    const disk = new BlockDisk(await stage.folder(), blocks);
    execFileSync('truncate', ['-s', PROMISED, disk.#image]);
    execFileSync('mkfs.ext4', ['-q', '-F', disk.#image]);
    if (spawnSync('losetup', ['--find']).status !== 0) return 'needs loop devices';
    await stage.undo.add(() => disk.#takeOff(['--lazy']));
    disk.#putOn();
    return disk;
  }

  /** From now on every access fails, and nothing is written that was not yet. */
  tearOff(): void {
    execFileSync('xfs_io', ['-x', '-c', 'shutdown', this.folder]);
  }

  /** No block is left that was never written. */
  exhaust(): void {
    fill(this.#ballast);
  }

  /** Puts it on again, with what is on it. Waits until nobody has a file of it open. */
  async replace(): Promise<void> {
    rmSync(this.#ballast, { force: true });
    for (const begin = performance.now(); !this.#takeOff(); await sleep(20)) {
      if (performance.now() - begin > PATIENCE_MS) throw new Error(`Somebody still has files in ${this.folder} open.`);
    }
    this.#putOn();
  }

  /** Everything that is written is on the disk afterwards. */
  sync(): void {
    execFileSync('sync', ['--file-system', this.folder]);
  }

  get #ballast() {
    return path.join(this.#blocks, 'ballast');
  }

  #putOn() {
    // Of its own each time: one that is still used elsewhere would bring the file system along that was torn off.
    this.#device = execFileSync('losetup', ['--find', '--show', this.#image], { encoding: 'utf8' }).trim();
    execFileSync('mount', [this.#device, this.folder]);
  }

  #takeOff(how: readonly string[] = []): boolean {
    if (spawnSync('umount', [...how, this.folder]).status !== 0) return false;
    spawnSync('losetup', ['--detach', this.#device!]);
    return true;
  }
}
