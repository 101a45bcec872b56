import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, map, type Observable } from 'rxjs';
import { Clients, type Outcome } from '#clients';
import { ReplayError, Replays } from '#replays';
import { type Caller, refOf } from './authentication.js';
import type { RawBody } from './bodies.js';
import { etagOf } from './conditional.js';
import { FailureError } from './failure.js';

/** draft-ietf-httpapi-idempotency-key-header; long enough that it cannot be guessed. */
const KEY = /^[\x21-\x7e]{16,255}$/;

/** This route may be called again with the same `Idempotency-Key`; `interceptor` knows for how long its answers hold. */
export const Repeatable = <T>(interceptor: Type<IdempotencyInterceptor<T>>) =>
  applyDecorators(
    UseInterceptors(interceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      schema: { type: 'string', minLength: 16, maxLength: 255 },
      description: 'A repeated request with the same key gets the same answer, secret included, for ten minutes.',
    }),
  );

/**
 * Calls the handler, or, when the request repeats an earlier one with the same `Idempotency-Key`, gives the answer of that
 * one again, if what it tells of is still there (decision 14). What the handler returns must survive JSON. Fails with
 * `malformed_request`, `idempotency_key_reused` and the conflicts `in_flight` and `answer_outdated`.
 */
export abstract class IdempotencyInterceptor<T> implements NestInterceptor<T, unknown> {
  constructor(private readonly replays: Replays) {}

  intercept(context: ExecutionContext, next: CallHandler<T>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || !this.isWrite(request)) return next.handle();
    return from(this.once(request, key, () => lastValueFrom(next.handle())));
  }

  /** Whether what the answer tells of is still there. */
  protected abstract stands(answer: T, caller: Caller, request: FastifyRequest): Promise<boolean>;

  /** Whether anything is done that must not be done twice. */
  protected isWrite(_request: FastifyRequest): boolean {
    return true;
  }

  private async once(request: FastifyRequest, key: string | string[], work: () => Promise<T>): Promise<T> {
    if (typeof key !== 'string' || !KEY.test(key)) {
      const detail = 'Idempotency-Key must be 16 to 255 printable characters without spaces.';
      throw new FailureError({ kind: 'malformed_request', detail });
    }
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
      return await this.replays.once(asked, work, (answer) => this.stands(answer, caller, request));
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      throw new FailureError(
        error.reason === 'key_reused'
          ? { kind: 'idempotency_key_reused' }
          : { kind: 'conflict', conflict: { reason: error.reason } },
      );
    }
  }
}

/** What a handler has done to a client, and what is to be answered; its ETag is sent along. */
export interface ClientWritten<T> {
  readonly etag: string;
  readonly createdAt: string;
  readonly secret: string | null;
  readonly answer: T;
}

export function clientWritten<T>({ client, secret }: Outcome, answer: T): ClientWritten<T> {
  return { etag: etagOf(client), createdAt: client.createdAt.toISOString(), secret, answer };
}

/** Of writes of the client that the path names: the answer holds as long as the client, and the secret that it tells. */
@Injectable()
export class ClientWriteInterceptor extends IdempotencyInterceptor<ClientWritten<unknown>> {
  constructor(
    replays: Replays,
    private readonly clients: Clients,
  ) {
    super(replays);
  }

  override intercept(context: ExecutionContext, next: CallHandler<ClientWritten<unknown>>): Observable<unknown> {
    const http = context.switchToHttp();
    if (!this.isWrite(http.getRequest())) return next.handle();
    return super.intercept(context, next).pipe(
      map((written) => {
        const { etag, answer } = written as ClientWritten<unknown>;
        http.getResponse<FastifyReply>().header('etag', etag);
        return answer;
      }),
    );
  }

  protected override stands({ createdAt, secret }: ClientWritten<unknown>, caller: Caller, { params }: FastifyRequest) {
    const ref = refOf(caller, (params as { clientId: string }).clientId);
    return this.clients.stands(ref, { createdAt: new Date(createdAt), secret }, caller.credential.subscription);
  }
}
