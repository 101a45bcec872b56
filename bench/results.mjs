import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { generator } from './load/closed.mjs';
import { plot } from './plot.mjs';
import { settings } from './settings.mjs';

const LATEST = fileURLToPath(new URL('latest.json', import.meta.url));
const PLOT = fileURLToPath(new URL('../docs/benchmark.svg', import.meta.url));

/** Writes every round's figures; gives the file's name. */
export function saveResults(kind, figures) {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const document = documentOf(kind, figures);
  const name = `${document.date.slice(0, 19).replaceAll(':', '-')}${kind === 'comparison' ? '' : `-${kind}`}`;
  const file = fileURLToPath(new URL(`${name}.json`, folder));
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  if (kind === 'comparison') writeFileSync(file.replace(/json$/, 'svg'), plot(figures.results));
  return file;
}

/** Replaces the figures and the plot that the documents show. */
export function keepForDocuments(figures) {
  const rounded = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);
  writeFileSync(LATEST, `${JSON.stringify(documentOf('comparison', figures), rounded, 1)}\n`);
  writeFileSync(PLOT, plot(figures.results));
  return PLOT;
}

function documentOf(kind, figures) {
  const machine = { node: process.version, platform: process.platform, cpus: os.cpus().length, load: os.loadavg() };
  return { kind, date: new Date().toISOString(), settings, generator, machine, ...figures };
}
