import type { ClientQuery } from '#clients';
import { questionOf } from '../../../libs/persistence/src/clients/client-lists.js';
import { PageMemory, type RememberedPage } from '../../../libs/persistence/src/memory/page-memory.js';
import { aClient } from '../../support/a-client.js';

const client = aClient();
const page: RememberedPage = { clients: [client], hasMore: false, statement: { sql: '', values: [] } };

function asking(text: string): ClientQuery {
  const filter = {
    property: 'clientName',
    operator: 'contains',
    values: [text],
    match: 'any',
    negated: false,
  } as const;
  return { filters: [filter], sort: [], start: { offset: 0 }, limit: 10 };
}

describe('the memory of pages', () => {
  it('keeps the page of a query, by domain', () => {
    const memory = new PageMemory();
    memory.set(questionOf('1', asking('a')), page);
    expect(memory.get(questionOf('1', asking('a')))).toBe(page);
    expect(memory.get(questionOf('1', asking('b')))).toBeUndefined();
    expect(memory.get(questionOf('2', asking('a')))).toBeUndefined();
  });

  it('forgets what has become empty, and what is long', () => {
    const memory = new PageMemory();
    for (const clients of [[], Array.from({ length: 101 }, () => client)]) {
      memory.set(questionOf('1', asking('a')), page);
      memory.set(questionOf('1', asking('a')), { ...page, clients });
      expect(memory.get(questionOf('1', asking('a')))).toBeUndefined();
    }
  });

  it('is bounded also by the length of the statements', () => {
    const memory = new PageMemory(10_000);
    const long = { ...page, statement: { sql: 'x'.repeat(1000), values: [] } };
    const queries = Array.from({ length: 100 }, (_, number) => asking(String(number)));
    for (const query of queries) memory.set(questionOf('1', query), long);
    expect(queries.filter((query) => memory.get(questionOf('1', query))).length).toBeLessThan(10);
  });

  it('is bounded also by the length of the queries', () => {
    const memory = new PageMemory(10_000);
    const queries = Array.from({ length: 100 }, (_, number) => asking(`${number} ${'x'.repeat(1000)}`));
    for (const query of queries) memory.set(questionOf('1', query), page);
    expect(queries.filter((query) => memory.get(questionOf('1', query))).length).toBeLessThan(10);
  });
});
