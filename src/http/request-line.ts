import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Of `http` alone and its secure sibling: nothing else can be asked for here. */
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;
/** A name, as RFC 3986 §3.2.2 has it; with a comma in it, it would be what became of two. */
const NAME = /^(?:[\w.~!$&'()*+;=-]|%[\da-f]{2})+$/i;
const HOST_AND_PORT = /^(\[.*\]|[^:]*)(?::(\d{0,5}))?$/;
const MAX_PORT = 65_535;

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
