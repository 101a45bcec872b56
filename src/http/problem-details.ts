import type { Violation } from '#clients';
import type { Shared } from '#shares';
import type { ErrorPage, FailedRequest, RenderedFailure } from './dialect.js';
import { type Conflict, type Failure, type FailureTable, lookUp } from './failure.js';

/** One row: the problem's type (its page is /doc/errors/<slug>), its status, and the details of this case. */
export interface Problem {
  readonly slug: ProblemSlug;
  readonly status: number;
  readonly detail?: string;
  /** Violations by path, in the form of ASP.NET's ValidationProblemDetails. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const TITLES = {
  'not-found': 'There is nothing here',
  'method-not-allowed': 'The method is not allowed here',
  'bad-request': 'The request cannot be understood',
  unauthorized: 'Unauthorized',
  forbidden: 'The credential does not allow this',
  'body-too-large': 'The body is too large',
  'body-late': 'The body did not come in time',
  'validation-failed': 'One or more validation errors occurred',
  conflict: 'The request conflicts with the present state',
  'precondition-failed': 'The precondition does not hold',
  'unsupported-media-type': 'The media type is not supported',
  'idempotency-key-reused': 'The Idempotency-Key came with another request before',
  'rate-limited': 'Too many requests',
  busy: 'Too much of this is going on at the moment',
  unavailable: 'The service is temporarily unavailable',
  internal: 'An unexpected error occurred',
} as const;

type ProblemSlug = keyof typeof TITLES;

const TEXTS: Record<ProblemSlug, string> = {
  'not-found': 'The path, or the thing that it names, does not exist. Check the spelling; ids are lower case.',
  'method-not-allowed': 'The path exists, but not with this method. The Allow header lists the methods that it knows.',
  'bad-request':
    'The request is not well-formed: its URL, its headers or its JSON cannot be read. The detail says where.',
  unauthorized:
    'There is no credential, or it is not good for this: missing, malformed, unknown, expired, revoked, without the permission, or for another domain. Which of these is not told, so that nobody can find out which domains exist.',
  forbidden:
    'The credential is good, but does not have the permission that this call needs, or would grant more than it has.',
  'body-too-large': 'A body may have at most 64 KiB; that of an import 512 MiB.',
  'body-late':
    'What reads a body as it comes in, as an import does, waits for its next KiB so long and no longer. Nothing was written; send it again, from a file.',
  'validation-failed':
    'The fields named under “errors” break the rules given there. Nothing was written. All of them are listed at once, or the first 100; then the detail says that there are more. What is too long is refused for its length alone.',
  conflict:
    'The request is well-formed, but what is on record does not allow it now. The detail says what stands in the way.',
  'precondition-failed':
    'If-Match, If-None-Match or If-Unmodified-Since does not hold: somebody else changed the client. Read it again and decide anew.',
  'unsupported-media-type': 'Send JSON, uncompressed.',
  'idempotency-key-reused':
    'An Idempotency-Key stands for one request: the same credential, method, path, conditions and body. Choose a new one for a new request.',
  'rate-limited':
    'This credential, or all of its subscription together, has used up its requests for the present window. Try again after the time in Retry-After.',
  busy: 'Some things take long or cost much: streams of changes, imports, comparisons of secrets that people chose (generated ones are not affected), reads that look through much, large answers that are not read yet. A subscription may have so many of each at the same time, whatever credentials it uses (429), and a server so many in all (503). The detail says which. Try again after the time in Retry-After; close streams that nobody reads.',
  unavailable:
    'The database, or the issuer of the token, cannot be reached at the moment. Nothing was written. Try again after the time in Retry-After.',
  internal: 'The server failed. The traceId is in its log; tell it to the operator.',
};

/** The name of `problemSchema` in OpenAPI documents. */
export const PROBLEM_NAME = 'ProblemDetails';

/** The schema of what `renderProblem` prints, for OpenAPI documents. */
export const problemSchema = {
  type: 'object',
  description: 'A problem document (RFC 9457), with the members that clients of ASP.NET know.',
  properties: {
    type: { type: 'string', format: 'uri', description: 'A page that explains this kind of problem.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    traceId: { type: 'string', description: 'The id of the request, as in x-request-id and in the server’s log.' },
    errors: {
      type: 'object',
      description: 'The violations by their place in the body, e.g. `redirectUris[0]`.',
      additionalProperties: { type: 'array', items: { type: 'string' } },
    },
  },
  required: ['type', 'title', 'status', 'traceId'],
};

/** Example violations of an API that refuses unknown properties. */
export const exampleViolations: readonly [...Violation[], Violation] = [
  { property: 'redirectUris', rule: 'format', message: 'must be an array of strings' },
  { property: 'colour', rule: 'value', message: 'is not a field that exists here' },
];

/** The pages to which the `type` of these problems points. */
export const problemPages: readonly ErrorPage[] = Object.entries(TITLES).map(([slug, title]) => ({
  slug,
  title,
  text: TEXTS[slug as ProblemSlug],
}));

/** The fixed challenge of every 401 (RFC 9110 §11.6.1). */
const CHALLENGE = { 'www-authenticate': 'ApiKey realm="clientele", Bearer realm="clientele"' };

export const unauthorized: Problem = { slug: 'unauthorized', status: 401, headers: CHALLENGE };

const CONFLICTS = {
  client_exists: 'A client with this id is registered already.',
  public_client_has_no_secret: 'A Public client has no secret.',
  too_many_secrets: 'Five secrets of this client are live already; let one end first.',
  last_secret_kept: 'The last live secret of a Confidential client cannot be removed; add another one first.',
  import_under_way: 'Another import into this domain is under way.',
  changed_meanwhile:
    'Somebody changed clients of this domain while the import was under way. Nothing was written; send it again.',
  in_flight: 'The first request with this Idempotency-Key has not been answered yet.',
  answer_outdated:
    'What the first request with this Idempotency-Key was answered is gone. Choose a new key to do it once more.',
  domain_taken: 'This domain name is taken.',
  default_domain_kept: 'The default domain cannot be deleted.',
  last_operator_kept: 'The last credential of the operator cannot be revoked.',
  operator_not_rotated:
    'The operator’s key is not rotated over HTTP: `clientele operator reset`, run beside the database, makes a new one.',
  issuer_rotates: 'This token comes from a trusted issuer, which alone can renew it.',
  two_keys_valid:
    'This credential was rotated already, and its previous values are still valid. Wait until they end, or send previousExpiresInSeconds 0, which ends all but the new ones at once.',
};

/** What there can be too much of, in words for callers, and after how many seconds to try again. */
export const BUSY: Readonly<Record<Shared, { readonly name: string; readonly retryAfter: string }>> = {
  streams: { name: 'streams of changes open', retryAfter: '5' },
  imports: { name: 'imports under way', retryAfter: '5' },
  secrets: { name: 'chosen secrets to compare', retryAfter: '2' },
  reads: { name: 'reads under way that look through much', retryAfter: '2' },
  answers: { name: 'large answers that wait to be read', retryAfter: '2' },
};

/** The failures as RFC 9457 problem details. An API that needs a different row overrides that row. */
export const problemTable: FailureTable<Problem> = {
  route_not_found: () => ({ slug: 'not-found', status: 404, detail: 'There is no such path.' }),
  method_not_allowed: ({ allow }) => ({
    slug: 'method-not-allowed',
    status: 405,
    headers: { allow: allow.join(', ') },
  }),
  malformed_request: ({ detail }) => ({ slug: 'bad-request', status: 400, detail }),
  credential_missing: () => unauthorized,
  credential_invalid: () => unauthorized,
  credential_expired: () => unauthorized,
  permission_missing: ({ permission, inDomain }) => ({
    slug: 'forbidden',
    status: 403,
    detail: `The credential lacks the permission ${permission}${inDomain ? ' in this domain' : ''}.`,
  }),
  operator_only: () => ({ slug: 'forbidden', status: 403, detail: 'Only the operator may do this.' }),
  grant_exceeds_own_rights: ({ detail }) => ({
    slug: 'forbidden',
    status: 403,
    detail: `A credential can grant no more than it has: ${detail}.`,
  }),
  body_too_large: ({ limit = '64 KiB' }) => ({
    slug: 'body-too-large',
    status: 413,
    detail: `The body has more than ${limit}.`,
  }),
  body_late: () => ({ slug: 'body-late', status: 408, headers: { connection: 'close' } }),
  body_missing: () => ({ slug: 'bad-request', status: 400, detail: 'The body is missing.' }),
  body_malformed: ({ detail }) => ({ slug: 'bad-request', status: 400, detail }),
  media_type_unsupported: ({ detail }) => ({ slug: 'unsupported-media-type', status: 415, detail }),
  invalid: violated,
  invalid_query: violated,
  not_found: ({ what }) => ({ slug: 'not-found', status: 404, detail: `There is no such ${what}.` }),
  conflict: ({ conflict }) => ({
    slug: 'conflict',
    status: 409,
    detail: conflictSentence(conflict),
  }),
  precondition_failed: () => ({ slug: 'precondition-failed', status: 412 }),
  idempotency_key_reused: () => ({ slug: 'idempotency-key-reused', status: 422 }),
  rate_limited: ({ retryAfterSeconds }) => ({
    slug: 'rate-limited',
    status: 429,
    headers: { 'retry-after': String(retryAfterSeconds) },
  }),
  busy: ({ what, of }) => ({
    slug: 'busy',
    status: of === 'server' ? 503 : 429,
    detail: `This ${of} has too many ${BUSY[what].name}.`,
    headers: { 'retry-after': BUSY[what].retryAfter },
  }),
  unavailable: () => ({ slug: 'unavailable', status: 503, headers: { 'retry-after': '1' } }),
  internal: () => ({ slug: 'internal', status: 500 }),
};

/** Renders a failure as `application/problem+json` (RFC 9457), with the members that ASP.NET's clients know. */
export function renderProblem(table: FailureTable<Problem>, failure: Failure, request: FailedRequest): RenderedFailure {
  const { slug, status, detail, errors, headers } = lookUp(table, failure);
  return {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8', ...headers },
    body: {
      type: `${request.publicUrl}/doc/errors/${slug}`,
      title: TITLES[slug],
      status,
      detail,
      traceId: request.requestId,
      errors,
    },
  };
}

/** ASP.NET's notation of a place in a body: `redirectUris[0]`. */
export function aspNetPath(steps: readonly (string | number)[]): string {
  return steps
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}

function conflictSentence(conflict: Conflict): string {
  switch (conflict.reason) {
    case 'unknown_audiences':
      return `These audiences are not registered in the domain: ${conflict.audiences.join(', ')}.`;
    case 'client_locked': {
      const locked = conflict.clients.map(({ clientId, managedBy }) => `${clientId} by ${managedBy}`);
      return `Locked by who manages it, and changed only with that name in the header Managed-By: ${locked.join(', ')}.`;
    }
    default:
      return CONFLICTS[conflict.reason];
  }
}

function violated({ violations, hasMore }: Extract<Failure, { kind: 'invalid' | 'invalid_query' }>): Problem {
  const detail = hasMore ? `There are more violations than these first ${violations.length}.` : undefined;
  return { slug: 'validation-failed', status: 400, detail, errors: errorsByPath(violations) };
}

function errorsByPath(violations: readonly { property: string; message: string }[]): Record<string, string[]> {
  // A Map, because a property may be called `constructor`.
  const errors = new Map<string, string[]>();
  for (const { property, message } of violations) {
    const sentences = errors.get(property) ?? [];
    sentences.push(`${property} ${message}.`);
    errors.set(property, sentences);
  }
  return Object.fromEntries(errors);
}
