import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { until } from './support/processes.js';
import { startServer, type TestServer } from './support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const ROUNDS = 10;

let one: TestServer;
let other: TestServer;
let domains = 0;
let name: string;

beforeAll(async () => {
  one = await startServer();
  other = await startServer({}, { database: one.database });
});
afterAll(async () => {
  await other.stop();
  await one.stop();
});
beforeEach(() => {
  domains += 1;
  name = `doomed-${domains}`;
});

const create = (domain = name) => one.call('POST', '/v1/domain', { body: { domain } });
const remove = (server = one, domain = name) => server.call('DELETE', `/v1/domain/${domain}`);
const path = (clientId: string, domain = name) => `/v1/domain/${domain}/client/${clientId}`;
const put = (server: TestServer, clientId: string, body: object = MACHINE, headers = {}) =>
  server.call('PUT', path(clientId), { body, headers });

/** What the audit has of each domain of a name, oldest first. */
async function logs(domain = name): Promise<string[][]> {
  const rows = await one.database.query<{ domain_id: string; actions: string[] }>(
    `select domain_id, array_agg(action order by entries.position) as actions
       from audit_entries entries join domains on domains.id = domain_id
      where name = $1 group by domain_id order by domain_id`,
    [domain],
  );
  return rows.map(({ actions }) => actions);
}

describe('a domain that another instance has deleted a moment ago', () => {
  /** Another instance has just read the domain, a client of it, and who may what there. */
  async function remembered(): Promise<{ secretId: string; apiKey: string; version: string }> {
    await create();
    const { apiKey } = await one.issue({
      domain: name,
      permissions: ['clients:read', 'clients:write', 'audit:read', 'credentials:write', 'domains:write'],
    });
    await put(one, 'my-app');
    const { body } = await other.call('POST', `${path('my-app')}/secrets`, { key: apiKey, body: {} });
    const { body: versions } = await other.call('GET', `/admin/domains/${name}/clients/my-app/versions`);
    await other.call('GET', path('my-app'), { key: apiKey });
    await other.call('GET', '/client', { key: apiKey });
    return { secretId: body.id, apiKey, version: versions[0].id };
  }

  const imported = (clientId: string, key?: string, domain = name) =>
    other.call('POST', `/admin/domains/${domain}/import`, {
      key,
      body: JSON.stringify({ clientId, ...MACHINE }),
      headers: { 'content-type': 'application/x-ndjson' },
    });

  const rule = (key?: string) =>
    other.call('PUT', `/admin/domains/${name}/policy`, { key, body: { maxSecretAgeDays: 1 } });
  const suspension = (method: string) =>
    other.call(method, `/admin/domains/${name}/clients/my-app/suspension`, { body: method === 'PUT' ? {} : undefined });

  type Known = Awaited<ReturnType<typeof remembered>>;
  /** With the operator's key, to which the domain is none; its own keys were revoked together with it. */
  const WRITES: [string, number, (known: Known) => ReturnType<TestServer['call']>][] = [
    ['a new client through v1', 404, () => put(other, 'late')],
    ['a changed one through v1', 404, () => put(other, 'my-app', { ...MACHINE, scope: 'late' })],
    ['one that is as it was', 404, () => put(other, 'my-app')],
    ['a renewal', 404, () => other.call('PUT', `${path('my-app')}?expiresInSeconds=60`, { body: MACHINE })],
    [
      'a new client through v1 with its own key',
      401,
      ({ apiKey: key }) => other.call('PUT', path('late'), { key, body: MACHINE }),
    ],
    [
      'a new client through accounts',
      401,
      ({ apiKey: key }) => other.call('POST', '/client', { key, body: { clientID: 'late' } }),
    ],
    [
      'a changed one through accounts',
      401,
      ({ apiKey: key }) => other.call('PUT', '/client?clientID=my-app', { key, body: { clientName: 'late' } }),
    ],
    ['a deletion through v1', 404, () => other.call('DELETE', path('my-app'))],
    ['a deletion through accounts', 401, ({ apiKey: key }) => other.call('DELETE', '/client?clientID=my-app', { key })],
    ['a further secret', 404, () => other.call('POST', `${path('my-app')}/secrets`, { body: {} })],
    ['the end of a secret', 404, ({ secretId }) => other.call('DELETE', `${path('my-app')}/secrets/${secretId}`)],
    [
      'an earlier version',
      404,
      ({ version }) => other.call('POST', `/admin/domains/${name}/clients/my-app/versions/${version}/restore`),
    ],
    ['a rule', 404, () => rule()],
    ['a rule with its own key', 401, ({ apiKey }) => rule(apiKey)],
    ['a suspension', 404, () => suspension('PUT')],
    ['the end of a suspension', 404, () => suspension('DELETE')],
    ['an import', 404, () => imported('late')],
    ['an import that changes nothing', 404, () => imported('my-app')],
    ['an import with its own key', 401, ({ apiKey }) => imported('late', apiKey)],
    // As of a body that names a domain that there is not.
    ['a credential', 400, () => other.call('POST', '/admin/credentials', { body: { name: 'late', domain: name } })],
    [
      'a credential of one of its own',
      401,
      ({ apiKey: key }) => other.call('POST', '/admin/credentials', { key, body: { name: 'late' } }),
    ],
  ];

  it.each(WRITES)('takes nothing any more: %s → %i', async (_, status, write) => {
    const known = await remembered();
    const [before] = await logs();
    expect((await remove()).status).toBe(202);
    expect((await write(known)).status).toBe(status);
    expect(await logs()).toEqual([[...before!, 'credential.revoked', 'domain.deleted']]);
    const late = 'select 1 from credentials where name = $1 and revoked_at is null';
    expect(await one.database.query(late, ['late'])).toEqual([]);
    expect(
      await one.database.query(
        `select 1 from clients where client_id = 'late' or scope = 'late' or client_name = 'late'`,
      ),
    ).toEqual([]);
  });

  it('is to a key of the subscription what a domain of another is', async () => {
    const permissions = ['clients:write', 'credentials:write'];
    const { apiKey: key } = await one.issue({ permissions, subscription: 'default' });
    const written = async (domain: string) => {
      const answers = [
        await other.call('PUT', path('late', domain), { key, body: MACHINE }),
        await imported('late', key, domain),
        await other.call('POST', '/admin/credentials', { key, body: { name: 'late', domain, permissions } }),
      ];
      return answers.map(({ status, body }) => ({ status, title: body.title, detail: body.detail }));
    };
    await remembered();
    expect((await other.call('PUT', path('my-app'), { key, body: MACHINE })).status).toBe(200);
    await remove();
    const answers = await written(name);
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 403]);
    expect(answers).toEqual(await written('never-there'));
  });

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'and made anew by the same name has what it acknowledges, time %i',
    async () => {
      await create();
      await put(other, 'my-app');
      await remove();
      await create();
      const { status } = await put(other, 'my-app');
      const isThere = (await one.call('GET', path('my-app'))).status;
      expect([status, isThere]).toEqual(status === 200 ? [200, 200] : [404, 404]);
      expect((await logs())[0]!.at(-1)).toBe('domain.deleted');
    },
  );
});

describe('a domain that is deleted while many write into it', () => {
  it.each([1, 2])('has nothing in its log after its end, with %i instances', async (instances) => {
    const servers = [one, other].slice(0, instances);
    await create();
    let isOver = false;
    const acknowledged: string[] = [];
    const writer = async (server: TestServer, number: number) => {
      for (let n = 0; !isOver; n += 1) {
        const clientId = `client-${number}-${n}`;
        const { status } = await put(server, clientId);
        if (status === 200) acknowledged.push(clientId);
        else expect(status).toBe(404);
      }
    };
    const writers = Array.from({ length: 16 }, (_, n) => writer(servers[n % instances]!, n));
    while (acknowledged.length < 100) await sleep(5);
    expect((await remove()).status).toBe(202);
    await sleep(50);
    isOver = true;
    await Promise.all(writers);
    const [actions] = await logs();
    expect(actions!.at(-1)).toBe('domain.deleted');
    expect(actions!.filter((action) => action === 'client.created')).toHaveLength(acknowledged.length);
  });

  it('ends, however many go on writing', async () => {
    await create();
    let isOver = false;
    const writers = Array.from({ length: 32 }, async (_, n) => {
      for (let k = 0; !isOver; k += 1) await put(n % 2 ? one : other, `client-${n}`, { ...MACHINE, scope: `s${k}` });
    });
    await sleep(200);
    const answer = await remove(other);
    isOver = true;
    await Promise.all(writers);
    expect(answer.status).toBe(202);
  });

  it('revokes a key that is being made, as it does all others', async () => {
    await create();
    const holder = new pg.Client(one.database.superuserUrl);
    await holder.connect();
    await holder.query('begin');
    await holder.query(
      'select from domain_logs join domains on id = domain_id where name = $1 for update of domain_logs',
      [name],
    );
    const waiting = (count: number) =>
      until(`${count} wait for the log`, async () => {
        const found = await one.database.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return found.length === count;
      });
    const issued = other.issue({ domain: name, permissions: ['clients:read'] });
    await waiting(1);
    const removed = remove();
    await waiting(2);
    await holder.query('rollback');
    await holder.end();
    const { id } = await issued;
    expect((await removed).status).toBe(202);
    expect(await logs()).toEqual([['domain.created', 'credential.created', 'credential.revoked', 'domain.deleted']]);
    const { body: told } = await one.call('GET', `/admin/credentials/${id}`);
    expect(told).toMatchObject({ revokedAt: expect.any(String) });
    expect((await one.call('DELETE', `/admin/credentials/${id}`)).status).toBe(204);
  });
});
