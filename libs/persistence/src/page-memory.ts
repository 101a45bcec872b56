import { LRUCache } from 'lru-cache';
import type { ClientPage, ClientQuery } from '#clients';
import { charactersOf } from './client-cache.js';

/** Longer pages come seldom, and would push many others out. */
const MAX_CLIENTS = 101;
/** Of the clients' texts and the queries; what dialects make of clients takes a few times as much. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

export interface RememberedPage extends Pick<ClientPage, 'clients' | 'hasMore'> {
  /** Which clients in which versions the rows were, in their order, as the statement of a page puts it. */
  readonly rows: readonly string[];
}

/**
 * Pages as last read. The database says each time whether one is still as it was, so none is ever old: it is spared
 * writing the rows out, and the server reading them.
 */
export class PageMemory {
  private readonly pages: LRUCache<string, RememberedPage>;

  constructor(maxCharacters = MAX_CHARACTERS) {
    this.pages = new LRUCache({
      maxSize: maxCharacters,
      // The query, too: nothing else bounds how many there are of pages with hardly anything on them.
      sizeCalculation: ({ clients }, key) =>
        clients.reduce((characters, client) => characters + charactersOf(client), key.length),
    });
  }

  get(domainId: string, query: ClientQuery): RememberedPage | undefined {
    return this.pages.get(keyOf(domainId, query));
  }

  set(domainId: string, query: ClientQuery, page: RememberedPage): void {
    const key = keyOf(domainId, query);
    if (page.rows.length > 0 && page.rows.length <= MAX_CLIENTS) this.pages.set(key, page);
    else this.pages.delete(key);
  }
}

function keyOf(domainId: string, query: ClientQuery): string {
  return JSON.stringify([domainId, query]);
}
