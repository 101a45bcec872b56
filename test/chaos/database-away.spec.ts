import { setTimeout as sleep } from 'node:timers/promises';
import { Line } from '../../chaos/line.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { startServer, type TestServer } from '../support/test-server.js';

const CLIENT = '/v1/domain/default/client/my-app';
const BODY = { clientType: 'Confidential', grantType: 'ClientCredentials' };

describe('a database to which the line', () => {
  let database: TestDatabase;
  let line: Line;
  let server: TestServer;

  beforeAll(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    line = await Line.start(Number(url.port));
    url.port = String(line.port);
    server = await startServer({}, { database: { ...database, url: url.href } });
  });
  afterAll(async () => {
    await line.set();
    await server.stop();
    await line.end();
    await database.drop();
  });

  it.each([
    ['is cut', 'cut'],
    ['falls silent, so that nothing refuses and nothing answers', 'silent'],
  ] as const)('%s: 503 within two seconds, and used again when it is back, over other connections', async (_, mode) => {
    expect((await server.call('PUT', CLIENT, { body: BODY })).status).toBe(200);
    await line.set({ mode });
    const begun = performance.now();
    const calls: [string, string, object?][] = [
      ['GET', '/v1/domain/default/client/nobody'],
      ['GET', '/client?clientID=nobody'],
      ['GET', '/clients'],
      ['GET', '/admin/credentials'],
      ['GET', '/admin/audit'],
      ['POST', '/admin/credentials', { name: 'later' }],
      ['PUT', CLIENT, { ...BODY, scope: 'later' }],
      ['GET', '/health/ready'],
    ];
    const answers = await Promise.all(calls.map(([method, path, body]) => server.call(method, path, { body })));
    expect(performance.now() - begun).toBeLessThan(2500);
    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 503));
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(calls.map(() => '1'));
    expect((await server.call('GET', '/health/live')).status).toBe(200);

    await line.set();
    const back = performance.now();
    while ((await server.call('PUT', CLIENT, { body: { ...BODY, scope: 'back' } })).status !== 200) {
      expect(performance.now() - back).toBeLessThan(4000);
      await sleep(50);
    }
    expect((await server.call('GET', CLIENT)).body.scope).toBe('back');
    expect((await server.call('GET', '/health/ready')).status).toBe(200);
  });
});
