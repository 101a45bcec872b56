import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { markdown } from '../bench/table.mjs';

/** Prints the one table, and every failure below it; gives the name of the file that holds all figures. */
export function report(outcomes, options) {
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

function shown(figure) {
  if (typeof figure !== 'number') return String(figure);
  return String(Number.isInteger(figure) ? figure : Number(figure.toFixed(1)));
}

function save(figures) {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const date = new Date().toISOString();
  const machine = { node: process.version, platform: process.platform, cpus: os.cpus().length, load: os.loadavg() };
  const file = fileURLToPath(new URL(`${date.slice(0, 19).replaceAll(':', '-')}.json`, folder));
  writeFileSync(file, `${JSON.stringify({ date, machine, ...figures }, null, 2)}\n`);
  return file;
}
