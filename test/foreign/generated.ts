import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { ALL } from '../../bench/cpu.js';
import { temporaryFolder } from '../../bench/postgres.js';
import { startProduct } from '../../bench/product.js';
import { Undo } from '../../bench/undo.js';
import { type Lie, startLyingServer } from './lying-server.js';
import { servedDocuments, type Texts } from './served-documents.js';

export const title = 'three generators make clients of the documents that compile strictly and work as their types say';

/** A folder for each generator, in it a program for each API. */
const PROGRAMS = fileURLToPath(new URL('scenarios', import.meta.url));
const STRICT: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
  types: ['node'],
};

interface Target {
  readonly document: string;
  readonly api: string;
  /** Where the client goes: what comes after the API’s name, such as `.ts`, is the generator’s. */
  readonly folder: string;
  readonly url: string;
}

interface Generator {
  readonly name: string;
  generate(target: Target): Promise<void>;
  /** What its own code does not bear. */
  readonly laxer?: ts.CompilerOptions;
  /** Its client talks to the server for which it was generated, and to no other. */
  readonly isBoundToUrl?: boolean;
}

type Tool = Record<string, (...options: unknown[]) => Promise<unknown>>;

/** The other two are no packages of the product, so the compiler does not know them. */
const tool = (name: string): Promise<Tool> => import(name);

/** Each with its settings as they come, but for where things go. */
const GENERATORS: readonly Generator[] = [
  {
    name: 'openapi-fetch',
    async generate({ document, api, folder }) {
      // Otherwise a body has to name all that has a default.
      const types = await openapiTS(JSON.parse(document) as OpenAPI3, { defaultNonNullable: false });
      writeFileSync(path.join(folder, `${api}.ts`), astToString(types));
    },
  },
  {
    name: 'hey-api',
    async generate({ document, api, folder }) {
      const { createClient } = await tool('@hey-api/openapi-ts');
      await createClient!({
        input: JSON.parse(document),
        output: { path: path.join(folder, api), importFileExtension: '.js' },
        logs: { level: 'silent' },
      });
    },
    // It sets properties of its own to undefined.
    laxer: { exactOptionalPropertyTypes: false },
  },
  {
    name: 'orval',
    async generate({ document, api, folder, url }) {
      const target = path.join(folder, `${api}.json`);
      writeFileSync(target, document);
      const output = { target: path.join(folder, `${api}.ts`), client: 'fetch', baseUrl: url };
      await quietly(async () => (await tool('orval')).generate!({ input: { target }, output }));
    },
    isBoundToUrl: true,
  },
];

export async function run(): Promise<string[]> {
  const undo = new Undo();
  try {
    const { url, headers } = await startProduct(undo, { DATA_DIR: await temporaryFolder(undo) }, { cpus: ALL });
    const apiKey = headers['x-api-key']!;
    const documents = await servedDocuments(url);
    const faults: string[] = [];
    for (const generator of GENERATORS) {
      const folder = await folderOf(generator, documents, url, undo);
      const refusals = compile(folder, generator);
      faults.push(
        ...(refusals.length > 0 ? refusals : await faultsOfUse(folder, url, apiKey, generator.name)),
        ...(await overlookedMistakes(generator, documents, undo)),
        ...(generator.isBoundToUrl ? [] : await overlookedLies(folder, url, apiKey, undo)),
      );
    }
    return faults;
  } finally {
    await undo.all();
  }
}

/** What goes wrong when the compiled programs in a folder use their clients, with ids that begin like `prefix`. */
async function faultsOfUse(folder: string, url: string, apiKey: string, prefix: string): Promise<string[]> {
  const faults: string[] = [];
  const out = path.join(folder, 'out');
  for (const file of readdirSync(out).filter((each) => each.endsWith('.js'))) {
    const program: { scenario(url: string, apiKey: string, prefix: string): Promise<void> } = await import(
      pathToFileURL(path.join(out, file)).href
    );
    try {
      await program.scenario(url, apiKey, prefix);
    } catch (error) {
      const [what, where] = (error as Error).stack!.split(/\n +at /);
      faults.push(`${path.basename(folder)}/${file}: ${what!.replaceAll(/\s+/g, ' ')}, at ${where}`);
    }
  }
  return faults;
}

/** A folder, called like the generator, with the programs that use its clients, and the clients themselves. */
async function folderOf({ name, generate }: Generator, documents: Texts, url: string, undo: Undo): Promise<string> {
  const folder = path.join(await temporaryFolder(undo), name);
  const generated = path.join(folder, 'generated');
  mkdirSync(generated, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'));
  for (const [api, document] of Object.entries(documents)) {
    cpSync(path.join(PROGRAMS, name, `${api}.ts`), path.join(folder, `${api}.ts`));
    await generate({ document, api, folder: generated, url });
  }
  return folder;
}

const parsed = new Map<string, ts.SourceFile | undefined>();

/** Compiles everything in a folder, each file of it under the strictest rules; gives what the compiler says. */
function compile(folder: string, { laxer }: Generator): string[] {
  const options: ts.CompilerOptions = { ...STRICT, ...laxer, rootDir: folder, outDir: path.join(folder, 'out') };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  // What all programs use, such as the types of Node, is parsed once.
  host.getSourceFile = (file, ...how) => {
    if (file.startsWith(folder)) return getSourceFile(file, ...how);
    if (!parsed.has(file)) parsed.set(file, getSourceFile(file, ...how));
    return parsed.get(file);
  };
  host.getCurrentDirectory = () => folder;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(generated\/.*|[^/]+)\.ts$/.test(file))
    .map((file) => path.join(folder, file));
  const program = ts.createProgram(files, options, host);
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ file, start = 0, messageText }) => {
    const { line, character } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
    const place = file
      ? `${path.relative(path.dirname(folder), file.fileName)}:${line + 1}:${character + 1}`
      : path.basename(folder);
    return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

interface Mistake {
  readonly what: string;
  // biome-ignore lint/suspicious/noExplicitAny: documents have every shape
  readonly plant: (document: any) => void;
  /** What the compiler says of the program that uses the client. */
  readonly sign: RegExp;
}

/** Mistakes in the document of v1 with which the program that uses it must not compile. */
const MISTAKES: readonly Mistake[] = [
  {
    what: 'a property of another type',
    plant: ({ components }) => {
      components.schemas.Client.properties.accessTokenExpiry = { type: 'string' };
    },
    sign: /\/v1\.ts:.* 'string' is not assignable to type 'number'/,
  },
  {
    what: 'a property that is required',
    plant: ({ components }) => {
      components.schemas.PutClientRequest.properties.owner = { type: 'string' };
      components.schemas.PutClientRequest.required.push('owner');
    },
    sign: /\/v1\.ts:.*owner/,
  },
  {
    what: 'a type of another name',
    plant: ({ components: { schemas }, paths }) => {
      schemas.Trouble = schemas.ProblemDetails;
      schemas.ProblemDetails = undefined;
      const inPlace = (node: Record<string, unknown>): void => {
        if (node.$ref === '#/components/schemas/ProblemDetails') node.$ref = '#/components/schemas/Trouble';
        for (const each of Object.values(node)) if (typeof each === 'object' && each !== null) inPlace(each as never);
      };
      inPlace(paths);
    },
    sign: /\/v1\.ts:.*ProblemDetails/,
  },
];

/** Which mistakes, all planted in one document, the compiler does not see in a generator’s client. */
async function overlookedMistakes(generator: Generator, { v1 }: Texts, undo: Undo): Promise<string[]> {
  const document = JSON.parse(v1!);
  for (const { plant } of MISTAKES) plant(document);
  const folder = await folderOf(generator, { v1: JSON.stringify(document) }, 'http://localhost', undo);
  const refusals = compile(folder, generator);
  return MISTAKES.filter(({ sign }) => !refusals.some((refusal) => sign.test(refusal))).map(
    ({ what }) => `${generator.name}: the compiler does not see ${what} that is planted in the document of v1.`,
  );
}

interface Planted {
  readonly what: string;
  readonly lie: Lie;
  /** What the programs say of it. */
  readonly sign: RegExp;
}

/** Answers that the programs must not take for what they expect. */
const LIES: readonly Planted[] = [
  {
    what: 'another status',
    lie: ({ status }) => (status === 412 ? { status: 200 } : {}),
    sign: /\/v1\.js: AssertionError.*412/,
  },
  {
    what: 'an answer without a property that its type promises',
    lie: ({ path: of, body }) => (of.startsWith('/clients') ? { body: body.replace('"total"', '"all"') } : {}),
    sign: /\/accounts\.js: AssertionError.*'total' in answer/,
  },
  {
    what: 'a refusal without a property that its type promises',
    lie: ({ status }) => (status === 403 ? { body: '{}' } : {}),
    sign: /\/admin\.js: AssertionError.*403/,
  },
];

/** Which lies of a server the programs believe. */
async function overlookedLies(folder: string, url: string, apiKey: string, undo: Undo): Promise<string[]> {
  const believed: string[] = [];
  for (const [at, { what, lie, sign }] of LIES.entries()) {
    const liar = await startLyingServer(url, lie, undo);
    const faults = await faultsOfUse(folder, liar, apiKey, `${path.basename(folder)}-${at}`);
    if (!faults.some((fault) => sign.test(fault))) {
      believed.push(`${path.basename(folder)}: the programs do not see ${what} that is planted.`);
    }
  }
  return believed;
}

/** Orval congratulates on the console that it finds when it is loaded; standard output is for the result. */
async function quietly(work: () => Promise<unknown>): Promise<void> {
  const { log } = console;
  console.log = () => {};
  try {
    await work();
  } finally {
    console.log = log;
  }
}
