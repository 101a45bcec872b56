import { documentedSql } from '../../../chaos/documented.js';
import { expectProblem, PROPERTIES, rawRequest } from '../../support/accounts.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../../support/test-server.js';

const CALLBACK = 'https://app.example.com/callback';
const WITH_COMMA = 'https://app.example.com/callback?scopes=a,b';

/** What the lists are made of, in the order of their ids; each was created on another day of January 2024. */
const CLIENTS: readonly Record<string, unknown>[] = [
  { clientID: 'alpha', callbackURL: CALLBACK, clientName: 'Alpha' },
  { clientID: 'beta', callbackURL: WITH_COMMA, clientName: 'a,b c' },
  { clientID: 'delta', redirectURIs: ['https://d.example.com/1', 'https://d.example.com/2'], clientName: '100%' },
  { clientID: 'epsilon', clientName: 'Foo (bar)', grantTypes: ['authorization_code'] },
  { clientID: 'eta', clientName: 'under_score', grantTypes: ['authorization_code', 'refresh_token'] },
  { clientID: 'gamma', clientName: 'ALPHABET', grantTypes: ['client_credentials'] },
  { clientID: 'iota', redirectURIs: ['https://d.example.com/2', CALLBACK] },
  { clientID: 'kappa', callbackURL: CALLBACK, grantTypes: ['refresh_token'] },
  { clientID: 'lambda', clientName: 'smile :)' },
  { clientID: 'mu', clientName: 'back\\slash' },
  { clientID: 'nu' },
  { clientID: 'zeta' },
];
const IDS = CLIENTS.map(({ clientID }) => clientID as string);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  for (const body of [...CLIENTS].reverse()) {
    const { status } = await server.call('POST', '/client', { body });
    expect(status).toBe(201);
  }
  for (const [index, clientID] of IDS.entries()) {
    const sql = 'update clients set created_at = $2, updated_at = $3 where client_id = $1';
    const day = String(index + 1).padStart(2, '0');
    await server.database.query(sql, [clientID, `2024-01-${day}T12:00:00.500Z`, `2024-02-${day}T12:00:00.500Z`]);
  }
});
afterAll(() => server.stop());

// biome-ignore lint/suspicious/noExplicitAny: a list as it is printed
type List = any;

const get = (path: string) => server.call('GET', path);
async function list(query: string): Promise<List> {
  const { status, body } = await get(`/client${query}`);
  expect({ query, status }).toEqual({ query, status: 200 });
  return body;
}
const idsIn = (body: List): string[] =>
  (body._embedded?.['ec:acc/client'] ?? []).map(({ clientID }: { clientID: string }) => clientID);
/** The ids of all that match, in order. */
const ids = async (query: string): Promise<string[]> => idsIn(await list(`?size=0&${query}`));
const without = (...excluded: string[]) => IDS.filter((id) => !excluded.includes(id));
/** A link of a list, as a path on the server. */
const path = (link: { href: string }) => {
  expect(link.href.startsWith(`${server.url}/`)).toBe(true);
  return link.href.slice(server.url.length);
};
const parameters = (link: { href: string }) => new URL(link.href).searchParams;

describe('the list of clients', () => {
  it('6. GET /client and GET /clients → the same items; count = items; default size 10; sorted by clientID', async () => {
    const [one, other] = [await get('/client'), await get('/clients')];
    expect(one.headers.get('content-type')).toMatch(/^application\/hal\+json/);
    expect(one.headers.get('cache-control')).toBe('no-store');
    expect(one.body).toMatchObject({ count: 10, total: IDS.length });
    expect(idsIn(one.body)).toEqual(IDS.slice(0, 10));
    expect(other.body).toEqual({ ...one.body, _links: other.body._links });
  });

  it('7. _embedded has ec:acc/client as the first key and ec:client, equal arrays; _links has no ec:client', async () => {
    const body = await list('');
    expect(Object.keys(body._embedded)).toEqual(['ec:acc/client', 'ec:client']);
    expect(body._embedded['ec:client']).toEqual(body._embedded['ec:acc/client']);
    expect(body._links).not.toHaveProperty('ec:client');
  });

  it('7. _embedded is an array for one item too, and absent when there is none', async () => {
    expect((await list('?clientName=Alpha'))._embedded['ec:acc/client']).toHaveLength(1);
    expect(await list('?clientName=nobody')).not.toHaveProperty('_embedded');
  });

  it('8. every item has absolute self, profile, collection and all 14 properties, as a read of it has', async () => {
    const items = (await list('?size=0'))._embedded['ec:acc/client'];
    expect(items).toHaveLength(IDS.length);
    for (const item of items) {
      expect(Object.keys(item).sort()).toEqual([...PROPERTIES, '_links'].sort());
      expect(item._links).toMatchObject({
        self: { href: `${server.url}/client?clientID=${item.clientID}`, profile: `${server.url}/schema-acc/client` },
        collection: { href: `${server.url}/clients` },
      });
      expect((await get(path(item._links.self))).body).toEqual(item);
    }
  });

  it('the list has the links of the entry point to go on with', async () => {
    const { _links: links } = await list('');
    const root = (await get('/')).body._links;
    for (const relation of ['curies', 'ec:acc/clients/options', 'ec:acc/client/by-id', 'ec:auth']) {
      expect(links[relation]).toEqual(root[relation]);
    }
  });
});

describe('a single client in a list', () => {
  it('15. ?clientID=x&_list=true → a list of one; unknown → a list of none, status 200', async () => {
    expect(await list('?clientID=alpha&_list=true')).toMatchObject({ count: 1, total: 1 });
    expect(await list('?clientid=alpha&_list')).toMatchObject({ count: 1, total: 1 });
    expect(await list('?clientID=nobody&_list=true')).toMatchObject({ count: 0, total: 0 });
    expect(await list('?clientID=NO%20BODY&_list=true')).toMatchObject({ count: 0, total: 0 });
  });

  it('16. ?clientID=a,b (also %2C) → a list of two; ~ makes a list, too', async () => {
    expect(idsIn(await list('?clientID=alpha,beta'))).toEqual(['alpha', 'beta']);
    expect(idsIn(await list('?clientid=beta%2Calpha,nobody'))).toEqual(['alpha', 'beta']);
    expect(idsIn(await list('?clientID~=eta'))).toEqual(['beta', 'eta', 'zeta']);
    expect(idsIn(await list('?clientid%7E=eta'))).toEqual(['beta', 'eta', 'zeta']);
    expect(idsIn(await list('?clientID~=alpha'))).toEqual(['alpha']);
    expect(await list('?clientID=')).toMatchObject({ total: 0 });
    expect(await ids('clientID!=')).toEqual(IDS);
  });
});

describe('paging', () => {
  it.each(['?size=0', '?size=0&page=3'])('9. %s → all items, no next, prev or first', async (query) => {
    const body = await list(query);
    expect(idsIn(body)).toEqual(IDS);
    expect(body).toMatchObject({ count: IDS.length, total: IDS.length });
    for (const relation of ['next', 'prev', 'first']) expect(body._links).not.toHaveProperty(relation);
  });

  it('9. ?size=3&page=2 → next, prev, first; prev and first have no page or page=1', async () => {
    const body = await list('?size=3&page=2');
    expect(idsIn(body)).toEqual(IDS.slice(3, 6));
    for (const relation of ['prev', 'first']) {
      const page = parameters(body._links[relation]).get('page');
      expect([null, '1']).toContain(page);
      expect(idsIn((await get(path(body._links[relation]))).body)).toEqual(IDS.slice(0, 3));
    }
    expect(idsIn((await get(path(body._links.next))).body)).toEqual(IDS.slice(6, 9));
  });

  it('9. the first page has next only, the last one prev and first only, the third one prev to the second', async () => {
    const [first, third, last] = [await list('?size=3'), await list('?size=3&page=3'), await list('?size=3&page=4')];
    const relations = ({ _links }: List) => ['next', 'prev', 'first'].filter((relation) => relation in _links);
    expect([first, third, last].map(relations)).toEqual([['next'], ['next', 'prev', 'first'], ['prev', 'first']]);
    expect(idsIn((await get(path(third._links.prev))).body)).toEqual(IDS.slice(3, 6));
    expect(idsIn((await get(path(third._links.first))).body)).toEqual(IDS.slice(0, 3));
  });

  it.each(['?size=5', '?size=1', '?size=4&sort=-created', '?size=2&clientName!=', '?size=5&sort=clientName,-created'])(
    '10. following next from %s to the end yields each client once; the last page has no next',
    async (query) => {
      const all = await ids(query.slice(1).replace(/size=\d+&?/, ''));
      const seen: string[] = [];
      let page = await list(query);
      seen.push(...idsIn(page));
      while (page._links.next) {
        expect(page.total).toBe(all.length);
        page = (await get(path(page._links.next))).body;
        seen.push(...idsIn(page));
        expect(seen.length).toBeLessThanOrEqual(all.length);
      }
      expect(seen).toEqual(all);
    },
  );

  it.each(['/client', '/clients'])(
    '11. next of %s keeps _list, size, sort and filters, and never has _token',
    async (at) => {
      const query = 'clientName~=a&_token=secret.token.x&_list=true&size=2&sort=-clientID&clientID!=beta,zeta';
      const { body } = await get(`${at}?${query}`);
      for (const link of [body._links.next, body._links.self]) {
        expect(new URL(link.href).pathname).toBe(at);
        expect(Object.fromEntries(parameters(link))).toMatchObject({
          'clientName~': 'a',
          _list: 'true',
          size: '2',
          sort: '-clientID',
          'clientID!': 'beta,zeta',
        });
      }
      expect(JSON.stringify(body._links)).not.toMatch(/_token|secret\.token/);
    },
  );

  it.each(['?%5Ftoken=secret.token.x&size=2', '?size=2&_token=secret.token.x', '?_token=secret.token.x&size=2&page=2'])(
    '11. no link of GET /client%s has the token',
    async (query) => {
      const body = await list(query);
      expect(JSON.stringify(body._links)).not.toMatch(/token(?!endpointauthmethod)/i);
      expect(parameters(body._links.self).get('size')).toBe('2');
    },
  );

  it('11. next keeps a filter that was sent as it is, with another ? in it', async () => {
    const query = 'callbackURL!=https://app.example.com/callback?scopes=a,b&size=2';
    const { _links: links } = await list(`?${query}`);
    expect(Object.fromEntries(parameters(links.next))).toMatchObject({
      'callbackURL!': 'https://app.example.com/callback?scopes=a,b',
      size: '2',
    });
  });

  it('11. self keeps the query as asked', async () => {
    const query = '?sort=%2BclientID,-created&clientName%7E=a%20b&size=3&clientid!=x%2Cy&_list=true';
    expect((await list(query))._links.self).toEqual({
      href: `${server.url}/client${query}`,
      profile: `${server.url}/schema-acc/clients`,
    });
  });

  it('11. self is percent-encoded where a URL needs it', async () => {
    const query = 'clientName=<"a|b">^`{c}\\';
    const { status, body } = await rawRequest(server, 'GET', `/client?${query}`, {
      headers: { 'x-api-key': OPERATOR_KEY },
    });
    expect(status).toBe(200);
    const { href } = body._links.self;
    expect(parameters({ href }).get('clientName')).toBe('<"a|b">^`{c}\\');
    // RFC 3986, appendix A
    expect(href).toMatch(/^[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/);
  });

  it.each(['page=100', 'size=3&page=5', 'size=1000&page=2', 'page=1000000'])(
    '12. %s is past the end → 200, count 0, total unchanged',
    async (query) => {
      const body = await list(`?${query}`);
      expect(body).toMatchObject({ count: 0, total: IDS.length });
      expect(body._links).not.toHaveProperty('next');
    },
  );

  it.each([
    ['page', '0'],
    ['page', '-1'],
    ['page', 'x'],
    ['page', '1.5'],
    ['page', ''],
    ['page', '99999999999999999999'],
    ['size', '-1'],
    ['size', 'x'],
    ['size', '1e2'],
    ['size', ''],
    ['size', '1001'],
  ])('12. %s=%s → 400/1212 with the parameter as detail', async (name, value) => {
    expectProblem(await get(`/client?${name}=${value}`), 400, 1212, name);
  });

  it('size is at most 1000', async () => {
    expect(await list('?size=1000')).toMatchObject({ count: IDS.length });
  });

  it('more values, or texts to look for, than a list takes → 400/1212 naming the parameter and the bound', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`).join(',');
    expect(await list(`?clientID=${many(99)},alpha`)).toMatchObject({ total: 1 });
    expect(await list(`?clientID~=${many(9)},alph`)).toMatchObject({ total: 1 });
    for (const [query, property, bound] of [
      [`clientID=${many(101)}`, 'clientID', 'more than 100 values'],
      [`clientName~=${many(11)}`, 'clientName~', 'more than 10 texts'],
      [`sort=${many(11)}`, 'sort', 'at most 10 properties'],
    ] as const) {
      const answer = await get(`/client?${query}`);
      expectProblem(answer, 400, 1212, property);
      expect(answer.body.verbose).toContain(bound);
    }
  });

  it('all that is wrong with a query is reported at once', async () => {
    const { body } = await get('/client?page=0&size=x&sort=nope&nope=1');
    const faults = [body, ...body._embedded.error].map(({ code, detail }) => `${code} ${detail}`);
    expect(faults.sort()).toEqual(['1212 page', '1212 size', '1215 nope', '1216 nope']);
  });
});

describe('the links of a list', () => {
  /** The ids of all pages from this one on, by one relation, and how many requests that took. */
  async function follow(start: string, relation: 'next' | 'prev'): Promise<string[][]> {
    const pages: string[][] = [];
    let url: string | undefined = start;
    while (url) {
      const { body } = await get(url);
      pages.push(idsIn(body));
      url = body._links[relation] && path(body._links[relation]);
      expect(pages.length).toBeLessThanOrEqual(IDS.length + 1);
    }
    return pages;
  }

  it.each([
    ['clientID', ''],
    ['-clientID', ''],
    ['clientName', ''],
    ['-clientName', ''],
    ['callbackURL,-clientID', ''],
    ['-callbackURL,clientName', ''],
    ['redirectURIs', ''],
    ['-grantTypes,created', ''],
    ['-modified', 'clientName!='],
  ])('10. sort=%s&%s: next leads through every client once, and prev back', async (sort, filters) => {
    const whole = await ids(`sort=${sort}&${filters}`);
    const forth = await follow(`/client?size=5&sort=${sort}&${filters}`, 'next');
    expect(forth.flat()).toEqual(whole);
    const query = `/client?size=5&sort=${sort}&${filters}&page=${forth.length}`;
    expect((await follow(query, 'prev')).reverse().flat()).toEqual(whole);
  });

  it('next says which client it begins behind, beside the number of the page', async () => {
    const { next } = (await list('?size=5'))._links;
    expect(parameters(next).get('page')).toBe('2');
    expect(parameters(next).get('_after')).toMatch(/^[\w-]+$/);
    const second = await list(path(next).slice('/client'.length));
    expect(parameters(second._links.next).getAll('_after')).toHaveLength(1);
    expect(parameters(second._links.prev).has('_after')).toBe(false);
  });

  it('a client that comes or goes meanwhile moves nobody to another page', async () => {
    const { next } = (await list('?size=5'))._links;
    await server.call('POST', '/client', { body: { clientID: 'aaa' } });
    expect(idsIn((await get(path(next))).body)).toEqual(IDS.slice(5, 10));
    await server.call('DELETE', '/client?clientID=aaa');
  });

  it('a position that is not from a link → 400/1212 with the parameter as detail', async () => {
    expectProblem(await get('/client?page=2&_after=nonsense'), 400, 1212, '_after');
    expectProblem(await get('/client?page=2&_before='), 400, 1212, '_before');
  });

  it('where the position is too long for a URL, the number of the page does', async () => {
    const redirectURIs = Array.from({ length: 3 }, (_, index) => `https://long.example.com/${index}${'x'.repeat(700)}`);
    await server.call('POST', '/client', { body: { clientID: 'long', redirectURIs } });
    const { next } = (await list('?size=5&sort=redirectURIs&clientID=long,alpha,beta,delta,iota,kappa'))._links;
    const last = await list('?size=1&sort=-redirectURIs&redirectURIs!=');
    expect(idsIn(last)).toEqual(['long']);
    expect(parameters(last._links.next).has('_after')).toBe(false);
    expect(idsIn((await get(path(last._links.next))).body)).toEqual(['iota']);
    expect(parameters(next).get('page')).toBe('2');
    await server.call('DELETE', '/client?clientID=long');
  });
});

describe('sorting', () => {
  it('13. sort=-clientID reverses; sort=%2BclientID, sort=+clientID (raw) and sort=clientID agree', async () => {
    expect(await ids('sort=-clientID')).toEqual([...IDS].reverse());
    expect(await ids('sort=%2BclientID')).toEqual(IDS);
    expect(await ids('sort=+clientID')).toEqual(IDS);
    expect(await ids('sort=clientID')).toEqual(IDS);
    expect(await ids('sort=CLIENTID')).toEqual(IDS);
    expect(await ids('sort=')).toEqual(IDS);
  });

  it('13. sort=callbackURL,-clientID: several properties in turn', async () => {
    expect(await ids('callbackURL!=&sort=callbackURL,-clientID')).toEqual(['kappa', 'alpha', 'beta', 'delta', 'iota']);
  });

  it('13. ties go by clientID', async () => {
    expect(await ids('clientName=&sort=clientName')).toEqual(['iota', 'kappa', 'nu', 'zeta']);
    expect(await ids('clientName=&sort=-clientName')).toEqual(['iota', 'kappa', 'nu', 'zeta']);
  });

  it.each(['clientID', 'callbackURL', 'clientName', 'grantTypes', 'redirectURIs', 'created', 'modified'])(
    '13. %s can be sorted by, and filtered',
    async (name) => {
      expect((await ids(`sort=${name}`)).sort()).toEqual(IDS);
      expect((await ids(`sort=-${name}`)).sort()).toEqual(IDS);
      const [set, unset] = [await ids(`${name}!=`), await ids(`_list=true&${name}=`)];
      expect([...set, ...unset].sort()).toEqual(IDS);
    },
  );

  it('13. dates sort by time', async () => {
    expect(await ids('sort=-created')).toEqual([...IDS].reverse());
    expect(await ids('sort=modified')).toEqual(IDS);
  });

  it.each(['nope', 'clientType', 'config', 'clientSecret', 'constructor', 'client_id'])(
    '13. sort=%s → 400/1215 with the property as detail',
    async (name) => {
      expectProblem(await get(`/client?sort=${name}`), 400, 1215, name);
      expectProblem(await get(`/client?sort=clientID,-${name}`), 400, 1215, name);
    },
  );
});

describe('filtering', () => {
  it('17. ?callbackURL= → those without; ?callbackURL!= and ?callbackURL%21= → the others; ?callbackURL!=u excludes u', async () => {
    const others = ['alpha', 'beta', 'delta', 'iota', 'kappa'];
    expect(await ids('callbackURL=')).toEqual(without(...others));
    expect(await ids('callbackURL!=')).toEqual(others);
    expect(await ids('callbackURL%21=')).toEqual(others);
    expect(await ids(`callbackURL!=${encodeURIComponent(CALLBACK)}`)).toEqual(without('alpha', 'kappa'));
    expect(await ids(`callbackurl!=${CALLBACK}`)).toEqual(without('alpha', 'kappa'));
  });

  it.each([
    ['Alpha', ['alpha']],
    ['alpha', []],
    ['(a,b c)', ['beta']],
    ['a,b c', []],
    ['Alpha,ALPHABET', ['alpha', 'gamma']],
    ['Alpha,(a,b c)', ['alpha', 'beta']],
    ['(Alpha),(a,b c),(nobody)', ['alpha', 'beta']],
    ['Foo (bar)', ['epsilon']],
    ['(Foo (bar))', ['epsilon']],
    ['(Foo (bar)),Alpha', ['alpha', 'epsilon']],
    ['smile :)', ['lambda']],
    ['(smile :))', ['lambda']],
    ['100%', ['delta']],
    ['back\\slash', ['mu']],
  ])('18. ?clientName=%s: a comma is any of, and parentheses hold one literal value', async (value, expected) => {
    expect(await ids(`clientName=${encodeURIComponent(value)}`)).toEqual(expected);
  });

  it('18. ?callbackURL=(…) treats a comma as part of the value', async () => {
    expect(await ids(`callbackURL=${encodeURIComponent(`(${WITH_COMMA})`)}`)).toEqual(['beta']);
    expect(await ids(`callbackURL=${encodeURIComponent(WITH_COMMA)}`)).toEqual([]);
  });

  it.each([
    ['alpha', ['alpha', 'gamma']],
    ['PHAB', ['gamma']],
    ['%', ['delta']],
    ['_', ['eta']],
    ['\\', ['mu']],
    ['alphabet,FOO', ['epsilon', 'gamma']],
    ['(a,b)', ['beta']],
    ['nobody', []],
  ])('~ finds %s inside a value, whatever the case', async (value, expected) => {
    expect(await ids(`clientName~=${encodeURIComponent(value)}`)).toEqual(expected);
  });

  it('! excludes: one, several, and those without a value are no match', async () => {
    expect(await ids('clientName!=Alpha')).toEqual(without('alpha'));
    expect(await ids('clientName!=Alpha,ALPHABET')).toEqual(without('alpha', 'gamma'));
    expect(await ids('clientID!=alpha')).toEqual(without('alpha'));
    expect(await ids(`clientName!=${encodeURIComponent('(a,b c)')}`)).toEqual(without('beta'));
  });

  it('lists: an entry, any of, all of, none, some', async () => {
    expect(await ids('grantTypes=authorization_code')).toEqual(['epsilon', 'eta']);
    expect(await ids('grantTypes=authorization_code,client_credentials')).toEqual(['epsilon', 'eta', 'gamma']);
    expect(await ids('grantTypes=authorization_code%20refresh_token')).toEqual(['eta']);
    expect(await ids('grantTypes=refresh_token+authorization_code')).toEqual(['eta']);
    expect(await ids('granttypes!=refresh_token')).toEqual(without('eta', 'kappa'));
    expect(await ids('grantTypes=')).toEqual(without('epsilon', 'eta', 'gamma', 'kappa'));
    expect(await ids('grantTypes!=')).toEqual(['epsilon', 'eta', 'gamma', 'kappa']);
    expect(await ids('grantTypes~=CODE')).toEqual(['epsilon', 'eta']);
    expect(await ids('grantTypes=nope')).toEqual([]);
    expect(await ids('redirectURIs=https://d.example.com/2')).toEqual(['delta', 'iota']);
    expect(await ids('redirectURIs=https://d.example.com/2%20https://d.example.com/1')).toEqual(['delta']);
    expect(await ids(`redirectURIs=${encodeURIComponent(`(${WITH_COMMA})`)}`)).toEqual(['beta']);
    expect(await ids('redirectURIs~=D.EXAMPLE')).toEqual(['delta', 'iota']);
  });

  it('clientType and tokenEndpointAuthMethod: one, any of, none, a part of one; the total is that of the filter', async () => {
    const legacy = without('epsilon', 'eta', 'gamma', 'kappa');
    expect(await ids('clientType=Legacy%20Client')).toEqual(legacy);
    expect(await ids('clienttype=(Public+Client)')).toEqual(['epsilon', 'eta']);
    expect(await ids('clientType=API%20Client,(Public%20Client)')).toEqual(['epsilon', 'eta', 'gamma']);
    expect(await ids('clientType=Unknown%20Client')).toEqual(['kappa']);
    expect(await ids('clientType=Private%20Client')).toEqual([]);
    expect(await ids('clientType!=Legacy%20Client')).toEqual(['epsilon', 'eta', 'gamma', 'kappa']);
    expect(await ids('clientType~=api')).toEqual(['gamma']);
    expect(await ids('clientType=nope')).toEqual([]);
    expect(await ids('clientType=')).toEqual([]);
    expect(await ids('tokenEndpointAuthMethod=client_secret_basic')).toEqual(['gamma']);
    expect(await ids('tokenendpointauthmethod=none')).toEqual(without('gamma'));
    expect(await ids('tokenEndpointAuthMethod!=')).toEqual(IDS);
    expect(await ids('tokenEndpointAuthMethod=none&clientType=Public%20Client&clientName~=_')).toEqual(['eta']);
    expect(await list('?size=3&page=2&clientType=Legacy%20Client')).toMatchObject({ count: 3, total: legacy.length });
  });

  it('filters hold together', async () => {
    expect(await ids(`callbackURL=${CALLBACK}&grantTypes=`)).toEqual(['alpha']);
    expect(await ids('clientID~=eta&clientName!=')).toEqual(['beta', 'eta']);
    expect(await ids('clientID!=alpha&clientName~=alpha')).toEqual(['gamma']);
  });

  it('19. ?createdFrom=…&createdTo=… narrows, both ends included', async () => {
    expect(await ids('createdFrom=2024-01-03T12:00:00.500Z&createdTo=2024-01-05T12:00:00.500Z')).toEqual(
      IDS.slice(2, 5),
    );
    expect(await ids('createdFrom=2024-01-03T12:00:00.501Z&createdTo=2024-01-05T12:00:00.499Z')).toEqual(
      IDS.slice(3, 4),
    );
    expect(await ids('createdfrom=2024-01-10')).toEqual(IDS.slice(9));
    expect(await ids('createdTo=2024-01-02T12:00:00.500Z')).toEqual(IDS.slice(0, 2));
    expect(await ids('modifiedFrom=2024-02-12T00:00:00Z')).toEqual(['zeta']);
    expect(await ids('created=2024-01-04T12:00:00.500Z')).toEqual([IDS[3]]);
    expect(await ids('createdFrom=2025-01-01')).toEqual([]);
    expect(await ids('createdFrom=2024-01-12T13:00:00.500%2B01:00')).toEqual(['zeta']);
  });

  it.each(['createdFrom', 'createdTo', 'modifiedFrom', 'created', 'modified!'])(
    '19. %s that is no date → 400/1212 with the parameter as detail',
    async (name) => {
      for (const value of ['yesterday', '2024-13-01', 'x,2024-01-01']) {
        expectProblem(await get(`/client?${name}=${value}`), 400, 1212, name);
      }
    },
  );

  it.each([
    ['nope', 'nope'],
    ['config', 'config'],
    ['clientSecret', 'clientSecret'],
    ['nope~', 'nope'],
    ['nope!', 'nope'],
    ['nopeFrom', 'nope'],
    ['constructor', 'constructor'],
    ['authUIOrigin', 'authUIOrigin'],
  ])('19. ?%s=1 → 400/1216', async (name, property) => {
    const answer = await get(`/client?${name}=1`);
    expectProblem(answer, 400, 1216);
    expect(answer.body.detail.startsWith(property)).toBe(true);
  });

  it.each(['clientName', 'clientID', 'callbackURL', 'grantTypes', 'redirectURIs'])(
    '19. %s has no order: From and To → 400/1217 with the property as detail',
    async (name) => {
      expectProblem(await get(`/client?${name}From=a`), 400, 1217, name);
      expectProblem(await get(`/client?${name}To=a`), 400, 1217, name);
    },
  );

  it.each(['_fields=clientID', '_foo=1', '_count=3', '_levels=2', '_search=x', '_list=false'])(
    '19. ?%s is no error and no filter',
    async (query) => {
      expect(await list(`?${query}`)).toMatchObject({ count: 10, total: IDS.length });
    },
  );

  it('a filter that matches nothing → 200 with an empty list', async () => {
    const body = await list('?clientName=nobody');
    expect(body).toMatchObject({ count: 0, total: 0 });
    expect(body._links).not.toHaveProperty('next');
  });

  it.each(["'; drop table clients; --", "' or 1=1", '$1', '%00'])('%s is a value like any other', async (value) => {
    const { status } = await get(`/client?clientName=${value === '%00' ? value : encodeURIComponent(value)}`);
    expect(status).toBe(value === '%00' ? 400 : 200);
    expect((await list('?size=1')).total).toBe(IDS.length);
  });
});

describe('a domain of 10,001 clients (item 9 of the decisions)', () => {
  const TOTAL = 10_001;
  const idOf = (index: number) => `bulk-${String(index).padStart(5, '0')}`;
  let key: string;
  const read = (query: string) => server.call('GET', `/client?${query}`, { key });

  beforeAll(async () => {
    const domain = 'bulk.example.com';
    await server.call('POST', '/v1/domain', { body: { domain } });
    key = (await server.issue({ domain })).apiKey;
    expect((await server.call('POST', '/client', { key, body: { clientID: idOf(0) } })).status).toBe(201);
    const columns = (
      await server.database.query<{ name: string }>(
        `select column_name as name from information_schema.columns
          where table_name = 'clients' and column_name <> 'client_id' and is_generated = 'NEVER'`,
      )
    ).map(({ name }) => `"${name}"`);
    await server.database.query(
      `insert into clients (client_id, ${columns})
       select 'bulk-' || lpad(number::text, 5, '0'), ${columns} from clients, generate_series(1, ${TOTAL - 1}) number
        where client_id = '${idOf(0)}'`,
    );
    await server.database.query(documentedSql('BEGIN;\nLOCK TABLE domain_logs'));
  });

  it('total is exact, once clients that were added by SQL are counted as docs/operations.md says', async () => {
    expect((await read('size=1')).body).toMatchObject({ count: 1, total: TOTAL });
    expect((await read('clientID~=bulk-0')).body.total).toBe(10_000);
  });

  it('size=0 with more than 10,000 matches → 400/1212 saying to follow next', async () => {
    const answer = await read('size=0');
    expectProblem(answer, 400, 1212, 'size');
    expect(answer.body.verbose).toMatch(/\bnext\b/);
  });

  it('size=0 with 10,000 matches → all of them', async () => {
    const { status, body } = await read('size=0&clientID~=bulk-0');
    expect(status).toBe(200);
    expect(body).toMatchObject({ count: 10_000, total: 10_000 });
    expect(body._links).not.toHaveProperty('next');
    expect(idsIn(body).at(-1)).toBe(idOf(9_999));
  });

  it('more than 32 MiB of clients at once → 400/1212 saying to follow next', async () => {
    await server.database.query(
      `update clients set allowed_origins = array[repeat('x', 60000)] where client_id between $1 and $2`,
      [idOf(1), idOf(999)],
    );
    for (const size of [0, 1000]) {
      const answer = await read(`size=${size}&clientID~=bulk-0`);
      expectProblem(answer, 400, 1212, 'size');
      expect(answer.body.verbose).toMatch(/from 1 to 200 .*\bnext\b/);
    }
    expect((await read('size=200')).body).toMatchObject({ count: 200, total: TOTAL });
    expect((await read('size=1000&page=2')).body).toMatchObject({ count: 1000, total: TOTAL });
    await server.database.query(`update clients set allowed_origins = '{}' where client_id between $1 and $2`, [
      idOf(1),
      idOf(999),
    ]);
  });

  it('?page=N typed by hand works, however deep', async () => {
    expect(idsIn((await read('size=1&page=10001')).body)).toEqual([idOf(10_000)]);
    expect(idsIn((await read('size=1000&page=11')).body)).toEqual([idOf(10_000)]);
    expect(idsIn((await read('size=2&page=2500&sort=-clientID')).body)).toEqual([idOf(5_002), idOf(5_001)]);
  });

  it('following next in pages of 1000 yields each client once', async () => {
    const seen: string[] = [];
    let next: string | undefined = '/client?size=1000';
    while (next) {
      const { body } = await server.call('GET', next, { key });
      seen.push(...idsIn(body));
      next = body._links.next && path(body._links.next);
      expect(seen.length).toBeLessThanOrEqual(TOTAL);
    }
    expect(seen).toEqual(Array.from({ length: TOTAL }, (_, index) => idOf(index)));
  });
});
