import type { FastifyRequest } from 'fastify';
import { ReplayError, type Replays } from '#replays';
import type { Caller } from './authentication.js';
import type { RawBody } from './bodies.js';
import { FailureError } from './failure.js';

/** draft-ietf-httpapi-idempotency-key-header; long enough that it cannot be guessed. */
const KEY = /^[\x21-\x7e]{16,255}$/;

/**
 * Does `work`, or, when the request repeats an earlier one with the same `Idempotency-Key`, gives its answer again, if
 * what it tells of is still there (`stands`). What `work` returns must survive JSON. Fails with `malformed_request`,
 * `idempotency_key_reused` and the conflicts `in_flight` and `answer_outdated`.
 */
export async function idempotently<T>(
  replays: Replays,
  request: FastifyRequest,
  caller: Caller,
  work: () => Promise<T>,
  stands: (answer: T) => Promise<boolean>,
): Promise<T> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return work();
  if (typeof key !== 'string' || !KEY.test(key)) {
    const detail = 'Idempotency-Key must be 16 to 255 printable characters without spaces.';
    throw new FailureError({ kind: 'malformed_request', detail });
  }
  const { method, headers } = request;
  const [path, query = ''] = request.url.split('?', 2) as [string, string?];
  const conditions = ['if-match', 'if-none-match', 'if-unmodified-since', 'prefer'].map((name) => headers[name] ?? '');
  const body = (request.body as RawBody)?.toString('base64') ?? '';
  const content = JSON.stringify([query, ...conditions, body]);
  try {
    const domainId = caller.domain?.id;
    return await replays.once(
      { key, credentialId: caller.credential.id, domainId, method, path, content },
      work,
      stands,
    );
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    throw new FailureError(
      error.reason === 'key_reused'
        ? { kind: 'idempotency_key_reused' }
        : { kind: 'conflict', conflict: { reason: error.reason } },
    );
  }
}
