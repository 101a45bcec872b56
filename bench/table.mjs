import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { settings } from './settings.mjs';

const COLUMNS = [
  'operation',
  'connections',
  'p50 ms',
  'p50 ms f-pg',
  'requests/s to f-pg',
  'min..max',
  'server CPU µs',
  'server CPU µs f-pg',
  'PostgreSQL CPU µs',
  'PostgreSQL CPU µs f-pg',
];

/** The medians of the rounds, as a Markdown table. */
export function table(rows) {
  const cells = rows.map(({ name, connections, rounds }) => {
    const median = (side, figure) => medianOf(rounds.map((round) => round[side][figure]));
    const ratios = rounds.map(({ ratio }) => ratio);
    return [
      name,
      String(connections),
      fixed(median('subject', 'p50'), 2),
      fixed(median('floor', 'p50'), 2),
      fixed(medianOf(ratios), 2),
      `${fixed(Math.min(...ratios), 2)}..${fixed(Math.max(...ratios), 2)}`,
      fixed(median('subject', 'serverCpu'), 0),
      fixed(median('floor', 'serverCpu'), 0),
      fixed(median('subject', 'postgresCpu'), 0),
      fixed(median('floor', 'postgresCpu'), 0),
    ];
  });
  const widths = COLUMNS.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index].length)));
  const line = (row) =>
    `| ${row.map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index]))).join(' | ')} |`;
  const rule = `|${widths.map((width, index) => `${'-'.repeat(width + 1)}${index === 0 ? '-' : ':'}`).join('|')}|`;
  return [line(COLUMNS), rule, ...cells.map(line)].join('\n');
}

/** Writes every round's figures; gives the file's name. */
export function saveResults(rows) {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const date = new Date().toISOString();
  const file = fileURLToPath(new URL(`${date.slice(0, 19).replaceAll(':', '-')}.json`, folder));
  const machine = { node: process.version, platform: process.platform, cpus: os.cpus().length, load: os.loadavg() };
  writeFileSync(file, `${JSON.stringify({ date, settings, machine, rows }, null, 2)}\n`);
  return file;
}

function medianOf(values) {
  if (values.includes(undefined)) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function fixed(value, digits) {
  return value === undefined ? '-' : value.toFixed(digits);
}
