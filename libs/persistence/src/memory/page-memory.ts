import { LRUCache } from 'lru-cache';
import type { ClientPage } from '#clients';
import type { Prepared } from '../database/statement.js';
import { charactersOf } from './client-cache.js';

/** Longer pages come seldom, and would push many others out. */
const MAX_CLIENTS = 100;
/** Of the clients' texts, the queries and the statements; what dialects make of clients takes a few times as much. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

export interface RememberedPage extends Pick<ClientPage, 'clients' | 'hasMore'> {
  /** Asks for the page if it is no longer as it was. */
  readonly statement: Prepared;
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
      sizeCalculation: ({ clients, statement }, question) =>
        clients.reduce(
          (characters, client) => characters + charactersOf(client),
          // Nothing else bounds how many there are of pages with hardly anything on them.
          question.length + statement.sql.length,
        ),
    });
  }

  /** `question`: which page it is, from `questionOf` (client-lists.ts). */
  get(question: string): RememberedPage | undefined {
    return this.pages.get(question);
  }

  set(question: string, page: RememberedPage): void {
    if (page.clients.length > 0 && page.clients.length <= MAX_CLIENTS) this.pages.set(question, page);
    else this.pages.delete(question);
  }
}
