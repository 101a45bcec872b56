import { isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import type { V1Schemas } from '#api-client';
import { type Fault, failureOfAll } from './faults.js';
import { YamlFile } from './yaml-file.js';

/** A client as a file declares it, in the words of the v1 API. */
export interface Declaration {
  readonly domain: string;
  /** Empty = the file has no valid one. */
  readonly clientId: string;
  readonly body: V1Schemas['PutClientRequest'];
  /** After how many seconds the client expires; 0 = never; undefined = the expiry stays as it is. */
  readonly expiresInSeconds: number | undefined;
  /** Describes a mistake in a field, with its line. `field` is the server's name for it, such as `redirectUris[0]`. */
  fault(field: string, message: string): Fault;
}

/** The clients that a file declares, and the mistakes that were found without asking the server. */
export interface Declared {
  readonly declarations: readonly Declaration[];
  readonly faults: readonly Fault[];
  /** Who manages the clients from now on; undefined = the file says nothing of it. */
  readonly managedBy?: string;
}

/** Values for the clients of the file that have none of their own. */
export interface Defaults {
  readonly domain: string;
  /** In seconds. */
  readonly expiresIn?: number;
}

/** The clients of a YAML (or JSON) file: a list, each with its clientId; or a map of that list and who manages them. */
export function readDeclarations(file: string, defaults: Defaults): Declared {
  const source = new YamlFile(file);
  const { root, faults } = source;
  const { list, managedBy } =
    isMap(root) && (root.has('managedBy') || root.has('clients')) ? partsOf(source, root) : { list: root };
  if (!isSeq(list)) source.add(list ?? root, 'there must be a list of clients');
  const declarations: Declaration[] = [];
  const names = new Set<string>();
  for (const item of isSeq(list) ? (list.items as Node[]) : []) {
    const declaration = declarationOf(source, item, defaults);
    if (!declaration) continue;
    declarations.push(declaration);
    const name = `${declaration.domain}/${declaration.clientId}`;
    if (declaration.clientId !== '' && names.has(name)) source.add(item, `${name} stands in the list twice`);
    names.add(name);
  }
  return { declarations, faults, managedBy };
}

/** The list of clients, and who manages them. */
function partsOf(source: YamlFile, root: YAMLMap): { readonly list: Node | null; readonly managedBy?: string } {
  const { managedBy, clients: _, ...others } = source.valueOf(root) ?? {};
  for (const field of Object.keys(others)) {
    source.add(nodeAt(root, [field]) ?? root, `${field} does not belong beside managedBy and clients`);
  }
  const fault = managedBy === undefined ? undefined : managerFault(managedBy);
  if (fault) source.add(nodeAt(root, ['managedBy']) ?? root, `managedBy ${fault}`);
  return { list: nodeAt(root, ['clients']) ?? null, managedBy: fault ? undefined : (managedBy as string | undefined) };
}

/** The only client of a file. The file need not contain its id, but must not contain another one. */
export function readDeclaration(file: string, asked: Defaults & { readonly clientId: string }): Declared {
  const source = new YamlFile(file);
  const { root, faults } = source;
  if (isSeq(root)) source.add(root, 'there must be one client here; a list is for `clientele apply`');
  const declaration = isSeq(root) ? undefined : declarationOf(source, root, asked);
  if (!declaration) return { declarations: [], faults };
  const others = (
    [
      ['domain', 'domain'],
      ['clientId', 'client'],
    ] as const
  ).flatMap(([field, what]) => {
    if (['', asked[field]].includes(declaration[field])) return [];
    const sentence = `the file is about the ${what} ${declaration[field]}, the command about ${asked[field]}.`;
    return [source.fault(nodeAt(root as YAMLMap, [field]) ?? root, sentence)];
  });
  if (others.length > 0) throw failureOfAll(others);
  return { declarations: [declaration], faults };
}

/** Checks the id, the domain and the types of texts; the server checks the rest. */
function declarationOf(
  source: YamlFile,
  node: Node | null,
  defaults: Defaults & { readonly clientId?: string },
): Declaration | undefined {
  if (!isMap(node)) return void source.add(node, 'a client must be a map of fields');
  const value = source.valueOf(node);
  if (!value) return undefined;
  const { domain = defaults.domain, expiresInSeconds: given, ...body } = value;
  const { clientId = defaults.clientId } = body;
  const isText = (field: string, text: unknown): text is string => {
    const fault = textFault(text);
    if (fault) source.add(nodeAt(node, [field]) ?? node, `${field} ${fault}`);
    return !fault;
  };
  const name = isText('clientId', clientId) ? clientId : '';
  const expiresInSeconds = given ?? defaults.expiresIn;
  const isNumber = expiresInSeconds === undefined || Number.isInteger(expiresInSeconds);
  if (!isNumber) source.add(nodeAt(node, ['expiresInSeconds']) ?? node, 'expiresInSeconds must be a whole number');
  if (!isText('domain', domain)) return undefined;
  return {
    domain,
    clientId: name,
    body: body as V1Schemas['PutClientRequest'],
    expiresInSeconds: isNumber ? (expiresInSeconds as number | undefined) : undefined,
    fault: (field, message) =>
      source.fault(nodeAt(node, stepsOf(field)) ?? node, name === '' ? message : `${name}: ${message}`),
  };
}

/** What is wrong, in the server's words, with advice; undefined = nothing. */
function textFault(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return 'is required';
  if (typeof value === 'string') return undefined;
  return typeof value === 'object' ? 'must be a string' : 'must be a string: put it in quotes';
}

/** What a header can carry, and no name stands for all. The server judges the rest before anything is written. */
function managerFault(value: unknown): string | undefined {
  const isName = (text: string) => /^[\x21-\x7e]+$/.test(text) && text !== '*';
  return (
    textFault(value) ?? (isName(value as string) ? undefined : 'must be the name of one manager, such as terraform')
  );
}

/** `redirectUris[0]` → `redirectUris`, 0. */
function stepsOf(field: string): (string | number)[] {
  return field.split(/[.[\]]+/).flatMap((step) => (step === '' ? [] : /^\d+$/.test(step) ? Number(step) : step));
}

/** The node at this path, or the nearest one above it. */
function nodeAt(map: YAMLMap, steps: readonly (string | number)[]): Node | undefined {
  for (let depth = steps.length; depth > 0; depth -= 1) {
    const node = map.getIn(steps.slice(0, depth), true) as Node | undefined;
    if (node?.range) return node;
  }
  return undefined;
}
