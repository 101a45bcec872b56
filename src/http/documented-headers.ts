import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiHeader, ApiResponse, type ApiResponseOptions, type OpenAPIObject } from '@nestjs/swagger';
import type { Conflict, NotFound } from './failure.js';

const text = { type: 'string' };
const optional = (name: string, description: string) => ApiHeader({ name, required: false, schema: text, description });
const IF_NONE_MATCH = 'ETags, or * for any: not if the client has one of them.';

/** For the OpenAPI document of what holds to a `WritePrecondition`. */
export const ConditionalWrite = () =>
  applyDecorators(
    optional('If-Match', 'ETags, or * for any: only if the client has one of them.'),
    optional('If-None-Match', IF_NONE_MATCH),
    optional('If-Unmodified-Since', 'A date: only if the client was not changed since.'),
  );

/** Between decorators and `finishDocument`, which takes them out. */
export const PERMISSION = 'x-permission';
export const CONFLICTS = 'x-conflicts';
export const MISSES = 'x-misses';

/** For the OpenAPI document of what may be refused by what is on record; those of an Idempotency-Key are understood. */
export const Conflicts = (...reasons: Conflict['reason'][]) => ApiExtension(CONFLICTS, reasons);

/** For the OpenAPI document of what does not miss the thing that its address names first, but this. */
export const Misses = (what: NotFound['what']) => ApiExtension(MISSES, what);

type ResponseHeaders = NonNullable<ApiResponseOptions['headers']>;

/** What answers about one client carry. */
export const ETAG_HEADER: ResponseHeaders = {
  ETag: {
    description:
      'The version of the client. It names that version also when a proxy made it weak or put a coding behind it (`-gzip`).',
    schema: text,
  },
};

/** What answers carry that are a page of something. */
export const LINK_HEADER: ResponseHeaders = {
  Link: { description: 'Where the next page is (rel="next"), if there is one.', schema: text },
};

/** For the OpenAPI document of what answers by `Rendering.answer`. */
export const ConditionalRead = () =>
  applyDecorators(
    optional('If-None-Match', IF_NONE_MATCH),
    ApiResponse({
      status: 304,
      description: 'The client still has the ETag given in If-None-Match.',
      headers: ETAG_HEADER,
    }),
  );

/** What answers carry whatever they are about, by the names in which they are sent. */
const COMMON_HEADERS = {
  'x-request-id': {
    description: 'The id of the request, as in the server’s log: the one that it came with, or a new one.',
    schema: text,
  },
  'retry-after': { description: 'After how many seconds to try again.', schema: { type: 'integer' } },
  'www-authenticate': { description: 'How to say who calls.', schema: text },
  'ratelimit-policy': {
    description: 'With RATE_LIMIT, on every answer to whoever is let in: the limit that ends first.',
    schema: text,
  },
  ratelimit: {
    description: 'With RATE_LIMIT: how many requests are left of it, and for how many seconds.',
    schema: text,
  },
};

type Responses = Readonly<Record<string, { headers?: object }>>;

/** Of these headers those that are documented; the others, such as the content type, a document says in other places. */
export function documentedHeaders(names: readonly string[]): object {
  const common = names.filter((name) => Object.hasOwn(COMMON_HEADERS, name));
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
