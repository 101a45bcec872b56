import { readFileSync } from 'node:fs';
import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import type { V1Schemas } from '#api-client';
import { CliFailure } from './failure.js';

/** A client as a file wants it, in the words of the v1 API. */
export interface Declaration {
  readonly domain: string;
  readonly clientId: string;
  readonly body: V1Schemas['PutClientDto'];
  /** Where a field stands, such as `clients.yaml:7`; `field` as the server names it, such as `redirectUris[0]`. */
  whereIs(field: string): string;
}

/** The clients of a YAML (or JSON) file: a list, each with its clientId and, where it is not `domain`, its domain. */
export function readDeclarations(file: string, domain: string): Declaration[] {
  const source = new Source(file);
  if (!isSeq(source.root)) throw source.fault(source.root, 'there must be a list of clients');
  const declarations = source.root.items.map((item) => source.declaration(item as Node, { domain }));
  const names = declarations.map((each) => `${each.domain}/${each.clientId}`);
  const again = names.findIndex((name, index) => names.indexOf(name) < index);
  if (again >= 0) throw source.fault(source.root.items[again] as Node, `${names[again]} stands in the list twice`);
  return declarations;
}

/** The one client of a file, which need not name it; one that names another is the wrong file. */
export function readDeclaration(file: string, domain: string, clientId: string): Declaration {
  const source = new Source(file);
  const asked = { domain, clientId };
  const declaration = source.declaration(source.root, asked);
  for (const [field, what] of [
    ['domain', 'domain'],
    ['clientId', 'client'],
  ] as const) {
    if (declaration[field] === asked[field]) continue;
    throw new CliFailure(
      `${declaration.whereIs(field)}: the file is about the ${what} ${declaration[field]}, the command about ${asked[field]}.`,
    );
  }
  return declaration;
}

class Source {
  readonly root: Node | null;
  private readonly document: Document;
  private readonly lines = new LineCounter();
  private readonly name: string;

  constructor(file: string) {
    this.name = file === '-' ? 'stdin' : file;
    this.document = parseDocument(read(file), { lineCounter: this.lines, prettyErrors: false });
    const [mistake] = this.document.errors;
    if (mistake) throw new CliFailure(`${this.at(mistake.pos[0])}: ${mistake.message}`);
    this.root = this.document.contents;
  }

  fault(node: Node | null, what: string): CliFailure {
    return new CliFailure(`${this.at(node?.range?.[0])}: ${what}.`);
  }

  declaration(node: Node | null, defaults: { domain: string; clientId?: string }): Declaration {
    if (!isMap(node)) throw this.fault(node, 'a client must be a map of fields');
    const { domain = defaults.domain, ...body } = this.valueOf(node);
    const { clientId = defaults.clientId } = body;
    if (typeof clientId !== 'string') throw this.fault(node, 'a client must have a clientId');
    if (typeof domain !== 'string') throw this.fault(nodeAt(node, ['domain']) ?? node, 'domain must be a name');
    // Whether the rest is good, the server decides.
    return {
      domain,
      clientId,
      body: body as V1Schemas['PutClientDto'],
      whereIs: (field) => this.at((nodeAt(node, stepsOf(field)) ?? node).range?.[0]),
    };
  }

  private valueOf(map: YAMLMap): Record<string, unknown> {
    try {
      // Not toJSON, which does not know what an alias stands for.
      return map.toJS(this.document);
    } catch (error) {
      throw this.fault(map, (error as Error).message);
    }
  }

  private at(offset = 0): string {
    return `${this.name}:${this.lines.linePos(offset).line}`;
  }
}

/** `redirectUris[0]` → `redirectUris`, 0. */
function stepsOf(field: string): (string | number)[] {
  return field.split(/[.[\]]+/).flatMap((step) => (step === '' ? [] : /^\d+$/.test(step) ? Number(step) : step));
}

/** What stands there, or else what it would stand in. */
function nodeAt(map: YAMLMap, steps: readonly (string | number)[]): Node | undefined {
  for (let depth = steps.length; depth > 0; depth -= 1) {
    const node = map.getIn(steps.slice(0, depth), true) as Node | undefined;
    if (node?.range) return node;
  }
  return undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliFailure(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}
