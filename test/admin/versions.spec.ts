import { expectProblem, expectViolations } from '../support/refusals.js';
import { type Request, startServer, type TestServer } from '../support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const WEB = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/cb'] };

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const v1 = (method: string, clientId: string, request: Request = {}) =>
  server.call(method, `/v1/domain/default/client/${clientId}`, request);
const put = async (clientId: string, body: object) => (await v1('PUT', clientId, { body })).body;
const history = (method: string, path: string, request: Request = {}) =>
  server.call(method, `/admin/domains/default/clients/${path}`, request);
const idsOf = async (clientId: string): Promise<string[]> =>
  (await history('GET', `${clientId}/versions`)).body.map(({ id }: { id: string }) => id);
const verify = async (clientId: string, secret: string) =>
  (await v1('POST', `${clientId}/secrets/verify`, { body: { secret } })).body.valid;

describe('the history of a client', () => {
  it('lists the changes that made its versions, whichever API they came through, and reads each of them', async () => {
    await put('read', { ...WEB, scope: 'openid' });
    await server.call('PUT', '/client?clientID=read', { body: { clientName: 'Named' } });
    await put('read', MACHINE);
    await v1('POST', 'read/secrets');
    const { body: list } = await history('GET', 'read/versions');
    expect(list).toEqual((await server.call('GET', '/admin/audit?domain=default&clientId=read')).body.slice(0, 3));
    const metadata = await Promise.all(
      list.map(async ({ id }: { id: string }) => (await history('GET', `read/versions/${id}`)).body.metadata),
    );
    expect(metadata).toMatchObject([
      { clientName: null, clientType: 'public', scope: 'openid', redirectUris: WEB.redirectUris },
      { clientName: 'Named', clientType: 'public', scope: 'openid' },
      { clientName: 'Named', clientType: 'confidential', grantTypes: ['client_credentials'], redirectUris: [] },
    ]);
    expect((await history('GET', `read/versions/${list[1].id}`)).body.entry).toEqual(list[1]);
    const diff = await history('GET', `read/versions/${list[1].id}/diff/${list[0].id}`);
    expect(diff.body).toEqual({ changes: { clientName: { before: 'Named', after: null } } });
    const first = await history('GET', 'read/versions?limit=2');
    const next = /<[^?]*(\?[^>]*)>; rel="next"/.exec(first.headers.get('link')!)![1];
    expect([...first.body, ...(await history('GET', `read/versions${next}`)).body]).toEqual(list);
  });

  it('makes a client again what it was: a change like any other', async () => {
    await put('undo', { ...WEB, scope: 'openid' });
    await put('undo', { ...WEB, scope: 'email' });
    const [first] = await idsOf('undo');
    const before = await v1('GET', 'undo');
    const stale = await history('POST', `undo/versions/${first}/restore`, { headers: { 'if-match': '"0"' } });
    expectProblem(stale, 412);
    const restored = await history('POST', `undo/versions/${first}/restore`, {
      // As a compressing proxy gives it.
      headers: { 'if-match': `W/${before.headers.get('etag')}` },
    });
    expect(restored.status).toBe(200);
    expect(restored.body).toMatchObject({ clientId: 'undo', metadata: { scope: 'openid' } });
    expect(restored.body).not.toHaveProperty('clientSecret');
    const after = await v1('GET', 'undo');
    expect(after.body).toMatchObject({ scope: 'openid', createdAt: before.body.createdAt });
    expect(after.headers.get('etag')).toBe(restored.headers.get('etag'));
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    const { body } = await server.call('GET', '/admin/audit?domain=default&clientId=undo');
    expect(body.at(-1)).toMatchObject({ dialect: 'admin', action: 'client.changed' });
    expect(body.at(-1).changes).toEqual({ scope: { before: 'email', after: 'openid' } });
  });

  it('holds a version that is restored against the rules of today', async () => {
    await put('rules', WEB);
    await server.database.query(
      `update audit_entries set changes = jsonb_set(changes, '{redirectUris,after}', '["http://plain.example.com/"]')
        where client_id = 'rules'`,
    );
    const [version] = await idsOf('rules');
    expectViolations(await history('POST', `rules/versions/${version}/restore`), ['redirectUris[0]']);
  });

  it('does not bring back secrets: one that is needed is new, and shown again only for the same Idempotency-Key', async () => {
    const { clientSecret: old } = await put('secret', MACHINE);
    await put('secret', WEB);
    const [machine] = await idsOf('secret');
    const headers = { 'idempotency-key': 'restore-the-machine' };
    const answers = [
      await history('POST', `secret/versions/${machine}/restore`, { headers }),
      await history('POST', `secret/versions/${machine}/restore`, { headers }),
    ];
    const [{ clientSecret }] = answers.map(({ body }) => body);
    expect(answers[1]!.body).toEqual(answers[0]!.body);
    expect(answers[0]!.headers.get('etag')).toMatch(/^"/);
    expect(answers[1]!.headers.get('etag')).toBe(answers[0]!.headers.get('etag'));
    expect(answers[0]!.headers.get('cache-control')).toBe('no-store');
    expect([await verify('secret', old), await verify('secret', clientSecret)]).toEqual([false, true]);
  });

  it('knows no version that the client never had', async () => {
    await put('mine', WEB);
    await put('other', WEB);
    const [others] = await idsOf('other');
    for (const id of [others, '999999', 'x', '1'.repeat(19)]) {
      expectProblem(await history('GET', `mine/versions/${id}`), 404);
      expectProblem(await history('POST', `mine/versions/${id}/restore`), 404);
    }
    for (const id of ['nobody', 'Nobody', 'a%00']) expectProblem(await history('GET', `${id}/versions`), 404);
    expectProblem(await history('GET', 'mine/versions?limit=0'), 400);
  });

  it('restores for those who may both write and read the history', async () => {
    await put('rights', WEB);
    const [version] = await idsOf('rights');
    for (const permissions of [['clients:write'], ['audit:read'], ['clients:write', 'audit:read']] as const) {
      const { apiKey: key } = await server.issue({ domain: 'default', permissions });
      const { status } = await history('POST', `rights/versions/${version}/restore`, { key });
      expect(status).toBe(permissions.length === 2 ? 200 : 403);
    }
  });
});

describe('a deleted client', () => {
  it('keeps its history, and comes back as it was, with a new secret', async () => {
    const { clientSecret: old } = await put('gone', { ...MACHINE, scope: 'orders' });
    await server.call('PUT', '/client?clientID=gone', { body: { clientName: 'Gone' } });
    const was = await v1('GET', 'gone');
    await v1('DELETE', 'gone');
    expect(await idsOf('gone')).toHaveLength(2);
    const restored = await history('POST', 'gone/restore');
    expect(restored.status).toBe(201);
    expect(restored.body).toMatchObject({ clientId: 'gone', metadata: { clientName: 'Gone', scope: 'orders' } });
    const { createdAt, updatedAt, ...kept } = was.body;
    const now = await v1('GET', 'gone');
    expect(now.body).toMatchObject(kept);
    expect(now.headers.get('etag')).toBe(restored.headers.get('etag'));
    expect(await verify('gone', old)).toBe(false);
    expect(await verify('gone', restored.body.clientSecret)).toBe(true);
    expect(await idsOf('gone')).toHaveLength(3);
    expectProblem(await history('POST', 'gone/restore'), 409);
  });

  it('comes back with what its last life was, also when the id was used again', async () => {
    for (const scope of ['first', 'second']) {
      await put('twice', { ...WEB, scope });
      await v1('DELETE', 'twice');
    }
    expect((await history('POST', 'twice/restore')).body.metadata.scope).toBe('second');
    const [first] = await idsOf('twice');
    expect((await history('POST', `twice/versions/${first}/restore`)).body.metadata.scope).toBe('first');
  });

  it('comes back for 30 days, and only for the operator', async () => {
    await put('late', WEB);
    await v1('DELETE', 'late');
    const { apiKey: key } = await server.issue({ domain: 'default', permissions: ['clients:write', 'audit:read'] });
    expectProblem(await history('POST', 'late/restore', { key }), 403);
    await server.database.query(
      `update audit_entries set at = at - interval '30 days 1 second' where client_id = 'late'`,
    );
    expectProblem(await history('POST', 'late/restore'), 404);
    expectProblem(await history('POST', 'never-there/restore'), 404);
  });
});

describe('GET /admin/domains/{domain}/deleted', () => {
  const deleted = (query = '', request: Request = {}, domain = 'bin.example.com') =>
    server.call('GET', `/admin/domains/${domain}/deleted${query}`, request);
  const client = (method: string, id: string, body?: object) =>
    server.call(method, `/v1/domain/bin.example.com/client/${id}`, { body });
  const idsOf = (entries: { clientId: string }[]) => entries.map(({ clientId }) => clientId);
  const DAY = 86_400_000;
  beforeAll(async () => {
    await server.call('POST', '/v1/domain', { body: { domain: 'bin.example.com', subscription: 'bins' } });
    for (const id of ['first', 'again', 'kept', 'late', 'second', 'twice']) await client('PUT', id, WEB);
    const { apiKey: key } = await server.issue({ domain: 'bin.example.com' });
    await server.call('PUT', '/client?clientID=first', { key, body: { clientName: 'The first' } });
    for (const id of ['first', 'again', 'late', 'twice', 'second']) await client('DELETE', id);
    for (const id of ['again', 'twice']) await client('PUT', id, MACHINE);
    await client('DELETE', 'twice');
    await server.database.query(
      `update audit_entries set at = at - interval '30 days 1 second' where action = 'client.deleted' and client_id = 'late'`,
    );
  });

  it('has those that can be restored, the latest first: who deleted what, when, and until when it comes back', async () => {
    const { status, body } = await deleted();
    expect([status, idsOf(body)]).toEqual([200, ['twice', 'second', 'first']]);
    const { body: audit } = await server.call('GET', '/admin/audit?action=client.deleted&clientId=first');
    const { id, at, credential } = audit.at(-1);
    expect(body.at(-1)).toEqual({
      ...{ id, clientId: 'first', clientName: 'The first', deletedAt: at, deletedBy: credential },
      restorableUntil: new Date(Date.parse(at) + 30 * DAY).toISOString(),
    });
    expect(body[0].clientName).toBeNull();
  });

  it('page by page, following the Link header', async () => {
    const first = await deleted('?limit=2');
    expect(idsOf(first.body)).toEqual(['twice', 'second']);
    const [, next] = /<[^?]*(\?[^>]*)>; rel="next"/.exec(first.headers.get('link')!)!;
    const last = await deleted(next);
    expect([idsOf(last.body), last.headers.get('link')]).toEqual([['first'], null]);
  });

  it('no longer has what was restored', async () => {
    const { status } = await server.call('POST', '/admin/domains/bin.example.com/clients/first/restore');
    expect(status).toBe(201);
    expect(idsOf((await deleted()).body)).toEqual(['twice', 'second']);
  });

  it('needs audit:read, and shows no other domain', async () => {
    const { apiKey: writer } = await server.issue({ domain: 'bin.example.com' });
    expectProblem(await deleted('', { key: writer }), 403);
    const { apiKey: reader } = await server.issue({ domain: 'bin.example.com', permissions: ['audit:read'] });
    expect(idsOf((await deleted('', { key: reader })).body)).toEqual(['twice', 'second']);
    expectProblem(await deleted('', { key: reader }, 'default'), 403);
    expect(idsOf((await deleted('', {}, 'default')).body)).not.toContain('twice');
    expectProblem(await deleted('', {}, 'nowhere'), 404);
  });

  it.each(['limit=0', 'after=x', 'clientId=first'])('?%s is a 400 that names the parameter', async (query) => {
    expectViolations(await deleted(`?${query}`), [query.split('=')[0]!]);
  });
});
