import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clients, type WriteResult } from '#clients';
import { IdempotencyError, IdempotencyKeys } from '#idempotency';
import { type Caller, refOf } from './authentication.js';
import type { RawBody } from './bodies.js';
import { etagOf, expiresAtOf } from './conditional.js';
import { FailureError } from './failure.js';

/** The key's form (draft-ietf-httpapi-idempotency-key-header), long enough that nobody can guess one. */
const KEY = /^[\x21-\x7e]{16,255}$/;

/**
 * Does the work of a handler. A request that repeats an earlier `Idempotency-Key` gets the earlier answer instead, if what
 * that answer describes still exists (decision 14). The work's result must survive JSON. Fails with
 * `idempotency_key_reused` and the conflicts `in_flight` and `answer_outdated`.
 */
export type Once<T> = (work: () => Promise<T>) => Promise<T>;

const TheRequest = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

/**
 * Lets callers repeat a request of this route with the same `Idempotency-Key`. The parameter is a `Once`; `pipe` decides
 * how long an answer holds. It is a parameter, since an interceptor's RxJS takes a tenth of the server's time for a PUT.
 */
export function Repeatable<T>(pipe: Type<IdempotencyPipe<T>>): ParameterDecorator {
  return (controller, method, index) => {
    TheRequest(pipe)(controller, method, index);
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      schema: { type: 'string', minLength: 16, maxLength: 255 },
      description: 'A repeated request with the same key gets the same answer, secret included, for ten minutes.',
    })(controller, method!, Object.getOwnPropertyDescriptor(controller, method!)!);
  };
}

/** Makes a `Once` for a request. A malformed key fails with `malformed_request`. */
export abstract class IdempotencyPipe<T> implements PipeTransform<FastifyRequest, Once<T>> {
  constructor(private readonly keys: IdempotencyKeys) {}

  transform(request: FastifyRequest): Once<T> {
    const key = request.headers['idempotency-key'];
    if (key === undefined) return (work) => work();
    if (typeof key !== 'string' || !KEY.test(key)) {
      const detail = 'Idempotency-Key must be 16 to 255 printable characters without spaces.';
      throw new FailureError({ kind: 'malformed_request', detail });
    }
    return (work) => this.once(request, key, work);
  }

  /** Whether what the answer describes still exists. */
  protected abstract stands(answer: T, caller: Caller, request: FastifyRequest): Promise<boolean>;

  private async once(request: FastifyRequest, key: string, work: () => Promise<T>): Promise<T> {
    const { method, headers } = request;
    const caller = request.caller!;
    const [path, query = ''] = request.url.split('?', 2) as [string, string?];
    const conditions = ['if-match', 'if-none-match', 'if-unmodified-since', 'prefer'].map(
      (name) => headers[name] ?? '',
    );
    const manager = headers['managed-by'];
    const body = (request.body as RawBody)?.toString('base64') ?? '';
    const content = JSON.stringify([query, ...conditions, ...(manager === undefined ? [] : [manager]), body]);
    try {
      const domainId = caller.domain?.id;
      const asked = { key, credentialId: caller.credential.id, domainId, method, path, content };
      return await this.keys.once(asked, work, (answer) => this.stands(answer, caller, request));
    } catch (error) {
      if (!(error instanceof IdempotencyError)) throw error;
      throw new FailureError(
        error.reason === 'key_reused'
          ? { kind: 'idempotency_key_reused' }
          : { kind: 'conflict', conflict: { reason: error.reason } },
      );
    }
  }
}

/** What a handler has written of a client, and its answer. */
export interface ClientWritten<T> {
  readonly etag: string;
  /** When the client expires; absent = it does not. */
  readonly expiresAt?: string;
  readonly createdAt: string;
  readonly secret: string | null;
  readonly answer: T;
}

export function clientWritten<T>({ client, secret }: WriteResult, answer: T): ClientWritten<T> {
  const createdAt = client.createdAt.toISOString();
  return { etag: etagOf(client), expiresAt: expiresAtOf(client), createdAt, secret, answer };
}

/** The answer; sets the ETag of the version that was written, and says when the client ends. */
export function answerOf<T>({ etag, expiresAt, answer }: ClientWritten<T>, reply: FastifyReply): T {
  reply.header('etag', etag);
  if (expiresAt !== undefined) reply.header('expires-at', expiresAt);
  return answer;
}

/** For writes of the client in the path. An answer holds as long as the client and the secret in it exist. */
@Injectable()
export class ClientWriteIdempotency extends IdempotencyPipe<ClientWritten<unknown>> {
  constructor(
    keys: IdempotencyKeys,
    private readonly clients: Clients,
  ) {
    super(keys);
  }

  protected override stands({ createdAt, secret }: ClientWritten<unknown>, caller: Caller, { params }: FastifyRequest) {
    const ref = refOf(caller, (params as { clientId: string }).clientId);
    return this.clients.stands(ref, { createdAt: new Date(createdAt), secret }, caller.credential.subscription);
  }
}
