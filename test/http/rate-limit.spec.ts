import { setTimeout as sleep } from 'node:timers/promises';
import { expectAccountsError, expectProblem } from '../support/refusals.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';

describe('RATE_LIMIT=3/2', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ RATE_LIMIT: '3/2' });
  });
  afterAll(() => server.stop());

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
    await sleep(2100);
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

describe('RATE_LIMIT=4/60', () => {
  let unlimited: TestServer;
  let server: TestServer;
  beforeAll(async () => {
    unlimited = await startServer();
    server = await startServer({ RATE_LIMIT: '4/60' }, { database: unlimited.database });
  });
  afterAll(async () => {
    await server.stop();
    await unlimited.stop();
  });

  it('is ten times as much for all credentials of a subscription together, however many it makes', async () => {
    const issue = (subscription: string) => unlimited.issue({ subscription, permissions: ['domains:read'] });
    const credentials = await Promise.all(Array.from({ length: 12 }, () => issue('greedy')));
    const other = await issue('modest');
    const list = (key: string) => server.call('GET', '/v1/domain', { key });
    const answers: Answer[] = [];
    for (const { apiKey } of credentials) for (let n = 0; n < 5; n += 1) answers.push(await list(apiKey));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40);
    const refusals = answers.filter(({ status }) => status === 429);
    expect(refusals).toHaveLength(20);
    // Ten had the fifth of theirs refused. The others had all of it: by the subscription’s limit, and the fifth by their own.
    const together = refusals.filter(({ headers }) => headers.get('ratelimit-policy') === '"subscription";q=40;w=60');
    expect(together).toHaveLength(8);
    for (const { headers } of together) {
      expect(headers.get('ratelimit')).toMatch(/^"subscription";r=0;t=\d+$/);
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await list(other.apiKey)).status).toBe(200);
  });
});

describe('RATE_LIMIT=40/60 on two instances', () => {
  let one: TestServer;
  let other: TestServer;
  beforeAll(async () => {
    one = await startServer({ RATE_LIMIT: '40/60' });
    other = await startServer({ RATE_LIMIT: '40/60' }, { database: one.database });
  });
  afterAll(async () => {
    await other.stop();
    await one.stop();
  });

  const burst = async (credential: { apiKey: string }, instances: TestServer[], each: number) => {
    const answers = await Promise.all(
      instances.flatMap((instance) =>
        Array.from({ length: each }, () => instance.call('GET', '/clients?size=1', { key: credential.apiKey })),
      ),
    );
    return answers.map(({ status }) => status);
  };

  it('a credential has one count on both: what one lets in, the other does not', async () => {
    const credential = await one.issue({});
    expect(await burst(credential, [one], 40)).toEqual(Array(40).fill(200));
    expect(await burst(credential, [other], 5)).toEqual(Array(5).fill(429));
  });

  it('a burst on both at the same moment gets in no oftener than the limit says', async () => {
    const credential = await other.issue({});
    const statuses = await burst(credential, [one, other], 60);
    const allowed = statuses.filter((status) => status === 200).length;
    expect(allowed).toBeLessThanOrEqual(40);
    // A few may be held by an instance that nobody asks any more.
    expect(allowed).toBeGreaterThanOrEqual(30);
    expect(statuses.filter((status) => status === 429)).toHaveLength(120 - allowed);
  });

  it('goes on, and limits, when the count cannot be reached', async () => {
    const credential = await one.issue({});
    await one.database.query('alter table rate_windows rename to rate_windows_away');
    try {
      const statuses = await burst(credential, [one], 60);
      expect(statuses.filter((status) => status === 200)).toHaveLength(40);
      expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    } finally {
      await one.database.query('alter table rate_windows_away rename to rate_windows');
    }
  });
});
