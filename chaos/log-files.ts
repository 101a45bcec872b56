// PostgreSQL's log of what it does, as it lies in files: where it ends, and what may happen to it.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, symlinkSync, truncateSync, writeSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { Query } from '../bench/postgres.js';
import type { Postgres } from './postgres.js';
import { until } from './until.js';

const SECTOR = 512;

/** How the end of the log may be left behind when the power goes. */
export const DAMAGES: Readonly<Record<string, (file: string, from: number, to: number) => void>> = {
  cut: (file, from) => truncateSync(file, from),
  zeros: (file, from, to) => overwrite(file, from, Buffer.alloc(to - from)),
  noise: (file, from, to) => overwrite(file, from, randomBytes(to - from)),
  'one sector of zeros': (file, from) => overwrite(file, sector(from), Buffer.alloc(SECTOR)),
  'one sector of noise': (file, from) => overwrite(file, sector(from), randomBytes(SECTOR)),
};

/** Where PostgreSQL's log is at a moment, in its file. */
export interface Mark {
  readonly file: string;
  readonly offset: number;
}

/** Has the log in another folder. To be called while PostgreSQL does not run. */
export function moveLog(dataFolder: string, folder: string) {
  const log = path.join(dataFolder, 'pg_wal');
  const elsewhere = path.join(folder, 'log');
  execFileSync('cp', ['-a', log, elsewhere]);
  rmSync(log, { recursive: true });
  symlinkSync(elsewhere, log);
}

/** Goes on to another file of the log again and again, until there is none. */
export async function usedUp(query: Query): Promise<void> {
  try {
    for (;;) {
      await query(`select pg_logical_emit_message(false, 'chaos', repeat('x', 1000000))`);
      await query('select pg_switch_wal()');
    }
  } catch {
    // There is none, or nobody who makes one.
  }
}

/** The end of what is acknowledged. */
export async function markOf(postgres: Postgres): Promise<Mark> {
  const [row] = await postgres.query<{ file_name: string; file_offset: number }>(
    'select * from pg_walfile_name_offset(pg_current_wal_insert_lsn())',
  );
  return { file: path.join(postgres.dataFolder, 'pg_wal', row!.file_name), offset: row!.file_offset };
}

/** Writes what nobody commits, until it is in the file of the log; gives its end. */
export async function unacknowledged(postgres: Postgres, from: Mark): Promise<Mark> {
  const client = new pg.Client(postgres.url());
  client.on('error', () => {});
  await client.connect();
  await client.query('begin; create table half_done (text text)');
  await client.query(`insert into half_done select repeat(n::text, 100) from generate_series(1, 1000) as n`);
  const end = await markOf(postgres);
  if (end.file === from.file) {
    const isFlushed = 'select pg_current_wal_flush_lsn() > pg_current_wal_insert_lsn() - 8192 as answer';
    await until('the log is written', async () => (await postgres.query<{ answer: boolean }>(isFlushed))[0]!.answer);
  }
  return end;
}

/** Other bytes from this place on. */
export function overwrite(file: string, from: number, bytes: Buffer) {
  const opened = openSync(file, 'r+');
  writeSync(opened, bytes, 0, bytes.length, from);
  closeSync(opened);
}

function sector(offset: number) {
  return Math.ceil(offset / SECTOR) * SECTOR;
}
