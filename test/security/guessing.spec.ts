import { randomToken } from '#secrets';
import { expectProblem } from '../support/refusals.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const CHOSEN = 'correct horse battery';

describe('guessing a client’s secret', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    const body = { clientID: 'app', grantTypes: ['client_credentials'], clientSecret: CHOSEN };
    await server.call('POST', '/clients', { body });
  });
  afterAll(() => server.stop());

  const path = '/v1/domain/default/client/app/secrets';
  const verify = (secret: string) => server.call('POST', `${path}/verify`, { body: { secret } });

  it('does not lock out a caller who knows it: after ten wrong ones the right one is told, though it was never presented before', async () => {
    for (let n = 0; n < 10; n += 1) expect((await verify(`wrong pony ${n}`)).body).toEqual({ valid: false });
    expect((await verify(CHOSEN)).body.valid).toBe(true);
  }, 60_000);

  it('slows down after ten wrong ones in a minute: 429 with Retry-After; the right ones are still told', async () => {
    const generated = (await server.call('POST', path, { body: {} })).body.clientSecret;
    expect((await verify(CHOSEN)).body.valid).toBe(true);
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => verify(`wrong horse ${n}`)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expectProblem(refused[0]!, 429);
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    for (const answer of answers) if (answer.status === 200) expect(answer.body).toEqual({ valid: false });
    expect((await verify(generated)).body.valid).toBe(true);
    expect((await verify(CHOSEN)).body.valid).toBe(true);
    expect((await verify(randomToken('cls_'))).body).toEqual({ valid: false });
  }, 60_000);
});

describe('guessing a key', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('gets the same 401 each time, and nobody else waits for it: 500 keys that could be one', async () => {
    const { apiKey } = await server.issue({});
    const guesses = Promise.all(
      Array.from({ length: 500 }, async () => {
        const { status, headers } = await server.call('GET', '/v1/domain', { key: randomToken('clk_') });
        return `${status} ${headers.get('www-authenticate')}`;
      }),
    );
    for (let n = 0; n < 20; n += 1) {
      expect((await server.call('GET', '/clients?size=1', { key: apiKey })).status).toBe(200);
      expect((await server.call('GET', '/v1/domain', { key: OPERATOR_KEY })).status).toBe(200);
    }
    const answers = new Set(await guesses);
    expect(answers.size).toBe(1);
    expect([...answers][0]).toMatch(/^401 /);
  }, 60_000);
});
