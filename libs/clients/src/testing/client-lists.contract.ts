import { Client } from '../client.entity.js';
import { type PageStart, positionOf } from '../client-query.js';
import { FreshDomains } from './fresh-domains.js';
import { ALL, descending, equals, everything, idsOf, isSet, ListedClients, not } from './listed-clients.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { removal } from './writes.js';

/** What the lists of every ClientRepository are; `make` is called once. */
export function describeClientLists(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, its lists:`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert, change } = its;
    const { listed, total, found } = new ListedClients(its);

    it('give all clients of the domain by their id, byte by byte, and none of another domain', async () => {
      expect(await found()).toEqual(ALL);
    });

    it('give whole clients', async () => {
      const [first] = await listed(everything());
      expect(first).toBeInstanceOf(Client);
      expect(first).toEqual(await its.repository.find(refTo('a-1')));
    });

    it('give the page that is asked for, and count without it', async () => {
      const page = async (offset: number, limit: number) =>
        idsOf(await listed({ ...everything(), start: { offset }, limit }));
      expect(await page(0, 3)).toEqual(ALL.slice(0, 3));
      expect(await page(3, 3)).toEqual(ALL.slice(3, 6));
      expect(await page(6, 3)).toEqual(ALL.slice(6));
      expect(await page(100, 3)).toEqual([]);
      expect(await total({ ...everything(), start: { offset: 6 }, limit: 3 })).toBe(ALL.length);
    });

    it('say whether there are more, in the direction in which they read', async () => {
      const more = async (start: PageStart, limit: number) =>
        (await its.repository.list(its.domainId, { ...everything(), start, limit })).hasMore;
      const at = (index: number) => ({ values: [], clientId: ALL[index]! });
      expect(await more({ offset: 0 }, ALL.length - 1)).toBe(true);
      expect(await more({ offset: 0 }, ALL.length)).toBe(false);
      expect(await more({ offset: 5 }, ALL.length - 5)).toBe(false);
      expect(await more({ after: at(1) }, ALL.length - 3)).toBe(true);
      expect(await more({ after: at(1) }, ALL.length - 2)).toBe(false);
      expect(await more({ before: at(3) }, 2)).toBe(true);
      expect(await more({ before: at(3) }, 3)).toBe(false);
    });

    it('give nothing in a domain without clients', async () => {
      const nothing = { clients: [], total: 0, hasMore: false };
      expect(await its.repository.list('999999', everything())).toEqual(nothing);
      const filters = [equals('clientId', 'a1')];
      expect(await its.repository.list('999999', { ...everything(), filters })).toEqual(nothing);
    });

    it('page through what is filtered and sorted', async () => {
      const query = { filters: [not(isSet('grantTypes'))], sort: [descending('clientId')] };
      expect(idsOf(await listed({ ...query, start: { offset: 1 }, limit: 2 }))).toEqual(['b-slash', 'b-score']);
      expect(await total({ ...query, start: { offset: 0 }, limit: 1 })).toBe(4);
    });

    it('continue after a client that is gone, and miss none that was there all along', async () => {
      const [, second] = await listed(everything());
      await its.repository.remove(refTo(second!.clientId), removal);
      await insert(refTo('a-2'));
      const start = { after: positionOf(second!, []) };
      expect(idsOf(await listed({ ...everything(), start }))).toEqual(ALL.slice(2));
    });

    it('are as things are now, however often they were asked for before', async () => {
      const firstTwo = { ...everything(), limit: 2 };
      const lastTwo = { ...firstTwo, start: { before: { values: [], clientId: 'd' } } };
      const pages = async () => {
        const [first, again, last] = [await listed(firstTwo), await listed(firstTwo), await listed(lastTwo)];
        expect(again).toEqual(first);
        return [...first, ...last].map(({ clientId, clientName }) => [clientId, clientName]);
      };
      const [a, b, c, d] = await pages();
      expect([a, b, c, d]).toEqual([
        ['a-1', 'Zebra'],
        ['a1', 'apple'],
        ['b-slash', 'back\\slash'],
        ['c', 'Äpfel & Öl'],
      ]);
      await change(refTo('a1'), () => ({ clientName: 'pear' }));
      expect(await pages()).toEqual([a, ['a1', 'pear'], c, d]);
      await its.repository.remove(refTo('a-1'), removal);
      expect(await pages()).toEqual([['a1', 'pear'], ['b', null], c, d]);
      await insert(refTo('a-1'), { clientName: 'anew' });
      expect(await pages()).toEqual([['a-1', 'anew'], ['a1', 'pear'], c, d]);
      await insert(refTo('c-2'));
      expect(await pages()).toEqual([['a-1', 'anew'], ['a1', 'pear'], d, ['c-2', null]]);
      for (const clientId of ALL) await its.repository.remove(refTo(clientId), removal);
      await its.repository.remove(refTo('c-2'), removal);
      expect(await pages()).toEqual([]);
    });

    it('count exactly while clients come and go', async () => {
      await Promise.all(Array.from({ length: 100 }, (_, index) => insert(refTo(`more-${index}`))));
      expect(await total()).toBe(ALL.length + 100);
      const gone = Array.from({ length: 90 }, (_, index) => refTo(`more-${index}`));
      const [, totals] = await Promise.all([
        Promise.all(gone.map((ref) => its.repository.remove(ref, removal))),
        Promise.all(gone.map(() => total())),
      ]);
      for (const each of totals) expect(each).toBeGreaterThanOrEqual(ALL.length + 10);
      expect(await total()).toBe(ALL.length + 10);
    });
  });
}
