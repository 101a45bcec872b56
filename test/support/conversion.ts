import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Line } from '../../src/cli/convert/line.js';
import type { Note } from '../../src/cli/convert/notes.js';
import type { ReportedClient } from '../../src/cli/convert/report.js';
import { type ConvertOptions, convert } from '../../src/cli/convert.js';

export interface Conversion {
  readonly lines: readonly Line[];
  readonly report: readonly ReportedClient[];
  /** Everything that was written, wherever to. */
  readonly text: string;
}

/** Files with these names and contents, converted; what is no text is written as JSON. */
export async function conversionOf(
  from: ConvertOptions['from'],
  files: Readonly<Record<string, unknown>>,
  options: Partial<ConvertOptions> & { readonly map?: string } = {},
): Promise<Conversion> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-convert-'));
  const at = (name: string) => path.join(folder, name);
  const write = (name: string, content: unknown) => {
    const isText = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(at(name), isText ? content : JSON.stringify(content, null, 2));
    return at(name);
  };
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const names = Object.entries(files).map(([name, content]) => write(name, content));
    const { map, ...others } = options;
    const ids = map === undefined ? undefined : write('ids.yaml', map);
    const [output, report] = [at('out.ndjson'), at('out.report')];
    await convert(names, { from, ids, output, report, json: true, ...others });
    const text = readFileSync(output, 'utf8') + readFileSync(report, 'utf8');
    return { lines: linesOf(output), report: linesOf(report).slice(0, -1), text };
  } catch (error) {
    (error as Error).message = (error as Error).message.replaceAll(`${folder}${path.sep}`, '');
    throw error;
  } finally {
    stderr.mockRestore();
    rmSync(folder, { recursive: true });
  }
}

/** The one client of a conversion: its line, and what is told of it. */
export async function oneOf(from: ConvertOptions['from'], client: unknown) {
  const { lines, report } = await conversionOf(from, { 'file.json': client });
  expect(report).toHaveLength(1);
  const [told] = report as [ReportedClient];
  return { line: lines[0], told, notes: told.notes.map(noteText) };
}

export function noteText({ what, field, value, message }: Note): string {
  return `${what} ${field}${value === undefined ? '' : ` ${value}`}: ${message}`;
}

// biome-ignore lint/suspicious/noExplicitAny: lines of two kinds
function linesOf(file: string): any[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
