import { type ClientQuery, idsLookThroughMuch, looksThroughMuch } from '#clients';

const PAGE: ClientQuery = { filters: [], sort: [], start: { offset: 0 }, limit: 10 };
const position = { values: [], clientId: 'my-app' };
const by = (property: 'clientName' | 'createdAt' | 'updatedAt' | 'grantTypes') => [{ property, descending: true }];
const filter = { property: 'clientName', operator: 'contains', values: ['x'], match: 'any', negated: false } as const;

describe('a list of clients', () => {
  it.each<[string, Partial<ClientQuery>]>([
    ['by id', {}],
    ['by name', { sort: by('clientName') }],
    ['by creation', { sort: by('createdAt') }],
    ['behind a client, however deep', { start: { after: position } }],
    ['of a hundred, some pages in', { start: { offset: 1000 }, limit: 100 }],
  ])('%s is read as far as it is shown', (_, query) => {
    expect(looksThroughMuch({ ...PAGE, ...query })).toBe(false);
  });

  it.each<[string, Partial<ClientQuery>]>([
    ['with a filter', { filters: [filter] }],
    ['by the time of change', { sort: by('updatedAt') }],
    ['by grants', { sort: by('grantTypes') }],
    ['far in by its number', { start: { offset: 1001 } }],
    ['of more than a hundred', { limit: 101 }],
  ])('%s may look through much', (_, query) => {
    expect(looksThroughMuch({ ...PAGE, ...query })).toBe(true);
  });

  it('of ids looks through much when it is searched, or begins far in by a number', () => {
    expect(idsLookThroughMuch({ limit: 100, after: 'my-app' })).toBe(false);
    expect(idsLookThroughMuch({ limit: 100, search: 'app' })).toBe(true);
    expect(idsLookThroughMuch({ limit: 100, offset: 1000 })).toBe(false);
    expect(idsLookThroughMuch({ limit: 100, offset: 1001 })).toBe(true);
  });
});
