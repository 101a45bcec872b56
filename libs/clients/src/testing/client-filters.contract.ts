import type { ClientFilter } from '../client-query.js';
import { FreshDomains } from './fresh-domains.js';
import { ALL, all, contains, equals, everything, idsOf, isSet, ListedClients, not } from './listed-clients.js';
import type { RepositoryUnderTest } from './repository-under-test.js';

/** How every ClientRepository filters its lists; `make` is called once. */
export function describeClientFilters(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, its filters:`, () => {
    const its = new FreshDomains(make);
    const { found, listed } = new ListedClients(its);
    const without = (...ids: string[]) => ALL.filter((id) => !ids.includes(id));

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
      [
        'a type with its grants, in whatever order',
        equals('typeAndGrants', 'public authorization_code refresh_token'),
        ['a-1'],
      ],
      [
        'any of several types with their grants',
        equals('typeAndGrants', 'public', 'confidential client_credentials', 'confidential'),
        ['b', 'b-percent', 'b-score', 'b-slash', 'd'],
      ],
      ['none of any types and grants', equals('typeAndGrants'), []],
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
      ['a text across two entries of a list', contains('redirectUris', '/\nhttps'), []],
      ['no text at all, which is in every entry of a list', contains('redirectUris', ''), without('b', 'c')],
      ['all of several texts, in different entries of a list', all(contains('redirectUris', 'b.', 'a.')), ['a-1']],
    ] as [string, ClientFilter, string[]][])('find by what a value contains: %s', async (_, filter, expected) => {
      expect(await found(filter)).toEqual(expected);
    });

    it.each([
      ['a name', isSet('clientName'), without('b')],
      ['no name', not(isSet('clientName')), ['b']],
      ['a first redirect URI', isSet('primaryRedirectUri'), without('b', 'c')],
      ['no first redirect URI', not(isSet('primaryRedirectUri')), ['b', 'c']],
      ['redirect URIs', isSet('redirectUris'), without('b', 'c')],
      ['no redirect URIs', not(isSet('redirectUris')), ['b', 'c']],
      ['no grants', not(isSet('grantTypes')), ['b', 'b-score', 'b-slash', 'd']],
      ['a date', isSet('createdAt'), ALL],
      ['a type', isSet('typeAndGrants'), ALL],
    ] as [string, ClientFilter, string[]][])('find by whether there is a value: %s', async (_, filter, expected) => {
      expect(await found(filter)).toEqual(expected);
    });

    it('take a name without characters for none', async () => {
      await its.insert(its.refTo('e'), { clientName: '' });
      expect(await found(not(isSet('clientName')))).toEqual(['b', 'e']);
      expect(await found(isSet('clientName'))).toEqual(without('b'));
      expect(await found(equals('clientName', ''))).toEqual(['e']);
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
      ['a type with its grants', not(equals('typeAndGrants', 'public')), ['a-1', 'a1', 'b-percent', 'c']],
      ['part of a name', not(contains('clientName', 'snake')), without('b-score', 'd')],
    ] as [string, ClientFilter, string[]][])('find what is not: %s', async (_, filter, expected) => {
      expect(await found(filter)).toEqual(expected);
    });

    it('hold all filters together', async () => {
      expect(await found(contains('clientId', 'b'), isSet('clientName'), not(contains('clientName', 'snake')))).toEqual(
        ['b-percent', 'b-slash'],
      );
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
  });
}
