import { DOMAIN } from './data.js';
import type { GrowthDatabase } from './growth-database.js';
import type { Load } from './load/closed.js';
import type { Operation } from './operations.js';
import { get, type RequestOf, remove, send, uriNumber, v1Body, v1Path } from './requests.js';
import type { Server } from './server.js';

const PAGE = 100;
const PAGES = 40;
const FEED_PAGE = 50;
const v1Pages = `/v1/domain/${DOMAIN}/client?limit=${PAGE}`;
const accountsPages = `/clients?size=${PAGE}`;
const oneOf =
  (pages: readonly string[]): RequestOf =>
  (n) =>
    get(pages[n % pages.length]!);

interface GrowthOperation extends Operation {
  /** Makes requests for a database. */
  readonly requestOn?: (database: GrowthDatabase) => RequestOf;
  /** Works on it without a server. */
  readonly runOn?: (database: GrowthDatabase) => (seconds: number) => Promise<Load>;
}

/** Like the operations of the usual run. */
export const growthOperations: readonly GrowthOperation[] = [
  { name: 'v1 read one', requestOn: (database) => (n) => get(v1Path(database.hotId(n))) },
  { name: 'accounts read one', requestOn: (database) => (n) => get(`/client?clientID=${database.hotId(n)}`) },
  {
    name: 'v1 cold read',
    // Where there are few clients, new ones are added each time.
    dooms: true,
    isCold: true,
    requestOn: (database) => (n) => {
      const { domain, id } = database.cold(n);
      return get(v1Path(id, domain));
    },
  },
  {
    name: 'v1 PUT changed',
    requestOn: (database) => (n) => send('PUT', v1Path(database.hotId(n)), v1Body(uriNumber(n))),
  },
  {
    name: 'v1 create',
    isRepeatable: false,
    requestOn: () => (n) => send('PUT', v1Path(`made-${n}`), v1Body(uriNumber(n))),
  },
  { name: 'v1 delete', isRepeatable: false, dooms: true, requestOn: () => (n) => remove(v1Path(`doomed-${n}`)) },
  { name: 'v1 first page', requestOn: () => () => get(v1Pages) },
  { name: 'v1 deep page', requestOn: ({ pages }) => oneOf(pages.v1) },
  { name: 'accounts first page', requestOn: () => () => get(accountsPages) },
  { name: 'accounts deep page', requestOn: ({ pages }) => oneOf(pages.accounts) },
  // What a follower who is behind reads next.
  {
    name: 'feed page',
    requestOn: (database) => (n) =>
      get(`/admin/audit?domain=${DOMAIN}&limit=${FEED_PAGE}&after=${database.entryId(n)}`),
  },
  { name: 'look', runOn: (database) => (seconds) => database.look(seconds) },
];

/** Pages from the middle of the default domain on, each where the link of the one before leads. */
export async function deepPages({ servers: [server], middleId, inDefault }: GrowthDatabase) {
  const middlePage = Math.max(1, Math.floor(inDefault / PAGE / 2));
  return {
    v1: await follow(server!, `${v1Pages}&after=${middleId}`, async (answer) => {
      await answer.arrayBuffer();
      return /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }),
    accounts: await follow(server!, `${accountsPages}&page=${middlePage}`, async (answer) => {
      const { _links } = (await answer.json()) as { _links: { next?: { href: string } } };
      return _links.next?.href;
    }),
  };
}

async function follow(server: Server, first: string, nextOf: (answer: Response) => Promise<string | undefined>) {
  const pages: string[] = [];
  let path = first;
  while (pages.length < PAGES) {
    const answer = await fetch(server.url + path, { headers: server.headers });
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}.`);
    const next = await nextOf(answer);
    if (next === undefined) break;
    // The links name the public address.
    const { pathname, search } = new URL(next, server.url);
    path = pathname + search;
    pages.push(path);
  }
  if (pages.length === 0) throw new Error(`${first} leads nowhere.`);
  return pages;
}
