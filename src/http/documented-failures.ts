import type { Violation } from '#clients';
import type { Permission } from '#credentials';
import { MANAGED_BY } from './documented-headers.js';
import type { Conflict, Failure, NotFound, QueryViolation } from './failure.js';

/** A parameter of an OpenAPI document. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: {
    readonly type?: unknown;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly example?: unknown;
  };
}

/** The facts about an operation that decide how it can fail. */
export interface Operation {
  readonly method: string;
  readonly isPublic: boolean;
  /** The names of its query parameters and headers. */
  readonly parameters: readonly string[];
  readonly query: readonly Parameter[];
  /** A violation that its body can have; absent without a body. */
  readonly violation?: Violation;
  readonly isInLines: boolean;
  readonly permission?: Permission;
  /** What it may not find. */
  readonly misses?: NotFound['what'];
  readonly conflicts: readonly Conflict['reason'][];
}

/** Each failure that a well-written program may meet: its meaning, the operations that can give it, and examples. */
export const DOCUMENTED: readonly {
  failures: (operation: Operation) => readonly Failure[];
  meaning: string;
  at: (operation: Operation) => boolean;
}[] = [
  {
    failures: (operation) => [{ kind: 'invalid', violations: [violationInBody(operation)] }],
    meaning: 'The body breaks rules; all of them are listed, or the first 100. Nothing was written.',
    at: ({ method, violation }) => ['put', 'post'].includes(method) && violation !== undefined,
  },
  {
    failures: (operation) => [{ kind: 'invalid_query', violations: [violationInQuery(operation)!] }],
    meaning: 'A parameter cannot be understood.',
    at: (operation) => ['get', 'delete'].includes(operation.method) && violationInQuery(operation) !== undefined,
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
    failures: () => [{ kind: 'operator_only' }],
    meaning: 'Only the operator may send `Managed-By: *`.',
    at: ({ parameters }) => parameters.includes(MANAGED_BY),
  },
  {
    failures: ({ misses }) => [{ kind: 'not_found', what: misses! }],
    meaning: 'There is no such thing.',
    at: ({ misses }) => misses !== undefined,
  },
  {
    failures: ({ conflicts }) => conflicts.map((reason) => ({ kind: 'conflict', conflict: exampleOf(reason) })),
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
    at: ({ method, isInLines }) => ['put', 'post'].includes(method) && !isInLines,
  },
  {
    failures: () => [{ kind: 'body_too_large', limit: '512 MiB' }],
    meaning: 'The body has more than 512 MiB.',
    at: ({ isInLines }) => isInLines,
  },
  {
    failures: () => [{ kind: 'body_late' }],
    meaning: 'The next KiB of the body did not come in time.',
    at: ({ isInLines }) => isInLines,
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

function exampleOf(reason: Conflict['reason']): Conflict {
  if (reason === 'unknown_audiences') return { reason, audiences: ['orders-api'] };
  if (reason === 'client_locked') return { reason, clients: [{ clientId: 'my-app', managedBy: 'terraform' }] };
  return { reason };
}

function violationInBody({ violation, isInLines }: Operation): Violation {
  return isInLines ? { ...violation!, property: `line 7: ${violation!.property}` } : violation!;
}

/** An example of a bad parameter in this query, if one can be made. */
function violationInQuery({ method, query }: Operation): QueryViolation | undefined {
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
