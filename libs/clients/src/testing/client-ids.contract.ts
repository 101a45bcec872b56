import { FreshDomains } from './fresh-domains.js';
import type { RepositoryUnderTest } from './repository-under-test.js';

/** What the ids of every ClientRepository are; `make` is called once. */
export function describeClientIds(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, its ids:`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert } = its;

    const IDS = ['a', 'a-1', 'a-b', 'a1', 'aa', 'b', 'b-a'];

    beforeEach(async () => {
      for (const clientId of [...IDS].reverse()) await insert(refTo(clientId));
      await insert({ domainId: `${its.domainId}0`, clientId: 'elsewhere' });
    });

    it.each([
      ['all of them in order, byte by byte', { limit: 100 }, IDS],
      ['at most as many as the limit', { limit: 3 }, IDS.slice(0, 3)],
      ['those after an offset', { offset: 5, limit: 100 }, IDS.slice(5)],
      ['those after an id, without it', { after: 'a-b', limit: 100 }, IDS.slice(3)],
      ['those after an id that does not exist', { after: 'a-a', limit: 100 }, IDS.slice(2)],
      ['those that contain a text', { search: '-', limit: 100 }, ['a-1', 'a-b', 'b-a']],
      ['none where nothing contains the text', { search: 'zz', limit: 100 }, []],
      ['% taken literally', { search: '%', limit: 100 }, []],
      ['_ taken literally', { search: '_', limit: 100 }, []],
      ['search, place and limit together', { search: 'a', after: 'a', offset: 1, limit: 2 }, ['a-b', 'a1']],
    ])('give %s', async (_, query, expected) => {
      expect(await its.repository.ids(its.domainId, query)).toEqual(expected);
    });

    it('give nothing in a domain without clients', async () => {
      expect(await its.repository.ids('999999', { limit: 100 })).toEqual([]);
    });
  });
}
