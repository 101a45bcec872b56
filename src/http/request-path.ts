import type { FastifyRequest } from 'fastify';

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

/** A URL without the access token that some callers put into the query string: fit for logs and links. */
export function withoutToken(url: string): string {
  const start = url.indexOf('?');
  if (start < 0) return url;
  const parameters = url.slice(start + 1).split('&');
  const kept = parameters.filter((parameter) => !/^_token(=|$)/i.test(decoded(parameter)));
  if (kept.length === parameters.length) return url;
  return kept.length > 0 ? `${url.slice(0, start)}?${kept.join('&')}` : url.slice(0, start);
}

/** Whether every escape in a query string stands for text in UTF-8. */
export function hasReadableQuery(url: string): boolean {
  const start = url.indexOf('?');
  if (start < 0 || !url.includes('%', start)) return true;
  try {
    decodeURIComponent(url.slice(start + 1));
    return true;
  } catch {
    return false;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
