import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { markdown } from '../bench/table.js';
import type { Options } from './options.js';

export type Counts = Readonly<Record<string, string | number>>;

/** What a fault counted, and sentences on what did not hold. */
export interface Outcome {
  readonly counts: Counts;
  readonly failures: readonly string[];
}

/** Of a fault that was committed. */
export interface Committed extends Outcome {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
}

/** Prints the one table, and every failure below it; gives the name of the file that holds all figures. */
export function report(outcomes: readonly Committed[], options: Options): string {
  const rows = outcomes.flatMap(({ name, title, counts, failures, seconds }) => [
    [`${name}: ${title}`, failures.length === 0 ? 'held' : 'FAILED'],
    ...Object.entries({ ...counts, seconds }).map(([label, figure]) => [`– ${label}`, shown(figure)]),
  ]);
  process.stdout.write(`\n${markdown(['fault, and what was counted', ''], rows)}\n`);
  for (const { name, failures } of outcomes) {
    for (const failure of failures) process.stdout.write(`\n${name} failed: ${failure}\n`);
  }
  return save({ options, outcomes });
}

function shown(figure: string | number) {
  if (typeof figure !== 'number') return String(figure);
  return String(Number.isInteger(figure) ? figure : Number(figure.toFixed(1)));
}

function save(figures: object) {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const date = new Date().toISOString();
  const machine = { node: process.version, platform: process.platform, cpus: os.cpus().length, load: os.loadavg() };
  const file = fileURLToPath(new URL(`${date.slice(0, 19).replaceAll(':', '-')}.json`, folder));
  writeFileSync(file, `${JSON.stringify({ date, machine, ...figures }, null, 2)}\n`);
  return file;
}
