import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { visibleJson } from '#visible';
import { ExportFile, type Item } from './convert/documents.js';
import { Draft } from './convert/draft.js';
import { Ids, readIds } from './convert/ids.js';
import type { Kind } from './convert/kind.js';
import { kindNamed } from './convert/kinds.js';
import type { Line } from './convert/line.js';
import { Notes } from './convert/notes.js';
import { Report } from './convert/report.js';
import { isObject, kindOf, Source } from './convert/source.js';
import { CliFailure } from './failure.js';
import { requireNoFolder, sizeOf, unusable, wholly } from './files.js';
import { type Progress, progress } from './progress.js';
import { KINDS, type KindName } from './vocabulary.js';

export interface ConvertOptions {
  readonly from: KindName;
  readonly ids?: string;
  readonly output?: string;
  readonly report?: string;
  readonly allowPlainHttp?: boolean;
  readonly withSecrets?: boolean;
  readonly json?: boolean;
}

/** A client, and where it was read. */
interface Converted {
  readonly id: string | undefined;
  readonly draft: Draft;
  readonly unknown: readonly string[];
}

/** Reads exports of another system, and writes lines for an import. */
export async function convert(files: readonly string[], options: ConvertOptions): Promise<void> {
  const { output, report: reportFile, json = false } = options;
  for (const file of [output, reportFile]) if (file !== undefined) await requireNoFolder(file);
  const conversion = new Conversion(await kindNamed(options.from), files, options);
  const bar = await progress('Converting', await bytesIn(files));
  try {
    await conversion.survey(bar);
    const report = new Report(reportFile, json, (lines) => bar.say(lines));
    const lines = conversion.lines(bar, report);
    if (output === undefined) await pipeline(Readable.from(lines), process.stdout, { end: false });
    else await wholly(output, (part) => written(lines, output, part));
    report.end(conversion.remarks());
    if (report.counts.converted === 0) throw new CliFailure('No client could be converted.');
  } finally {
    bar.stop();
  }
}

/** Reads the files twice, because all ids must be known before the first line is written. */
class Conversion {
  private readonly files: readonly ExportFile[];
  private readonly ids: Ids;
  /** How many lines have secrets. */
  private withSecrets = 0;

  constructor(
    private readonly kind: Kind,
    files: readonly string[],
    private readonly options: ConvertOptions,
  ) {
    this.files = files.map((file) => new ExportFile(file, kind));
    this.ids = new Ids(options.ids === undefined ? new Map() : readIds(options.ids));
  }

  async survey(bar: Progress): Promise<void> {
    for (const file of this.files) {
      let clients = 0;
      for await (const item of file.items((bytes) => bar.step(bytes))) {
        const { id, draft } = this.read(file, item);
        if (id !== undefined) clients += 1;
        if (id !== undefined && draft.leftOut === undefined) this.ids.see(id);
      }
      if (clients > 0) continue;
      const { system } = this.kind;
      throw new CliFailure(`${file.name} has no client of ${system} in it. What is read: ${KINDS[this.options.from]}.`);
    }
    this.ids.assign();
  }

  async *lines(bar: Progress, report: Report): AsyncGenerator<string> {
    let index = 0;
    for (const file of this.files) {
      for await (const item of file.items((bytes) => bar.step(bytes))) {
        const { id, draft, unknown } = this.read(file, item);
        const told = { file: file.name, place: item.place, id: id ?? null, unknown };
        if (id === undefined || draft.leftOut !== undefined) {
          report.add({ ...told, clientId: null, leftOut: draft.leftOut, carried: [], notes: [] });
          continue;
        }
        const clientId = this.ids.at(index);
        index += 1;
        if (clientId !== id) draft.notes.changed('id', `becomes ${clientId}, ${this.ids.reasonFor(id)}`, id);
        const line = draft.lineFor(clientId);
        report.add({ ...told, clientId, carried: draft.carried, notes: draft.notes.all });
        if (line.secrets) this.withSecrets += 1;
        yield lineText(line);
      }
    }
  }

  remarks(): string[] {
    const unused = this.ids.unused();
    return [
      ...(unused.length === 0 ? [] : [`The map of ids names clients that are not there: ${unused.join(', ')}.`]),
      ...(this.withSecrets === 0
        ? []
        : ['The lines hold secrets: show them to nobody, and delete them after the import.']),
    ];
  }

  private read(file: ExportFile, item: Item): Converted {
    const { value, key } = item;
    const { allowPlainHttp = false, withSecrets = false } = this.options;
    const draft = new Draft({ allowPlainHttp, withSecrets }, (id) => this.ids.renamed(id));
    if (!isObject(value)) {
      draft.leaveOut(`is ${kindOf(value)}, where a client should be`);
      return { id: undefined, draft, unknown: [] };
    }
    const client = new Source(value, draft.notes, { anyCase: this.kind.anyCase });
    const id = this.kind.idOf(new Source(value, new Notes(), { anyCase: this.kind.anyCase }), key, file.baseName);
    if (id === undefined) draft.leaveOut('has no id, so it is no client');
    else this.kind.read(client, draft, { document: file.documentOf(item), key });
    return { id, draft, unknown: draft.leftOut === undefined ? client.unread() : [] };
  }
}

function lineText(line: Line): string {
  return `${visibleJson(JSON.stringify(line))}\n`;
}

async function written(lines: AsyncIterable<string>, file: string, part: string): Promise<void> {
  try {
    await pipeline(Readable.from(lines), createWriteStream(part, { mode: 0o600 }));
  } catch (error) {
    throw error instanceof CliFailure ? error : unusable(file, 'written', error);
  }
}

/** How many bytes there are to read, with each file counted twice; undefined = not known. */
async function bytesIn(files: readonly string[]): Promise<number | undefined> {
  if (files.includes('-')) return undefined;
  const sizes = await Promise.all(files.map(sizeOf));
  return 2 * sizes.reduce((sum, size) => sum + size, 0);
}
