import { setTimeout as sleep } from 'node:timers/promises';
import { expectAccountsError, expectProblem } from '../support/refusals.js';
import { startServer, type TestServer } from '../support/test-server.js';

describe('RATE_LIMIT=3/2', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ RATE_LIMIT: '3/2' });
  });
  afterAll(() => server.stop());
  beforeEach(() => sleep(2100));

  const list = (key?: string | null) =>
    server.call('GET', '/v1/domain/default/client', key === undefined ? {} : { key });

  it('tells a credential where it stands, and refuses what is too much: 429 with Retry-After', async () => {
    const answers = [await list(), await list(), await list()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers[0]!.headers.get('ratelimit-policy')).toBe('"default";q=3;w=2');
    expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual([
      '"default";r=2;t=2',
      expect.stringMatching(/^"default";r=1;t=[12]$/),
      expect.stringMatching(/^"default";r=0;t=[12]$/),
    ]);
    const refused = await list();
    expectProblem(refused, 429);
    expect(refused.headers.get('retry-after')).toMatch(/^[12]$/);
    expectAccountsError(await server.call('GET', '/clients'), 429, 1451);
    await sleep(2100);
    expect((await list()).status).toBe(200);
  });

  it('counts each credential for itself', async () => {
    const { apiKey } = await server.issue({});
    await list();
    await list();
    expect((await list()).status).toBe(429);
    expect((await list(apiKey)).status).toBe(200);
  });

  it('is not told to whom is not let in', async () => {
    const { headers, status } = await list(null);
    expect(status).toBe(401);
    expect(headers.get('ratelimit')).toBeNull();
    expect(headers.get('ratelimit-policy')).toBeNull();
  });
});
