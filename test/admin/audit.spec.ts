import { DEFAULT_METADATA } from '#clients';
import { expectProblem, expectViolations } from '../support/refusals.js';
import { startServer, type TestServer } from '../support/test-server.js';

describe('GET /admin/audit', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    await server.call('POST', '/v1/domain', { body: { domain: 'tenant.example.com', subscription: 'tenant' } });
    await server.call('PUT', '/v1/domain/default/client/my-app', {
      body: { clientType: 'Confidential', grantType: 'ClientCredentials' },
      headers: { 'x-request-id': 'request-1' },
    });
    await server.call('PUT', '/client?clientID=my-app', { body: { clientName: 'My App' } });
    await server.call('PUT', '/v1/domain/tenant.example.com/client/theirs', {
      body: { clientType: 'Confidential', grantType: 'ClientCredentials' },
    });
    await server.call('DELETE', '/v1/domain/default/client/my-app');
  });
  afterAll(() => server.stop());

  const audit = (query = '', key?: string) => server.call('GET', `/admin/audit${query}`, key ? { key } : {});

  it('one entry for each change: who, when, through which dialect, which request, what before and after', async () => {
    const { body } = await audit('?domain=default&clientId=my-app');
    expect(body.map(({ action, dialect }: { action: string; dialect: string }) => [action, dialect])).toEqual([
      ['client.created', 'v1'],
      ['client.changed', 'accounts'],
      ['client.deleted', 'v1'],
    ]);
    expect(body[0]).toEqual({
      id: expect.stringMatching(/^\d+$/),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      domain: 'default',
      credential: { id: expect.any(String), name: 'operator' },
      dialect: 'v1',
      requestId: 'request-1',
      action: 'client.created',
      clientId: 'my-app',
      changes: expect.objectContaining({ clientType: { before: null, after: 'confidential' } }),
    });
    expect(body[1].changes).toEqual({ clientName: { before: null, after: 'My App' } });
    expect(body[2].changes).toMatchObject({ clientName: { before: 'My App', after: null } });
  });

  it('has its own names of fields translated in its document, into words that the APIs have', async () => {
    const documentOf = async (name: string) => (await server.call('GET', `/openapi/${name}.json`, { key: null })).body;
    const [accounts, v1, admin] = await Promise.all(['accounts', 'v1', 'admin'].map(documentOf));
    const { description } = admin.paths['/admin/audit'].get;
    const rows: string[][] = [...description.matchAll(/^\| `(\w+)` \| (.+) \| (.+) \|$/gm)].map(([, ...row]) => row);
    expect(rows.map(([field]) => field).sort()).toEqual(Object.keys(DEFAULT_METADATA).sort());
    const words = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word);
    const { config, ...accountsFields } = accounts.components.schemas.ClientResource.properties;
    const known = [v1.components.schemas.Client.properties, { config, ...config.properties, ...accountsFields }];
    for (const [, ...cells] of rows) {
      for (const [api, cell] of cells.entries()) {
        for (const word of words(cell)) expect(Object.keys(known[api])).toContain(word);
      }
    }
  });

  it('also domains and credentials', async () => {
    const actions = (await audit()).body.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['credential.created', 'domain.created']));
  });

  it('page by page, following the Link header, every entry once and in order', async () => {
    const all = (await audit()).body.map(({ id }: { id: string }) => id);
    const seen: string[] = [];
    let next: string | undefined = '?limit=2';
    while (next !== undefined) {
      const page = await audit(next);
      seen.push(...page.body.map(({ id }: { id: string }) => id));
      next = /<[^?]*(\?[^>]*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(all);
    expect(all).toEqual([...all].sort((one, other) => Number(one) - Number(other)));
  });

  describe('searched:', () => {
    interface Entry {
      readonly id: string;
      readonly at: string;
      readonly action: string;
      readonly clientId: string | null;
      readonly credential: { readonly id: string | null };
    }
    /** Follows the Link headers. */
    async function pages(query: string, key?: string): Promise<Entry[][]> {
      const told: Entry[][] = [];
      for (let next: string | undefined = query; next !== undefined; ) {
        const page = await audit(next, key);
        expect(page.status).toBe(200);
        told.push(page.body);
        next = /<[^?]*(\?[^>]*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      }
      return told;
    }
    const all = async (key?: string): Promise<Entry[]> => (await audit('', key)).body;
    const idsOf = (entries: readonly Entry[]) => entries.map(({ id }) => id);
    let ci: { id: string; apiKey: string };
    beforeAll(async () => {
      ci = await server.issue({ domain: 'default' });
      const put = (id: string, key?: string) =>
        server.call('PUT', `/v1/domain/default/client/${id}`, {
          ...{ key, body: { clientType: 'Confidential', grantType: 'ClientCredentials' } },
        });
      for (const id of ['one', 'two', 'three']) await put(id, ci.apiKey);
      await put('four');
      await server.call('DELETE', '/v1/domain/default/client/two', { key: ci.apiKey });
    });

    it.each(['', '&domain=default', '&domain=default&clientId=my-app', '&clientId=my-app'])(
      'the newest first, page by page, is the same from the other end (%s)',
      async (scope) => {
        const oldest = await pages(`?limit=100${scope}`);
        const newest = await pages(`?order=desc&limit=3${scope}`);
        expect(newest[0]!.length).toBe(3);
        expect(newest.flat()).toEqual(oldest.flat().reverse());
        expect((await pages(`?order=asc&limit=2${scope}`)).flat()).toEqual(oldest.flat());
      },
    );

    it('the newest first, for a tenant and for a credential of one domain', async () => {
      const grants = [{ subscription: 'tenant' }, { domain: 'default' }];
      for (const grant of grants) {
        const { apiKey } = await server.issue({ ...grant, permissions: ['audit:read'] });
        expect((await pages('?order=desc&limit=1', apiKey)).flat()).toEqual((await all(apiKey)).reverse());
      }
    });

    it.each(['client.deleted', 'client.created', 'client.changed', 'credential.created', 'client.eaten'])(
      'by action: %s',
      async (action) => {
        const expected = (await all()).filter((entry) => entry.action === action);
        expect(expected.length > 0).toBe(action !== 'client.eaten');
        for (const order of ['asc', 'desc']) {
          const found = (await pages(`?action=${action}&limit=2&order=${order}`)).flat();
          expect(found).toEqual(order === 'asc' ? expected : expected.toReversed());
        }
        const here = (await pages(`?action=${action}&domain=default&limit=2`)).flat();
        expect(here).toEqual(expected.filter((entry) => (entry as Entry & { domain: string }).domain === 'default'));
      },
    );

    it('by the credential that did it', async () => {
      const expected = (await all()).filter(({ credential }) => credential.id === ci.id);
      expect(expected.map(({ action }) => action)).toEqual([...Array(3).fill('client.created'), 'client.deleted']);
      for (const scope of ['', '&domain=default']) {
        expect((await pages(`?credential=${ci.id}&limit=2${scope}`)).flat()).toEqual(expected);
        expect((await pages(`?credential=${ci.id}&order=desc&limit=3${scope}`)).flat()).toEqual(expected.toReversed());
      }
    });

    it('between two times, both included', async () => {
      const entries = await all();
      const [from, to] = [entries[2]!.at, entries.at(-3)!.at];
      const expected = entries.filter(({ at }) => at >= from && at <= to);
      expect(expected.length).toBeLessThan(entries.length);
      for (const scope of ['', '&order=desc']) {
        const found = (await pages(`?from=${from}&to=${to}&limit=3${scope}`)).flat();
        expect(idsOf(found).sort()).toEqual(idsOf(expected).sort());
      }
      const inOtherZone = new Date(Date.parse(from) + 3_600_000).toISOString().replace('Z', '%2B01:00');
      expect(idsOf((await audit(`?from=${inOtherZone}`)).body)).toEqual(idsOf(entries.filter(({ at }) => at >= from)));
      expect((await audit('?from=2999-01-01T00:00:00Z')).body).toEqual([]);
      expect((await audit('?to=2020-01-01T00:00:00Z')).body).toEqual([]);
    });

    it('by all of it together', async () => {
      const entries = await all();
      const { at: to } = entries.find(({ clientId }) => clientId === 'three')!;
      const query = `?credential=${ci.id}&action=client.created&to=${to}&order=desc&domain=default`;
      const found = (await pages(`${query}&limit=1`)).flat();
      expect(found.map(({ clientId }) => clientId)).toEqual(['three', 'two', 'one']);
      expect((await audit(`${query}&clientId=two`)).body.map(({ clientId }: Entry) => clientId)).toEqual(['two']);
    });

    it.each([
      'order=up',
      'order=asc&order=desc',
      'action=',
      'action=client',
      'credential=ci',
      'from=2026-01-31',
      'from=yesterday',
      'to=2026-02-30T00:00:00Z',
      'clientID=my-app',
      'since=2026-01-31T00:00:00Z',
      'colour=red',
    ])('?%s is a 400 that names the parameter', async (query) => {
      expectViolations(await audit(`?${query}`), [query.split('=')[0]!]);
    });
  });

  it('a tenant sees its own and nothing else', async () => {
    const { apiKey } = await server.issue({ subscription: 'tenant', permissions: ['audit:read'] });
    const { body } = await audit('', apiKey);
    expect(body.map(({ clientId }: { clientId: string }) => clientId)).toContain('theirs');
    expect(JSON.stringify(body)).not.toContain('my-app');
    expectProblem(await audit('?domain=default', apiKey), 404);
  });

  it('a credential of one domain sees that one', async () => {
    const { apiKey } = await server.issue({ domain: 'default', permissions: ['audit:read'] });
    const domains = (await audit('', apiKey)).body.map(({ domain }: { domain: string }) => domain);
    expect(new Set(domains)).toEqual(new Set(['default']));
  });

  it.each(['?limit=0', '?limit=x', '?after=x', '?after=1&after=2', '?clientId=a%00', '?domain=a&domain=b'])(
    'a bad query (%s) → 400',
    async (query) => {
      expectProblem(await audit(query), 400);
    },
  );

  it('needs audit:read', async () => {
    const { apiKey } = await server.issue({});
    expectProblem(await audit('', apiKey), 403);
  });

  describe('every operation of the admin API that takes parameters', () => {
    it.each([
      ['GET', '/admin/audit', 'clientid'],
      ['GET', '/admin/changes', 'action'],
      ['GET', '/admin/credentials', 'name'],
      ['GET', '/admin/domains/default/deleted', 'clientId'],
      ['GET', '/admin/domains/default/clients/app/versions', 'order'],
      // Who misspells it would write.
      ['POST', '/admin/domains/default/import', 'dryrun'],
    ])('refuses others: %s %s', async (method, path, parameter) => {
      const body = method === 'POST' ? '{}' : undefined;
      expectViolations(await server.call(method, `${path}?${parameter}=true`, { body }), [parameter]);
    });
  });
});
