import { verify } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expectProblem, expectViolations } from '../support/refusals.js';
import { type Answer, OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const EVERY_PERMISSION = [
  'clients:read',
  'clients:write',
  'clients:propose',
  'secrets:verify',
  'domains:read',
  'domains:write',
  'credentials:write',
  'audit:read',
];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const API_KEY = /^clk_[\w-]{40,}$/;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const NOBODY = '00000000-0000-4000-8000-000000000000';

let server: TestServer;
/** Holds every right on the subscription `tenant`. */
let tenant: { id: string; apiKey: string };
/** May issue and revoke credentials, and read clients; nothing else. */
let clerk: { id: string; apiKey: string };
/** Every right, but on the domain `own` of `tenant` alone. */
let bound: { id: string; apiKey: string };

beforeAll(async () => {
  server = await startServer();
  for (const [domain, subscription] of [
    ['own', 'tenant'],
    ['second', 'tenant'],
    ['foreign', 'stranger'],
  ]) {
    await server.call('POST', '/v1/domain', { body: { domain, subscription } });
  }
  tenant = await server.issue({ subscription: 'tenant', permissions: EVERY_PERMISSION });
  clerk = await server.issue({ subscription: 'tenant', permissions: ['credentials:write', 'clients:read'] });
  bound = await server.issue({ domain: 'own', permissions: EVERY_PERMISSION });
});

afterAll(async () => {
  await server.stop();
});

const post = (body: unknown, key?: string): Promise<Answer> => server.call('POST', '/admin/credentials', { body, key });
const get = (id: string, key?: string) => server.call('GET', `/admin/credentials/${id}`, { key });
const list = (query = '', key?: string) => server.call('GET', `/admin/credentials${query}`, { key });
const revoke = (id: string, key?: string) => server.call('DELETE', `/admin/credentials/${id}`, { key });
const idsOf = ({ body }: Answer): string[] => body.map(({ id }: { id: string }) => id);
const countOf = async () => {
  const [row] = await server.database.query<{ count: string }>('select count(*) from credentials');
  return Number(row!.count);
};
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

describe('POST /admin/credentials', () => {
  it('answers 201 with the credential and its two values, not to be stored', async () => {
    const answer = await post({ name: 'ci' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual({
      id: expect.stringMatching(UUID),
      name: 'ci',
      subscription: 'default',
      domain: null,
      permissions: ['clients:read', 'clients:write'],
      hint: answer.body.apiKey.slice(-4),
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      lastUsedAt: null,
      revokedAt: null,
      apiKey: expect.stringMatching(API_KEY),
      accessToken: expect.stringMatching(JWT),
    });
  });

  it('gives six months when nothing is said of an end', async () => {
    for (const body of [{ name: 'a' }, { name: 'b', expiresAt: null }]) {
      const { createdAt, expiresAt } = (await post(body)).body;
      const days = (Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000;
      expect(days).toBeGreaterThan(180);
      expect(days).toBeLessThan(185);
    }
  });

  it('takes what is null for absent', async () => {
    const { status, body } = await post({ name: 'a', subscription: null, domain: null, permissions: null });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      subscription: 'default',
      domain: null,
      permissions: ['clients:read', 'clients:write'],
    });
  });

  it('takes an end, a domain, whose subscription it then has, and permissions', async () => {
    const answer = await post({
      name: 'all said',
      domain: 'own',
      permissions: ['domains:read', 'audit:read'],
      expiresAt: '2099-01-31T12:00:00Z',
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: 'all said',
      subscription: 'tenant',
      domain: 'own',
      permissions: ['domains:read', 'audit:read'],
      expiresAt: '2099-01-31T12:00:00.000Z',
    });
  });

  it('brings a subscription into being when the operator first names it', async () => {
    const body = { name: 'first', subscription: 'brand-new', permissions: ['domains:read', 'domains:write'] };
    const { apiKey, subscription } = (await post(body)).body;
    expect(subscription).toBe('brand-new');
    expect((await server.call('GET', '/v1/domain', { key: apiKey })).text).toBe('[]');
    await server.call('POST', '/v1/domain', { key: apiKey, body: { domain: 'brand-new.example.com' } });
    expect((await server.call('GET', '/v1/domain', { key: apiKey })).body).toEqual([
      { domain: 'brand-new.example.com' },
    ]);
  });

  it('makes an accessToken that is a JWT: RS512, jti sub iss iat exp, under the published key', async () => {
    const { id, accessToken, createdAt, expiresAt } = (await post({ name: 'jwt' })).body;
    const [head, claims, signature] = accessToken.split('.');
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({ alg: 'RS512', typ: 'JWT' });
    expect(claimsOf(accessToken)).toEqual({
      jti: id,
      sub: expect.any(String),
      iss: server.url,
      iat: Math.floor(Date.parse(createdAt) / 1000),
      exp: Math.floor(Date.parse(expiresAt) / 1000),
    });
    const pem = (await server.call('GET', '/auth/public-key.pem', { key: null })).text;
    const signed = Buffer.from(`${head}.${claims}`);
    expect(verify('sha512', signed, pem, Buffer.from(signature, 'base64url'))).toBe(true);
    const jwks = (await server.call('GET', '/.well-known/jwks.json', { key: null })).body;
    const key = { key: jwks.keys[0], format: 'jwk' } as const;
    expect(verify('sha512', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('stores neither value, only hashes', async () => {
    const { id, apiKey, accessToken } = (await post({ name: 'stored' })).body;
    const rows = await server.database.query<{ stored: string }>(
      `select to_jsonb(c)::text as stored from credentials c where id = $1
       union all select to_jsonb(a)::text from audit_entries a where changes::text like '%' || $1::text || '%'`,
      [id],
    );
    expect(rows).toHaveLength(2);
    for (const { stored } of rows) {
      for (const value of [apiKey, Buffer.from(apiKey).toString('hex'), accessToken, accessToken.split('.')[2]]) {
        expect(stored).not.toContain(value);
      }
    }
  });

  it.each<[string, unknown, string[]]>([
    ['no name', {}, ['name']],
    ['a name that is null', { name: null }, ['name']],
    ['an empty name', { name: '' }, ['name']],
    ['a name of 201 characters', { name: 'x'.repeat(201) }, ['name']],
    ['a name that is a number', { name: 5 }, ['name']],
    ['a name that is a list', { name: ['ci'] }, ['name']],
    ['a subscription that is a number', { name: 'x', subscription: 5 }, ['subscription']],
    ['an empty subscription', { name: 'x', subscription: '' }, ['subscription']],
    ['a domain that is an object', { name: 'x', domain: {} }, ['domain']],
    ['a domain that nobody registered', { name: 'x', domain: 'nobodys.example.com' }, ['domain']],
    ['a domain that cannot exist', { name: 'x', domain: 'UPPER case' }, ['domain']],
    ['an empty domain', { name: 'x', domain: '' }, ['domain']],
    [
      'a subscription that is not the domain’s',
      { name: 'x', domain: 'own', subscription: 'stranger' },
      ['subscription'],
    ],
    ['permissions that are a string', { name: 'x', permissions: 'clients:read' }, ['permissions']],
    ['permissions that are an object', { name: 'x', permissions: {} }, ['permissions']],
    ['a permission that does not exist', { name: 'x', permissions: ['clients:read', 'all'] }, ['permissions[1]']],
    ['a permission that is a number', { name: 'x', permissions: [1] }, ['permissions[0]']],
    ['a permission that is null', { name: 'x', permissions: ['clients:read', null] }, ['permissions[1]']],
    ['an end in words', { name: 'x', expiresAt: 'tomorrow' }, ['expiresAt']],
    ['an end that is a number', { name: 'x', expiresAt: 4_102_444_800 }, ['expiresAt']],
    ['an end that is empty', { name: 'x', expiresAt: '' }, ['expiresAt']],
    ['an end in the past', { name: 'x', expiresAt: '2020-01-31T12:00:00Z' }, ['expiresAt']],
    ['an end on a day that does not exist', { name: 'x', expiresAt: '2099-02-30T12:00:00Z' }, ['expiresAt']],
    ['an end in a month that does not exist', { name: 'x', expiresAt: '2099-13-01T12:00:00Z' }, ['expiresAt']],
    ['an end at an hour that does not exist', { name: 'x', expiresAt: '2099-01-01T25:00:00Z' }, ['expiresAt']],
    ['an end given as a week', { name: 'x', expiresAt: '2099-W10-1' }, ['expiresAt']],
    ['an end given as a day of the year', { name: 'x', expiresAt: '2099-123' }, ['expiresAt']],
    ['an end beyond all dates', { name: 'x', expiresAt: '+999999-01-01T00:00:00Z' }, ['expiresAt']],
    ['an end that is a list', { name: 'x', expiresAt: ['2099-01-31T12:00:00Z'] }, ['expiresAt']],
    ['an unknown field', { name: 'x', role: 'admin' }, ['role']],
    ['an unknown field of a credential that is read', { name: 'x', id: NOBODY }, ['id']],
    ['a value chosen by the caller', { name: 'x', apiKey: 'clk_mine' }, ['apiKey']],
    [
      'everything at once',
      { name: 1, domain: 2, permissions: 3, expiresAt: 4, a: 5 },
      ['name', 'domain', 'permissions', 'expiresAt', 'a'],
    ],
  ])('refuses %s: 400 that names it, and nothing is issued', async (_, body, places) => {
    const before = await countOf();
    expectViolations(await post(body), places);
    expect(await countOf()).toBe(before);
  });
});

describe('a caller can never grant more than it holds: 403', () => {
  it.each<[string, () => string, object]>([
    ['a permission that it lacks', () => clerk.apiKey, { permissions: ['clients:read', 'clients:write'] }],
    ['the default permissions, one of which it lacks', () => clerk.apiKey, {}],
    ['every permission', () => clerk.apiKey, { permissions: EVERY_PERMISSION }],
    ['another subscription', () => tenant.apiKey, { subscription: 'stranger' }],
    ['a subscription that does not exist yet', () => tenant.apiKey, { subscription: 'brand-new-too' }],
    ['another domain than the one it is bound to', () => bound.apiKey, { domain: 'second' }],
    ['a domain of another subscription', () => tenant.apiKey, { domain: 'foreign' }],
  ])('%s', async (_, key, grant) => {
    const before = await countOf();
    expectProblem(await post({ name: 'too much', ...grant }, key()), 403);
    expect(await countOf()).toBe(before);
  });

  it('a longer life, which it names', async () => {
    const end = '2099-01-31T12:00:00.000Z';
    const { apiKey } = await server.issue({ permissions: EVERY_PERMISSION, expiresAt: end });
    const before = await countOf();
    for (const expiresAt of ['2099-01-31T12:00:00.001Z', '9999-12-31T23:59:59Z']) {
      const answer = await post({ name: 'too long', expiresAt }, apiKey);
      expectProblem(answer, 403);
      expect(answer.body.detail).toContain(`expiresAt must be no later than ${end}`);
    }
    expect(await countOf()).toBe(before);
    for (const expiresAt of [end, '2099-01-31T13:00:00+01:00']) {
      expect((await post({ name: 'as long', expiresAt }, apiKey)).body.expiresAt).toBe(end);
    }
  });

  it('nor by saying nothing: what it makes ends with it, at the latest', async () => {
    const [soon, late] = [Date.now() + 3_600_000, Date.UTC(2099, 0, 31)].map((time) => new Date(time).toISOString());
    for (const [end, ends] of [
      [soon, expect.stringMatching(soon!)],
      [late, expect.not.stringMatching(late!)],
    ]) {
      const { apiKey } = await server.issue({ permissions: ['credentials:write', 'clients:read'], expiresAt: end });
      const made = await post({ name: 'child', permissions: ['credentials:write', 'clients:read'] }, apiKey);
      expect([made.status, made.body.expiresAt]).toEqual([201, ends]);
      const grandchild = await post({ name: 'grandchild', permissions: ['clients:read'] }, made.body.apiKey);
      expect(grandchild.body.expiresAt).toBe(made.body.expiresAt);
    }
  });

  it('but what it has granted stays when it is revoked, until its own end', async () => {
    const maker = await server.issue({
      permissions: ['credentials:write', 'clients:read'],
      expiresAt: '2099-01-31T12:00:00Z',
    });
    const child = (await post({ name: 'child', permissions: ['clients:read'] }, maker.apiKey)).body;
    await revoke(maker.id);
    expect((await server.call('GET', '/v1/domain/default/client', { key: child.apiKey })).status).toBe(200);
  });

  it('and a foreign domain is answered as one that does not exist', async () => {
    const [foreign, unknown] = [
      await post({ name: 'x', domain: 'foreign' }, tenant.apiKey),
      await post({ name: 'x', domain: 'nobodys.example.com' }, tenant.apiKey),
    ];
    expect({ ...foreign.body, traceId: '' }).toEqual({ ...unknown.body, traceId: '' });
  });

  it('but as much as it holds it can', async () => {
    const { status, body } = await post({ name: 'same', permissions: ['credentials:write'] }, clerk.apiKey);
    expect(status).toBe(201);
    expect(body).toMatchObject({ subscription: 'tenant', domain: null, permissions: ['credentials:write'] });
    const narrower = await post({ name: 'narrower', domain: 'second' }, tenant.apiKey);
    expect(narrower.body).toMatchObject({ subscription: 'tenant', domain: 'second' });
  });

  it('and one that is bound to a domain grants that domain, said or not', async () => {
    for (const domain of [undefined, null, 'own']) {
      const { status, body } = await post({ name: 'bound', domain }, bound.apiKey);
      expect([status, body.subscription, body.domain]).toEqual([201, 'tenant', 'own']);
      expect((await server.call('GET', '/v1/domain/second/client', { key: body.apiKey })).status).toBe(401);
    }
  });

  it('so what it has granted has no right that it lacks', async () => {
    const { apiKey } = (await post({ name: 'child', permissions: ['clients:read'] }, clerk.apiKey)).body;
    expect((await server.call('GET', '/v1/domain/own/client', { key: apiKey })).status).toBe(200);
    expect((await server.call('DELETE', '/v1/domain/own/client/x', { key: apiKey })).status).toBe(401);
    expect((await server.call('GET', '/v1/domain/foreign/client', { key: apiKey })).status).toBe(401);
  });
});

describe('GET /admin/credentials/{id}', () => {
  it('never shows the values again, but a hint of four characters', async () => {
    const { apiKey, accessToken, ...view } = (await post({ name: 'once', domain: 'own' })).body;
    const answer = await get(view.id);
    expect([answer.status, answer.body]).toEqual([200, view]);
    expect(view.hint).toBe(apiKey.slice(-4));
    expect(answer.text).not.toContain(apiKey);
    expect(answer.text).not.toContain(accessToken);
  });

  it('shows the day on which it was last used', async () => {
    const { id, apiKey } = (await post({ name: 'used' })).body;
    expect((await get(id)).body.lastUsedAt).toBeNull();
    await server.call('GET', '/v1/domain/default/client', { key: apiKey });
    let { lastUsedAt } = (await get(id)).body;
    for (let round = 0; round < 100 && lastUsedAt === null; round += 1) {
      await wait(20);
      lastUsedAt = (await get(id)).body.lastUsedAt;
    }
    expect(lastUsedAt).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('of an id that does not exist, or is none, is a 404', async () => {
    for (const id of [NOBODY, NOBODY.toUpperCase().replace('4', 'A'), 'x', 'operator', '%00', '1', `${NOBODY}0`]) {
      expectProblem(await get(id), 404);
      expectProblem(await revoke(id), 404);
    }
  });
});

describe('GET /admin/credentials', () => {
  it('is an array of credentials without their values', async () => {
    const answer = await list();
    expect(answer.status).toBe(200);
    for (const entry of answer.body) {
      expect(Object.keys(entry).sort()).toEqual(
        [
          'id',
          'name',
          'subscription',
          'domain',
          'permissions',
          'hint',
          'createdAt',
          'expiresAt',
          'lastUsedAt',
          'revokedAt',
        ].sort(),
      );
      expect(entry.hint).toHaveLength(4);
    }
    expect(answer.text).not.toContain(tenant.apiKey);
    expect(answer.text).not.toContain(OPERATOR_KEY);
  });

  it('has the operator’s own, which never expires and holds everything on all subscriptions', async () => {
    const operator = (await list()).body.find(({ subscription }: { subscription: unknown }) => subscription === null);
    expect(operator).toMatchObject({ domain: null, expiresAt: null, revokedAt: null, hint: OPERATOR_KEY.slice(-4) });
    expect([...operator.permissions].sort()).toEqual([...EVERY_PERMISSION].sort());
  });

  it('is paged by limit and after, with a Link to the next page while there is one', async () => {
    const issued: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      issued.push((await post({ name: `page ${index}`, subscription: 'paged' })).body.id);
    }
    const { apiKey, id } = (
      await post({
        name: 'pager',
        subscription: 'paged',
        permissions: ['credentials:write', 'clients:read', 'clients:write'],
      })
    ).body;
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let path: string | undefined = '/admin/credentials?limit=4'; path !== undefined; ) {
      const page: Answer = await server.call('GET', path, { key: apiKey });
      seen.push(...idsOf(page));
      sizes.push(page.body.length);
      const href: string | undefined = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
      path = href?.slice(server.url.length);
    }
    expect(sizes).toEqual([4, 2]);
    expect(seen).toEqual([...issued, id].sort());
  });

  it.each([
    'limit=0',
    'limit=-1',
    'limit=x',
    'limit=1&limit=2',
    'limit=',
    'after=x',
    'after=',
    `after=${NOBODY}&after=${NOBODY}`,
  ])('?%s is a 400 that names the parameter', async (query) => {
    expectViolations(await list(`?${query}`), [query.split('=')[0]!]);
  });

  it('clamps a limit beyond 100', async () => {
    for (const limit of ['101', '99999999999']) expect((await list(`?limit=${limit}`)).status).toBe(200);
  });
});

describe('a caller sees and revokes only credentials of its own subscription whose rights are within its own', () => {
  it('so it sees its own and what it could have granted', async () => {
    const child = (await post({ name: 'child', permissions: ['clients:read'] }, clerk.apiKey)).body;
    expect(idsOf(await list('', clerk.apiKey))).toEqual(expect.arrayContaining([clerk.id, child.id]));
    expect((await get(clerk.id, clerk.apiKey)).status).toBe(200);
    expect((await get(child.id, clerk.apiKey)).status).toBe(200);
    expect((await revoke(child.id, clerk.apiKey)).status).toBe(204);
  });

  it('and others are a 404, which leaves them in force', async () => {
    const operatorId = claimsOf(server.operatorToken).jti;
    const foreign = (await post({ name: 'foreign', subscription: 'stranger', permissions: ['clients:read'] })).body;
    const stronger = (await post({ name: 'stronger', permissions: ['clients:write'], domain: 'own' })).body;
    const wider = (await post({ name: 'wider', subscription: 'tenant', permissions: ['clients:read'] })).body;
    const elsewhere = (await post({ name: 'elsewhere', domain: 'second', permissions: ['clients:read'] })).body;
    for (const [key, hidden] of [
      [clerk.apiKey, [operatorId, foreign.id, stronger.id, tenant.id, bound.id]],
      [tenant.apiKey, [operatorId, foreign.id]],
      [bound.apiKey, [operatorId, foreign.id, wider.id, elsewhere.id, tenant.id, clerk.id]],
    ] as const) {
      const visible = idsOf(await list('', key));
      for (const id of hidden) {
        expect(visible).not.toContain(id);
        expectProblem(await get(id, key), 404);
        expectProblem(await revoke(id, key), 404);
        expect((await get(id)).body.revokedAt).toBeNull();
      }
    }
    expect((await server.call('GET', '/v1/domain/foreign/client', { key: foreign.apiKey })).status).toBe(200);
  });
});

describe('DELETE /admin/credentials/{id}', () => {
  it('answers 204, and the credential is out of force but still on record', async () => {
    const issued = (await post({ name: 'gone' })).body;
    const before = await server.call('GET', '/v1/domain/default/client', { key: issued.apiKey });
    expect(before.status).toBe(200);
    const answer = await revoke(issued.id);
    expect([answer.status, answer.text]).toEqual([204, '']);
    for (const key of [issued.apiKey, issued.accessToken]) {
      expect((await server.call('GET', '/v1/domain/default/client', { key })).status).toBe(401);
    }
    expect(Date.parse((await get(issued.id)).body.revokedAt)).not.toBeNaN();
  });

  it('twice changes nothing', async () => {
    const { id } = (await post({ name: 'twice' })).body;
    await revoke(id);
    const first = (await get(id)).text;
    expect((await revoke(id)).status).toBe(204);
    const again = JSON.parse((await get(id)).text);
    expect(again.revokedAt).toBe(JSON.parse(first).revokedAt);
  });

  it('of the last operator is a 409, and it stays in force', async () => {
    const operatorId = claimsOf(server.operatorToken).jti;
    expectProblem(await revoke(operatorId), 409);
    expect((await get(operatorId)).body.revokedAt).toBeNull();
    expect((await server.call('GET', '/v1/domain', { key: server.operatorToken })).status).toBe(200);
  });

  it('of itself is possible, and is its last deed', async () => {
    const { id, apiKey } = (await post({ name: 'quits', permissions: ['credentials:write'] })).body;
    expect((await revoke(id, apiKey)).status).toBe(204);
    expectProblem(await list('', apiKey), 401);
  });
});

describe('who may', () => {
  it('nobody without a credential: 401 with a challenge', async () => {
    for (const [method, path] of [
      ['GET', '/admin/credentials'],
      ['POST', '/admin/credentials'],
      ['GET', `/admin/credentials/${NOBODY}`],
      ['DELETE', `/admin/credentials/${NOBODY}`],
    ] as const) {
      for (const key of [null, 'nonsense']) {
        const answer = await server.call(method, path, { key });
        expectProblem(answer, 401);
        expect(answer.headers.get('www-authenticate')).toMatch(/\S/);
      }
    }
  });

  it('no known caller without credentials:write: 403 that names the permission', async () => {
    const others = EVERY_PERMISSION.filter((permission) => permission !== 'credentials:write');
    const { apiKey } = (await post({ name: 'others', subscription: 'tenant', permissions: others })).body;
    const before = await countOf();
    for (const answer of [
      await list('', apiKey),
      await post({ name: 'x', permissions: ['clients:read'] }, apiKey),
      await get(tenant.id, apiKey),
      await revoke(tenant.id, apiKey),
    ]) {
      expectProblem(answer, 403);
      expect(answer.body.detail).toContain('credentials:write');
    }
    expect(await countOf()).toBe(before);
  });
});

describe('the audit', () => {
  it('has one row for an issue and one for a revocation', async () => {
    const { id } = (await post({ name: 'audited', domain: 'own' }, tenant.apiKey)).body;
    await revoke(id, tenant.apiKey);
    await revoke(id, tenant.apiKey);
    const rows = await server.database.query<{ action: string; credential_id: string; dialect: string }>(
      `select action, credential_id, dialect from audit_entries where changes::text like '%' || $1 || '%' order by position`,
      [id],
    );
    expect(rows).toEqual([
      { action: 'credential.created', credential_id: tenant.id, dialect: 'admin' },
      { action: 'credential.revoked', credential_id: tenant.id, dialect: 'admin' },
    ]);
  });
});
