import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { TextDecoder } from 'node:util';
import { JSONParser } from '@streamparser/json';
import { CliFailure } from '../failure.js';
import { failureOfAll } from '../faults.js';
import { decoderFor, nameOf, noText, unusable } from '../files.js';
import { YamlFile } from '../yaml-file.js';
import type { Kind, Path } from './kind.js';
import { Notes } from './notes.js';
import { isObject, Source, type SourceObject } from './source.js';

/** Something that stands where a client can stand. */
export interface Item {
  readonly value: unknown;
  readonly key: string | undefined;
  readonly file: string;
  /** Such as `clients[3]`; empty = the document itself. */
  readonly place: string;
  readonly document: number;
}

type Step = string | number;

const NEWLINE = 0x0a;

/**
 * A file with the exports of a system: JSON documents, one after the other, or one YAML document. JSON is read piece by
 * piece, and a client that was found is forgotten.
 */
export class ExportFile {
  /** The bytes of stdin, which can be read only once. */
  private stdin: Promise<Buffer> | undefined;
  private readonly documents: SourceObject[] = [];

  constructor(
    private readonly file: string,
    private readonly kind: Kind,
  ) {}

  get name(): string {
    return nameOf(this.file);
  }

  /** The name of the file without its folder and ending. */
  get baseName(): string {
    return path.basename(this.file).replace(/\.[^.]*$/, '');
  }

  /** What a document holds besides clients, once it has been read. */
  documentOf({ document }: Item): SourceObject {
    return this.documents[document] ?? {};
  }

  async *items(passed: (bytes: number) => void): AsyncGenerator<Item> {
    let found: Item[] = [];
    const finder = new Finder(this.kind, this.name, this.baseName, this.documents, (item) => found.push(item));
    for await (const piece of this.pieces(passed)) {
      finder.read(piece);
      yield* found;
      found = [];
    }
    finder.end();
    yield* found;
  }

  /** JSON in UTF-8. */
  private async *pieces(passed: (bytes: number) => void): AsyncGenerator<Buffer> {
    const isYaml = /\.ya?ml$/i.test(this.file);
    if (!isYaml && !this.kind.mended) {
      for await (const text of this.texts(passed)) yield Buffer.from(text);
      return;
    }
    const texts: string[] = [];
    for await (const text of this.texts(passed)) texts.push(text);
    const text = this.kind.mended ? this.kind.mended(texts.join('')) : texts.join('');
    yield Buffer.from(isYaml ? this.jsonOf(text) : text);
  }

  private async *texts(passed: (bytes: number) => void): AsyncGenerator<string> {
    let decoder: TextDecoder | undefined;
    for await (const bytes of this.bytes()) {
      decoder ??= decoderFor(bytes);
      yield this.decoded(decoder, bytes);
      passed(bytes.length);
    }
    if (decoder) yield this.decoded(decoder);
  }

  private decoded(decoder: TextDecoder, bytes?: Buffer): string {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw noText(this.file);
    }
  }

  private async *bytes(): AsyncGenerator<Buffer> {
    try {
      if (this.file !== '-') yield* createReadStream(this.file) as AsyncIterable<Buffer>;
      else {
        this.stdin ??= (async () => Buffer.concat(await process.stdin.toArray()))();
        yield await this.stdin;
      }
    } catch (error) {
      throw unusable(this.file, 'read', error);
    }
  }

  private jsonOf(text: string): string {
    try {
      const yaml = new YamlFile(this.file, text);
      if (yaml.faults.length > 0) throw failureOfAll(yaml.faults);
      return yaml.root === null ? '' : JSON.stringify(yaml.value);
    } catch (error) {
      if (error instanceof CliFailure) throw error;
      const isTooDeep = error instanceof RangeError;
      const reason = isTooDeep ? 'it is nested too deeply' : 'its aliases stand for more than a file can have';
      throw new CliFailure(`${this.name} cannot be read as YAML: ${reason}.`);
    }
  }
}

/** Finds clients in JSON that comes in pieces. */
class Finder {
  private readonly parser = new JSONParser({ separator: '' });
  private readonly depth: number;
  private document = 0;
  /** Clients in this document. */
  private count = 0;
  /** Under which of several names this document's clients were found. */
  private repeated: Step | undefined;
  /** Where the last token began; undefined = there was none. */
  private token: number | undefined;
  /** Where this piece begins, in bytes and lines. */
  private begin = 0;
  private line = 1;

  constructor(
    private readonly kind: Kind,
    private readonly file: string,
    private readonly baseName: string,
    private readonly documents: SourceObject[],
    private readonly found: (item: Item) => void,
  ) {
    this.depth = Math.max(...kind.paths.map(({ length }) => length));
    this.parser.onToken = ({ offset }) => {
      this.token = offset;
    };
    this.parser.onValue = ({ value, key, parent, stack }) => {
      if (stack.length === 0) this.atEndOfDocument(value);
      if (stack.length === 0 || stack.length > this.depth) return;
      const steps = [...stack.slice(1).map((each) => each.key), key] as Step[];
      if (this.isOfUse(steps, value)) return;
      if (Array.isArray(parent)) parent[key as number] = undefined as never;
      else delete (parent as Record<string, unknown>)[key as string];
    };
  }

  read(piece: Buffer): void {
    try {
      this.parser.write(piece);
    } catch (error) {
      throw this.unreadable(piece, error as Error);
    }
    this.begin += piece.length;
    this.line += newlinesIn(piece);
  }

  end(): void {
    try {
      this.parser.end();
    } catch {
      throw new CliFailure(`${this.file}:${this.line}: the file ends in the middle of its JSON.`);
    }
    if (this.token === undefined) throw new CliFailure(`${this.file} is empty.`);
  }

  /** Whether the document still needs this value. */
  private isOfUse(steps: readonly Step[], value: unknown): boolean {
    // A document, or one in a list of documents, has them.
    if (steps.slice(0, 2).some((step) => this.kind.unkept?.includes(String(step)))) return false;
    if (!this.kind.paths.some((path) => this.leadsTo(path, steps, value))) return true;
    if (isObject(value) && this.kind.isHolder?.(this.source(value))) return false;
    if (this.kind.repeatsAt !== undefined) {
      this.repeated ??= steps[this.kind.repeatsAt];
      if (this.repeated !== steps[this.kind.repeatsAt]) return false;
    }
    this.count += 1;
    const last = steps.at(-1)!;
    const key = typeof last === 'string' ? last : undefined;
    this.found({ value, key, file: this.file, place: this.placeOf(steps), document: this.document });
    return false;
  }

  private leadsTo(path: Path, steps: readonly Step[], value: unknown): boolean {
    if (path.length !== steps.length) return false;
    // What is no object is no client under any name; in a list it stands for one.
    if (path.at(-1) === '*' && !isObject(value)) return false;
    return path.every((name, index) => {
      const step = steps[index]!;
      if (name === '*') return true;
      if (typeof step === 'number') return name === '[]';
      return this.kind.anyCase ? step.toLowerCase() === name : step === name;
    });
  }

  private atEndOfDocument(value: unknown): void {
    if (
      isObject(value) &&
      this.count === 0 &&
      this.kind.idOf(this.source(value), undefined, this.baseName) !== undefined
    ) {
      this.found({ value, key: undefined, file: this.file, place: this.placeOf([]), document: this.document });
    } else if (isObject(value)) this.documents[this.document] = value;
    this.document += 1;
    this.count = 0;
    this.repeated = undefined;
  }

  private source(value: SourceObject): Source {
    return new Source(value, new Notes(), { anyCase: this.kind.anyCase });
  }

  private placeOf(steps: readonly Step[]): string {
    const within = steps.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index ? '.' : ''}${step}`));
    return `${this.document > 0 ? `document ${this.document + 1} ` : ''}${within.join('')}`.trim();
  }

  private unreadable(piece: Buffer, error: Error): CliFailure {
    // An unexpected character is told with its position, an unexpected token is the last that was read.
    const position = /absolute position "(\d+)"/.exec(error.message)?.[1];
    const at = Math.max(0, Number(position ?? this.token ?? 0) - this.begin);
    const line = this.line + newlinesIn(piece.subarray(0, at));
    const isMarkup = this.begin + at === 0 && piece[0] === '<'.charCodeAt(0);
    return new CliFailure(`${this.file}:${line}: this cannot be read as JSON${isMarkup ? ': it is HTML or XML' : ''}.`);
  }
}

function newlinesIn(piece: Buffer): number {
  let count = 0;
  for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
