import {
  BUSY,
  type ErrorPage,
  type FailedRequest,
  type Failure,
  type FailureTable,
  lookUp,
  type RenderedFailure,
} from '../../../src/http/index.js';

const PAGES = {
  invalid_request: 'The request cannot be read.',
  invalid_token: 'There is no token, or it is no longer good.',
  insufficient_scope: 'The token is good, and not for this.',
  invalid_client_metadata: 'The client cannot be as the body wants it.',
  not_found: 'There is no such thing.',
  method_not_allowed: 'The path has other methods.',
  invalid_state: 'What is on record does not allow it.',
  slow_down: 'This is too much at a time.',
  temporarily_unavailable: 'Something that the server needs is away.',
  server_error: 'The server failed.',
};

interface Answer {
  readonly status: number;
  readonly error: keyof typeof PAGES;
  readonly description?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const invalidRequest = (status: number, description?: string, headers?: Answer['headers']): Answer => ({
  status,
  error: 'invalid_request',
  description,
  headers,
});
const refused = (status: 401 | 403, error: 'invalid_token' | 'insufficient_scope', description?: string): Answer => ({
  status,
  error,
  description,
  headers: { 'www-authenticate': `Bearer error="${error}"` },
});
const later = (status: 429 | 503, error: Answer['error'], seconds: string, description?: string): Answer => ({
  status,
  error,
  description,
  headers: { 'retry-after': seconds },
});
const sentences = (violations: readonly { property: string; message: string }[]) =>
  violations.map(({ property, message }) => `${property} ${message}`).join('; ');

const table: FailureTable<Answer> = {
  route_not_found: () => ({ status: 404, error: 'not_found' }),
  method_not_allowed: ({ allow }) => ({
    status: 405,
    error: 'method_not_allowed',
    headers: { allow: allow.join(', ') },
  }),
  malformed_request: ({ detail }) => invalidRequest(400, detail),
  credential_missing: () => refused(401, 'invalid_token'),
  credential_invalid: () => refused(401, 'invalid_token'),
  credential_expired: () => refused(401, 'invalid_token'),
  permission_missing: ({ permission }) => refused(403, 'insufficient_scope', `the token lacks ${permission}`),
  operator_only: () => refused(403, 'insufficient_scope'),
  grant_exceeds_own_rights: ({ detail }) => refused(403, 'insufficient_scope', detail),
  body_too_large: () => invalidRequest(413),
  body_late: () => invalidRequest(408, undefined, { connection: 'close' }),
  body_missing: () => invalidRequest(400, 'the body is missing'),
  body_malformed: ({ detail }) => invalidRequest(400, detail),
  media_type_unsupported: ({ detail }) => invalidRequest(415, detail),
  invalid: ({ violations }) => ({
    status: 400,
    error: 'invalid_client_metadata',
    description: sentences(violations),
  }),
  invalid_query: ({ violations }) => invalidRequest(400, sentences(violations)),
  not_found: ({ what }) => ({ status: 404, error: 'not_found', description: `there is no such ${what}` }),
  conflict: ({ conflict }) => ({ status: 409, error: 'invalid_state', description: conflict.reason }),
  precondition_failed: () => ({ status: 412, error: 'invalid_state' }),
  idempotency_key_reused: () => invalidRequest(422),
  rate_limited: ({ retryAfterSeconds }) => later(429, 'slow_down', String(retryAfterSeconds)),
  busy: ({ what, of }) =>
    later(
      of === 'server' ? 503 : 429,
      'slow_down',
      BUSY[what].retryAfter,
      `this ${of} has too many ${BUSY[what].name}`,
    ),
  unavailable: () => later(503, 'temporarily_unavailable', '1'),
  internal: () => ({ status: 500, error: 'server_error' }),
};

/** As RFC 7591 §3.2.2 has it: a word, and a sentence for people. */
export function render(failure: Failure, { publicUrl, requestId }: FailedRequest): RenderedFailure {
  const { status, error, description, headers } = lookUp(table, failure);
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: {
      error,
      error_description: description,
      error_uri: `${publicUrl}/doc/errors/${error}`,
      request_id: requestId,
    },
  };
}

export const errorPages: readonly ErrorPage[] = Object.entries(PAGES).map(([slug, text]) => ({
  slug,
  title: slug,
  text,
}));

export const problemSchema = {
  type: 'object',
  properties: {
    error: { type: 'string', enum: Object.keys(PAGES) },
    error_description: { type: 'string' },
    error_uri: { type: 'string', format: 'uri' },
    request_id: { type: 'string' },
  },
  required: ['error', 'error_uri', 'request_id'],
  additionalProperties: false,
};
