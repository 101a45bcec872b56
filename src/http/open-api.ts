import type { OpenAPIObject } from '@nestjs/swagger';
import type { Violation } from '#clients';
import type { Permission } from '#credentials';
import { BODY_LIMIT } from './bodies.js';
import type { Dialect, FailedRequest } from './dialect.js';
import { DOCUMENTED, type Operation, type Parameter } from './documented-failures.js';
import { CONFLICTS, documentedHeaders, MANAGED_BY, MISSES, nameRequestIds, PERMISSION } from './documented-headers.js';
import type { Conflict, NotFound } from './failure.js';

type Json = { [key: string]: unknown };

const MAX_INT32 = 2 ** 31 - 1;

const METHODS = ['get', 'put', 'post', 'delete'];

/** The headers of RateLimit, which also answers within the limit carry. */
const RATE_LIMIT = ['ratelimit-policy', 'ratelimit'];

/** A body of these types counts as JSON as well: curl and fetch send them by default (decision 11). */
const OTHER_NAMES_OF_JSON = ['text/plain', 'application/x-www-form-urlencoded'];

/**
 * Finishes the document. Every operation gets the error answers that it can give, with examples rendered by the dialect
 * itself, and what all operations share. What Nest cannot express is put as OpenAPI and generators of programs need it
 * (decisions 55, 57).
 */
export function finishDocument(document: OpenAPIObject, dialect: Dialect, publicUrl: string): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = (item as unknown as Record<string, Json>)[method];
      if (!operation) continue;
      operation.operationId = dialect.operationIds?.[`${method} ${path}`] ?? operation.operationId;
      // Nest can only write a requirement without a scheme, which not every tool understands.
      if (isOpen(operation)) operation.security = [];
      const parameters = finishedParameters((operation.parameters ?? []) as Parameter[], path, method);
      if (parameters.length > 0) operation.parameters = parameters;
      const known = described(path, method, operation, dialect, document.components?.schemas ?? {});
      delete operation[PERMISSION];
      delete operation[CONFLICTS];
      delete operation[MISSES];
      addErrors(operation.responses as Json, path, known, dialect, publicUrl);
      addContentTypes(operation);
    }
  }
  document.components = { ...document.components };
  document.components.schemas = {
    ...Object.fromEntries(
      Object.entries(document.components.schemas ?? {}).map(([name, it]) => [publishedName(name), it]),
    ),
    [dialect.problemName]: dialect.problemSchema,
  };
  nameRequestIds(document);
  return modernised(document) as OpenAPIObject;
}

function isOpen({ security }: Json): boolean {
  return (security as Json[] | undefined)?.some((each) => Object.keys(each).length === 0) ?? false;
}

/**
 * Path parameters in the order of the path, then the others in the controller's order: generators make a function's
 * arguments in this order. Path parameters of writes lose their example, since Swagger UI would fill it in, and the caller
 * must say what to change or remove.
 */
function finishedParameters(parameters: readonly Parameter[], path: string, method: string): Parameter[] {
  const inIts = (place: string) => parameters.filter((parameter) => parameter.in === place);
  const inPath = inIts('path').sort((one, other) => path.indexOf(`{${one.name}}`) - path.indexOf(`{${other.name}}`));
  const identifiers = method === 'get' ? inPath : inPath.map(withoutExample);
  return [...identifiers, ...inIts('query'), ...inIts('header')];
}

function withoutExample({ schema, ...parameter }: Parameter): Parameter {
  const { example: _, ...rest } = schema ?? {};
  return { ...parameter, schema: rest };
}

/** The facts that `DOCUMENTED` needs. */
function described(path: string, method: string, operation: Json, dialect: Dialect, schemas: Json): Operation {
  const parameters = (operation.parameters ?? []) as Parameter[];
  const names = parameters.filter((parameter) => parameter.in !== 'path').map(({ name }) => name);
  const [mediaType, body] = Object.entries((operation.requestBody as Body | undefined)?.content ?? {})[0] ?? [];
  const conflicts = (operation[CONFLICTS] ?? []) as Conflict['reason'][];
  const inAddress = Object.entries(dialect.things).find(([place]) => isNamed(place, path, parameters));
  return {
    method,
    isPublic: (operation.security as Json[] | undefined)?.length === 0,
    parameters: names,
    query: parameters.filter((parameter) => parameter.in === 'query'),
    violation: body && exampleFor(propertiesOf(body.schema, schemas), dialect.exampleViolations),
    isInLines: mediaType === 'application/x-ndjson',
    permission: operation[PERMISSION] as Permission | undefined,
    misses: (operation[MISSES] as NotFound['what'] | undefined) ?? inAddress?.[1],
    conflicts: [
      ...conflicts,
      ...(names.includes(MANAGED_BY) ? (['client_locked'] as const) : []),
      ...(names.includes('Idempotency-Key') ? (['in_flight', 'answer_outdated'] as const) : []),
    ],
  };
}

/** Whether an operation's address has this place of `things`. */
function isNamed(place: string, path: string, parameters: readonly Parameter[]): boolean {
  return place.startsWith('?')
    ? parameters.some((parameter) => parameter.in === 'query' && parameter.name === place.slice(1))
    : path.includes(place);
}

function exampleFor(properties: readonly string[], violations: Dialect['exampleViolations']): Violation {
  return violations.find(({ property }) => properties.includes(property)) ?? violations.at(-1)!;
}

function addErrors(responses: Json, path: string, operation: Operation, dialect: Dialect, publicUrl: string): void {
  const request: FailedRequest = {
    method: operation.method,
    path,
    requestId: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
    accept: '*/*',
    publicUrl,
  };
  for (const { failures, meaning, at } of DOCUMENTED) {
    if (!at(operation)) continue;
    const all = failures(operation);
    const rendered = all.map((failure) => dialect.render(failure, request));
    const { status, headers } = rendered[0]!;
    const mediaType = headers['content-type']!.split(';')[0]!;
    // Through JSON, as on the wire, so that undefined members are left out.
    const [example, ...others] = rendered.map(({ body }) => JSON.parse(JSON.stringify(body)));
    const named = () => [example, ...others].map((value, index) => [operation.conflicts[index], { value }]);
    const examples = others.length > 0 ? { examples: Object.fromEntries(named()) } : { example };
    const schema = { $ref: `#/components/schemas/${dialect.problemName}` };
    const isLimit = all[0]!.kind === 'rate_limited';
    // An operation's own description of an answer stays.
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

/** The names of a schema's properties, those from referenced schemas included. */
function propertiesOf(schema: Json | undefined, schemas: Json): string[] {
  const { $ref, properties = {}, allOf = [], oneOf = [], items, contentSchema } = schema ?? {};
  const referred = typeof $ref === 'string' ? [schemas[$ref.split('/').at(-1)!] as Json] : [];
  const parts = [...referred, ...(allOf as Json[]), ...(oneOf as Json[]), items, contentSchema] as (Json | undefined)[];
  return [...Object.keys(properties as Json), ...parts.flatMap((each) => (each ? propertiesOf(each, schemas) : []))];
}

/** Adds the other content types under which an operation takes its body, as text in the type that the operation names. */
function addContentTypes({ requestBody }: Json): void {
  const content = (requestBody as { content: Record<string, { schema: Json }> } | undefined)?.content;
  const [own] = Object.entries(content ?? {});
  if (!own) return;
  const [contentMediaType, { schema }] = own;
  const isText = schema.contentSchema !== undefined;
  const text = isText ? schema : { type: 'string', maxLength: BODY_LIMIT, contentMediaType, contentSchema: schema };
  for (const name of OTHER_NAMES_OF_JSON) content![name] = { schema: text };
}

/** DTO is a word of the code. Generators name types after schemas, so callers would meet it in their programs. */
const publishedName = (schema: string) => schema.replace(/Dto$/, '');

/**
 * Schemas get their published names. Turns `nullable` into the type null: OpenAPI 3.1 is JSON Schema 2020-12, which has no
 * `nullable`. Says how many bits an integer needs, which languages with more than one kind of integer ask for.
 */
function modernised(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(modernised);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as Json;
  if (typeof rest.$ref === 'string') rest.$ref = publishedName(rest.$ref);
  const copy: Json = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, modernised(value)]));
  if ([copy.type].flat().includes('integer'))
    copy.format = Number(copy.maximum ?? Infinity) <= MAX_INT32 ? 'int32' : 'int64';
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
