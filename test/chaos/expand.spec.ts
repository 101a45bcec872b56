import { startServer, type TestServer } from '../support/test-server.js';

/** So often that every statement has been prepared; by the one connection there is. */
const TIMES = 8;
const CLIENT = '/v1/domain/default/client/my-app';

describe('a server whose tables the next version’s migration gives new columns', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ DATABASE_POOL_SIZE: '1' });
  });
  afterAll(() => server.stop());

  /** Reads and writes of every table; what was refused. */
  const everything = async (mark: string): Promise<string[]> => {
    const refused: string[] = [];
    const call = async (method: string, path: string, body?: object, headers = {}) => {
      const answer = await server.call(method, path, { body, headers });
      if (answer.status > 299) refused.push(`${method} ${path}: ${answer.status}`);
      return answer;
    };
    for (let n = 0; n < TIMES; n += 1) {
      const scope = `${mark}-${n}`;
      const { apiKey, id } = (await call('POST', '/admin/credentials', { name: scope, domain: 'default' })).body;
      await call('PUT', CLIENT, { clientType: 'Confidential', grantType: 'ClientCredentials', scope });
      await server.call('GET', CLIENT, { key: apiKey });
      await call('GET', '/client?clientID=my-app');
      await call('GET', '/clients');
      const key = { 'idempotency-key': `a-key-of-its-own-${scope}` };
      const { clientSecret } = (await call('POST', `${CLIENT}/secrets`, { previousExpiresInSeconds: 0 }, key)).body;
      await call('POST', `${CLIENT}/secrets/verify`, { secret: clientSecret });
      await call('GET', `${CLIENT}/secrets`);
      await call('POST', '/v1/domain', { domain: `${scope}.example.com`, subscription: 'acme' });
      await call('GET', '/v1/domain');
      await call('GET', '/admin/credentials');
      await call('GET', `/admin/credentials/${id}`);
      await call('GET', '/admin/audit?domain=default&clientId=my-app');
      await call('DELETE', `/admin/credentials/${id}`);
    }
    await call('DELETE', '/client?clientID=my-app');
    return refused;
  };

  it('goes on reading and writing them', async () => {
    expect(await everything('before')).toEqual([]);
    const tables = await server.database.query<{ tablename: string }>(
      `select tablename from pg_tables where schemaname = 'public'`,
    );
    for (const { tablename } of tables) {
      await server.database.query(`alter table ${tablename} add column of_the_next_version text`);
    }
    expect(await everything('after')).toEqual([]);
  });
});
