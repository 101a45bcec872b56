import type { Client } from '../client.entity.js';
import { type ClientQuery, type ClientSort, type PageStart, positionOf } from '../client-query.js';
import { FreshDomains } from './fresh-domains.js';
import { incompressible } from './incompressible.js';
import { ALL, ascending, CLIENTS, descending, idsOf, isSet, ListedClients, not } from './listed-clients.js';
import type { RepositoryUnderTest } from './repository-under-test.js';

/** How every ClientRepository sorts its lists, and that they can be walked through; `make` is called once. */
export function describeClientOrder(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, the order of its lists:`, () => {
    const its = new FreshDomains(make);
    const { change, insert, refTo } = its;
    const { found, listed, sorted } = new ListedClients(its);

    it.each([
      ['id', [ascending('clientId')], ALL],
      ['id, descending', [descending('clientId')], [...ALL].reverse()],
      [
        'name, byte by byte, missing ones last',
        [ascending('clientName')],
        ['b-percent', 'a-1', 'a1', 'b-slash', 'd', 'b-score', 'c', 'b'],
      ],
      [
        'name, descending, missing ones first',
        [descending('clientName')],
        ['b', 'c', 'b-score', 'd', 'b-slash', 'a1', 'a-1', 'b-percent'],
      ],
      [
        'first redirect URI, ties and missing ones by id',
        [ascending('primaryRedirectUri')],
        ['b-percent', 'd', 'a-1', 'a1', 'b-slash', 'b-score', 'b', 'c'],
      ],
      [
        'redirect URIs, entry by entry',
        [ascending('redirectUris')],
        ['b', 'c', 'b-percent', 'd', 'a-1', 'a1', 'b-slash', 'b-score'],
      ],
      [
        'grants, ties by id also when descending',
        [descending('grantTypes')],
        ['a1', 'b-percent', 'a-1', 'c', 'b', 'b-score', 'b-slash', 'd'],
      ],
      [
        'grants, then id descending',
        [ascending('grantTypes'), descending('clientId')],
        ['d', 'b-slash', 'b-score', 'b', 'c', 'a-1', 'b-percent', 'a1'],
      ],
    ] as [string, ClientSort[], string[]][])('sort by %s', async (_, sort, expected) => {
      expect(await sorted(...sort)).toEqual(expected);
    });

    it('sort by name, also where only the ends of long names differ', async () => {
      const beginning = incompressible(200);
      const names: Record<string, string> = {
        z: beginning.slice(0, -1),
        y: beginning,
        x: beginning,
        w: `${beginning}a`,
        u: `${beginning}${incompressible(798)}1`,
        t: `${beginning}${incompressible(798)}2`,
        v: `${beginning}${incompressible(798)}2`,
      };
      for (const [clientId, clientName] of Object.entries(names)) await insert(refTo(clientId), { clientName });
      const long = async (...sort: ClientSort[]) => (await sorted(...sort)).filter((id) => id in names);
      expect(await long(ascending('clientName'))).toEqual(['z', 'x', 'y', 'w', 'u', 't', 'v']);
      expect(await long(descending('clientName'))).toEqual(['t', 'v', 'u', 'w', 'x', 'y', 'z']);
      for (const sort of [
        [ascending('clientName')],
        [descending('clientName')],
        [descending('clientName'), descending('clientId')],
        [ascending('clientName'), descending('createdAt')],
      ]) {
        const whole = await sorted(...sort);
        for (const limit of [1, 3]) expect((await walk({ filters: [], sort }, limit)).flat()).toEqual(whole);
      }
    });

    it('sort by the date of creation', async () => {
      const order = Object.keys(CLIENTS).reverse();
      expect(await sorted(ascending('createdAt'))).toEqual(order);
      expect(await sorted(descending('createdAt'))).toEqual([...order].reverse());
    });

    it('sort by the date of the last change', async () => {
      await change(refTo('c'), () => ({ scope: 'changed' }));
      expect((await sorted(ascending('updatedAt'))).at(-1)).toBe('c');
      expect((await sorted(descending('updatedAt')))[0]).toBe('c');
    });

    /** Every page from the first to the last by `after`, then back by `before`. */
    async function walk(query: Pick<ClientQuery, 'filters' | 'sort'>, limit: number): Promise<string[][]> {
      const read = (start: PageStart) => listed({ ...query, start, limit });
      const forth: (readonly Client[])[] = [];
      for (
        let page = await read({ offset: 0 });
        page.length > 0;
        page = await read({ after: positionOf(page.at(-1)!, query.sort) })
      )
        forth.push(page);
      const back: (readonly Client[])[] = [forth.at(-1)!];
      for (
        let page = await read({ before: positionOf(back[0]![0]!, query.sort) });
        page.length > 0;
        page = await read({ before: positionOf(page[0]!, query.sort) })
      )
        back.unshift(page);
      expect(back.flat().map(({ clientId }) => clientId)).toEqual(forth.flat().map(({ clientId }) => clientId));
      return forth.map(idsOf);
    }

    it.each(
      (
        [
          'clientId',
          'clientName',
          'primaryRedirectUri',
          'redirectUris',
          'grantTypes',
          'createdAt',
          'updatedAt',
        ] as const
      ).flatMap((property) => [
        [[ascending(property)]],
        [[descending(property)]],
        [[descending('grantTypes'), ascending(property)]],
        [[ascending('primaryRedirectUri'), descending(property), descending('clientId')]],
      ]),
    )('can be walked through from client to client, there and back: %j', async (sort) => {
      const whole = await sorted(...sort);
      for (const limit of [1, 2, 3, ALL.length]) {
        expect((await walk({ filters: [], sort }, limit)).flat()).toEqual(whole);
      }
      const some = (await found(not(isSet('grantTypes')))).length;
      expect((await walk({ filters: [not(isSet('grantTypes'))], sort }, 3)).flat()).toHaveLength(some);
    });
  });
}
