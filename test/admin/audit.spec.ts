import { DEFAULT_METADATA } from '#clients';
import { expectProblem } from '../support/refusals.js';
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
    const { config, ...accountsFields } = accounts.components.schemas.ClientResourceDto.properties;
    const known = [v1.components.schemas.ClientDto.properties, { config, ...config.properties, ...accountsFields }];
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
});
