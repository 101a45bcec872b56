import type { Client, ClientPage, ClientQuery, IdQuery } from '#clients';
import type { Database } from '../database/database.js';
import type { EntityTable } from '../database/entity-table.js';
import type { ClientCache } from '../memory/client-cache.js';
import { PageMemory, type RememberedPage } from '../memory/page-memory.js';
import { SameQuestions } from '../memory/same-questions.js';
import { type FoundPage, idsStatement, pageStatement } from './client-page.sql.js';

/** Reads pages of clients, each from the database: what is remembered of them only spares sending it again. */
export class ClientLists {
  private readonly pages = new PageMemory();
  private readonly lists = new SameQuestions<ClientPage>();
  private readonly idLists = new SameQuestions<string[]>();

  constructor(
    private readonly database: Database,
    private readonly clients: EntityTable<Client>,
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
    const { sql, values } = remembered?.statement ?? pageStatement(domainId, query, this.clients.json);
    const [row] = await this.database.reading((database) => database.query<FoundPage>(sql, values));
    const { page, known, total, too_large: isTooLarge } = row!;
    if (isTooLarge) return { clients: [], total: Number(total), hasMore: true, isTooLarge };
    const { clients, hasMore } = remembered && known ? remembered : this.remember(question, domainId, query, page);
    return { clients, total: Number(total), hasMore };
  }

  private async findIds(domainId: string, query: IdQuery): Promise<string[]> {
    const { sql, values } = idsStatement(domainId, query);
    const rows = await this.database.reading((database) => database.query<{ client_id: string }>(sql, values));
    return rows.map((row) => row.client_id);
  }

  private remember(question: string, domainId: string, query: ClientQuery, page: string | null): RememberedPage {
    const values: unknown[][] = page === null ? [] : JSON.parse(page);
    const found = values.map((each) => this.cache.observe(this.clients.fromValues(each)));
    for (const clientId of idsAskedFor(query)) {
      if (!found.some((client) => client.clientId === clientId)) this.cache.forget({ domainId, clientId });
    }
    const clients = found.slice(0, query.limit);
    const read = {
      clients: 'before' in query.start ? clients.reverse() : clients,
      hasMore: found.length > query.limit,
      statement: pageStatement(domainId, query, this.clients.json, found),
    };
    this.pages.set(question, read);
    return read;
  }
}

/** The same text for whoever asks for the same page. */
export function questionOf(domainId: string, query: ClientQuery | IdQuery): string {
  return JSON.stringify([domainId, query]);
}

/** A list that was to show them and does not has seen that they are gone. */
function idsAskedFor({ filters }: ClientQuery): readonly string[] {
  return filters.find(({ property, operator }) => property === 'clientId' && operator === 'equals')?.values ?? [];
}
