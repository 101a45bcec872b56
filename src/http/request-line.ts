import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { parse } from 'fast-querystring';
import type { FastifyRequest } from 'fastify';

/** Of `http` alone and its secure sibling: nothing else can be asked for here. */
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;
/** A name, as RFC 3986 §3.2.2 has it; with a comma in it, it would be what became of two. */
const NAME = /^(?:[\w.~!$&'()*+;=-]|%[\da-f]{2})+$/i;
const HOST_AND_PORT = /^(\[.*\]|[^:]*)(?::(\d{0,5}))?$/;
const MAX_PORT = 65_535;
/** More than any request of ours can use. */
export const MAX_PARAMETERS = 100;
const MAX_LOGGED_LENGTH = 1024;

/** The target in origin form, which is how the router and the links know it: an authority in it says nothing (RFC 9112 §3.2). */
export function originFormOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  if (url.startsWith('/')) return url;
  const path = url.replace(ABSOLUTE, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** The target as a server without a prefix would get it: proxies hand a prefix on or take it away (decision 53). */
export function withoutPrefix(target: string, prefix: string): string {
  if (prefix === '' || !target.startsWith(prefix)) return target;
  const rest = target.slice(prefix.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : target;
}

/** What is wrong with a request before it is looked at what it asks for (RFC 9112 §2.3, §3.2), as a sentence; undefined = nothing. */
export function requestLineFault({ raw, headers, method, originalUrl }: FastifyRequest): string | undefined {
  if (raw.httpVersionMajor !== 1) return 'Only HTTP/1.1 and HTTP/1.0 are spoken here.';
  const { host } = headers;
  if (host === undefined && raw.httpVersion === '1.1') return 'The Host header is missing.';
  if (host !== undefined && !isHost(host)) return 'The Host header must be one host, with or without a port.';
  // Where it ends is then anybody's guess, above all a proxy's (RFC 9112 §6.1).
  if (raw.httpVersion === '1.0' && headers['transfer-encoding'] !== undefined)
    return 'HTTP/1.0 has no Transfer-Encoding.';
  return targetFault(originalUrl, method);
}

function targetFault(target: string, method: string): string | undefined {
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

/** The path by which a request is told to belong to a dialect: that of its route, or what was asked for, without escapes. */
export function ownPathOf(request: FastifyRequest): string {
  const route = request.is404 ? undefined : request.routeOptions?.url;
  // The route that answers preflights is that of every path.
  if (route !== undefined && route !== '*') return route;
  const path = pathOf(request.url);
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Each character as it is or as an escape, so that no name has to be decoded; callers make up thousands of them. */
const TOKEN_PARAMETER = new RegExp(
  `^${[...'_token'].map((each) => `(?:${each}|%${hex(each)}|%${hex(each.toUpperCase())})`).join('')}(?:=|$)`,
  'i',
);

/** A URL without the access token that some callers put into the query string: fit for logs and links. */
export function withoutToken(url: string): string {
  // The router takes a query to begin at either of them.
  const start = url.search(/[?#]/);
  if (start < 0) return url;
  const parameters = url.slice(start + 1).split('&');
  const kept = parameters.filter((parameter) => !TOKEN_PARAMETER.test(parameter));
  if (kept.length === parameters.length) return url;
  return kept.length > 0 ? `${url.slice(0, start + 1)}${kept.join('&')}` : url.slice(0, start);
}

/** What the log says of a URL: not all of one that is as long as a request can be. */
export function loggedUrl(url: string): string {
  if (url.length <= MAX_LOGGED_LENGTH) return withoutToken(url);
  // Nothing is cut in two, since a secret would no longer be known by its half.
  const end = Math.max(...['/', '?', '#', '&', '='].map((each) => url.lastIndexOf(each, MAX_LOGGED_LENGTH - 1)));
  return withoutToken(`${url.slice(0, end + 1)}…`);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16);
}

/** What stands for a query string that was not taken apart, to be refused once it is known who asks. */
export class UnreadableQuery {
  /** The router wants parameters. */
  readonly [parameter: string]: unknown;

  constructor(readonly detail: string) {}
}

const TOO_MANY = new UnreadableQuery(`The query string has more than ${MAX_PARAMETERS} parameters.`);
const BAD_ESCAPE = new UnreadableQuery('The query string has a bad escape.');

/**
 * The parameters of a query string. The router asks for them before anybody knows whose the request is, so there is no
 * work for each parameter or escape that somebody makes up (decision 44).
 */
export function parseQuery(text: string): Readonly<Record<string, unknown>> {
  if (hasTooMany(text)) return TOO_MANY;
  return hasReadableEscapes(text) ? parse(text) : BAD_ESCAPE;
}

function hasTooMany(text: string): boolean {
  return text.length >= MAX_PARAMETERS && text.split('&', MAX_PARAMETERS + 1).length > MAX_PARAMETERS;
}

/** Whether every escape stands for text in UTF-8; found out in one attempt, since each that fails is slow. */
function hasReadableEscapes(text: string): boolean {
  if (!text.includes('%')) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
