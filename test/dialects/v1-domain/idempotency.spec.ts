import { expectProblem } from '../../support/refusals.js';
import { type Answer, type Request, startServer, type TestServer } from '../../support/test-server.js';

const CONFIDENTIAL = { clientType: 'Confidential', grantType: 'ClientCredentials' };

describe('Idempotency-Key', () => {
  let server: TestServer;
  let count = 0;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const newKey = () => {
    count += 1;
    return `0123456789abcdef-${count}`;
  };
  const put = (id: string, key: string, request: Request = {}): Promise<Answer> =>
    server.call('PUT', `/v1/domain/default/client/${id}`, {
      body: CONFIDENTIAL,
      ...request,
      headers: { 'idempotency-key': key, ...request.headers },
    });

  it('on PUT: the same answer again, secret and ETag included, and nothing is written twice', async () => {
    const key = newKey();
    const first = await put('one', key);
    expect(first.body.clientSecret).toMatch(/^cls_/);
    const again = await put('one', key);
    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(again.headers.get('cache-control')).toBe('no-store');
    const entries = await server.database.query(`select 1 from audit_entries where client_id = 'one'`);
    expect(entries).toHaveLength(1);
  });

  it('on POST of a secret and of a credential: the same one again', async () => {
    await put('two', newKey());
    const headers = { 'idempotency-key': newKey() };
    const secrets = '/v1/domain/default/client/two/secrets';
    const [first, again] = [
      await server.call('POST', secrets, { headers }),
      await server.call('POST', secrets, { headers }),
    ];
    expect(first.body.clientSecret).toMatch(/^cls_/);
    expect(again.text).toBe(first.text);
    expect(again.status).toBe(201);
    expect((await server.call('GET', secrets)).body).toHaveLength(2);

    const body = { name: 'ci' };
    const issued = await server.call('POST', '/admin/credentials', { headers, body });
    const repeated = await server.call('POST', '/admin/credentials', { headers, body });
    expect(issued.body.apiKey).toMatch(/^clk_/);
    expect(repeated.text).toBe(issued.text);
  });

  it('with another body, query or condition → 422, and nothing is written', async () => {
    const key = newKey();
    await put('three', key);
    expectProblem(await put('three', key, { body: { ...CONFIDENTIAL, scope: 'other' } }), 422);
    expectProblem(await put('three', key, { headers: { 'if-match': '"x"' } }), 422);
    expect((await server.call('GET', '/v1/domain/default/client/three')).body.scope).toBe('');
  });

  it('of a credential with another domain in its body, too → 422', async () => {
    const headers = { 'idempotency-key': newKey() };
    await server.call('POST', '/v1/domain', { body: { domain: 'another.example.com' } });
    const issue = (domain: string) =>
      server.call('POST', '/admin/credentials', { headers, body: { name: 'ci', domain } });
    expect((await issue('default')).status).toBe(201);
    expectProblem(await issue('another.example.com'), 422);
  });

  it('means something else to another path and another credential', async () => {
    const key = newKey();
    await put('four', key);
    expect((await put('five', key)).body.clientSecret).toMatch(/^cls_/);
    const other = await server.issue({});
    const answer = await put('four', key, { key: other.apiKey });
    expect(answer.body).toEqual({ clientSecret: null });
  });

  it('16 at once: one is done, the others get its answer or 409 while it is in flight', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 16 }, () => put('six', key)));
    const done = answers.filter(({ status }) => status === 200);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    expect(done[0]!.body.clientSecret).toMatch(/^cls_/);
    expect((await put('six', key)).text).toBe(done[0]!.text);
  });

  it('a refused request may be tried again with the same key', async () => {
    const key = newKey();
    expectProblem(await put('seven', key, { body: { clientType: 'Confidential' } }), 400);
    expect((await put('seven', key)).status).toBe(200);
  });

  it('a dry run uses no key up', async () => {
    const key = newKey();
    const dry = [
      await put('seventeen', key, { headers: { prefer: 'validate-only' } }),
      await server.call('PUT', '/v1/domain/default/client/seventeen?dryRun=true', {
        body: CONFIDENTIAL,
        headers: { 'idempotency-key': key },
      }),
    ];
    expect(dry.map(({ body }) => [body.dryRun, body.created])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect((await put('seventeen', key)).body.clientSecret).toMatch(/^cls_/);
  });

  it('a revoked credential gets no replay', async () => {
    const key = newKey();
    const other = await server.issue({});
    await put('eight', key, { key: other.apiKey });
    await server.call('DELETE', `/admin/credentials/${other.id}`);
    expectProblem(await put('eight', key, { key: other.apiKey }), 401);
  });

  describe('is not given an answer that tells of what is gone:', () => {
    const domain = 'short-lived.example.com';
    const remake = async () => {
      expect((await server.call('DELETE', `/v1/domain/${domain}`)).status).toBe(202);
      expect((await server.call('POST', '/v1/domain', { body: { domain } })).status).toBe(201);
    };
    beforeAll(async () => {
      await server.call('POST', '/v1/domain', { body: { domain } });
    });

    it('in a domain made anew the same request is a first one', async () => {
      const path = `/v1/domain/${domain}/client/app`;
      const request = { body: CONFIDENTIAL, headers: { 'idempotency-key': newKey() } };
      const first = await server.call('PUT', path, request);
      await remake();
      const again = await server.call('PUT', path, request);
      expect(again.body.clientSecret).toMatch(/^cls_/);
      expect(again.body.clientSecret).not.toBe(first.body.clientSecret);
      expect((await server.call('GET', path)).headers.get('etag')).toBe(again.headers.get('etag'));
      const { body } = await server.call('POST', `${path}/secrets/verify`, {
        body: { secret: again.body.clientSecret },
      });
      expect(body.valid).toBe(true);
    });

    it('a credential of a domain made anew → 409', async () => {
      const request = { body: { name: 'ci', domain }, headers: { 'idempotency-key': newKey() } };
      await server.call('POST', '/admin/credentials', request);
      await remake();
      expectProblem(await server.call('POST', '/admin/credentials', request), 409);
    });

    it('a client that was deleted, also one that was made again since → 409', async () => {
      const key = newKey();
      await put('twelve', key);
      await server.call('DELETE', '/v1/domain/default/client/twelve');
      expectProblem(await put('twelve', key), 409);
      expect((await server.call('GET', '/v1/domain/default/client/twelve')).status).toBe(404);
      await put('twelve', newKey());
      expectProblem(await put('twelve', key), 409);
    });

    it('a client’s secret that was replaced since → 409; one that has further ones beside it is told', async () => {
      const secrets = '/v1/domain/default/client/thirteen/secrets';
      const key = newKey();
      const first = await put('thirteen', key);
      await server.call('POST', secrets, { body: { previousExpiresInSeconds: 60 } });
      expect((await put('thirteen', key)).text).toBe(first.text);
      await server.call('POST', secrets, { body: { previousExpiresInSeconds: 0 } });
      expectProblem(await put('thirteen', key), 409);
    });

    it('a client without a secret that was changed since is still the client', async () => {
      const body = {
        clientType: 'Public',
        grantType: 'AuthorizationCode',
        redirectUris: ['https://a.example.com/cb'],
      };
      const key = newKey();
      const first = await put('fourteen', key, { body });
      await put('fourteen', newKey(), { body: { ...body, scope: 'more' } });
      const again = await put('fourteen', key, { body });
      expect([again.status, again.text]).toEqual([200, first.text]);
    });

    it('a further secret that has ended → 409', async () => {
      await put('fifteen', newKey());
      const secrets = '/v1/domain/default/client/fifteen/secrets';
      const headers = { 'idempotency-key': newKey() };
      const { body } = await server.call('POST', secrets, { headers });
      await server.call('DELETE', `${secrets}/${body.id}`);
      expectProblem(await server.call('POST', secrets, { headers }), 409);
    });

    it('a credential that was revoked → 409', async () => {
      const request = { body: { name: 'ci' }, headers: { 'idempotency-key': newKey() } };
      const { body } = await server.call('POST', '/admin/credentials', request);
      await server.call('DELETE', `/admin/credentials/${body.id}`);
      expectProblem(await server.call('POST', '/admin/credentials', request), 409);
    });

    describe('also on an instance that remembers it:', () => {
      let other: TestServer;
      beforeAll(async () => {
        other = await startServer({}, { database: server.database });
      });
      afterAll(() => other.stop());

      it('a credential that another one has revoked → 409', async () => {
        const request = { body: { name: 'ci' }, headers: { 'idempotency-key': newKey() } };
        const { body } = await other.call('POST', '/admin/credentials', request);
        expect((await other.call('POST', '/admin/credentials', request)).status).toBe(201);
        await server.call('DELETE', `/admin/credentials/${body.id}`);
        expectProblem(await other.call('POST', '/admin/credentials', request), 409);
      });

      it('a credential of a domain that another one has deleted → 409', async () => {
        const request = { body: { name: 'ci', domain }, headers: { 'idempotency-key': newKey() } };
        await other.call('POST', '/admin/credentials', request);
        expect((await other.call('POST', '/admin/credentials', request)).status).toBe(201);
        await remake();
        expectProblem(await other.call('POST', '/admin/credentials', request), 409);
      });

      it('a secret of a client in a domain that another one has deleted → 404', async () => {
        await other.call('POST', '/v1/domain', { body: { domain: 'soon-gone.example.com' } });
        const path = '/v1/domain/soon-gone.example.com/client/app';
        await other.call('PUT', path, { body: CONFIDENTIAL });
        const request = { body: {}, headers: { 'idempotency-key': newKey() } };
        expect((await other.call('POST', `${path}/secrets`, request)).status).toBe(201);
        await server.call('DELETE', '/v1/domain/soon-gone.example.com');
        expectProblem(await other.call('POST', `${path}/secrets`, request), 404);
      });
    });

    it('a client that was restored, and deleted since → 409', async () => {
      await put('sixteen', newKey());
      await server.call('DELETE', '/v1/domain/default/client/sixteen');
      const headers = { 'idempotency-key': newKey() };
      const restore = () => server.call('POST', '/admin/domains/default/clients/sixteen/restore', { headers });
      const first = await restore();
      expect(first.status).toBe(201);
      expect((await restore()).text).toBe(first.text);
      await server.call('DELETE', '/v1/domain/default/client/sixteen');
      expectProblem(await restore(), 409);
    });
  });

  it('is forgotten after ten minutes', async () => {
    const key = newKey();
    await put('nine', key);
    await server.database.query(`update replays set begun_at = now() - interval '10 minutes 1 second'`);
    expect((await put('nine', key)).body).toEqual({ clientSecret: null });
  });

  it.each(['short', 'x'.repeat(256), 'with a space in it'])('a key that is none (%.20s) → 400', async (key) => {
    expectProblem(await put('ten', key), 400);
  });

  it('what is stored reveals neither the key nor the secret', async () => {
    const key = newKey();
    const { body } = await put('eleven', key);
    const [dump] = await server.database.query<{ text: string }>(
      `select string_agg(encode(scope, 'escape') || encode(request, 'escape') || encode(answer, 'escape'), ' ') as text from replays`,
    );
    expect(dump!.text.length).toBeGreaterThan(100);
    expect(dump!.text).not.toContain(key);
    expect(dump!.text).not.toContain(body.clientSecret);
  });
});

describe('a dry run of PUT', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ STRICT_AUDIENCES: 'true' });
  });
  afterAll(() => server.stop());

  const path = '/v1/domain/default/client/my-app';
  const state = () =>
    server.database.query(`select (select count(*) from clients), (select count(*) from client_secrets),
      (select count(*) from audit_entries), (select max(version) from clients)`);
  const plan = async (body: object, request: Request = {}) => {
    const before = await state();
    const answer = await server.call('PUT', `${path}?dryRun=true`, { body, ...request });
    expect(await state()).toEqual(before);
    return answer;
  };
  const confidential = { ...CONFIDENTIAL, scope: 'orders' };
  const publicClient = {
    clientType: 'Public',
    grantType: 'AuthorizationCode',
    redirectUris: ['https://a.example.com/cb'],
  };

  it('of a new client: it would be created, with a secret if it is Confidential', async () => {
    const { body } = await plan(confidential);
    expect(body).toMatchObject({ dryRun: true, created: true, clientSecret: 'created' });
    expect(body.changes).toContainEqual({ field: 'scope', before: null, after: 'orders' });
    expect((await plan(publicClient)).body).toMatchObject({ created: true, clientSecret: 'none' });
    expect((await server.call('GET', path)).status).toBe(404);
  });

  it('of a known client: the fields that would change, and what becomes of the secret', async () => {
    await server.call('PUT', path, { body: confidential });
    expect((await plan({ ...confidential, scope: 'orders read' })).body).toEqual({
      dryRun: true,
      created: false,
      changes: [{ field: 'scope', before: 'orders', after: 'orders read' }],
      clientSecret: 'kept',
    });
    expect((await plan(confidential)).body).toEqual({
      dryRun: true,
      created: false,
      changes: [],
      clientSecret: 'kept',
    });
    expect((await plan(publicClient)).body.clientSecret).toBe('revoked');
  });

  it('tells the grants that would be lost, which no field of this API shows', async () => {
    await server.call('PUT', '/client?clientID=my-app', {
      body: { grantTypes: ['client_credentials', 'authorization_code'], redirectURIs: publicClient.redirectUris },
    });
    const { scope } = confidential;
    expect((await plan({ ...publicClient, scope })).body).toEqual({
      dryRun: true,
      created: false,
      changes: [
        { field: 'clientType', before: 'Confidential', after: 'Public' },
        { field: 'grantTypes', before: ['client_credentials', 'authorization_code'], after: ['authorization_code'] },
      ],
      clientSecret: 'revoked',
    });
    expect((await plan({ ...publicClient, scope, clientType: 'Confidential' })).body.changes).toEqual([]);
    await server.call('PUT', path, { body: confidential });
  });

  it.each([
    'validate-only',
    'respond-async, Validate-Only',
    'validate-only; foo=bar',
    'validate-only;foo',
    'validate-only=""',
    'validate-only = "" ; a=b, wait=5',
    'foo="a, b", validate-only',
  ])('can be asked for with Prefer: %s', async (prefer) => {
    const body = { ...confidential, scope: 'planned' };
    for (const query of ['', '?dryRun=true', '?dryRun=false']) {
      const answer = await server.call('PUT', path + query, { body, headers: { prefer } });
      expect(answer.headers.get('preference-applied')).toBe('validate-only');
      expect(answer.body).toMatchObject({ dryRun: true, changes: [{ field: 'scope' }] });
    }
  });

  it('is no preference that was applied where it is refused', async () => {
    const body = { ...confidential, scope: ' ' };
    const answer = await server.call('PUT', path, { body, headers: { prefer: 'validate-only' } });
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([400, null]);
  });

  it.each([
    'wait=10',
    'validate-only=later',
    'validate-only-not',
    'foo="a, validate-only"',
    'foo="a, validate-only',
    'foo; validate-only',
  ])('is not what Prefer: %s asks for', async (prefer) => {
    const wet = await server.call('PUT', `${path}?dryRun=false`, { body: confidential, headers: { prefer } });
    expect([wet.body, wet.headers.get('preference-applied')]).toEqual([{ clientSecret: null }, null]);
  });

  it('refuses what the PUT would refuse', async () => {
    expectProblem(await plan({ ...confidential, scope: 5 }), 400);
    expectProblem(await plan({ ...confidential, audiences: ['nobody'] }), 409);
    expectProblem(await plan(confidential, { headers: { 'if-none-match': '*' } }), 412);
    expectProblem(await plan(confidential, { key: null }), 401);
    expectProblem(await server.call('PUT', `${path}?dryRun=maybe`, { body: confidential }), 400);
  });
});
