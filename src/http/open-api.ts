import type { OpenAPIObject } from '@nestjs/swagger';
import type { Dialect, FailedRequest } from './dialect.js';
import { documentedHeaders, nameRequestIds } from './documented-headers.js';
import type { Failure } from './failure.js';

type Json = { [key: string]: unknown };

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly isPublic: boolean;
  /** Of the query and of the headers. */
  readonly parameters: readonly string[];
}

const METHODS = ['get', 'put', 'post', 'delete'];

/** One example of each failure that a well-written program may meet, with what it means and where it can happen. */
const DOCUMENTED: readonly { failure: Failure; meaning: string; at: (operation: Operation) => boolean }[] = [
  {
    failure: {
      kind: 'invalid',
      violations: [{ property: 'redirectUris[0]', rule: 'value', message: 'must not have a fragment (#)' }],
    },
    meaning: 'The body breaks rules; all of them are listed, or the first 100. Nothing was written.',
    at: ({ method, isPublic }) => ['put', 'post'].includes(method) && !isPublic,
  },
  {
    failure: {
      kind: 'invalid_query',
      violations: [{ property: 'limit', rule: 'format', message: 'must be a whole number of at least 1' }],
    },
    meaning: 'A parameter cannot be understood.',
    at: ({ method, isPublic }) => ['get', 'delete'].includes(method) && !isPublic,
  },
  {
    failure: { kind: 'malformed_request', detail: 'The URL has a bad escape.' },
    meaning: 'The request cannot be understood.',
    at: ({ isPublic }) => isPublic,
  },
  {
    failure: { kind: 'credential_missing' },
    meaning: 'There is no credential, or it is not good for this.',
    at: ({ isPublic }) => !isPublic,
  },
  {
    failure: { kind: 'permission_missing', permission: 'clients:write' },
    meaning: 'The credential lacks a permission, or would grant more than it has.',
    at: ({ isPublic }) => !isPublic,
  },
  {
    failure: { kind: 'not_found', what: 'client' },
    meaning: 'There is no such thing.',
    at: ({ path, method, isPublic, parameters }) =>
      !isPublic &&
      (path.includes('{') || (path.startsWith('/client') && method !== 'post') || parameters.includes('domain')),
  },
  {
    failure: { kind: 'conflict', conflict: { reason: 'client_exists' } },
    meaning: 'What is on record does not allow it.',
    at: ({ path, method }) =>
      ['put', 'post'].includes(method) || (method === 'delete' && /(domain|credentials|secrets)\/\{\w+\}$/.test(path)),
  },
  {
    failure: { kind: 'precondition_failed' },
    meaning: 'If-Match, If-None-Match or If-Unmodified-Since does not hold.',
    at: ({ parameters }) => parameters.includes('If-Match'),
  },
  {
    failure: { kind: 'body_too_large' },
    meaning: 'The body has more than 64 KiB.',
    at: ({ path, method }) => ['put', 'post'].includes(method) && !path.endsWith('/import'),
  },
  {
    failure: { kind: 'body_too_large', limit: '512 MiB' },
    meaning: 'The body has more than 512 MiB.',
    at: ({ path }) => path.endsWith('/import'),
  },
  {
    failure: { kind: 'body_late' },
    meaning: 'The next KiB of the body did not come in time.',
    at: ({ path }) => path.endsWith('/import'),
  },
  {
    failure: { kind: 'media_type_unsupported', detail: 'A body in the content encoding gzip is not accepted.' },
    meaning: 'The body is compressed, or says of what type it is in a way that cannot be understood.',
    at: ({ method }) => ['put', 'post'].includes(method),
  },
  {
    failure: { kind: 'idempotency_key_reused' },
    meaning: 'The Idempotency-Key was used for another request.',
    at: ({ parameters }) => parameters.includes('Idempotency-Key'),
  },
  {
    failure: { kind: 'rate_limited', retryAfterSeconds: 30 },
    meaning: 'Too many requests; try again after Retry-After seconds.',
    at: ({ isPublic }) => !isPublic,
  },
  { failure: { kind: 'internal' }, meaning: 'The server failed; its log knows the id of the request.', at: () => true },
  {
    failure: { kind: 'unavailable' },
    meaning:
      'The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds.',
    at: ({ isPublic }) => !isPublic,
  },
];

/** What RateLimit says, also of those who have not used it up. */
const RATE_LIMIT = ['ratelimit-policy', 'ratelimit'];

/** Under these names a body counts as JSON, too: curl and fetch send them unless told otherwise (decision 11). */
const OTHER_NAMES_OF_JSON = ['text/plain', 'application/x-www-form-urlencoded'];

/**
 * The finished document: every operation has the error answers that it can give, each with an example that the dialect
 * itself rendered, what all operations share is said of each, and null is written as OpenAPI 3.1 has it.
 */
export function finishDocument(document: OpenAPIObject, dialect: Dialect, publicUrl: string): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = (item as unknown as Record<string, Json>)[method];
      if (!operation) continue;
      addErrors(operation, path, method, dialect, publicUrl);
      addContentTypes(operation);
    }
  }
  document.components = { ...document.components };
  document.components.schemas = {
    ...document.components.schemas,
    Problem: dialect.problemSchema,
  };
  nameRequestIds(document);
  return modernised(document) as OpenAPIObject;
}

function addErrors(operation: Json, path: string, method: string, dialect: Dialect, publicUrl: string): void {
  const isPublic = (operation.security as Json[] | undefined)?.some((each) => Object.keys(each).length === 0) ?? false;
  const parameters = ((operation.parameters ?? []) as { name: string; in: string }[])
    .filter((parameter) => parameter.in !== 'path')
    .map(({ name }) => name);
  const responses = operation.responses as Json;
  const request: FailedRequest = {
    method,
    path,
    requestId: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
    accept: '*/*',
    publicUrl,
  };
  for (const { failure, meaning, at } of DOCUMENTED) {
    if (!at({ path, method, isPublic, parameters })) continue;
    const { status, headers, body } = dialect.render(failure, request);
    const mediaType = headers['content-type']!.split(';')[0]!;
    // What an operation says of an answer in its own words stays.
    responses[status] = {
      description: meaning,
      headers: documentedHeaders([...Object.keys(headers), ...(failure.kind === 'rate_limited' ? RATE_LIMIT : [])]),
      // Through JSON, as it goes over the wire: what is undefined is not there.
      content: {
        [mediaType]: { schema: { $ref: '#/components/schemas/Problem' }, example: JSON.parse(JSON.stringify(body)) },
      },
      ...(responses[status] as Json),
    };
  }
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
