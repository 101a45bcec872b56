import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { parse } from 'fast-querystring';
import type { FastifyRequest } from 'fastify';

/** An absolute http or https URL; the server takes no other scheme. */
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;
/** A name as in RFC 3986 §3.2.2, but without a comma, which would mean two joined Host headers. */
const NAME = /^(?:[\w.~!$&'()*+;=-]|%[\da-f]{2})+$/i;
const HOST_AND_PORT = /^(\[.*\]|[^:]*)(?::(\d{0,5}))?$/;
const MAX_PORT = 65_535;
/** More than any request here can use. */
export const MAX_PARAMETERS = 100;
const MAX_LOGGED_LENGTH = 1024;

/** The target in origin form, as the router and the links need it. An authority in it is ignored (RFC 9112 §3.2). */
export function originFormOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  if (url.startsWith('/')) return url;
  const path = url.replace(ABSOLUTE, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** The target without the prefix, which some proxies hand on and others remove (decision 53). */
export function withoutPrefix(target: string, prefix: string): string {
  if (prefix === '' || !target.startsWith(prefix)) return target;
  const rest = target.slice(prefix.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : target;
}

/** What is wrong with a request whatever it asks for (RFC 9112 §2.3, §3.2), as a sentence; undefined = nothing. */
export function requestLineViolation({ raw, headers, method, originalUrl }: FastifyRequest): string | undefined {
  if (raw.httpVersionMajor !== 1) return 'Only HTTP/1.1 and HTTP/1.0 are spoken here.';
  const { host } = headers;
  if (host === undefined && raw.httpVersion === '1.1') return 'The Host header is missing.';
  if (host !== undefined && !isHost(host)) return 'The Host header must be one host, with or without a port.';
  // Proxies and servers may disagree where such a body ends (RFC 9112 §6.1).
  if (raw.httpVersion === '1.0' && headers['transfer-encoding'] !== undefined)
    return 'HTTP/1.0 has no Transfer-Encoding.';
  return targetViolation(originalUrl, method);
}

function targetViolation(target: string, method: string): string | undefined {
  if (target.includes('#')) return 'The request target must not have a fragment.';
  if (target.startsWith('/')) return undefined;
  if (target === '*' && method === 'OPTIONS') return undefined;
  const authority = ABSOLUTE.exec(target)?.[1];
  if (authority !== undefined && isHost(authority)) return undefined;
  return 'The request target must be a path, or an http or https URL with a host and without a user.';
}

function isHost(text: string): boolean {
  const [, host = '', port = ''] = HOST_AND_PORT.exec(text) ?? [];
  const isName = host.startsWith('[') ? isIPv6(host.slice(1, -1)) : NAME.test(host);
  return isName && Number(port) <= MAX_PORT;
}

/** The path of a request's URL, as the router sees it. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** The path that decides which dialect answers: the route's, or without a route the requested one, without escapes. */
export function ownPathOf(request: FastifyRequest): string {
  const route = request.is404 ? undefined : request.routeOptions?.url;
  // `*` is the route that answers preflights for every path.
  if (route !== undefined && route !== '*') return route;
  const path = pathOf(request.url);
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Matches each character plain or as an escape, so that no name is decoded; a caller can send thousands of names. */
const TOKEN_PARAMETER = new RegExp(
  `^${[...'_token'].map((each) => `(?:${each}|%${hex(each)}|%${hex(each.toUpperCase())})`).join('')}(?:=|$)`,
  'i',
);

/** A URL for logs and links, without the access token that some callers put into the query string. */
export function withoutToken(url: string): string {
  // The router lets a query begin at either of them.
  const start = url.search(/[?#]/);
  if (start < 0) return url;
  const parameters = url.slice(start + 1).split('&');
  const kept = parameters.filter((parameter) => !TOKEN_PARAMETER.test(parameter));
  if (kept.length === parameters.length) return url;
  return kept.length > 0 ? `${url.slice(0, start + 1)}${kept.join('&')}` : url.slice(0, start);
}

/** A URL for the log, shortened if it is long. */
export function loggedUrl(url: string): string {
  if (url.length <= MAX_LOGGED_LENGTH) return withoutToken(url);
  // Cuts only between parts, since half a secret would no longer be recognised.
  const end = Math.max(...['/', '?', '#', '&', '='].map((each) => url.lastIndexOf(each, MAX_LOGGED_LENGTH - 1)));
  return withoutToken(`${url.slice(0, end + 1)}…`);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16);
}

/** Stands for a query string that was not parsed. It is refused once the caller is known. */
export class UnreadableQuery {
  /** The router expects an object of parameters. */
  readonly [parameter: string]: unknown;

  constructor(readonly detail: string) {}
}

const TOO_MANY = new UnreadableQuery(`The query string has more than ${MAX_PARAMETERS} parameters.`);
const BAD_ESCAPE = new UnreadableQuery('The query string has a bad escape.');

/**
 * The parameters of a query string. The router needs them before the caller is known, so unknown callers must not be able
 * to cause work for many parameters or bad escapes (decision 44).
 */
export function parseQuery(text: string): Readonly<Record<string, unknown>> {
  if (hasTooMany(text)) return TOO_MANY;
  return hasReadableEscapes(text) ? parse(text) : BAD_ESCAPE;
}

function hasTooMany(text: string): boolean {
  return text.length >= MAX_PARAMETERS && text.split('&', MAX_PARAMETERS + 1).length > MAX_PARAMETERS;
}

/** Whether all escapes are UTF-8 text. Decodes once, since each decoding that fails is slow. */
function hasReadableEscapes(text: string): boolean {
  if (!text.includes('%')) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
