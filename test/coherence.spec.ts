import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './support/processes.js';
import { startServer, type TestServer } from './support/test-server.js';

const SECOND_MS = 1000;

let one: TestServer;
let other: TestServer;

beforeAll(async () => {
  one = await startServer();
  other = await startServer({}, { database: one.database });
});
afterAll(async () => {
  await other.stop();
  await one.stop();
});

const put = (server: TestServer, clientId: string, scope: string) =>
  server.call('PUT', `/v1/domain/default/client/${clientId}`, {
    body: { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/cb'], scope },
  });
const get = (server: TestServer, clientId: string) => server.call('GET', `/v1/domain/default/client/${clientId}`);
const scopeOn = async (server: TestServer, clientId: string) => (await get(server, clientId)).body.scope;

/** Reads until it is `expected`: at the latest a read that begins a second after now has to be. */
async function withinASecond(read: () => Promise<unknown>, expected: unknown): Promise<void> {
  const start = performance.now();
  for (;;) {
    const begun = performance.now() - start;
    const value = await read();
    if (value === expected) return;
    if (begun > SECOND_MS)
      throw new Error(`${String(value)} was read ${begun} ms after ${String(expected)} was committed`);
    await sleep(10);
  }
}

/** Changes a client on one server ten times, while the other one remembers it. */
async function changeTenTimes(name: string): Promise<void> {
  for (let n = 0; n < 10; n += 1) {
    await get(other, 'my-app');
    await put(one, 'my-app', `${name}-${n}`);
    await withinASecond(() => scopeOn(other, 'my-app'), `${name}-${n}`);
  }
}

describe('what one instance commits', () => {
  it('it serves at once itself', async () => {
    for (let n = 0; n < 100; n += 1) {
      await put(one, 'own', `s${n}`);
      expect(await scopeOn(one, 'own')).toBe(`s${n}`);
    }
  });

  it('another one serves within a second', async () => {
    await put(one, 'my-app', 'first');
    await changeTenTimes('watched');
  });

  it('another one serves within a second, also while the connection that watches for changes is cut again and again', async () => {
    let isCutting = true;
    const cutting = (async () => {
      while (isCutting) {
        await one.database.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'clientele watch' and datname = current_database()`,
        );
        await sleep(50);
      }
    })();
    await put(one, 'my-app', 'first');
    await changeTenTimes('cut').finally(() => (isCutting = false));
    await cutting;
  });

  it('as a rule of the domain holds elsewhere for the next secret, and is read there within a second', async () => {
    const policy = '/admin/domains/default/policy';
    const ageOn = async (server: TestServer) => (await server.call('GET', policy)).body.maxSecretAgeDays;
    await ageOn(other);
    await one.call('PUT', policy, { body: { maxSecretAgeDays: 90 } });
    const machine = { clientType: 'Confidential', grantType: 'ClientCredentials' };
    await other.call('PUT', '/v1/domain/default/client/machine', { body: machine });
    const [secret] = (await other.call('GET', '/v1/domain/default/client/machine/secrets')).body;
    expect(Date.parse(secret.expiresAt) - Date.parse(secret.createdAt)).toBe(90 * 86_400_000);
    await withinASecond(() => ageOn(other), 90);
    await one.call('PUT', policy, { body: { maxSecretAgeDays: null } });
    await withinASecond(() => ageOn(other), null);
  });

  it('is gone elsewhere within a second when it was deleted', async () => {
    await put(one, 'doomed', 'a');
    await withinASecond(async () => (await get(other, 'doomed')).status, 200);
    await one.call('DELETE', '/v1/domain/default/client/doomed');
    await withinASecond(async () => (await get(other, 'doomed')).status, 404);
  });

  it('is renewed elsewhere within a second, though its ETag stays', async () => {
    await put(one, 'renewed', 'a');
    for (const seconds of [3600, 7200]) {
      const read = await get(other, 'renewed');
      const body = { ...read.body };
      const renewal = await one.call('PUT', `/v1/domain/default/client/renewed?expiresInSeconds=${seconds}`, { body });
      const end = renewal.headers.get('expires-at');
      expect(renewal.headers.get('etag')).toBe(read.headers.get('etag'));
      await withinASecond(async () => (await get(other, 'renewed')).headers.get('expires-at'), end);
    }
  });

  it('ends by itself on both when its time has come, and the audit says so once', async () => {
    const ids = Array.from({ length: 60 }, (_, n) => `ending-${n}`);
    const body = { clientType: 'Confidential', grantType: 'ClientCredentials' };
    const path = (id: string) => `/v1/domain/default/client/${id}`;
    await Promise.all(
      ids.map((id, n) => (n % 2 ? one : other).call('PUT', `${path(id)}?expiresInSeconds=1`, { body })),
    );
    const isThere = async (server: TestServer) => {
      const found = await Promise.all(ids.map(async (id) => (await get(server, id)).status !== 404));
      return found.includes(true);
    };
    await until('they are gone', async () => !(await isThere(one)));
    await withinASecond(() => isThere(other), false);
    const entries = await one.database.query<{ actions: string[] }>(
      `select array_agg(action order by position) as actions from audit_entries
        where client_id like 'ending-%' group by client_id`,
    );
    expect(entries).toEqual(ids.map(() => ({ actions: ['client.created', 'client.deleted'] })));
  });

  it('is gone elsewhere for whoever has seen there that it is gone', async () => {
    for (let n = 0; n < 5; n += 1) {
      await put(one, 'fleeting', String(n));
      await withinASecond(async () => (await get(other, 'fleeting')).status, 200);
      await one.call('DELETE', '/v1/domain/default/client/fleeting');
      const list = await other.call('GET', '/client?clientID=fleeting&_list=true');
      expect(list.body.total).toBe(0);
      expect((await get(other, 'fleeting')).status).toBe(404);
    }
  });

  it('never goes backwards for whoever reads elsewhere, whether one client or the list', async () => {
    await put(one, 'steady', '0');
    let isWriting = true;
    const writer = (async () => {
      for (let n = 1; isWriting; n += 1) await put(one, 'steady', String(n));
    })();
    let last = 0;
    const started = performance.now();
    while (performance.now() - started < 2 * SECOND_MS) {
      const list = await other.call('GET', '/client?clientID=steady&_list=true');
      const [inList, read] = [list.body._embedded['ec:acc/client'][0].modified, (await get(other, 'steady')).body];
      expect(Number(read.scope)).toBeGreaterThanOrEqual(last);
      expect(Date.parse(read.updatedAt)).toBeGreaterThanOrEqual(Date.parse(inList));
      last = Number(read.scope);
    }
    isWriting = false;
    await writer;
    expect(last).toBeGreaterThan(1);
  });
});
