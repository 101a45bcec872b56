import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiHeader, ApiResponse, type ApiResponseOptions, type OpenAPIObject } from '@nestjs/swagger';
import type { Conflict, NotFound } from './failure.js';

const text = { type: 'string' };
const optional = (name: string, description: string) => ApiHeader({ name, required: false, schema: text, description });
const IF_NONE_MATCH = 'ETags, or * for any: not if the client has one of them.';

/** Documents an operation that takes a `WritePrecondition`. */
export const ConditionalWrite = () =>
  applyDecorators(
    optional('If-Match', 'ETags, or * for any: only if the client has one of them.'),
    optional('If-None-Match', IF_NONE_MATCH),
    optional('If-Unmodified-Since', 'A date: only if the client was not changed since.'),
  );

/** The name of the header in which a caller says in whose name it changes locked clients. */
export const MANAGED_BY = 'Managed-By';

/** Documents an operation that changes a client, which its manager may have locked: adds the conflict, too. */
export const ManagedWrite = () =>
  optional(
    MANAGED_BY,
    'The name of the client’s manager. Needed to change a client that is locked. `*`, which only the operator may send, stands for any manager.',
  );

/** Decorators set these extensions; `finishDocument` reads and removes them. */
export const PERMISSION = 'x-permission';
export const CONFLICTS = 'x-conflicts';
export const MISSES = 'x-misses';

/** Documents the conflicts that an operation can meet. Those of an Idempotency-Key are added without it. */
export const Conflicts = (...reasons: Conflict['reason'][]) => ApiExtension(CONFLICTS, reasons);

/** Documents that a 404 of an operation is about this, and not about the thing that its address names first. */
export const Misses = (what: NotFound['what']) => ApiExtension(MISSES, what);

type ResponseHeaders = NonNullable<ApiResponseOptions['headers']>;

/** A header of answers about one client. */
export const ETAG_HEADER: ResponseHeaders = {
  ETag: {
    description:
      'The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same.',
    schema: text,
  },
};

/** The headers of answers about one client that also say when it ends. */
export const CLIENT_HEADERS: ResponseHeaders = {
  ...ETAG_HEADER,
  'Expires-At': {
    description: 'When the client expires, an HTTP date (RFC 9110 §5.6.7). Absent: it does not.',
    schema: text,
    example: 'Sat, 31 Jan 2026 12:00:00 GMT',
  },
};

/** A header of answers that are one page of a list. */
export const LINK_HEADER: ResponseHeaders = {
  Link: { description: 'Where the next page is (rel="next"), if there is one.', schema: text },
};

/** Documents an operation that answers with `Rendering.answer`. */
export const ConditionalRead = (headers = ETAG_HEADER) =>
  applyDecorators(
    optional('If-None-Match', IF_NONE_MATCH),
    ApiResponse({
      status: 304,
      description: 'The client still has the ETag given in If-None-Match.',
      headers,
    }),
  );

/** Headers that answers of any kind can carry. */
const COMMON_HEADERS = {
  'X-Request-Id': {
    description: 'The id of the request, as in the server’s log: the one that it came with, or a new one.',
    schema: text,
  },
  'Retry-After': { description: 'After how many seconds to try again.', schema: { type: 'integer' } },
  'WWW-Authenticate': { description: 'How to say who calls.', schema: text },
  'RateLimit-Policy': {
    description: 'With RATE_LIMIT, on every answer to a caller who is let in: the limit that ends first.',
    schema: text,
  },
  RateLimit: {
    description: 'With RATE_LIMIT: how many requests are left of it, and for how many seconds.',
    schema: text,
  },
};

type Responses = Readonly<Record<string, { headers?: object }>>;

/** The headers among `names` that are documented here. A document has the others, such as the content type, elsewhere. */
export function documentedHeaders(names: readonly string[]): object {
  const wanted = names.map((name) => name.toLowerCase());
  const common = Object.keys(COMMON_HEADERS).filter((name) => wanted.includes(name.toLowerCase()));
  return Object.fromEntries(common.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Every answer carries the id of its request. */
export function nameRequestIds({ paths, components }: OpenAPIObject): void {
  const operations = Object.values(paths).flatMap((item) => Object.values(item as Record<string, unknown>));
  const named = operations.flatMap((operation) => Object.values((operation as { responses: Responses }).responses));
  for (const response of [...named, ...Object.values((components!.responses ?? {}) as Responses)]) {
    if ('$ref' in response) continue;
    response.headers = { ...documentedHeaders(['x-request-id']), ...response.headers };
  }
  components!.headers = COMMON_HEADERS;
}
