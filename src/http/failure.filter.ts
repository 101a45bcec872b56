import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Dialect, ownerOf } from './dialect.js';
import { bounded, type Failure } from './failure.js';
import { foldFailure } from './fold-failure.js';
import { ownPathOf, pathOf } from './request-line.js';
import type { RouteTable } from './route-table.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why something that the request needs is unavailable, in the words of the code that found out. */
    unavailableBecause?: string;
  }
}

/** The one error filter: folds the error into a failure, and has the dialect that owns the path render it. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  constructor(
    private readonly dialects: readonly Dialect[],
    private readonly routes: RouteTable,
    private readonly publicUrl: string,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const path = pathOf(request.url);
    const failure = bounded(this.withMethods(foldFailure(error, request.caller?.domainGone), request, path));
    if (failure.kind === 'internal') {
      request.log.error({ err: error, credentialId: request.credentialId }, 'a request failed unexpectedly');
    }
    if (failure.kind === 'unavailable') request.unavailableBecause = reasonOf(error);
    const rendered = ownerOf(ownPathOf(request), this.dialects).render(failure, {
      method: request.method,
      path,
      requestId: request.id,
      accept: request.headers.accept ?? '',
      publicUrl: this.publicUrl,
    });
    if (reply.sent) return;
    void reply
      .code(rendered.status)
      .headers({ 'x-request-id': request.id, 'cache-control': 'no-store', ...rendered.headers })
      .send(Buffer.from(JSON.stringify(rendered.body)));
  }

  /** Turns `route_not_found` into `method_not_allowed` when the path has other methods. */
  private withMethods(failure: Failure, { is404, method }: FastifyRequest, path: string): Failure {
    if (failure.kind !== 'route_not_found' || !is404) return failure;
    const allow = this.routes.methodsFor(path);
    return allow.length > 0 ? { kind: 'method_not_allowed', method, allow } : failure;
  }
}

/** The innermost reason, for the log only. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}
