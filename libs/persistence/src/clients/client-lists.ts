import { setImmediate as endOfTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Client, ClientPage, ClientQuery, IdQuery } from '#clients';
import type { Database } from '../database/database.js';
import type { Prepared } from '../database/statement.js';
import { type ClientCache, charactersOf, MAX_AGE_MS } from '../memory/client-cache.js';
import { type FoundPage, idsStatement, pageStatement } from './client-page.sql.js';
import { type ClientRow, clientOf } from './client-row.js';

/** Longer pages are rare, and would evict many others. */
const MAX_CLIENTS = 100;
/** The limit for the texts of clients and queries together. What dialects make of the clients takes a few times as much. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

interface RememberedPage {
  readonly page: ClientPage;
  /** Asks for the page if the log has moved since. To build this statement again would take a seventh of a list's time. */
  readonly statement: Prepared;
}

/**
 * Reads pages of clients and caches them. Each time, the database says whether the domain's log has moved since the page
 * was read, so no page is ever old. If it has not moved, the database reads no clients and sends none. Without this,
 * repeated lists of 10 took one caller 1.6 times the server's time, lists of 100 1.8 times (decision 21).
 */
export class ClientLists {
  private readonly lists = new SameQuestions<ClientPage>();
  private readonly idLists = new SameQuestions<string[]>();
  private readonly pages = new LRUCache<string, RememberedPage>({
    maxSize: MAX_CHARACTERS,
    ttl: MAX_AGE_MS,
    ttlResolution: 100,
    sizeCalculation: ({ page, statement }, question) =>
      page.clients.reduce(
        (characters, client) => characters + charactersOf(client),
        question.length + statement.sql.length,
      ),
  });

  constructor(
    private readonly database: Database,
    private readonly cache: ClientCache,
  ) {}

  list(domainId: string, query: ClientQuery): Promise<ClientPage> {
    const question = questionOf(domainId, query);
    return this.lists.ask(question, () => this.find(question, domainId, query));
  }

  ids(domainId: string, query: IdQuery): Promise<string[]> {
    return this.idLists.ask(questionOf(domainId, query), () => this.findIds(domainId, query));
  }

  private async find(question: string, domainId: string, query: ClientQuery): Promise<ClientPage> {
    const remembered = this.pages.get(question);
    const { sql, values } = remembered?.statement ?? pageStatement(domainId, query);
    const [row] = await this.database.reading((database) => database.query<FoundPage>(sql, values));
    if (remembered && row!.total === null) return remembered.page;
    const page = this.pageOf(domainId, query, row!);
    const { position } = row!;
    if (position !== null && page.clients.length <= MAX_CLIENTS) {
      this.pages.set(question, { page, statement: pageStatement(domainId, query, position) });
    }
    return page;
  }

  private pageOf(domainId: string, query: ClientQuery, { page, total, too_large: isTooLarge }: FoundPage): ClientPage {
    if (isTooLarge) return { clients: [], total: Number(total), hasMore: true, isTooLarge };
    const rows: ClientRow[] = page === null ? [] : JSON.parse(page);
    const found = rows.map((each) => this.cache.observe(clientOf(each)));
    this.forgetAbsent(domainId, query, found);
    const clients = found.slice(0, query.limit);
    return {
      clients: 'before' in query.start ? clients.reverse() : clients,
      total: Number(total),
      hasMore: found.length > query.limit,
    };
  }

  private async findIds(domainId: string, query: IdQuery): Promise<string[]> {
    const { sql, values } = idsStatement(domainId, query);
    const rows = await this.database.reading((database) => database.query<{ client_id: string }>(sql, values));
    return rows.map((row) => row.client_id);
  }

  /** If a list was asked for clients by id and does not contain some of them, they no longer exist. */
  private forgetAbsent(domainId: string, { filters }: ClientQuery, found: readonly Client[]): void {
    const asked = filters.find(({ property, operator }) => property === 'clientId' && operator === 'equals');
    for (const clientId of asked?.values ?? []) {
      if (!found.some((client) => client.clientId === clientId)) this.cache.forget({ domainId, clientId });
    }
  }
}

/**
 * Sends the queries of one tick at its end, and equal ones once. So an answer is never older than its query. Sixteen
 * callers who all open the first page take half of the server's time (decision 21).
 */
class SameQuestions<Answer> {
  private readonly waiting = new Map<string, Promise<Answer>>();

  /** `send` sends the query. */
  ask(question: string, send: () => Promise<Answer>): Promise<Answer> {
    const known = this.waiting.get(question);
    if (known) return known;
    const answer = endOfTurn().then(() => {
      this.waiting.delete(question);
      return send();
    });
    this.waiting.set(question, answer);
    return answer;
  }
}

/** Equal pages give equal texts. */
function questionOf(domainId: string, query: ClientQuery | IdQuery): string {
  return JSON.stringify([domainId, query]);
}
