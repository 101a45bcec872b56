import { setTimeout as sleep } from 'node:timers/promises';
import { type Issuer, startIssuer } from '../support/issuer.js';
import { startServer, type TestServer } from '../support/test-server.js';

const MINUTE_MS = 60_000;
const CLAIM = 'https://example.com/domain';
const CLIENT = '/v1/domain/default/client/my-app';

const RealDate = Date;
const inMinutes = (minutes: number) => new RealDate(RealDate.now() + minutes * MINUTE_MS).toISOString();
const soon = () => new RealDate(RealDate.now() + 1500).toISOString();

/** The server runs in this process, so it sees this clock; PostgreSQL does not. */
function shiftClock(minutes: number): void {
  const shift = minutes * MINUTE_MS;
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number]) {
      if (given.length === 0) super(RealDate.now() + shift);
      else super(...given);
    }

    static override now(): number {
      return RealDate.now() + shift;
    }
  } as DateConstructor;
}

describe.each([10, -10])('on a machine whose clock is %i minutes ahead', (minutes) => {
  let issuer: Issuer;
  let server: TestServer;

  beforeAll(async () => {
    issuer = await startIssuer();
    shiftClock(minutes);
    const trusted = { jwksUrl: `${issuer.url}/jwks.json`, domainClaim: CLAIM, permissions: ['clients:read'] };
    server = await startServer({ TRUSTED_ISSUERS: JSON.stringify({ [issuer.url]: trusted }) });
    await server.call('PUT', CLIENT, { body: { clientType: 'Confidential', grantType: 'ClientCredentials' } });
  });
  afterAll(async () => {
    globalThis.Date = RealDate;
    await server.stop();
    await issuer.stop();
  });

  const addSecret = (expiresAt: string) => server.call('POST', `${CLIENT}/secrets`, { body: { expiresAt } });
  const issue = (expiresAt: string) =>
    server.call('POST', '/admin/credentials', { body: { name: 'for a while', domain: 'default', expiresAt } });
  const verify = async (secret: string) =>
    (await server.call('POST', `${CLIENT}/secrets/verify`, { body: { secret } })).body.valid;
  const enter = async (key: string) => (await server.call('GET', CLIENT, { key })).status;

  it('what lies in the future may be an expiry, what lies in the past may not', async () => {
    for (const give of [addSecret, issue]) {
      expect((await give(inMinutes(5))).status).toBe(201);
      expect((await give(inMinutes(-5))).status).toBe(400);
    }
  });

  it('secrets, keys and access tokens are good until they expire, and no longer', async () => {
    const expiry = soon();
    const secret = (await addSecret(expiry)).body.clientSecret;
    const { apiKey, accessToken } = (await issue(expiry)).body;
    expect(await verify(secret)).toBe(true);
    expect([await enter(apiKey), await enter(accessToken)]).toEqual([200, 200]);
    // A key is remembered for less than a second.
    await sleep(2500);
    expect(await verify(secret)).toBe(false);
    expect([await enter(apiKey), await enter(accessToken)]).toEqual([401, 401]);
  });

  it('a trusted issuer’s token is good until it expires, and no longer', async () => {
    const enterUntil = async (at: number) => {
      const exp = Math.floor(RealDate.now() / 1000) + 60 * at;
      return enter(await issuer.sign({ aud: server.url, sub: 'alice', [CLAIM]: 'default', exp }));
    };
    expect([await enterUntil(5), await enterUntil(-5)]).toEqual([200, 401]);
  });
});
