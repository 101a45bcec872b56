import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FailureError } from './failure.js';
import { piecesOf } from './pieces.js';
import { refuseUnreadable } from './unreadable.js';

/** What a body is called whose handler reads it by itself, whatever the caller calls it. */
const STREAMED = 'application/x-ndjson';

interface BodyOptions {
  /** A body that is not streamed has to be there within so many milliseconds. */
  readonly lateMs: number;
  /** The next KiB of one that is streamed has to be there within so many, when it is waited for. */
  readonly pieceMs: number;
  /** As lines of an answer that is written by hand. */
  readonly securityHeaders: string;
}

/**
 * Bodies are handed over raw, whatever the content type says: what counts as JSON is for each dialect to decide. Those
 * of routes that say so are handed over piece by piece.
 */
export function readBodies(fastify: FastifyInstance, options: BodyOptions): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => done(encodingFault(request), body));
  fastify.addContentTypeParser(STREAMED, (request, body, done) => {
    const detail = 'NDJSON is for imports.';
    const isStreamed = request.routeOptions.config.streamed === true;
    const fault = isStreamed ? null : new FailureError({ kind: 'media_type_unsupported', detail });
    done(fault ?? encodingFault(request), piecesOf(body, options.pieceMs));
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config?.streamed) request.headers['content-type'] = STREAMED;
    else {
      const isSent = hasBody(request);
      // Whatever it says, and however badly: it is of no body, or of one that is read if it can be.
      if (!isSent || request.method === 'DELETE') withoutType(request.headers);
      if (isSent) endLate(request, options);
    }
    done();
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;
}

function withoutType(headers: IncomingHttpHeaders): void {
  if (headers['content-type'] !== undefined) delete headers['content-type'];
}

/** Codings have no case (RFC 9110 §8.4.1). */
function isNone(coding: string): boolean {
  return /^(identity)?$/i.test(coding.trim());
}

function encodingFault({ headers }: FastifyRequest): FailureError | null {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.split(',').every(isNone)) return null;
  const detail = `A body in the content encoding ${encoding} is not accepted.`;
  return new FailureError({ kind: 'media_type_unsupported', detail });
}

/** Node knows one limit for all requests, and that has to be long enough for an import. */
function endLate({ raw }: FastifyRequest, { lateMs, securityHeaders }: BodyOptions): void {
  const timer = setTimeout(() => {
    const late = Object.assign(new Error('the body is late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    if (!raw.complete) refuseUnreadable(late, raw.socket, securityHeaders);
  }, lateMs).unref();
  raw.once('close', () => clearTimeout(timer));
}
