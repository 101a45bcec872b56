import { withoutToken } from '../../http/index.js';
import type { Link, Links } from './accounts.hal.js';
import type { ListQuery } from './list-query.js';

/** `self` with the query as asked, and the pages around it; every other parameter is kept, the access token never. */
export function pageLinks(self: Link, { page, size }: ListQuery, total: number): Links {
  const href = withoutToken(self.href);
  const to = (target: number): Link => ({ ...self, href: atPage(href, target) });
  const last = size === 0 ? 1 : Math.max(1, Math.ceil(total / size));
  return {
    self: { ...self, href },
    ...(page < last ? { next: to(page + 1) } : {}),
    ...(page > 1 ? { prev: to(page - 1), first: to(1) } : {}),
  };
}

/** The first page is the one without a number. The text is cut, not parsed, so that everything else stays as it was written. */
function atPage(href: string, page: number): string {
  const start = href.indexOf('?');
  const [path, search] = start < 0 ? [href, ''] : [href.slice(0, start), href.slice(start + 1)];
  const kept = search.split('&').filter((parameter) => parameter !== '' && !/^page=/.test(parameter));
  const parameters = page === 1 ? kept : [...kept, `page=${page}`];
  return parameters.length > 0 ? `${path}?${parameters.join('&')}` : path;
}
