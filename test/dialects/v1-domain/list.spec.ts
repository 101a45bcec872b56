import { expectProblem, expectViolations } from '../../support/refusals.js';
import { type Answer, startServer, type TestServer } from '../../support/test-server.js';

const MANY = 2500;
const SOME = ['a', 'a-1', 'a-10', 'a-2', 'a1', 'b', 'orders-api', 'orders-web', 'z'];

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  for (const domain of ['some', 'many', 'none']) await server.call('POST', '/v1/domain', { body: { domain } });
  // Put in an order that is not the one in which they are listed.
  for (const clientId of [...SOME].reverse()) {
    const body = {
      clientType: 'Public',
      grantType: 'AuthorizationCode',
      redirectUris: ['https://app.example.com/callback'],
    };
    await server.call('PUT', `/v1/domain/some/client/${clientId}`, { body });
  }
  await server.database.query(
    `insert into clients (domain_id, client_id, version, created_at, updated_at, client_type, grant_types, redirect_uris,
                          post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins,
                          token_methods, token_methods_as_list)
     select domains.id, 'client-' || lpad(number::text, 6, '0'), number, now(), now(), 'public', '{}', '{}', '{}', '',
            '{}', '{}', '{}', '{}', '{query}', false
       from domains, generate_series(1, $1::int) number where domains.name = 'many'`,
    [MANY],
  );
});

afterAll(async () => {
  await server.stop();
});

const list = (query = '', domain = 'some') => server.call('GET', `/v1/domain/${domain}/client${query}`);
const idsOf = ({ body }: Answer): string[] => body.map(({ clientId }: { clientId: string }) => clientId);
/** The address of the next page, without the server's own. */
const nextOf = ({ headers }: Answer): string | undefined => {
  const link = headers.get('link');
  if (link === null) return undefined;
  const [, href] = /^<([^>]+)>; rel="next"$/.exec(link) ?? [];
  expect(href).toMatch(new RegExp(`^${server.url}/`));
  return href!.slice(server.url.length);
};
/** All ids behind a first page, page by page, and how many each page had. */
async function walk(first: string): Promise<{ ids: string[]; sizes: number[] }> {
  const ids: string[] = [];
  const sizes: number[] = [];
  for (let path: string | undefined = first; path !== undefined; ) {
    const page: Answer = await server.call('GET', path);
    expect(page.status).toBe(200);
    ids.push(...idsOf(page));
    sizes.push(page.body.length);
    path = nextOf(page);
  }
  return { ids, sizes };
}
const everyId = Array.from({ length: MANY }, (_, index) => `client-${String(index + 1).padStart(6, '0')}`);

describe('GET /v1/domain/{domain}/client', () => {
  it('lists the client ids of the domain, and nothing else of them', async () => {
    const answer = await list();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-request-id')).toMatch(/\S/);
    expect(answer.body).toEqual(SOME.map((clientId) => ({ clientId })));
  });

  it('is ordered by clientId, byte by byte', async () => {
    expect(idsOf(await list())).toEqual([...SOME].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it('is [] for a domain without clients', async () => {
    const answer = await list('', 'none');
    expect([answer.status, answer.text]).toEqual([200, '[]']);
    expect((await list('?limit=10', 'none')).text).toBe('[]');
  });

  it('without parameters is all of them, however many, without a Link', async () => {
    const answer = await list('', 'many');
    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual(everyId);
    expect(answer.headers.get('link')).toBeNull();
  });

  it('streams exactly one batch, and one more than a batch, as whole JSON', async () => {
    for (const count of [1000, 1001, 2000]) {
      const name = `batch-${count}`;
      await server.call('POST', '/v1/domain', { body: { domain: name } });
      await server.database.query(
        `insert into clients select (jsonb_populate_record(clients, jsonb_build_object('domain_id', copy.id))).*
           from clients, domains many, domains copy
          where many.name = 'many' and copy.name = $1 and domain_id = many.id and version <= $2::int`,
        [name, count],
      );
      expect(idsOf(await list('', name))).toEqual(everyId.slice(0, count));
    }
  });
});

describe('search', () => {
  it.each([
    ['orders', ['orders-api', 'orders-web']],
    ['-1', ['a-1', 'a-10']],
    ['a', ['a', 'a-1', 'a-10', 'a-2', 'a1', 'orders-api']],
    ['nothing-like-it', []],
    ['_', []],
    ['%25', []],
    ['.*', []],
    ['ORDERS', []],
    ['', SOME],
    ['x'.repeat(256), []],
    [encodeURIComponent('🦉'.repeat(256)), []],
  ])('search=%s is a plain substring of the clientId', async (search, ids) => {
    const answer = await list(`?search=${search}`);
    expect([answer.status, idsOf(answer)]).toEqual([200, ids]);
  });

  it('narrows a stream of everything', async () => {
    expect(idsOf(await list('?search=99', 'many'))).toEqual(everyId.filter((id) => id.includes('99')));
  });

  it('of more than 256 characters is a 400', async () => {
    expectViolations(await list(`?search=${'x'.repeat(257)}`), ['search']);
  });

  it('goes along from page to page', async () => {
    const { ids, sizes } = await walk('/v1/domain/many/client?limit=20&search=77');
    const expected = everyId.filter((id) => id.includes('77'));
    expect(ids).toEqual(expected);
    expect(sizes.slice(0, -1).every((size) => size === 20)).toBe(true);
  });
});

describe('limit', () => {
  it('is the size of the page, with a Link to the next while there are more', async () => {
    const first = await list('?limit=4');
    expect(idsOf(first)).toEqual(SOME.slice(0, 4));
    const second = await server.call('GET', nextOf(first)!);
    expect(idsOf(second)).toEqual(SOME.slice(4, 8));
    const last = await server.call('GET', nextOf(second)!);
    expect(idsOf(last)).toEqual(SOME.slice(8));
    expect(nextOf(last)).toBeUndefined();
  });

  it('carries no Link on the last page, also when that is full', async () => {
    expect(nextOf(await list(`?limit=${SOME.length}`))).toBeUndefined();
    expect(nextOf(await list(`?limit=${SOME.length - 1}`))).toBeDefined();
    const { sizes } = await walk('/v1/domain/some/client?limit=3');
    expect(sizes).toEqual([3, 3, 3]);
  });

  it('leads through everything once', async () => {
    const { ids, sizes } = await walk('/v1/domain/many/client?limit=100');
    expect(ids).toEqual(everyId);
    expect(sizes).toEqual(Array(MANY / 100).fill(100));
  });

  it.each(['101', '1000', '999999999', '2147483648', '99999999999', '9'.repeat(30)])(
    '%s is clamped to 100',
    async (limit) => {
      const answer = await list(`?limit=${limit}`, 'many');
      expect([answer.status, answer.body.length]).toEqual([200, 100]);
      expect(nextOf(answer)).toBeDefined();
    },
  );

  it.each(['0', '-1', '-99999999999', 'ten', '1.5', '1e2', '0x10', '', '%201', '%2B1', 'NaN', 'null', '1%00'])(
    '%p is a 400 that names it',
    async (limit) => {
      expectViolations(await list(`?limit=${limit}`), ['limit']);
    },
  );
});

describe('offset', () => {
  it('skips so many', async () => {
    expect(idsOf(await list('?limit=3&offset=2'))).toEqual(SOME.slice(2, 5));
    expect(idsOf(await list('?limit=3&offset=0'))).toEqual(SOME.slice(0, 3));
  });

  it('past the end is an empty page without a Link', async () => {
    const answer = await list('?limit=3&offset=5000');
    expect([answer.status, answer.text, nextOf(answer)]).toEqual([200, '[]', undefined]);
  });

  it('goes on by offset from page to page', async () => {
    const { ids } = await walk('/v1/domain/many/client?limit=100&offset=2150');
    expect(ids).toEqual(everyId.slice(2150));
  });

  it.each(['-1', 'two', '1.5', '', '%00'])('%p is a 400 that names it', async (offset) => {
    expectViolations(await list(`?limit=3&offset=${offset}`), ['offset']);
  });
});

describe('after', () => {
  it('lists what comes behind that id, whether or not it exists', async () => {
    expect(idsOf(await list('?limit=100&after=a-2'))).toEqual(SOME.slice(SOME.indexOf('a-2') + 1));
    expect(idsOf(await list('?limit=2&after=c'))).toEqual(['orders-api', 'orders-web']);
    expect((await list('?limit=2&after=z')).text).toBe('[]');
  });

  it('goes on when the client that it names has been deleted', async () => {
    const body = {
      clientType: 'Public',
      grantType: 'AuthorizationCode',
      redirectUris: ['https://app.example.com/callback'],
    };
    await server.call('POST', '/v1/domain', { body: { domain: 'shrinking' } });
    for (const id of ['one', 'three', 'two']) await server.call('PUT', `/v1/domain/shrinking/client/${id}`, { body });
    const first = await list('?limit=2', 'shrinking');
    await server.call('DELETE', '/v1/domain/shrinking/client/three');
    expect(idsOf(await server.call('GET', nextOf(first)!))).toEqual(['two']);
  });

  it.each(['UPPER', 'a_b', '', 'x'.repeat(129), '%00', '%C3%A4'])('%p is no client id: 400', async (after) => {
    expectViolations(await list(`?limit=2&after=${after}`), ['after']);
  });

  it('together with offset is a 400', async () => {
    const answer = await list('?limit=2&after=a&offset=1');
    expectProblem(answer, 400);
    expect(Object.keys(answer.body.errors)).toEqual(['after']);
  });
});

describe('bad parameters', () => {
  it('are all named at once', async () => {
    const answer = await list(`?limit=0&offset=x&search=${'x'.repeat(257)}&after=UPPER`);
    expectViolations(answer, ['limit', 'offset', 'search', 'after']);
  });

  it.each(['limit=1&limit=2', 'offset=1&offset=2', 'search=a&search=b', 'after=a&after=b'])(
    '%s: given twice is a 400',
    async (query) => {
      expectViolations(await list(`?${query}`), [query.split('=')[0]!]);
    },
  );
});
