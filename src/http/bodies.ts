import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parse } from 'secure-json-parse';
import { FailureError } from './failure.js';
import { piecesOf } from './pieces.js';
import { refuseUnreadable } from './unreadable.js';

/** 64 KiB, for every API (spec/v1-dialect.md, Client id). */
export const BODY_LIMIT = 64 * 1024;

/** Deeper than anything that is stored, and shallow enough for recursive functions. */
const MAX_DEPTH = 32;

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}');

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The content type that a streamed body is given, whatever type the caller sends. */
const STREAMED = 'application/x-ndjson';

/** A request's body as it came in: the server keeps it raw, so that each dialect decides what counts as JSON. */
export type RawBody = Buffer | null | undefined;

interface BodyReading {
  /** A body that is not streamed must arrive within this many milliseconds. */
  readonly lateMs: number;
  /** While the handler waits, the next KiB of a streamed body must arrive within this many milliseconds. */
  readonly pieceMs: number;
  /** The security headers as text, for answers that are written straight to the socket. */
  readonly securityHeaders: string;
}

/**
 * Hands bodies over raw, whatever the content type says: each dialect decides what counts as JSON. A route with `streamed`
 * gets its body piece by piece.
 */
export function readBodies(fastify: FastifyInstance, options: BodyReading): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) =>
    done(encodingFailure(request), body),
  );
  fastify.addContentTypeParser(STREAMED, (request, body, done) => {
    const detail = 'NDJSON is for imports.';
    const isStreamed = request.routeOptions.config.streamed === true;
    const failure = isStreamed ? null : new FailureError({ kind: 'media_type_unsupported', detail });
    done(failure ?? encodingFailure(request), piecesOf(body, options.pieceMs));
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config?.streamed) request.headers['content-type'] = STREAMED;
    else {
      const isSent = hasBody(request);
      // Ignores even a malformed type: there is no body, or the handler reads it if it can.
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

/** Names of codings are case-insensitive (RFC 9110 §8.4.1). */
function isNone(coding: string): boolean {
  return /^(identity)?$/i.test(coding.trim());
}

function encodingFailure({ headers }: FastifyRequest): FailureError | null {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.split(',').every(isNone)) return null;
  const detail = `A body in the content encoding ${encoding} is not accepted.`;
  return new FailureError({ kind: 'media_type_unsupported', detail });
}

/** Ends a request whose body is late. Node has one limit for all requests, which must be long enough for an import. */
function endLate({ raw }: FastifyRequest, { lateMs, securityHeaders }: BodyReading): void {
  const timer = setTimeout(() => {
    const late = Object.assign(new Error('the body is late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    if (!raw.complete) refuseUnreadable(late, raw.socket, securityHeaders);
  }, lateMs).unref();
  raw.once('close', () => clearTimeout(timer));
}

export function hasContent(raw: RawBody): raw is Buffer {
  return raw !== undefined && raw !== null && raw.length > 0;
}

/** The JSON object in a body. Fails with `body_missing`, `body_malformed`, or, if one property is to blame, `invalid`. */
export function jsonObject(raw: RawBody): Record<string, unknown> {
  if (!hasContent(raw)) throw new FailureError({ kind: 'body_missing' });
  const read = readObject(raw);
  if ('unreadable' in read && read.property !== undefined) {
    const message = read.unreadable;
    throw new FailureError({ kind: 'invalid', violations: [{ property: read.property, rule: 'limit', message }] });
  }
  if ('unreadable' in read) throw new FailureError({ kind: 'body_malformed', detail: `The body ${read.unreadable}.` });
  return read.value;
}

/**
 * The JSON object in some bytes, or what is wrong with them or with one `property`, as a sentence without subject and full
 * stop.
 */
export function readObject(
  raw: Buffer,
): { readonly value: Record<string, unknown> } | { readonly unreadable: string; readonly property?: string } {
  const tooDeep = findTooDeep(raw);
  if (tooDeep) return { unreadable: `must not be nested deeper than ${MAX_DEPTH} levels`, ...tooDeep };
  let value: unknown;
  try {
    // Refuses __proto__ and constructor.prototype, which could change other objects.
    value = parse(utf8.decode(raw), { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    const reason = error instanceof SyntaxError ? reasonOf(raw, error) : 'it is not UTF-8 text';
    return { unreadable: `cannot be read as JSON: ${reason}` };
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { value: value as Record<string, unknown> };
  }
  return { unreadable: 'must be a JSON object' };
}

/** The parser's reason, or a plainer one for HTML and XML, which are often sent in place of JSON. */
function reasonOf(raw: Buffer, { message }: SyntaxError): string {
  return /^\s*</.test(raw.toString('latin1', 0, 64)) ? 'it is HTML or XML' : message;
}

/** The JSON object in a body that the route does not ask for; undefined when there is none. Never fails. */
export function strayJsonObject(raw: RawBody): Record<string, unknown> | undefined {
  if (!hasContent(raw)) return undefined;
  const read = readObject(raw);
  return 'unreadable' in read ? undefined : read.value;
}

/** Finds nesting that is too deep, before anything is parsed, and names the property that holds it, if it has a name. */
function findTooDeep(raw: Buffer): { readonly property?: string } | undefined {
  let depth = 0;
  let isInString = false;
  /** The bounds of the last string at the top level: the name of the property that follows. */
  let [start, end] = [0, 0];
  for (let index = 0; index < raw.length; index += 1) {
    const byte = raw[index];
    if (byte === QUOTE) {
      isInString = !isInString;
      if (depth === 1 && isInString) start = index;
      else if (depth === 1) end = index + 1;
    } else if (isInString) index += byte === BACKSLASH ? 1 : 0;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    if (depth > MAX_DEPTH) return nameIn(raw.subarray(start, end));
  }
  return undefined;
}

function nameIn(text: Buffer): { readonly property?: string } {
  try {
    return { property: JSON.parse(text.toString()) };
  } catch {
    return {};
  }
}
