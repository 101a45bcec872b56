// What all dialects share on the wire: the shape of a Dialect, the Failure that
// stands for any thrown error, authentication, reading bodies, conditional
// requests, RFC 9457 problems. Knows the cores, and the dialects only as the
// list that it is given.

export {
  AboutSelf,
  Authentication,
  type Caller,
  FromCaller,
  Public,
  Requires,
  refOf,
  rightOf,
} from './authentication.js';
export { BODY_LIMIT, type RawBody, readBodies, readObject, strayJsonObject } from './bodies.js';
export { BodyPipe, BodyProperty, type BodyWords, type Validated, validated } from './body.pipe.js';
export { endAfter, MAX_EXPIRES_IN_SECONDS } from './client-expiry.js';
export { etagOf, Rendering, WritePrecondition, wholeEtagOf } from './conditional.js';
export { Cors } from './cors.js';
export { DATABASE_TIME, type DatabaseTime } from './database-time.js';
export { type Dialect, type ErrorPage, type FailedRequest, ownerOf, type RenderedFailure } from './dialect.js';
export {
  CLIENT_HEADERS,
  ConditionalRead,
  ConditionalWrite,
  Conflicts,
  ETAG_HEADER,
  LINK_HEADER,
  ManagedWrite,
  Misses,
} from './documented-headers.js';
export { FailureFilter, reasonOf } from './failure.filter.js';
export { type Failure, FailureError, type FailureTable, lookUp, type QueryViolation } from './failure.js';
export { grantTypesOf, grantTypeWordOf } from './grant-type-word.js';
export {
  answerOf,
  ClientWriteIdempotency,
  type ClientWritten,
  clientWritten,
  IdempotencyPipe,
  type Once,
  Repeatable,
} from './idempotency.pipe.js';
export { instantOf, isInstant } from './instant.js';
export { serverOptions, WIRE_TIMES, type WireTimes } from './limits.js';
export { prefers, varyByAccept } from './negotiation.js';
export { askedSecret, NewSecretDto } from './new-secret.js';
export { linkToNext } from './next-link.js';
export { finishDocument } from './open-api.js';
export { DEFAULT_OVERLAP_SECONDS, OverlapSeconds } from './overlap.js';
export {
  aspNetPath,
  BUSY,
  exampleViolations,
  PROBLEM_NAME,
  problemPages,
  problemSchema,
  problemTable,
  renderProblem,
  unauthorized,
} from './problem-details.js';
export { PUBLIC_URL, prefixOf } from './public-url.js';
export {
  FlagParameter,
  IsNotBeside,
  NumberParameter,
  QueryPipe,
  StrictQueryPipe,
  TextParameter,
} from './query.pipe.js';
export { RateLimit } from './rate-limit.js';
export { batchRequests, queuePipelined } from './request-batching.js';
export {
  loggedUrl,
  originFormOf,
  ownPathOf,
  parseQuery,
  pathOf,
  requestLineViolation,
  withoutPrefix,
  withoutToken,
} from './request-line.js';
export { ANSWER_BYTES, type AnswerBytes, BatchingAdapter, shareLargeAnswers } from './response-batching.js';
export { Admits, OperatorOnly, RequiresToo } from './rights.guard.js';
export { RouteTable } from './route-table.js';
export { SecurityHeaders } from './security-headers.js';
export { SlowReads } from './slow-reads.js';
export { streamed } from './streamed.js';
export { UnreadAnswers } from './unread-answers.js';
export { passOverExpectations, refuseTunnels, refuseUnreadable } from './unreadable.js';
export {
  IsInstant,
  IsName,
  IsStringList,
  IsText,
  IsUnicode,
  IsVisibleText,
  IsWholeNumber,
  NAME_SCHEMA,
  textListSchema,
  visibleTextSchema,
} from './validators.js';
export { whenOver } from './when-over.js';
