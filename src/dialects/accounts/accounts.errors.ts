import type { Violation } from '#clients';
import {
  BUSY,
  type ErrorPage,
  type FailedRequest,
  type Failure,
  type FailureTable,
  lookUp,
  type QueryViolation,
  type RenderedFailure,
} from '../../http/index.js';

/** The codes of the published catalogue that this server uses: 1000 + the catalogue's number, as on the accounts server. */
export const CATALOGUE = {
  1000: ['Internal Error', 'The server failed. Its log knows the requestID.'],
  1003: [
    'Service currently unavailable',
    'The database, or the issuer of the token, cannot be reached at the moment, or the server has too much of what verbose names; nothing was written. Try again after the time in Retry-After.',
  ],
  1100: ['Resource not found', 'There is no such path.'],
  1102: [
    'No resource entity matching query string filter found',
    'There is no client with this clientID. detail names the parameter.',
  ],
  1110: [
    'Method not allowed',
    'The path exists, but not with this method; detail names it, and the Allow header those that it knows.',
  ],
  1112: [
    'Somebody else changed the resource',
    'If-Match, If-None-Match or If-Unmodified-Since does not hold, or a partial edit is based on an old reading. Read again and decide anew.',
  ],
  1200: ['Missing body', 'The request needs a JSON object as its body.'],
  1201: ['Missing property in JSON body', 'detail names the property.'],
  1202: [
    'Missing property in query string',
    'detail names the parameter. Nothing is ever deleted or changed without it.',
  ],
  1211: [
    'Invalid format for property in JSON body',
    'detail is the path of the property; empty when the body as a whole, or the request, cannot be read.',
  ],
  1212: [
    'Invalid format for property in query string',
    'detail names the parameter. A list takes at most 100 values in all filters together, 10 of them with ~, and 10 properties to sort by.',
  ],
  1215: ['Resource cannot be sorted after given property', 'detail names the property.'],
  1216: ['Resource cannot be filtered with given property', 'detail names the property.'],
  1217: [
    'Resource cannot be range-filtered with given property',
    'Only dates have From and To. detail names the property.',
  ],
  1311: [
    'Invalid value for property in JSON body',
    'The value is well-formed but not allowed here. detail is the path of the property.',
  ],
  1359: ['Violates unique constraint', 'A client with this clientID is registered already.'],
  1361: [
    'Cannot change entry. Read Only.',
    'The manager of the client has locked it. verbose names the manager; the header Managed-By has to name it, too.',
  ],
  1400: ['Missing Access Token', 'Send Authorization: Bearer with an access token.'],
  1401: ['Invalid Access Token', 'The token is malformed, unknown, revoked, or signed by somebody else.'],
  1402: ['Outdated Access Token', 'The token has expired.'],
  1410: [
    'Insufficient rights to access the requested resource',
    'The token does not have the permission that detail names.',
  ],
  1451: [
    'Too many wrong login attempts, please wait',
    'Here: too many requests with this token or of its subscription, or too many at the same time of what verbose names. Try again after the time in Retry-After.',
  ],
} as const;

type Code = keyof typeof CATALOGUE;

interface Problem {
  readonly code: Code;
  readonly detail: string;
  readonly verbose: string;
}

interface Answer {
  readonly status: number;
  readonly problems: readonly [Problem, ...Problem[]];
  readonly headers?: Readonly<Record<string, string>>;
}

export const errorPages: readonly ErrorPage[] = Object.entries(CATALOGUE).map(([code, [title, text]]) => ({
  slug: code,
  title: `${code} ${title}`,
  text,
}));

const problemProperties = {
  code: { type: 'integer', enum: Object.keys(CATALOGUE).map(Number), description: 'From the published catalogue.' },
  title: { type: 'string' },
  type: { type: 'string', format: 'uri', description: 'A page that explains this code.' },
  detail: { type: 'string', description: 'What it is about, e.g. the path of a property.' },
  verbose: { type: 'string', description: 'A sentence for people.' },
};
const required = Object.keys(problemProperties);

/** The name of `problemSchema` in the OpenAPI document. */
export const PROBLEM_NAME = 'HalProblem';

/** The schema of what `render` prints, for the OpenAPI document. */
export const problemSchema = {
  type: 'object',
  description:
    'A HAL problem document: the main error, with further ones embedded, 100 in all; if there are more, the last one says so.',
  properties: {
    status: { type: 'integer' },
    ...problemProperties,
    requestID: { type: 'string' },
    _links: { type: 'object', additionalProperties: { $ref: '#/components/schemas/LinkDto' } },
    _embedded: {
      type: 'object',
      properties: { error: { type: 'array', items: { type: 'object', properties: problemProperties, required } } },
    },
  },
  required: ['status', ...required, '_links'],
};

const answer = (status: number, code: Code, detail = '', verbose = '', headers?: Answer['headers']): Answer => ({
  status,
  problems: [{ code, detail, verbose }],
  headers,
});

/** Missing: 1201. Not well-formed: 1211. Well-formed but not allowed: 1311. */
function codeOf({ rule }: Violation): Code {
  if (rule === 'required') return 1201;
  return rule === 'value' ? 1311 : 1211;
}

const QUERY_CODES: Record<QueryViolation['rule'], Code> = {
  missing: 1202,
  format: 1212,
  unsortable: 1215,
  unfilterable: 1216,
  unrangeable: 1217,
};

function violated<V extends { property: string; message: string }>(
  { violations, hasMore }: { readonly violations: readonly V[]; readonly hasMore?: boolean },
  codeFor: (violation: V) => Code,
): Answer {
  const problems: Problem[] = violations.map((violation) => ({
    code: codeFor(violation),
    detail: violation.property,
    verbose: `${violation.property} ${violation.message}`,
  }));
  const verbose = `there are more errors than these first ${violations.length}`;
  if (hasMore) problems.push({ code: problems.at(-1)!.code, detail: '', verbose });
  return { status: 400, problems: problems as unknown as Answer['problems'] };
}

const bearer = { 'www-authenticate': 'Bearer realm="clientele"' };

const table: FailureTable<Answer> = {
  route_not_found: () => answer(404, 1100),
  method_not_allowed: ({ method, allow }) => answer(405, 1110, method, '', { allow: allow.join(', ') }),
  malformed_request: ({ detail }) => answer(400, 1211, '', detail),
  credential_missing: () => answer(401, 1400, '', 'send Authorization: Bearer with an access token', bearer),
  credential_invalid: () => answer(401, 1401, '', '', bearer),
  credential_expired: () => answer(401, 1402, '', '', bearer),
  permission_missing: ({ permission, inDomain }) =>
    answer(
      401,
      1410,
      permission,
      `the token lacks the permission ${permission}${inDomain ? ' in this domain' : ''}`,
      bearer,
    ),
  operator_only: () => answer(401, 1410, '', 'only the operator may do this', bearer),
  grant_exceeds_own_rights: ({ detail }) => answer(401, 1410, '', detail, bearer),
  body_too_large: () => answer(413, 1211, '', 'the body has more than 64 KiB'),
  body_late: () => answer(408, 1211, '', 'the body did not come in time', { connection: 'close' }),
  body_missing: () => answer(400, 1200),
  body_malformed: ({ detail }) => answer(400, 1211, '', detail),
  media_type_unsupported: ({ detail }) => answer(415, 1211, '', detail),
  invalid: (failure) => violated(failure, codeOf),
  invalid_query: (failure) => violated(failure, ({ rule }) => QUERY_CODES[rule]),
  not_found: () => answer(404, 1102, 'clientID', 'there is no client with this clientID'),
  conflict: ({ conflict }) => {
    if (conflict.reason === 'client_exists')
      return answer(409, 1359, 'clientID', 'a client with this clientID is registered already');
    if (conflict.reason !== 'client_locked') return answer(409, 1311, '', conflict.reason);
    const verbose = `the client is locked by ${conflict.clients[0]?.managedBy}, which manages it: send this name in the header Managed-By`;
    return answer(409, 1361, 'clientID', verbose);
  },
  precondition_failed: () => answer(412, 1112),
  idempotency_key_reused: () => answer(422, 1311, '', 'the Idempotency-Key came with another request before'),
  rate_limited: ({ retryAfterSeconds }) =>
    answer(429, 1451, '', 'too many requests with this token, or of its subscription', {
      'retry-after': String(retryAfterSeconds),
    }),
  busy: ({ what, of }) => {
    const [status, code] = of === 'server' ? ([503, 1003] as const) : ([429, 1451] as const);
    return answer(status, code, '', `this ${of} has too many ${BUSY[what].name}`, {
      'retry-after': BUSY[what].retryAfter,
    });
  },
  unavailable: () =>
    answer(503, 1003, '', 'the database, or the issuer of the token, cannot be reached at the moment', {
      'retry-after': '1',
    }),
  internal: () => answer(500, 1000),
};

/** Renders a failure as a HAL problem document. The first problem is the main error; the others are embedded. */
export function render(failure: Failure, request: FailedRequest): RenderedFailure {
  const { status, problems, headers } = lookUp(table, failure);
  const typeOf = (code: Code) => `${request.publicUrl}/doc/errors/${code}`;
  const describe = ({ code, detail, verbose }: Problem) => ({
    code,
    title: CATALOGUE[code][0],
    type: typeOf(code),
    detail,
    verbose,
  });
  const [main, ...others] = problems;
  return {
    status,
    headers: { 'content-type': mediaType(request.accept), ...headers },
    body: {
      status,
      ...describe(main),
      requestID: request.requestId,
      _links: {
        up: { href: `${request.publicUrl}/`, title: 'Home' },
        describedby: { href: typeOf(main.code) },
      },
      ...(others.length > 0 ? { _embedded: { error: others.map(describe) } } : {}),
    },
  };
}

/** `application/problem+json`, or plain JSON if the caller accepts only that (head of spec/accounts-dialect.md, item 7). */
function mediaType(accept: string): string {
  const named = accept.toLowerCase();
  const plain = named.includes('application/json') && !/problem\+json|hal\+json|\*\/\*/.test(named);
  return `application/${plain ? 'json' : 'problem+json'}; charset=utf-8`;
}
