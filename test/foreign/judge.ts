// What Prism, which somebody else wrote, says of answers: does the document of an API describe them?
import { createRequire } from 'node:module';

/** As it went over the wire. */
export interface Recorded {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Verdict {
  /** Such as `v1 getClient`. */
  readonly operation: string;
  /** A sentence for each thing that the document does not describe. */
  readonly faults: readonly string[];
}

type Json = Record<string, unknown>;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly iid: string;
  readonly responses: readonly {
    readonly code: string;
    readonly headers: readonly { readonly name: string }[];
    readonly contents: readonly unknown[];
  }[];
}

interface Forwarded {
  readonly statusCode: number;
  readonly headers: Recorded['headers'];
  readonly body: unknown;
}

interface Input {
  readonly method: string;
  readonly url: { readonly path: string; readonly query: object };
  readonly headers: object;
  readonly body: null;
  readonly answer: Forwarded;
  found?: Operation;
}

interface Diagnostic {
  readonly message: string;
}

type Result = { readonly right?: { readonly validations: { readonly output: readonly Diagnostic[] } } };

interface Prism {
  createInstance(
    settings: object,
    components: object,
  ): { request(input: Input, operations: readonly Operation[]): () => Promise<Result> };
  getHttpOperationsFromSpec(document: object): Promise<Operation[]>;
}

/** What answers carry for transport, caches and browsers; no document speaks of it (decision 57). */
const UNDOCUMENTED_HEADERS = [
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
  'allow',
  'cache-control',
  'vary',
  'content-security-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'x-accel-buffering',
  'access-control-allow-origin',
  'access-control-expose-headers',
  // An optional feature would make each of the answers longer in the documents (decision 57).
  'ratelimit',
  'ratelimit-policy',
];

/** OpenAPI 3.1 has schemas of this dialect; Prism would take them for draft-07 if nobody told it. */
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

const quiet = () => {};
const LOGGER = {
  info: quiet,
  warn: quiet,
  error: quiet,
  debug: quiet,
  trace: quiet,
  success: quiet,
  child: () => LOGGER,
};

const { createInstance, getHttpOperationsFromSpec }: Prism = createRequire(import.meta.url)('@stoplight/prism-http');

/** Prism as a proxy whose server has answered already. */
const prism = createInstance(
  {
    isProxy: true,
    upstream: new URL('http://answered.invalid'),
    validateRequest: false,
    validateResponse: true,
    errors: true,
  },
  {
    logger: LOGGER,
    forward:
      ({ data }: { data: Input }, _: string, __: undefined, resource: Operation) =>
      () =>
      async () => {
        data.found = resource;
        return { _tag: 'Right', right: data.answer };
      },
  },
);

export class Judge {
  /** @param documents the OpenAPI documents as served, as text, by the names of their APIs */
  static async of(documents: Readonly<Record<string, string>>): Promise<Judge> {
    const apis = Object.entries(documents).map(
      async ([name, text]) => [name, await getHttpOperationsFromSpec(asRead(JSON.parse(text)))] as const,
    );
    return new Judge(await Promise.all(apis));
  }

  private constructor(private readonly apis: readonly (readonly [name: string, operations: readonly Operation[]])[]) {}

  /** All that the documents describe, named as in verdicts. */
  get operations(): string[] {
    return this.apis.flatMap(([name, operations]) => operations.map(({ iid }) => `${name} ${iid}`));
  }

  /** Nothing for a request that is none of the documents' operations. */
  async verdictOn(recorded: Recorded): Promise<Verdict | undefined> {
    if (isUnread(recorded)) return undefined;
    const [path] = recorded.url.split('?', 1);
    for (const [name, operations] of this.apis) {
      const answer = { statusCode: recorded.status, headers: recorded.headers, body: bodyOf(recorded) };
      const url = { path: path!, query: {} };
      const input: Input = { method: recorded.method.toLowerCase(), url, headers: {}, body: null, answer };
      const { right } = await prism.request(input, operations)();
      if (!right) continue;
      const faults = [
        ...right.validations.output.map(({ message }) => message),
        ...furtherFaults(recorded, input.found!),
      ];
      return { operation: `${name} ${input.found!.iid}`, faults };
    }
    return undefined;
  }
}

/** Whether the server gave up to read the request, which had no id yet: what is written straight to a connection is of no operation. */
function isUnread({ status, headers }: Recorded): boolean {
  return [408, 431].includes(status) && headers['x-request-id'] === undefined;
}

/** What Prism lets pass: a body where none is described, and headers that are not. */
function furtherFaults({ status, headers, body }: Recorded, { responses }: Operation): string[] {
  const response = responses.find(({ code }) => code === String(status));
  if (!response) return [];
  const described = response.headers.map(({ name }) => name.toLowerCase());
  const others = Object.keys(headers).filter(
    (name) => !described.includes(name) && !UNDOCUMENTED_HEADERS.includes(name),
  );
  return [
    ...(response.contents.length === 0 && body !== '' ? ['A body where the document has none'] : []),
    ...others.map((name) => `A header that the document does not have: ${name}`),
  ];
}

/** A body as its schema means it; as text if it is not what its type says. */
function bodyOf({ headers, body }: Recorded): unknown {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  try {
    if (type === 'application/x-ndjson') return linesOf(body).map((line) => JSON.parse(line));
    return /^application\/(.+\+)?json$/.test(type) ? JSON.parse(body) : body;
  } catch {
    return body;
  }
}

function linesOf(body: string): string[] {
  return body.split('\n').filter((line) => line !== '');
}

/** A document as Prism has to be told it: in which dialect its schemas are, and what they mean. */
function asRead(document: Json): Json {
  return { ...(strict(document) as Json), jsonSchemaDialect: DIALECT };
}

/** Lines of JSON are an array of them, and an object whose members are listed has no others. */
function strict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strict);
  if (typeof node !== 'object' || node === null) return node;
  const { contentMediaType, contentSchema, type, properties, additionalProperties } = node as Json;
  if (contentMediaType === 'application/x-ndjson') return strict(contentSchema);
  const isClosed = type === 'object' && properties !== undefined && additionalProperties === undefined;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, strict(value)]));
  return isClosed ? { ...copy, additionalProperties: false } : copy;
}
