import type { OpenAPIObject } from '@nestjs/swagger';
import type { Violation } from '#clients';
import type { Permission } from '#credentials';
import type { Dialect, FailedRequest } from './dialect.js';
import { CONFLICTS, documentedHeaders, nameRequestIds, PERMISSION } from './documented-headers.js';
import type { Conflict, Failure, QueryViolation } from './failure.js';

type Json = { [key: string]: unknown };

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: {
    readonly type?: unknown;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly example?: unknown;
  };
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly isPublic: boolean;
  /** Of the query and of the headers. */
  readonly parameters: readonly string[];
  readonly query: readonly Parameter[];
  /** The names of what its body may hold; absent when it has none. */
  readonly body?: readonly string[];
  readonly isInLines: boolean;
  readonly permission?: Permission;
  readonly conflicts: readonly Conflict['reason'][];
}

const METHODS = ['get', 'put', 'post', 'delete'];

/** Each failure that a well-written program may meet, with what it means, where it can happen, and examples of it there. */
const DOCUMENTED: readonly {
  failures: (operation: Operation) => readonly Failure[];
  meaning: string;
  at: (operation: Operation) => boolean;
}[] = [
  {
    failures: (operation) => [{ kind: 'invalid', violations: [faultInBody(operation)] }],
    meaning: 'The body breaks rules; all of them are listed, or the first 100. Nothing was written.',
    at: ({ method, body }) => ['put', 'post'].includes(method) && body !== undefined,
  },
  {
    failures: (operation) => [{ kind: 'invalid_query', violations: [faultInQuery(operation)!] }],
    meaning: 'A parameter cannot be understood.',
    at: (operation) => ['get', 'delete'].includes(operation.method) && faultInQuery(operation) !== undefined,
  },
  {
    failures: () => [{ kind: 'malformed_request', detail: 'The query string has a bad escape.' }],
    meaning: 'The request cannot be understood.',
    at: () => true,
  },
  {
    failures: () => [{ kind: 'credential_missing' }],
    meaning: 'There is no credential, or it is not good for this.',
    at: ({ isPublic }) => !isPublic,
  },
  {
    failures: ({ permission }) => [{ kind: 'permission_missing', permission: permission! }],
    meaning: 'The credential lacks a permission, or would grant more than it has.',
    at: ({ permission }) => permission !== undefined,
  },
  {
    failures: (operation) => [{ kind: 'not_found', what: missingAt(operation) }],
    meaning: 'There is no such thing.',
    at: ({ path, method, isPublic, parameters }) =>
      !isPublic &&
      (path.includes('{') || (path.startsWith('/client') && method !== 'post') || parameters.includes('domain')),
  },
  {
    failures: ({ conflicts }) =>
      conflicts.map((reason) => ({
        kind: 'conflict',
        conflict: reason === 'unknown_audiences' ? { reason, audiences: ['orders-api'] } : { reason },
      })),
    meaning: 'What is on record does not allow it.',
    at: ({ conflicts }) => conflicts.length > 0,
  },
  {
    failures: () => [{ kind: 'precondition_failed' }],
    meaning: 'If-Match, If-None-Match or If-Unmodified-Since does not hold.',
    at: ({ parameters }) => parameters.includes('If-Match'),
  },
  {
    failures: () => [{ kind: 'body_too_large' }],
    meaning: 'The body has more than 64 KiB.',
    at: ({ path, method }) => ['put', 'post'].includes(method) && !path.endsWith('/import'),
  },
  {
    failures: () => [{ kind: 'body_too_large', limit: '512 MiB' }],
    meaning: 'The body has more than 512 MiB.',
    at: ({ path }) => path.endsWith('/import'),
  },
  {
    failures: () => [{ kind: 'body_late' }],
    meaning: 'The next KiB of the body did not come in time.',
    at: ({ path }) => path.endsWith('/import'),
  },
  {
    failures: () => [
      { kind: 'media_type_unsupported', detail: 'A body in the content encoding gzip is not accepted.' },
    ],
    meaning: 'The body is compressed, or says of what type it is in a way that cannot be understood.',
    at: ({ method }) => ['put', 'post'].includes(method),
  },
  {
    failures: () => [{ kind: 'idempotency_key_reused' }],
    meaning: 'The Idempotency-Key was used for another request.',
    at: ({ parameters }) => parameters.includes('Idempotency-Key'),
  },
  {
    failures: () => [{ kind: 'rate_limited', retryAfterSeconds: 30 }],
    meaning: 'Too many requests; try again after Retry-After seconds.',
    at: ({ isPublic }) => !isPublic,
  },
  {
    failures: () => [{ kind: 'internal' }],
    meaning: 'The server failed; its log knows the id of the request.',
    at: () => true,
  },
  {
    failures: () => [{ kind: 'unavailable' }],
    meaning:
      'The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds.',
    at: ({ isPublic }) => !isPublic,
  },
];

/** A rule that this body can break. */
function faultInBody({ body = [], isInLines }: Operation): Violation {
  const uris = body.find((name) => /^redirectUris$/i.test(name));
  const fault: Violation = uris
    ? { property: uris, rule: 'format', message: 'must be an array of strings' }
    : { property: 'colour', rule: 'value', message: 'is not a field that exists here' };
  return isInLines ? { ...fault, property: `line 7: ${fault.property}` } : fault;
}

/** What can be wrong with a parameter of this query, if that can be told. */
function faultInQuery({ method, query }: Operation): QueryViolation | undefined {
  const numbers = query.filter(({ schema }) => schema?.type === 'integer');
  const number = numbers.find(({ schema }) => schema?.maximum !== undefined) ?? numbers[0];
  if (number) {
    const { minimum, maximum } = number.schema!;
    const range = maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    return { property: number.name, rule: 'format', message: `must be a whole number ${range}` };
  }
  const [identifier] = method === 'delete' ? query : [];
  return identifier && { property: identifier.name, rule: 'missing', message: 'is needed to say which client' };
}

const THINGS: readonly [parameter: string, what: Extract<Failure, { kind: 'not_found' }>['what']][] = [
  ['version', 'version'],
  ['secretId', 'secret'],
  ['clientId', 'client'],
  ['domain', 'domain'],
  ['id', 'credential'],
];

/** What a path names and may be missing. A PUT makes its client, and a client that does not exist has no good secret. */
function missingAt({ path, method }: Operation): (typeof THINGS)[number][1] {
  if (path.startsWith('/client')) return 'client';
  const named = THINGS.find(([parameter]) => path.includes(`{${parameter}}`))?.[1] ?? 'domain';
  return method === 'put' || path.endsWith('/verify') ? 'domain' : named;
}

/** What RateLimit says, also of those who have not used it up. */
const RATE_LIMIT = ['ratelimit-policy', 'ratelimit'];

/** Under these names a body counts as JSON, too: curl and fetch send them unless told otherwise (decision 11). */
const OTHER_NAMES_OF_JSON = ['text/plain', 'application/x-www-form-urlencoded'];

/**
 * The finished document: every operation has the error answers that it can give, with examples that the dialect itself
 * rendered; what all operations share is said of each; what Nest cannot say is said as OpenAPI and those who generate
 * programs want it (decisions 55, 57).
 */
export function finishDocument(document: OpenAPIObject, dialect: Dialect, publicUrl: string): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = (item as unknown as Record<string, Json>)[method];
      if (!operation) continue;
      operation.operationId = dialect.operationIds?.[`${method} ${path}`] ?? operation.operationId;
      // Nest can only say that a requirement without a scheme will do, which not every reader understands.
      if (isOpen(operation)) operation.security = [];
      const parameters = finishedParameters((operation.parameters ?? []) as Parameter[], path, method);
      if (parameters.length > 0) operation.parameters = parameters;
      const known = described(path, method, operation, document.components?.schemas ?? {});
      delete operation[PERMISSION];
      delete operation[CONFLICTS];
      addErrors(operation.responses as Json, known, dialect, publicUrl);
      addContentTypes(operation);
    }
  }
  document.components = { ...document.components };
  document.components.schemas = {
    ...document.components.schemas,
    [dialect.problemName]: dialect.problemSchema,
  };
  nameRequestIds(document);
  return modernised(document) as OpenAPIObject;
}

function isOpen({ security }: Json): boolean {
  return (security as Json[] | undefined)?.some((each) => Object.keys(each).length === 0) ?? false;
}

/**
 * Those of the path in its order, then the others as the controller has them: generators make a function's arguments of
 * them in this order. Which one is changed or removed is for whoever asks to say: Swagger UI fills in what is proposed.
 */
function finishedParameters(parameters: readonly Parameter[], path: string, method: string): Parameter[] {
  const inIts = (place: string) => parameters.filter((parameter) => parameter.in === place);
  const inPath = inIts('path').sort((one, other) => path.indexOf(`{${one.name}}`) - path.indexOf(`{${other.name}}`));
  const identifiers = method === 'get' ? inPath : inPath.map(withoutExample);
  // Nest has those of a query from the last to the first.
  return [...identifiers, ...inIts('query').toReversed(), ...inIts('header')];
}

function withoutExample({ schema, ...parameter }: Parameter): Parameter {
  const { example: _, ...rest } = schema ?? {};
  return { ...parameter, schema: rest };
}

/** What `DOCUMENTED` goes by. */
function described(path: string, method: string, operation: Json, schemas: Json): Operation {
  const parameters = (operation.parameters ?? []) as Parameter[];
  const names = parameters.filter((parameter) => parameter.in !== 'path').map(({ name }) => name);
  const [mediaType, body] = Object.entries((operation.requestBody as Body | undefined)?.content ?? {})[0] ?? [];
  const conflicts = (operation[CONFLICTS] ?? []) as Conflict['reason'][];
  return {
    path,
    method,
    isPublic: (operation.security as Json[] | undefined)?.length === 0,
    parameters: names,
    query: parameters.filter((parameter) => parameter.in === 'query'),
    body: body && propertiesOf(body.schema, schemas),
    isInLines: mediaType === 'application/x-ndjson',
    permission: operation[PERMISSION] as Permission | undefined,
    conflicts: names.includes('Idempotency-Key') ? [...conflicts, 'in_flight', 'answer_outdated'] : conflicts,
  };
}

function addErrors(responses: Json, operation: Operation, dialect: Dialect, publicUrl: string): void {
  const request: FailedRequest = {
    method: operation.method,
    path: operation.path,
    requestId: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
    accept: '*/*',
    publicUrl,
  };
  for (const { failures, meaning, at } of DOCUMENTED) {
    if (!at(operation)) continue;
    const rendered = failures(operation).map((failure) => dialect.render(failure, request));
    const { status, headers } = rendered[0]!;
    const mediaType = headers['content-type']!.split(';')[0]!;
    // Through JSON, as it goes over the wire: what is undefined is not there.
    const [example, ...others] = rendered.map(({ body }) => JSON.parse(JSON.stringify(body)));
    const named = () => [example, ...others].map((value, index) => [operation.conflicts[index], { value }]);
    const examples = others.length > 0 ? { examples: Object.fromEntries(named()) } : { example };
    const schema = { $ref: `#/components/schemas/${dialect.problemName}` };
    const isLimit = failures(operation)[0]!.kind === 'rate_limited';
    // What an operation says of an answer in its own words stays.
    responses[status] = {
      description: meaning,
      headers: documentedHeaders([...Object.keys(headers), ...(isLimit ? RATE_LIMIT : [])]),
      content: { [mediaType]: { schema, ...examples } },
      ...(responses[status] as Json),
    };
  }
}

interface Body {
  readonly content: Readonly<Record<string, { readonly schema?: Json }>>;
}

/** The names of the properties that a schema knows, wherever it has them from. */
function propertiesOf(schema: Json | undefined, schemas: Json): string[] {
  const { $ref, properties = {}, allOf = [], oneOf = [], items, contentSchema } = schema ?? {};
  const referred = typeof $ref === 'string' ? [schemas[$ref.split('/').at(-1)!] as Json] : [];
  const parts = [...referred, ...(allOf as Json[]), ...(oneOf as Json[]), items, contentSchema] as (Json | undefined)[];
  return [...Object.keys(properties as Json), ...parts.flatMap((each) => (each ? propertiesOf(each, schemas) : []))];
}

/** A body is text in the type that the operation names, whatever the caller calls it. */
function addContentTypes({ requestBody }: Json): void {
  const content = (requestBody as { content: Record<string, { schema: Json }> } | undefined)?.content;
  const [own] = Object.entries(content ?? {});
  if (!own) return;
  const [contentMediaType, { schema }] = own;
  const isText = schema.contentSchema !== undefined;
  const text = isText ? schema : { type: 'string', contentMediaType, contentSchema: schema };
  for (const name of OTHER_NAMES_OF_JSON) content![name] = { schema: text };
}

/** OpenAPI 3.1 is JSON Schema 2020-12: `nullable` is gone, null is a type like any other. */
function modernised(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(modernised);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as Json;
  const copy: Json = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, modernised(value)]));
  if (nullable !== true) return copy;
  if (typeof copy.type === 'string') copy.type = [copy.type, 'null'];
  if (Array.isArray(copy.enum)) copy.enum = [...copy.enum, null];
  if (Array.isArray(copy.oneOf)) copy.oneOf = [...copy.oneOf, { type: 'null' }];
  if (Array.isArray(copy.allOf)) {
    const { allOf, ...others } = copy;
    return { ...others, oneOf: [...(allOf as unknown[]), { type: 'null' }] };
  }
  return copy;
}
