// Redocly Respect walks through the workflows of a folder, and compares every answer with the OpenAPI documents. Faults are
// planted beside, and have to be found.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ALL } from '../../bench/cpu.js';
import { temporaryFolder } from '../../bench/postgres.js';
import { startProduct } from '../../bench/product.js';
import { Undo } from '../../bench/undo.js';
import { type Lie, startLyingServer } from './lying-server.js';
import { lint, respect, type Walk } from './redocly.js';
import { servedDocuments, type Texts } from './served-documents.js';

export const title =
  'Respect walks through all APIs, and every answer is what the workflow expects and the document says';

// biome-ignore lint/suspicious/noExplicitAny: documents and descriptions have every shape
type Json = any;

const FOLDER = new URL('workflows/', import.meta.url);
const PLANTED_IN = readFileSync(fileURLToPath(new URL('planted.arazzo.yaml', import.meta.url)), 'utf8');
/** Operations that no workflow can walk through: the answer of this one has no end. */
const ENDLESS = ['admin.followChanges'];

/** What the linter says of a step without a name. */
const MISSPELT = /^planted\.arazzo\.yaml:\d+:\d+ error struct .*step[Ii]d/;

interface Planted {
  readonly what: string;
  /** What becomes of the server’s answers. */
  readonly lie?: Lie;
  /** What is done to the document. */
  readonly plant?: (document: Json) => void;
  /** The sentence that has to come of it. */
  readonly sign: RegExp;
}

const PLANTED: readonly Planted[] = [
  {
    what: 'a status that the workflow does not expect',
    lie: ({ status }) => (status === 409 ? { status: 400 } : {}),
    sign: /^makeAClient, makeAgain: success criteria check: .*\$statusCode == 409.*; the answer was 400 /,
  },
  {
    what: 'a status that the document does not have',
    lie: ({ status }) => (status === 409 ? { status: 418 } : {}),
    sign: /^makeAClient, makeAgain: status code check; the answer was 418 /,
  },
  {
    what: 'a type of content that the document does not have',
    lie: ({ method }) => (method === 'GET' ? { type: 'application/xml' } : {}),
    sign: /^makeAClient, read: content-type check: .*application\/xml/,
  },
  {
    what: 'an answer without a property that the document requires',
    lie: ({ method, body }) => (method === 'GET' ? { body: body.replace('"modified"', '"changed"') } : {}),
    sign: /^makeAClient, read: schema check: .*modified/,
  },
  {
    what: 'a document that requires a property which no answer has',
    plant: ({ components }) => components.schemas.ClientResource.required.push('owner'),
    sign: /^makeAClient, make: schema check: .*owner/,
  },
  {
    what: 'a document that gives a property another type',
    plant: ({ components }) => Object.assign(components.schemas.HalProblem.properties, { code: { type: 'string' } }),
    sign: /^makeAClient, makeAgain: schema check: .*code.*string/,
  },
  {
    what: 'an operation that the document calls otherwise',
    plant: ({ paths }) => Object.assign(paths['/client'].post, { operationId: 'makeClient' }),
    sign: /^makeAClient, make: /,
  },
];

export async function run(): Promise<string[]> {
  const undo = new Undo();
  try {
    const { url, headers } = await startProduct(undo, { DATA_DIR: await temporaryFolder(undo) }, { cpus: ALL });
    const documents = await servedDocuments(url);
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.arazzo.yaml'));
    const workflows = Object.fromEntries(files.map((file) => [file, readFileSync(new URL(file, FOLDER), 'utf8')]));
    const own = files.map((file) => ({ file, text: workflows[file]!, documents, url }));
    const [written, walked] = await Promise.all([
      lint({ ...workflows, 'planted.arazzo.yaml': PLANTED_IN.replace('stepId: read', 'stepid: read') }, undo),
      respect([...own, ...(await plantedWalks(documents.accounts!, url, undo))], headers['x-api-key']!, undo),
    ]);
    const found = (at: number) => walked.filter(({ file }) => file === plantedFile(at)).map(({ sentence }) => sentence);
    const planted: readonly (readonly [what: string, isFound: boolean])[] = [
      ...PLANTED.map(({ what, sign }, at) => [what, found(at).some((sentence) => sign.test(sentence))] as const),
      ['a step without a name', written.some((sentence) => MISSPELT.test(sentence))],
      ['an operation that no workflow walks through', unwalked({}, documents).includes('admin.setPolicy')],
      [
        'a call of README that no step makes',
        unsent(PLANTED_IN, documents).some((curl) => curl.includes('/credentials')),
      ],
    ];
    return [
      ...written.filter((sentence) => !MISSPELT.test(sentence)),
      ...walked.filter(({ file }) => file in workflows).map(({ file, sentence }) => `${file}: ${sentence}`),
      ...unwalked(workflows, documents).map((operation) => `No workflow walks through ${operation}.`),
      ...unsent(workflows['readme.arazzo.yaml']!, documents).map((curl) => `readme.arazzo.yaml does not send: ${curl}`),
      ...planted.flatMap(([what, isFound]) => (isFound ? [] : [`Nobody found ${what}, which was planted.`])),
    ];
  } finally {
    await undo.all();
  }
}

const plantedFile = (at: number) => `planted-${at}.arazzo.yaml`;

/** A client of its own for each: otherwise one would meet that of another. */
async function plantedWalks(accounts: string, url: string, undo: Undo): Promise<Walk[]> {
  const walks = PLANTED.map(async ({ lie, plant }, at) => {
    const document = JSON.parse(accounts);
    plant?.(document);
    return {
      file: plantedFile(at),
      text: PLANTED_IN.replaceAll('my-app', `planted-${at}`),
      documents: { accounts: JSON.stringify(document) },
      url: lie ? await startLyingServer(url, lie, undo) : url,
    };
  });
  return Promise.all(walks);
}

interface Step {
  readonly operationId?: string;
  readonly parameters?: readonly Json[];
  readonly requestBody?: { readonly payload: unknown };
}

/** Which operations of the documents no workflow walks through, though it could. */
function unwalked(workflows: Texts, documents: Texts): string[] {
  const walked = Object.values(workflows).flatMap((text) => stepsOf(parse(text)).map(({ operationId }) => operationId));
  return operationsOf(documents)
    .map(({ id }) => id)
    .filter((id) => !walked.includes(id) && !ENDLESS.includes(id));
}

/** Which calls of the README no step of a description makes. */
function unsent(description: string, documents: Texts): string[] {
  const readme = readFileSync('README.md', 'utf8');
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
  const curls = blocks.flatMap((block) => block.split(/^(?=curl )/m).filter((each) => each.startsWith('curl ')));
  const arazzo = parse(description);
  const sent = stepsOf(arazzo).map((step) => requestOf(step, arazzo.components?.parameters, operationsOf(documents)));
  return curls.filter((curl) => {
    const [, method = 'GET'] = /^curl -X (\w+)/.exec(curl) ?? [];
    const { pathname, search } = new URL(/'(http[^']+)'/.exec(curl)![1]!);
    const [, body = 'null'] = /-d '([\s\S]*?)'/.exec(curl) ?? [];
    return !sent.includes(JSON.stringify([method, pathname + search, JSON.parse(body)]));
  });
}

/** Method, path with its query, and body. */
function requestOf(step: Step, shared: Json, operations: ReturnType<typeof operationsOf>): string {
  const { operationId, parameters = [], requestBody } = step;
  const { method, path } = operations.find(({ id }) => id === operationId)!;
  const given = parameters.map((each) => (each.reference ? shared[each.reference.split('.').at(-1)] : each));
  const filled = given.reduce((at: string, { name, value }: Json) => at.replace(`{${name}}`, value), path);
  const query = given.filter((each) => each.in === 'query').map(({ name, value }) => `${name}=${value}`);
  return JSON.stringify([method, [filled, ...query].join('?'), requestBody?.payload ?? null]);
}

/** The steps of all workflows, each with the parameters of its workflow as well. */
function stepsOf({ workflows }: Json): Step[] {
  return workflows.flatMap(({ steps, parameters: shared = [] }: { steps: Step[]; parameters?: Json[] }) =>
    steps.map(({ parameters = [], ...step }) => ({ ...step, parameters: [...shared, ...parameters] })),
  );
}

function operationsOf(documents: Texts): { id: string; method: string; path: string }[] {
  return Object.entries(documents).flatMap(([name, text]) =>
    Object.entries<Record<string, { operationId: string }>>(JSON.parse(text).paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => ({
        id: `${name}.${operationId}`,
        method: method.toUpperCase(),
        path,
      })),
    ),
  );
}
