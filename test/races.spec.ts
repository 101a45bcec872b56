import { startServer, type TestServer } from './support/test-server.js';

/** The long form: RACE_ROUNDS=200. */
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 20);
const CALLERS = 16;

const CONFIDENTIAL = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const each = <T>(work: (caller: number) => Promise<T>) =>
  Promise.all(Array.from({ length: CALLERS }, (_, n) => work(n)));
const rounds = Array.from({ length: ROUNDS }, (_, round) => round);

describe(`${ROUNDS} rounds of ${CALLERS} racing callers`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('who create one Confidential client: exactly one gets the secret, and it is the one that works', async () => {
    for (const round of rounds) {
      const path = `/v1/domain/default/client/created-${round}`;
      const answers = await each(() => server.call('PUT', path, { body: CONFIDENTIAL }));
      const secrets = answers.map(({ body }) => body.clientSecret).filter((secret) => secret !== null);
      expect(answers.map(({ status }) => status)).toEqual(Array(CALLERS).fill(200));
      expect(secrets).toHaveLength(1);
      const { body } = await server.call('POST', `${path}/secrets/verify`, { body: { secret: secrets[0] } });
      expect(body.valid).toBe(true);
    }
    const rows = await server.database.query<{ secrets: string; entries: string }>(
      `select (select count(*) from client_secrets where client_id like 'created-%') as secrets,
              (select count(*) from audit_entries where client_id like 'created-%') as entries`,
    );
    expect(rows).toEqual([{ secrets: String(ROUNDS), entries: String(ROUNDS) }]);
  }, 300_000);

  it('who write with If-Match, through both dialects: one wins, the others get 412, nothing is lost', async () => {
    await server.call('PUT', '/v1/domain/default/client/matched', { body: CONFIDENTIAL });
    for (const round of rounds) {
      const etag = (await server.call('GET', '/v1/domain/default/client/matched')).headers.get('etag')!;
      const answers = await each((caller) => {
        const headers = { 'if-match': etag };
        const value = `round-${round}-caller-${caller}`;
        return caller % 2 === 0
          ? server.call('PUT', '/v1/domain/default/client/matched', {
              headers,
              body: { ...CONFIDENTIAL, scope: value },
            })
          : server.call('PUT', '/client?clientID=matched', { headers, body: { clientName: value } });
      });
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(CALLERS - 1).fill(412)]);
      const winner = `round-${round}-caller-${answers.findIndex(({ status }) => status === 200)}`;
      const [{ scope, client_name: name }] = (await server.database.query<{ scope: string; client_name: string }>(
        `select scope, client_name from clients where client_id = 'matched'`,
      )) as [{ scope: string; client_name: string }];
      expect([scope, name]).toContain(winner);
    }
  }, 300_000);

  it('who each add a redirect URI, and try again on 412: every one is there at the end', async () => {
    await server.call('POST', '/clients', { body: { clientID: 'shared' } });
    await each(async (caller) => {
      for (;;) {
        const { body, headers } = await server.call('GET', '/client?clientID=shared');
        const redirectURIs = [...body.redirectURIs, `https://caller-${caller}.example.com/`];
        const answer = await server.call('PUT', '/client?clientID=shared', {
          headers: { 'if-match': headers.get('etag')! },
          body: { redirectURIs },
        });
        if (answer.status === 200) return;
        expect(answer.status).toBe(412);
      }
    });
    const { body } = await server.call('GET', '/client?clientID=shared');
    expect(body.redirectURIs.sort()).toEqual(
      Array.from({ length: CALLERS }, (_, caller) => `https://caller-${caller}.example.com/`).sort(),
    );
  }, 60_000);

  it('who rotate one secret without an overlap: all are told what they made, and one of them works', async () => {
    const path = '/v1/domain/default/client/rotated';
    await server.call('PUT', path, { body: CONFIDENTIAL });
    for (const _ of rounds) {
      const answers = await each(() =>
        server.call('POST', `${path}/secrets`, { body: { previousExpiresInSeconds: 0, name: 'turn' } }),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(CALLERS).fill(201));
      const verdicts = await Promise.all(
        answers.map(({ body }) =>
          server.call('POST', `${path}/secrets/verify`, { body: { secret: body.clientSecret } }),
        ),
      );
      const living = answers.filter((__, index) => verdicts[index]!.body.valid);
      const { body: listed } = await server.call('GET', `${path}/secrets`);
      const views = living.map(({ body: { clientSecret: ___, ...view } }) => ({ ...view, lastUsedAt: null }));
      expect(listed.map((secret: object) => ({ ...secret, lastUsedAt: null }))).toEqual(views);
      expect(views).toHaveLength(1);
    }
    const made = `select 1 from audit_entries where client_id = 'rotated' and action = 'client.secret_added'`;
    expect(await server.database.query(made)).toHaveLength(ROUNDS * CALLERS);
  }, 300_000);
});
