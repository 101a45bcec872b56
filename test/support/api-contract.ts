import type { FailureKind } from '../../src/http/failure.js';
import type { Dialect } from '../../src/http/index.js';
import type { Door } from './door.js';
import type { Row } from './expected-permissions.js';

/** What an operation has beside what all have: 409, conditions and 412, an Idempotency-Key and 422, an ETag; or it is for everybody. */
type Trait = 'conflict' | 'conditional' | 'repeatable' | 'ETag' | 'public';

/** A request whose refusal stands in the document as the example of an operation's. */
type Example = readonly [operation: string, method: string, path: string, body?: object];

/** What an API promises to its callers, said here anew: nothing of it is taken from the API's code. */
export interface ApiContract {
  readonly api: Dialect;
  /** In what every failure comes. */
  readonly errorType: string;
  /** How it answers each kind of failure, and the page that explains the answer. */
  readonly failures: Readonly<Record<FailureKind, readonly [status: number, page: string]>>;
  /** What tells two refusals apart. */
  readonly wordsOf: (body: Record<string, unknown>) => string;
  /** What a caller hears who lacks the right, or has it in other places: the status, and `wordsOf` or `as without a key`. */
  readonly refusal: (row: Row, why: 'right' | 'place') => string;
  /** Every operation, such as `get /v1/domain`. */
  readonly operations: Readonly<Record<string, readonly Trait[]>>;
  readonly examples: readonly Example[];
}

/** A dialect shows and changes clients. */
export interface DialectContract extends ApiContract {
  readonly door: Door;
}
