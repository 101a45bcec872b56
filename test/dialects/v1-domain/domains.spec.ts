import { setTimeout as wait } from 'node:timers/promises';
import { expectAccountsError, expectProblem, expectViolations } from '../../support/refusals.js';
import { startServer, type TestServer } from '../../support/test-server.js';

const PUBLIC_URL = 'https://registry.example.com';
const CLIENT = {
  clientType: 'Confidential',
  grantType: 'AuthorizationCode',
  redirectUris: ['https://app.example.com/callback'],
};

let server: TestServer;
let own: { apiKey: string };

beforeAll(async () => {
  server = await startServer({ PUBLIC_URL, DEFAULT_DOMAIN: 'main-realm', STRICT_AUDIENCES: 'true' });
  const permissions = ['clients:read', 'clients:write', 'domains:read', 'domains:write', 'credentials:write'];
  own = await server.issue({ subscription: 'tenant', permissions });
});

afterAll(async () => {
  await server.stop();
});

let counter = 0;
const newName = () => `domain-${++counter}.example.com`;
const create = (domain: string, key?: string) => server.call('POST', '/v1/domain', { key, body: { domain } });
const remove = (domain: string, key?: string) => server.call('DELETE', `/v1/domain/${domain}`, { key });
const put = (domain: string, id: string, body: object = CLIENT, key?: string) =>
  server.call('PUT', `/v1/domain/${domain}/client/${id}`, { body, key });
const namesFor = async (key?: string): Promise<string[]> =>
  (await server.call('GET', '/v1/domain', { key })).body.map(({ domain }: { domain: string }) => domain);
const rowsOf = async (name: string): Promise<number> => {
  const tables = ['clients', 'client_secrets', 'client_sightings'];
  const counts = tables.map(
    (table) => `(select count(*) from ${table} where domain_id in (select id from domains where name = $1))`,
  );
  const [row] = await server.database.query<{ count: string }>(`select ${counts.join(' + ')} as count`, [name]);
  return Number(row!.count);
};

describe('GET /v1/domain', () => {
  it('lists the domains of the key’s subscription, by name', async () => {
    const [one, two] = [newName(), newName()];
    await create(two, own.apiKey);
    await create(one, own.apiKey);
    const foreign = newName();
    await create(foreign);
    const answer = await server.call('GET', '/v1/domain', { key: own.apiKey });
    expect(answer.status).toBe(200);
    for (const entry of answer.body) expect(Object.keys(entry)).toEqual(['domain']);
    const names = await namesFor(own.apiKey);
    expect(names).toEqual(expect.arrayContaining([one, two]));
    expect(names).not.toContain(foreign);
    expect(names).not.toContain('main-realm');
    expect(names).toEqual([...names].sort());
  });

  it('lists those of all subscriptions for the operator', async () => {
    const name = newName();
    await create(name, own.apiKey);
    expect(await namesFor()).toEqual(expect.arrayContaining([name, 'main-realm']));
  });

  it('lists for a key that is bound to one domain no other', async () => {
    const [bound, other] = [newName(), newName()];
    await create(bound, own.apiKey);
    await create(other, own.apiKey);
    const key = await server.issue({ domain: bound, permissions: ['domains:read'] });
    expect(await namesFor(key.apiKey)).toEqual([bound]);
  });

  it('lists all of them, by name, however many there are', async () => {
    const subscription = 'tenant of many';
    const many = Array.from({ length: 2001 }, (_, index) => `many-${index}.example.com`);
    await server.database.query(`insert into domains (name, subscription) select unnest($1::text[]), $2`, [
      many,
      subscription,
    ]);
    const { apiKey } = await server.issue({ subscription, permissions: ['domains:read'] });
    expect(await namesFor(apiKey)).toEqual(many.sort());
  });

  it('without the permission domains:read is a 401', async () => {
    const key = await server.issue({ subscription: 'tenant', permissions: ['domains:write', 'clients:read'] });
    expectProblem(await server.call('GET', '/v1/domain', { key: key.apiKey }), 401);
  });
});

describe('POST /v1/domain', () => {
  it('registers the name that is given: 201 { domain }', async () => {
    const name = newName();
    const answer = await create(name, own.apiKey);
    expect([answer.status, answer.body]).toEqual([201, { domain: name }]);
    expect(await namesFor(own.apiKey)).toContain(name);
    expect((await put(name, 'first', CLIENT, own.apiKey)).status).toBe(200);
  });

  it.each([
    ['an empty body', undefined],
    ['an empty object', {}],
    ['a domain that is null', { domain: null }],
  ])('generates <random>.sandbox.<host of PUBLIC_URL> for %s', async (_, body) => {
    const answer = await server.call('POST', '/v1/domain', { key: own.apiKey, body });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body)).toEqual(['domain']);
    expect(answer.body.domain).toMatch(/^[a-z0-9]+\.sandbox\.registry\.example\.com$/);
    expect(await namesFor(own.apiKey)).toContain(answer.body.domain);
    expect((await put(answer.body.domain, 'first', CLIENT, own.apiKey)).status).toBe(200);
  });

  it('never generates a name twice', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.call('POST', '/v1/domain')));
    expect(new Set(answers.map(({ body }) => body.domain)).size).toBe(20);
  });

  it.each([
    ['a single label, as in the seed’s own curl', 'your-domain-here'],
    ['one character', 'x'],
    ['digits', '127'],
    ['labels of 63', `${'a'.repeat(63)}.${'b'.repeat(63)}`],
    ['253 characters', `${`${'a'.repeat(49)}.`.repeat(5)}abc`],
    ['inner hyphens', 'a--b.c-d'],
  ])('accepts %s', async (_, domain) => {
    expect([(await create(domain)).status, (await namesFor()).includes(domain)]).toEqual([201, true]);
  });

  it.each([
    ['an empty name', ''],
    ['upper case', 'Login.example.com'],
    ['an underscore', 'a_b.example.com'],
    ['a space', 'a b'],
    ['an empty label', 'a..b'],
    ['a leading dot', '.example.com'],
    ['a trailing dot', 'example.com.'],
    ['a leading hyphen', '-a.example.com'],
    ['a trailing hyphen', 'a-.example.com'],
    ['a label that begins with a hyphen', 'a.-b'],
    ['a label of 64', 'a'.repeat(64)],
    ['254 characters', `${`${'a'.repeat(49)}.`.repeat(5)}abcd`],
    ['letters beyond ASCII', 'münchen.de'],
    ['an emoji', '😀.example.com'],
    ['a path', 'example.com/x'],
    ['a URL', 'https://example.com'],
    ['a port', 'example.com:8080'],
    ['a wildcard', '*.example.com'],
    ['NUL', 'a\u0000b'],
    ['a line break', 'a\nb'],
    ['a line break at the end', 'example.com\n'],
    ['a lone surrogate', '\ud800'],
    ['a number', 5],
    ['a list', ['example.com']],
    ['an object', { name: 'example.com' }],
    ['a boolean', true],
  ])('refuses %s: 400 that names domain', async (_, domain) => {
    const before = await namesFor();
    expectViolations(await server.call('POST', '/v1/domain', { body: { domain } }), ['domain']);
    expect(await namesFor()).toEqual(before);
  });

  it('refuses unknown fields and names them', async () => {
    const body = { domain: newName(), name: 'x', 'domain.name': 1 };
    expectViolations(await server.call('POST', '/v1/domain', { body }), ['name', 'domain.name']);
    expect(await namesFor()).not.toContain(body.domain);
  });

  it('of a name that is taken is a 409, also for one that is a foreign subscription’s', async () => {
    const name = newName();
    await create(name);
    expectProblem(await create(name), 409);
    expectProblem(await create(name, own.apiKey), 409);
    expectProblem(await create('main-realm', own.apiKey), 409);
    expect(await namesFor(own.apiKey)).not.toContain(name);
  });

  it('of one name by sixteen callers at once makes one domain', async () => {
    const name = newName();
    const answers = await Promise.all(Array.from({ length: 16 }, () => create(name)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(15).fill(409)]);
    expect((await namesFor()).filter((each) => each === name)).toHaveLength(1);
  });

  it('lets the operator name the subscription, which is `default` otherwise', async () => {
    const [given, plain] = [newName(), newName()];
    await server.call('POST', '/v1/domain', { body: { domain: given, subscription: 'tenant' } });
    await create(plain);
    expect(await namesFor(own.apiKey)).toContain(given);
    const inDefault = await server.issue({ subscription: 'default', permissions: ['domains:read'] });
    expect(await namesFor(inDefault.apiKey)).toEqual(expect.arrayContaining([plain, 'main-realm']));
    expect(await namesFor(inDefault.apiKey)).not.toContain(given);
  });

  it('gives nobody but the operator a domain in another subscription', async () => {
    const name = newName();
    const body = { domain: name, subscription: 'default' };
    expectViolations(await server.call('POST', '/v1/domain', { key: own.apiKey, body }), ['subscription']);
    expect(await namesFor()).not.toContain(name);
  });

  it('by a key without domains:write, or bound to one domain, is a 401', async () => {
    const bound = newName();
    await create(bound, own.apiKey);
    const keys = [
      await server.issue({ subscription: 'tenant', permissions: ['domains:read', 'clients:write'] }),
      await server.issue({ domain: bound, permissions: ['domains:read', 'domains:write'] }),
    ];
    for (const { apiKey } of keys) {
      const name = newName();
      expectProblem(await create(name, apiKey), 401);
      expect(await namesFor()).not.toContain(name);
    }
  });
});

describe('DELETE /v1/domain/{domain}', () => {
  it('answers 202, and the domain is gone from the answer on', async () => {
    const name = newName();
    await create(name, own.apiKey);
    await put(name, 'app', CLIENT, own.apiKey);
    expect((await server.call('GET', `/v1/domain/${name}/client`, { key: own.apiKey })).status).toBe(200);
    expect((await remove(name, own.apiKey)).status).toBe(202);
    for (const [method, path] of [
      ['GET', `/v1/domain/${name}/client`],
      ['GET', `/v1/domain/${name}/client/app`],
      ['DELETE', `/v1/domain/${name}/client/app`],
      ['DELETE', `/v1/domain/${name}`],
    ] as const) {
      expectProblem(await server.call(method, path, { key: own.apiKey }), 401);
      expectProblem(await server.call(method, path), 404);
    }
    expectProblem(await put(name, 'app', CLIENT, own.apiKey), 401);
    expect(await namesFor(own.apiKey)).not.toContain(name);
  });

  it('takes the keys that are bound to it out of force from the answer on, on every API', async () => {
    const name = newName();
    await create(name, own.apiKey);
    const permissions = ['clients:read', 'domains:read', 'credentials:write'];
    const bound = await server.issue({ domain: name, permissions });
    const paths = ['/v1/domain', `/v1/domain/${name}/client`, '/clients', '/admin/credentials'];
    for (const key of [bound.apiKey, bound.accessToken]) {
      for (const path of paths) expect([path, (await server.call('GET', path, { key })).status]).toEqual([path, 200]);
    }
    await remove(name, own.apiKey);
    const statuses = await Promise.all(
      [bound.apiKey, bound.accessToken].flatMap((key) =>
        paths.map(async (path) => [path, (await server.call('GET', path, { key })).status]),
      ),
    );
    expect(statuses).toEqual([...paths, ...paths].map((path) => [path, 401]));
  });

  it('leaves those keys out of force when the name is registered again, and nothing else is inherited', async () => {
    const name = newName();
    await create(name, own.apiKey);
    const bound = await server.issue({ domain: name });
    const { clientSecret } = (await put(name, 'app', CLIENT, own.apiKey)).body;
    const { etag } = Object.fromEntries(
      (await server.call('GET', `/v1/domain/${name}/client/app`, { key: own.apiKey })).headers,
    );
    await remove(name, own.apiKey);
    expect((await create(name, own.apiKey)).status).toBe(201);

    expect((await server.call('GET', `/v1/domain/${name}/client`, { key: own.apiKey })).text).toBe('[]');
    expectProblem(await server.call('GET', `/v1/domain/${name}/client/app`, { key: own.apiKey }), 404);
    for (const key of [bound.apiKey, bound.accessToken]) {
      expectProblem(await server.call('GET', `/v1/domain/${name}/client`, { key }), 401);
      expectAccountsError(await server.call('GET', '/clients', { key }), 401, 1401);
    }
    const again = await put(name, 'app', CLIENT, own.apiKey);
    expect(again.body.clientSecret).toMatch(/^cls_/);
    expect(again.body.clientSecret).not.toBe(clientSecret);
    expect(again.headers.get('etag')).not.toBe(etag);
  });

  it('lets another subscription register the name, and the former owner then sees nothing of it', async () => {
    const name = newName();
    await create(name, own.apiKey);
    await put(name, 'app', CLIENT, own.apiKey);
    await remove(name, own.apiKey);
    const other = await server.issue({ subscription: 'other', permissions: ['domains:write', 'clients:read'] });
    expect((await create(name, other.apiKey)).status).toBe(201);
    expect((await server.call('GET', `/v1/domain/${name}/client`, { key: other.apiKey })).text).toBe('[]');
    expectProblem(await server.call('GET', `/v1/domain/${name}/client`, { key: own.apiKey }), 401);
    expectProblem(await remove(name, own.apiKey), 401);
  });

  it('of the DEFAULT_DOMAIN is a 409, and it stays', async () => {
    expectProblem(await remove('main-realm'), 409);
    expect(await namesFor()).toContain('main-realm');
    expect((await server.call('GET', '/v1/domain/main-realm/client')).status).toBe(200);
  });

  it('of a domain that nobody registered is a 404 for the operator and a 401 for anyone else', async () => {
    expectProblem(await remove('nobody.example.com'), 404);
    expectProblem(await remove('nobody.example.com', own.apiKey), 401);
  });

  it('by a key without domains:write, or of another subscription, is a 401, and the domain stays', async () => {
    const name = newName();
    await create(name, own.apiKey);
    const keys = [
      await server.issue({ subscription: 'tenant', permissions: ['domains:read', 'clients:write'] }),
      await server.issue({ subscription: 'other', permissions: ['domains:read', 'domains:write'] }),
    ];
    for (const { apiKey } of keys) expectProblem(await remove(name, apiKey), 401);
    expect(await namesFor(own.apiKey)).toContain(name);
  });

  it('by sixteen callers at once succeeds once', async () => {
    const name = newName();
    await create(name);
    const answers = await Promise.all(Array.from({ length: 16 }, () => remove(name)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 404)).toHaveLength(15);
  });

  it('removes the rows of its clients in the end, also when a restart came between, and no others', async () => {
    const [gone, kept] = [newName(), newName()];
    for (const name of [gone, kept]) {
      await create(name);
      for (const id of ['one', 'two']) await put(name, id);
      await server.database.query(
        `insert into client_sightings select id, 'one', current_date from domains where name = $1`,
        [name],
      );
    }
    await remove(gone);
    const restarted = await startServer({ DEFAULT_DOMAIN: 'main-realm' }, { database: server.database });
    const deadline = Date.now() + 10_000;
    while ((await rowsOf(gone)) > 0 && Date.now() < deadline) await wait(20);
    await restarted.stop();
    expect([await rowsOf(gone), await rowsOf(kept)]).toEqual([0, 5]);
  });
});

describe('a domain is an isolated realm', () => {
  it('so the same clientId in two domains is two clients', async () => {
    const [one, two] = [newName(), newName()];
    for (const name of [one, two]) await create(name);
    const secrets = [await put(one, 'twin'), await put(two, 'twin')].map(({ body }) => body.clientSecret);
    expect(secrets).toEqual([expect.stringMatching(/^cls_/), expect.stringMatching(/^cls_/)]);
    expect(secrets[0]).not.toBe(secrets[1]);
    await put(one, 'twin', { ...CLIENT, scope: 'one' });
    expect((await server.call('GET', `/v1/domain/${two}/client/twin`)).body.scope).toBe('');
    await server.call('DELETE', `/v1/domain/${one}/client/twin`);
    expect((await server.call('GET', `/v1/domain/${two}/client/twin`)).status).toBe(200);
  });

  it('so under STRICT_AUDIENCES=true a client of another domain does not exist: 409 that names the missing ones', async () => {
    const [one, two] = [newName(), newName()];
    for (const name of [one, two]) await create(name);
    await put(one, 'known');
    await put(two, 'elsewhere');
    const refused = await put(one, 'app', { ...CLIENT, audiences: ['known', 'elsewhere', 'nowhere'] });
    expectProblem(refused, 409);
    expect(refused.body.detail).toMatch(/elsewhere/);
    expect(refused.body.detail).toMatch(/nowhere/);
    expect(refused.body.detail).not.toMatch(/known/);
    expectProblem(await server.call('GET', `/v1/domain/${one}/client/app`), 404);
    expect((await put(one, 'app', { ...CLIENT, audiences: ['known'] })).status).toBe(200);
    expect((await server.call('GET', `/v1/domain/${one}/client/app`)).body.audiences).toEqual(['known']);
  });

  it('so an audience on record is not refused later when its client is gone', async () => {
    const name = newName();
    await create(name);
    await put(name, 'api');
    await put(name, 'app', { ...CLIENT, audiences: ['api'] });
    await server.call('DELETE', `/v1/domain/${name}/client/api`);
    expect((await put(name, 'app', { ...CLIENT, audiences: ['api'], scope: 'more' })).status).toBe(200);
  });
});
