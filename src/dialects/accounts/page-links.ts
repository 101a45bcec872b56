import type { Client, ClientPage } from '#clients';
import { withoutToken } from '../../http/index.js';
import type { Link, Links } from './accounts.hal.js';
import type { ListQuery } from './list-query.js';
import { AFTER, BEFORE, encodePosition } from './page-position.js';

const PLACE = new RegExp(`^(page|${AFTER}|${BEFORE})=`);

/**
 * `self` with the query as asked, and links to the pages around it. They keep every other parameter except the access token.
 * Besides its number a page has the client at which it begins or ends, so that following links costs the same at any depth.
 */
export function pageLinks(self: Link, query: ListQuery, { clients, total, hasMore }: ClientPage): Links {
  const { page, size, sort, start } = query;
  const href = withoutToken(self.href);
  const to = (target: number, parameter?: string, client?: Client): Link => {
    const position = parameter && client && encodePosition(client, sort);
    return { ...self, href: atPage(href, target, position ? [`${parameter}=${position}`] : []) };
  };
  const hasNext = 'before' in start ? page * size < total : hasMore;
  const links: Record<string, Link> = { self: { ...self, href } };
  if (hasNext) links.next = to(page + 1, AFTER, clients.at(-1));
  if (page > 1) {
    // The first page has no position: it begins where the list begins, even if clients came or went in the meantime.
    links.prev = page === 2 ? to(1) : to(page - 1, BEFORE, clients[0]);
    links.first = to(1);
  }
  return links;
}

/** The link to a page; the first page has no number. Cuts the text without parsing it, so that the rest stays as written. */
function atPage(href: string, page: number, position: readonly string[]): string {
  const start = href.indexOf('?');
  const [path, search] = start < 0 ? [href, ''] : [href.slice(0, start), href.slice(start + 1)];
  const kept = search.split('&').filter((parameter) => parameter !== '' && !PLACE.test(parameter));
  const parameters = [...kept, ...(page === 1 ? [] : [`page=${page}`]), ...position];
  return parameters.length > 0 ? `${path}?${parameters.join('&')}` : path;
}
