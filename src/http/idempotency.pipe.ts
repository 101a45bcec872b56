import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clients, type WriteResult } from '#clients';
import { IdempotencyError, IdempotencyKeys } from '#idempotency';
import { type Caller, refOf } from './authentication.js';
import type { RawBody } from './bodies.js';
import { etagOf } from './conditional.js';
import { FailureError } from './failure.js';

/** draft-ietf-httpapi-idempotency-key-header; long enough that it cannot be guessed. */
const KEY = /^[\x21-\x7e]{16,255}$/;

/**
 * Does the work of a handler, or, when the request repeats an earlier one with the same `Idempotency-Key`, gives the answer
 * of that one again, if what it tells of is still there (decision 14). What the work returns must survive JSON. Fails with
 * `idempotency_key_reused` and the conflicts `in_flight` and `answer_outdated`.
 */
export type Once<T> = (work: () => Promise<T>) => Promise<T>;

const TheRequest = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

/**
 * This route may be called again with the same `Idempotency-Key`; the parameter is a `Once`, and `pipe` knows for how long
 * its answers hold. A parameter and no interceptor: to go through RxJS takes a tenth of the server's time of a PUT.
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

/** Makes a `Once` of a request. Refuses a key that is none: `malformed_request`. */
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

  /** Whether what the answer tells of is still there. */
  protected abstract stands(answer: T, caller: Caller, request: FastifyRequest): Promise<boolean>;

  private async once(request: FastifyRequest, key: string, work: () => Promise<T>): Promise<T> {
    const { method, headers } = request;
    const caller = request.caller!;
    const [path, query = ''] = request.url.split('?', 2) as [string, string?];
    const conditions = ['if-match', 'if-none-match', 'if-unmodified-since', 'prefer'].map(
      (name) => headers[name] ?? '',
    );
    const body = (request.body as RawBody)?.toString('base64') ?? '';
    const content = JSON.stringify([query, ...conditions, body]);
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

/** What a handler has done to a client, and what is to be answered. */
export interface ClientWritten<T> {
  readonly etag: string;
  readonly createdAt: string;
  readonly secret: string | null;
  readonly answer: T;
}

export function clientWritten<T>({ client, secret }: WriteResult, answer: T): ClientWritten<T> {
  return { etag: etagOf(client), createdAt: client.createdAt.toISOString(), secret, answer };
}

/** The answer, with the ETag of what was written. */
export function answerOf<T>({ etag, answer }: ClientWritten<T>, reply: FastifyReply): T {
  reply.header('etag', etag);
  return answer;
}

/** Of writes of the client that the path names: the answer holds as long as the client, and the secret that it tells. */
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
