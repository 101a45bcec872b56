/** RFC 6570 with no value for any variable. */
export const expanded = (template: string) => template.replace(/\{[^}]*\}/g, '');

interface Node {
  readonly href?: unknown;
  readonly name?: unknown;
  readonly templated?: unknown;
}

/** The addresses in a document: what its links lead to, their profiles, and its own type. */
export function addressesIn(value: unknown, relation = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { href, templated } = value as Node;
  const own = typeof href === 'string' && relation !== 'curies' ? [templated === true ? expanded(href) : href] : [];
  const named = Object.entries(value).flatMap(([name, each]) =>
    ['profile', 'type'].includes(name) && typeof each === 'string' && /^https?:/.test(each) ? [each] : [],
  );
  return [...own, ...named, ...Object.entries(value).flatMap(([name, each]) => addressesIn(each, name))];
}

/** The pages of the relations in a document, as its curies make them. */
function relationPagesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { _links: links, _embedded: embedded } = value as Record<string, Record<string, { href: string }> | undefined>;
  const curies = links?.curies?.href;
  const names = [...Object.keys(links ?? {}), ...Object.keys(embedded ?? {})].filter((name) => name.startsWith('ec:'));
  const pages = names.flatMap((name) =>
    [name.slice(3), encodeURIComponent(name.slice(3))].map((rel) => (curies ?? '').replace('{rel}', rel)),
  );
  return [...pages, ...Object.values(value).flatMap(relationPagesIn)];
}

/** The addresses in a page for people. */
function addressesInHtml(html: string, base: string): string[] {
  return [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, address]) => new URL(address!, base).href);
}

/** Everything that can be reached from these addresses, with how it answers; `foreign` = it is not below `base`. */
export async function crawl(
  base: string,
  start: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<Map<string, number | 'foreign'>> {
  const found = new Map<string, number | 'foreign'>();
  const queue = [...start];
  for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
    url = url.split('#')[0]!;
    if (found.has(url)) continue;
    if (!url.startsWith(`${base}/`)) {
      found.set(url, 'foreign');
      continue;
    }
    const response = await fetch(url, { headers, redirect: 'manual' });
    const text = await response.text();
    found.set(url, response.status);
    const type = response.headers.get('content-type') ?? '';
    const location = response.headers.get('location');
    if (location) queue.push(new URL(location, url).href);
    if (/\+json/.test(type)) queue.push(...addressesIn(JSON.parse(text)), ...relationPagesIn(JSON.parse(text)));
    if (/^text\/html/.test(type)) queue.push(...addressesInHtml(text, url));
  }
  return found;
}

/** What leads to nothing, or away. */
export const deadIn = (found: ReadonlyMap<string, number | 'foreign'>) =>
  [...found].filter(([, status]) => status === 'foreign' || status >= 400);
