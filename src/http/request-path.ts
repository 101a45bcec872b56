import type { FastifyRequest } from 'fastify';

const MAX_LOGGED_LENGTH = 1024;

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
