import { setTimeout } from 'node:timers/promises';
import { Client } from '../client.entity.js';
import type { ClientMetadata } from '../client-metadata.js';
import {
  type ClientFilter,
  type ClientQuery,
  type ClientSort,
  type PageStart,
  positionOf,
  type QueryProperty,
} from '../client-query.js';
import { FreshDomains } from './fresh-domains.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { aFullClient, removal } from './writes.js';

/** What the lists of every ClientRepository are; `make` is called once. */
export function describeClientLists(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, its lists:`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert, change } = its;

    describe('list', () => {
      const CLIENTS: Readonly<Record<string, Partial<ClientMetadata>>> = {
        'a-1': {
          clientName: 'Zebra',
          redirectUris: ['https://b.example.com/Callback', 'https://a.example.com/'],
          grantTypes: ['authorization_code', 'refresh_token'],
        },
        a1: { clientName: 'apple', redirectUris: ['https://b.example.com/callback'], grantTypes: ['refresh_token'] },
        b: { clientName: null, redirectUris: [], grantTypes: [] },
        'b-percent': {
          clientName: '100% sure',
          redirectUris: ['com.example.app:/cb'],
          grantTypes: ['client_credentials'],
        },
        'b-score': { clientName: 'snake_case', redirectUris: ['https://c.example.com/a_b'], grantTypes: [] },
        'b-slash': { clientName: 'back\\slash', redirectUris: ['https://c.example.com/%25'], grantTypes: [] },
        c: { clientName: 'Äpfel & Öl', redirectUris: [], grantTypes: ['authorization_code'] },
        d: { clientName: 'snakeXcase 100 sure', redirectUris: ['https://a.example.com/'], grantTypes: [] },
      };
      const ALL = Object.keys(CLIENTS).sort();

      beforeEach(async () => {
        for (const [clientId, metadata] of Object.entries(CLIENTS).reverse()) {
          await insert(refTo(clientId), metadata);
          await setTimeout(2);
        }
        await insert({ domainId: `${its.domainId}0`, clientId: 'elsewhere' }, aFullClient());
      });

      const idsOf = (clients: readonly Client[]) => clients.map(({ clientId }) => clientId);
      const listed = async (query: ClientQuery) => (await its.repository.list(its.domainId, query)).clients;
      const total = async (query: ClientQuery = everything()) => (await its.repository.list(its.domainId, query)).total;

      /** The ids that a filter leaves; the total has to agree. */
      async function found(...filters: ClientFilter[]): Promise<string[]> {
        const { clients, total, hasMore } = await its.repository.list(its.domainId, { ...everything(), filters });
        expect({ total, hasMore }).toEqual({ total: clients.length, hasMore: false });
        return idsOf(clients);
      }

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

      it.each([
        ['one id', equals('clientId', 'a1'), ['a1']],
        ['any of several ids', equals('clientId', 'a1', 'd', 'nobody'), ['a1', 'd']],
        ['an id that nobody has', equals('clientId', 'nobody'), []],
        ['an id in capitals: equal means the same bytes', equals('clientId', 'A1'), []],
        ['a name', equals('clientName', 'Zebra'), ['a-1']],
        ['a name in other letters', equals('clientName', 'zebra'), []],
        ['a name that is a pattern, taken literally', equals('clientName', '%'), []],
        ['the first redirect URI', equals('primaryRedirectUri', 'https://a.example.com/'), ['d']],
        ['any redirect URI', equals('redirectUris', 'https://a.example.com/'), ['a-1', 'd']],
        [
          'any of several redirect URIs',
          equals('redirectUris', 'https://a.example.com/', 'com.example.app:/cb'),
          ['a-1', 'b-percent', 'd'],
        ],
        [
          'any of several grants',
          equals('grantTypes', 'refresh_token', 'client_credentials'),
          ['a-1', 'a1', 'b-percent'],
        ],
        ['all of several grants', all(equals('grantTypes', 'refresh_token', 'authorization_code')), ['a-1']],
        ['one text that is to be two different ones', all(equals('clientName', 'Zebra', 'apple')), []],
      ] as [string, ClientFilter, string[]][])('find by equality: %s', async (_, filter, expected) => {
        expect(await found(filter)).toEqual(expected);
      });

      it.each([
        ['part of an id', contains('clientId', 'b-'), ['b-percent', 'b-score', 'b-slash']],
        ['part of an id in capitals', contains('clientId', 'PERCENT'), ['b-percent']],
        ['part of a name in other letters', contains('clientName', 'zEB'), ['a-1']],
        ['a letter beyond ASCII as it stands there', contains('clientName', 'Äpfel'), ['c']],
        ['a letter beyond ASCII in the other case', contains('clientName', 'äPFEL & ÖL'), ['c']],
        ['% for itself', contains('clientName', '0% s'), ['b-percent']],
        ['_ for itself', contains('clientName', 'e_c'), ['b-score']],
        ['\\ for itself', contains('clientName', 'k\\s'), ['b-slash']],
        ['\\% for two characters that nobody has', contains('clientName', '\\%'), []],
        ['part of the first redirect URI', contains('primaryRedirectUri', 'A.EXAMPLE'), ['d']],
        ['part of any redirect URI', contains('redirectUris', 'A.EXAMPLE'), ['a-1', 'd']],
        ['a _ in a list', contains('redirectUris', 'a_b'), ['b-score']],
        ['a % in a list', contains('redirectUris', '/%25'), ['b-slash']],
        ['any of several texts', contains('clientName', 'zebra', 'apple'), ['a-1', 'a1']],
        ['all of several texts', all(contains('clientName', 'snake', 'sure')), ['d']],
        ['any of several texts in a list', contains('redirectUris', 'app:', 'a_'), ['b-percent', 'b-score']],
        ['all of several texts, in different entries of a list', all(contains('redirectUris', 'b.', 'a.')), ['a-1']],
      ] as [string, ClientFilter, string[]][])('find by what a value contains: %s', async (_, filter, expected) => {
        expect(await found(filter)).toEqual(expected);
      });

      const without = (...ids: string[]) => ALL.filter((id) => !ids.includes(id));

      it.each([
        ['a name', isSet('clientName'), without('b')],
        ['no name', not(isSet('clientName')), ['b']],
        ['a first redirect URI', isSet('primaryRedirectUri'), without('b', 'c')],
        ['no first redirect URI', not(isSet('primaryRedirectUri')), ['b', 'c']],
        ['redirect URIs', isSet('redirectUris'), without('b', 'c')],
        ['no redirect URIs', not(isSet('redirectUris')), ['b', 'c']],
        ['no grants', not(isSet('grantTypes')), ['b', 'b-score', 'b-slash', 'd']],
        ['a date', isSet('createdAt'), ALL],
      ] as [string, ClientFilter, string[]][])('find by whether there is a value: %s', async (_, filter, expected) => {
        expect(await found(filter)).toEqual(expected);
      });

      it.each([
        ['an id', not(equals('clientId', 'a1')), without('a1')],
        ['none of several ids', not(equals('clientId', 'a1', 'b')), without('a1', 'b')],
        [
          'a name, which a client without a name does not have either',
          not(equals('clientName', 'Zebra')),
          without('a-1'),
        ],
        ['a first redirect URI', not(equals('primaryRedirectUri', 'https://a.example.com/')), without('d')],
        ['a grant', not(equals('grantTypes', 'authorization_code')), without('a-1', 'c')],
        ['part of a name', not(contains('clientName', 'snake')), without('b-score', 'd')],
      ] as [string, ClientFilter, string[]][])('find what is not: %s', async (_, filter, expected) => {
        expect(await found(filter)).toEqual(expected);
      });

      it('hold all filters together', async () => {
        expect(
          await found(contains('clientId', 'b'), isSet('clientName'), not(contains('clientName', 'snake'))),
        ).toEqual(['b-percent', 'b-slash']);
      });

      it.each(['createdAt', 'updatedAt'] as const)(
        'find by %s: from, to and equality include the moment',
        async (property) => {
          const all = await listed(everything());
          const moments = all.map((client) => client[property]).sort((a, b) => a.getTime() - b.getTime());
          const middle = moments[4]!;
          const expected = (fits: (date: Date) => boolean) => idsOf(all.filter((client) => fits(client[property])));
          const filter = (operator: ClientFilter['operator']): ClientFilter => ({
            property,
            operator,
            values: [middle.toISOString()],
            match: 'any',
            negated: false,
          });
          expect(await found(filter('from'))).toEqual(expected((date) => date >= middle));
          expect(await found(filter('to'))).toEqual(expected((date) => date <= middle));
          expect(await found(filter('from'), filter('to'))).toEqual(
            expected((date) => date.getTime() === middle.getTime()),
          );
          expect(await found(filter('equals'))).toEqual(expected((date) => date.getTime() === middle.getTime()));
          expect(expected((date) => date >= middle).length).toBeLessThan(ALL.length);
        },
      );

      async function sorted(...sort: ClientSort[]): Promise<string[]> {
        return idsOf(await listed({ ...everything(), sort }));
      }

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

      it('page through what is filtered and sorted', async () => {
        const query = { filters: [not(isSet('grantTypes'))], sort: [descending('clientId')] };
        expect(idsOf(await listed({ ...query, start: { offset: 1 }, limit: 2 }))).toEqual(['b-slash', 'b-score']);
        expect(await total({ ...query, start: { offset: 0 }, limit: 1 })).toBe(4);
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

      it('go on behind a client that is gone, and miss nobody who was there all along', async () => {
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
  });
}

export const everything = (): ClientQuery => ({ filters: [], sort: [], start: { offset: 0 }, limit: 1000 });

const condition = (
  operator: ClientFilter['operator'],
  property: QueryProperty,
  values: readonly string[],
): ClientFilter => ({ property, operator, values, match: 'any', negated: false });
const equals = (property: QueryProperty, ...values: string[]) => condition('equals', property, values);
const contains = (property: QueryProperty, ...values: string[]) => condition('contains', property, values);
const isSet = (property: QueryProperty) => condition('isSet', property, []);
const all = (filter: ClientFilter): ClientFilter => ({ ...filter, match: 'all' });
const not = (filter: ClientFilter): ClientFilter => ({ ...filter, negated: true });
const ascending = (property: QueryProperty): ClientSort => ({ property, descending: false });
const descending = (property: QueryProperty): ClientSort => ({ property, descending: true });
