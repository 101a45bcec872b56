import {
  type Document,
  type ErrorCode,
  isScalar,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { Fault } from './faults.js';
import { failureOfAll } from './faults.js';
import { nameOf, readText } from './files.js';

/** Texts stay texts: neither a tag nor `%YAML 1.1` turns them into dates. */
const DIALECT = { schema: 'core', resolveKnownTags: false, merge: true, stringKeys: true } as const;

const UNREADABLE = 'this cannot be read as YAML';
const SENTENCES: { readonly [code in ErrorCode]?: string } = {
  BAD_DQ_ESCAPE: 'this backslash begins nothing that YAML knows: use single quotes',
  BAD_INDENT: 'this line is not indented as those around it',
  BAD_SCALAR_START: 'a text that begins like this one needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a text with a colon and a space in it needs quotes',
  DUPLICATE_KEY: 'this field stands in the client twice',
  MISSING_CHAR: 'a quote or a bracket is missing',
  TAB_AS_INDENT: 'a tab indents this line: YAML wants spaces',
  TAG_RESOLVE_FAILED: 'this tag means nothing here',
};
/** Mistakes after which the rest of the file can still be read. */
const HARMLESS: readonly ErrorCode[] = ['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED'];

/** A YAML (or JSON) file with one document. A file that cannot be parsed fails at once; other mistakes are collected. */
export class YamlFile {
  readonly root: Node | null;
  readonly faults: Fault[] = [];
  private readonly document: Document | undefined;
  private readonly lines = new LineCounter();
  private readonly name: string;
  private hasBadAliases = false;

  constructor(file: string, text = readText(file)) {
    this.name = nameOf(file);
    const documents = [...parseAllDocuments(text, { ...DIALECT, lineCounter: this.lines, prettyErrors: false })];
    const mistakes = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    this.faults.push(...this.faultsOf(mistakes, text.split('\n')));
    if (mistakes.some(({ code }) => !HARMLESS.includes(code))) throw failureOfAll(this.faults);
    const [first, second] = documents.filter(({ contents }) => !isNothing(contents));
    if (second) this.add(second.contents, 'a second document begins here: everything belongs into one');
    this.document = first;
    this.root = first?.contents ?? null;
    if (first) this.lookAtValuesOf(first);
  }

  /** The value of the whole document. */
  get value(): unknown {
    return this.document?.toJS();
  }

  /** The value of a map; undefined = the map has a mistake. */
  valueOf(map: YAMLMap): Record<string, unknown> | undefined {
    try {
      // Not toJSON, which does not resolve aliases.
      const value = map.toJS(this.document!);
      // Nor can a value be sent that is a part of itself.
      JSON.stringify(value);
      return value;
    } catch {
      if (!this.hasBadAliases) this.add(map, 'the aliases in it stand for more than a client can have');
      return undefined;
    }
  }

  add(node: Node | null, what: string): void {
    this.faults.push(this.fault(node, `${what}.`));
  }

  fault(node: Node | null, sentence: string): Fault {
    return this.faultAt(node?.range?.[0], sentence);
  }

  private faultAt(offset = 0, sentence: string): Fault {
    const { line } = this.lines.linePos(offset);
    return { line, sentence: `${this.name}:${line}: ${sentence}` };
  }

  /** At most one mistake a line: further ones in the same line, and unreadable text below it, are consequences of the first. */
  private faultsOf(mistakes: readonly YAMLError[], text: readonly string[]): Fault[] {
    const faults = new Map<number, Fault>();
    for (const { code, pos } of mistakes) {
      const { line } = this.lines.linePos(pos[0]);
      const isTab = /^ *\t/.test(text[line - 1]!) && !HARMLESS.includes(code);
      const what = SENTENCES[isTab ? 'TAB_AS_INDENT' : code] ?? UNREADABLE;
      if (faults.has(line) || (what === UNREADABLE && faults.size > 0)) continue;
      faults.set(line, this.faultAt(pos[0], `${what}.`));
    }
    return [...faults.values()];
  }

  private lookAtValuesOf(document: Document): void {
    visit(document, {
      Alias: (_, alias, around) => {
        const target = alias.resolve(document);
        if (target && !around.includes(target)) return;
        this.hasBadAliases = true;
        const name = alias.source;
        this.add(alias, target ? `this is a part of ${name} itself` : `nothing before this has the anchor ${name}`);
      },
      Scalar: (_, scalar) => {
        // JSON cannot express it, and null would mean the default.
        const isNoNumber = typeof scalar.value === 'number' && !Number.isFinite(scalar.value);
        if (isNoNumber) this.add(scalar, `${scalar.source} is no number that a field can have`);
      },
    });
  }
}

function isNothing(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null && !node.source);
}
