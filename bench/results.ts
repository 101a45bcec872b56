import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Result } from './compare.js';
import { generator } from './load/closed.js';
import { plot } from './plot.js';
import { settings } from './settings.js';

const LATEST = fileURLToPath(new URL('latest.json', import.meta.url));
const PLOT = fileURLToPath(new URL('../docs/benchmark.svg', import.meta.url));

/** The figures of the usual run. */
interface Comparison {
  readonly results: readonly Result[];
}

/** Writes every round's figures; gives the file's name. */
export function saveResults(kind: string, figures: object): string {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const document = documentOf(kind, figures);
  const name = `${document.date.slice(0, 19).replaceAll(':', '-')}${kind === 'comparison' ? '' : `-${kind}`}`;
  const file = fileURLToPath(new URL(`${name}.json`, folder));
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  return file;
}

/** The same of the usual run, with its plot. */
export function saveComparison(figures: Comparison): string {
  const file = saveResults('comparison', figures);
  writeFileSync(file.replace(/json$/, 'svg'), plot(figures.results));
  return file;
}

/** Replaces the figures and the plot that the documents show. */
export function keepForDocuments(figures: Comparison): string {
  const rounded = (_key: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);
  writeFileSync(LATEST, `${JSON.stringify(documentOf('comparison', figures), rounded, 1)}\n`);
  writeFileSync(PLOT, plot(figures.results));
  return PLOT;
}

function documentOf(kind: string, figures: object) {
  const machine = { node: process.version, platform: process.platform, cpus: os.cpus().length, load: os.loadavg() };
  return { kind, date: new Date().toISOString(), settings, generator, machine, ...figures };
}
