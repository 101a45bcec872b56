import { SecretHasher } from '#clients';
import { Pepper } from '#secrets';
import { hashCheaply } from '../../support/cheap-hashes.js';
import { until } from '../../support/processes.js';
import { expectProblem, expectViolations } from '../../support/refusals.js';
import { startServer, type TestServer } from '../../support/test-server.js';

const CONFIDENTIAL = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const PUBLIC = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/cb'] };

describe('client secrets', () => {
  let server: TestServer;
  let count = 0;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const path = (id: string, rest = '') => `/v1/domain/default/client/${id}${rest}`;
  const put = async (id: string, body: object = CONFIDENTIAL): Promise<string | null> =>
    (await server.call('PUT', path(id), { body })).body.clientSecret;
  const verify = async (id: string, secret: string) =>
    (await server.call('POST', path(id, '/secrets/verify'), { body: { secret } })).body;
  const isGood = async (id: string, secret: string): Promise<boolean> => (await verify(id, secret)).valid;
  const add = (id: string, body?: object) => server.call('POST', path(id, '/secrets'), { body });
  const list = async (id: string) => (await server.call('GET', path(id, '/secrets'))).body;
  const aClient = async (): Promise<{ id: string; secret: string }> => {
    count += 1;
    const id = `client-${count}`;
    return { id, secret: (await put(id))! };
  };

  describe('the table of what a PUT does, judged by the verify endpoint', () => {
    it('absent → Confidential: one secret, which is good', async () => {
      const { id, secret } = await aClient();
      expect(secret).toMatch(/^cls_/);
      expect(await verify(id, secret)).toEqual({ valid: true, secretId: (await list(id))[0].id, expiresAt: null });
    });

    it('absent → Public: null, and nothing is good', async () => {
      expect(await put('public', PUBLIC)).toBeNull();
      expect(await list('public')).toEqual([]);
      expect(await isGood('public', 'cls_whatever')).toBe(false);
    });

    it('Confidential → Confidential: null, the secret stays good', async () => {
      const { id, secret } = await aClient();
      expect(await put(id, { ...CONFIDENTIAL, scope: 'orders' })).toBeNull();
      expect(await isGood(id, secret)).toBe(true);
    });

    it('Confidential → Public → Confidential: all revoked at once, then a new one, never the old one revived', async () => {
      const { id, secret } = await aClient();
      expect(await put(id, PUBLIC)).toBeNull();
      expect(await isGood(id, secret)).toBe(false);
      const fresh = (await put(id))!;
      expect(await isGood(id, fresh)).toBe(true);
      expect(await isGood(id, secret)).toBe(false);
    });

    it('deleted earlier, same id: nothing inherited', async () => {
      const { id, secret } = await aClient();
      await server.call('DELETE', path(id));
      expect(await isGood(id, secret)).toBe(false);
      const fresh = (await put(id))!;
      expect(await isGood(id, secret)).toBe(false);
      expect(await isGood(id, fresh)).toBe(true);
    });
  });

  describe('adding one', () => {
    it('answers 201 with the value, once, and both are good meanwhile', async () => {
      const { id, secret } = await aClient();
      const { status, body, headers } = await add(id, { name: 'second' });
      expect(status).toBe(201);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toEqual({
        id: expect.any(String),
        name: 'second',
        hint: body.clientSecret.slice(-4),
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
        expiresAt: null,
        lastUsedAt: null,
        clientSecret: expect.stringMatching(/^cls_/),
      });
      expect(await isGood(id, secret)).toBe(true);
      expect(await isGood(id, body.clientSecret)).toBe(true);
      expect(JSON.stringify(await list(id))).not.toContain(body.clientSecret);
    });

    it('lets the older ones expire after a day by default, and does not move the ETag', async () => {
      const { id } = await aClient();
      const before = (await server.call('GET', path(id))).headers.get('etag');
      await add(id);
      const [older, newer] = await list(id);
      expect(newer.expiresAt).toBeNull();
      const hours = (Date.parse(older.expiresAt) - Date.parse(newer.createdAt)) / 3_600_000;
      expect(hours).toBeCloseTo(24, 3);
      expect((await server.call('GET', path(id))).headers.get('etag')).toBe(before);
    });

    it('0 ends the older ones at once', async () => {
      const { id, secret } = await aClient();
      const { body } = await add(id, { previousExpiresInSeconds: 0 });
      expect(await isGood(id, secret)).toBe(false);
      expect(await isGood(id, body.clientSecret)).toBe(true);
      expect(await list(id)).toHaveLength(1);
    });

    it('never lets an older one live longer than it would have', async () => {
      const { id } = await aClient();
      const soon = new Date(Date.now() + 60_000).toISOString();
      await add(id, { name: 'short', expiresAt: soon });
      await add(id, { previousExpiresInSeconds: 86_400 });
      const short = (await list(id)).find(({ name }: { name: string }) => name === 'short');
      expect(short.expiresAt).toBe(soon);
    });

    it('an expired one is not good and not listed', async () => {
      const { id } = await aClient();
      const { body } = await add(id, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
      await server.database.query(`update client_secrets set expires_at = now() where id = $1`, [body.id]);
      expect(await isGood(id, body.clientSecret)).toBe(false);
      expect((await list(id)).map((each: { id: string }) => each.id)).not.toContain(body.id);
    });

    it('a sixth live one → 409, unless the older ones end at once', async () => {
      const { id } = await aClient();
      for (let more = 0; more < 4; more++) expect((await add(id)).status).toBe(201);
      expectProblem(await add(id), 409);
      expect(await list(id)).toHaveLength(5);
      expect((await add(id, { previousExpiresInSeconds: 0 })).status).toBe(201);
    });

    it('of a Public client → 409, of an unknown one → 404', async () => {
      expectProblem(await add('public'), 409);
      expectProblem(await add('nobody'), 404);
    });

    it.each([
      ['name', { name: '' }],
      ['name', { name: 'x'.repeat(201) }],
      ['name', { name: 5 }],
      ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
      ['expiresAt', { expiresAt: 'tomorrow' }],
      ['previousExpiresInSeconds', { previousExpiresInSeconds: -1 }],
      ['previousExpiresInSeconds', { previousExpiresInSeconds: 2_592_001 }],
      ['previousExpiresInSeconds', { previousExpiresInSeconds: '60' }],
      ['value', { value: 'my own' }],
    ])('refuses a bad %s: 400 naming it', async (field, body) => {
      const { id } = await aClient();
      const answer = await add(id, body);
      expectProblem(answer, 400);
      expect(Object.keys(answer.body.errors)).toEqual([field]);
      expect(await list(id)).toHaveLength(1);
    });

    it.each([-1, 0.5, 2_592_001, '60', []])(
      'says in one sentence what is wrong with an overlap of %j',
      async (overlap) => {
        const { body } = await add((await aClient()).id, { previousExpiresInSeconds: overlap });
        expect(body.errors).toEqual({
          previousExpiresInSeconds: ['previousExpiresInSeconds must be a whole number from 0 to 2592000.'],
        });
      },
    );

    it('16 callers at once: never more than five are live, and each that got one got a good one', async () => {
      const { id } = await aClient();
      const answers = await Promise.all(Array.from({ length: 16 }, () => add(id)));
      const made = answers.filter(({ status }) => status === 201);
      expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
      expect(made).toHaveLength(4);
      for (const { body } of made) expect(await isGood(id, body.clientSecret)).toBe(true);
    });
  });

  describe('removing one', () => {
    it('204, and it is no longer good', async () => {
      const { id, secret } = await aClient();
      const [first] = await list(id);
      await add(id);
      expect((await server.call('DELETE', path(id, `/secrets/${first.id}`))).status).toBe(204);
      expect(await isGood(id, secret)).toBe(false);
      expectProblem(await server.call('DELETE', path(id, `/secrets/${first.id}`)), 404);
    });

    it('the last live one of a Confidential client → 409', async () => {
      const { id, secret } = await aClient();
      const [only] = await list(id);
      expectProblem(await server.call('DELETE', path(id, `/secrets/${only.id}`)), 409);
      expect(await isGood(id, secret)).toBe(true);
    });

    it('two callers cannot remove the last two at the same moment', async () => {
      const { id } = await aClient();
      await add(id);
      const answers = await Promise.all(
        (await list(id)).map((each: { id: string }) => server.call('DELETE', path(id, `/secrets/${each.id}`))),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      expect(await list(id)).toHaveLength(1);
    });

    it.each(['not-an-id', '00000000-0000-4000-8000-000000000000', '%00'])(
      'an unknown id (%s) → 404',
      async (secretId) => {
        const { id } = await aClient();
        expectProblem(await server.call('DELETE', path(id, `/secrets/${secretId}`)), 404);
      },
    );
  });

  describe('verifying', () => {
    it('an unknown client answers like a wrong secret', async () => {
      const { id } = await aClient();
      expect(await verify('nobody', 'cls_wrong')).toEqual({ valid: false });
      expect(await verify(id, 'cls_wrong')).toEqual({ valid: false });
    });

    it('the stored hash, sent as a secret, fails in every encoding', async () => {
      const { id } = await aClient();
      const [{ hash }] = (await server.database.query<{ hash: Buffer }>(
        'select hash from client_secrets where client_id = $1',
        [id],
      )) as [{ hash: Buffer }];
      for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
        expect(await isGood(id, hash.toString(encoding))).toBe(false);
      }
    });

    it('notes the day of the last use', async () => {
      const { id, secret } = await aClient();
      expect((await list(id))[0].lastUsedAt).toBeNull();
      await verify(id, secret);
      await until('the use is noted', async () => (await list(id))[0].lastUsedAt !== null);
      expect((await list(id))[0].lastUsedAt).toMatch(/^\d{4}-\d\d-\d\d$/);
    });

    it('compares at most 4096 characters, as the OpenAPI document says', async () => {
      const { id } = await aClient();
      const ask = (secret: string) => server.call('POST', path(id, '/secrets/verify'), { body: { secret } });
      expect((await ask('🐴'.repeat(4096))).body).toEqual({ valid: false });
      expectViolations(await ask('x'.repeat(4097)), ['secret']);
      const { body: document } = await server.call('GET', '/openapi/v1.json');
      expect(document.components.schemas.VerifySecretRequest.properties.secret.maxLength).toBe(4096);
    });

    it('needs secrets:verify', async () => {
      const { id, secret } = await aClient();
      const reader = await server.issue({ permissions: ['clients:read', 'clients:write'] });
      const server2 = await server.issue({ permissions: ['secrets:verify'] });
      const ask = (key: string) => server.call('POST', path(id, '/secrets/verify'), { key, body: { secret } });
      expect((await ask(reader.apiKey)).status).toBe(401);
      expect((await ask(server2.apiKey)).body.valid).toBe(true);
    });

    it('a secret that was chosen through the accounts API is good, and stored anew when its algorithm is an old one', async () => {
      const body = { clientID: 'chosen', grantTypes: ['client_credentials'], clientSecret: 'correct horse battery' };
      expect((await server.call('POST', '/clients', { body })).status).toBe(201);
      expect(await isGood('chosen', 'correct horse battery')).toBe(true);
      expect(await isGood('chosen', 'correct horse batterY')).toBe(false);

      const old = await new SecretHasher(new Pepper('a pepper for tests')).store(
        'correct horse battery',
        null,
        'scrypt-12-8-1',
      );
      await server.database.query(
        `update client_secrets set algorithm = $1, salt = $2, hash = $3 where client_id = 'chosen'`,
        [old.algorithm, old.salt, old.hash],
      );
      expect(await isGood('chosen', 'correct horse battery')).toBe(true);
      const algorithm = async () =>
        (
          await server.database.query<{ algorithm: string }>(
            `select algorithm from client_secrets where client_id = 'chosen'`,
          )
        )[0]!.algorithm;
      await until('it is stored anew', async () => (await algorithm()) !== 'scrypt-12-8-1');
      expect(await isGood('chosen', 'correct horse battery')).toBe(true);
    });

    it('a burst of 500 checks of a chosen secret starves nobody: some are told to come again, other requests are answered', async () => {
      const burst = Array.from({ length: 500 }, () =>
        server.call('POST', path('chosen', '/secrets/verify'), { body: { secret: 'correct horse battery' } }),
      );
      const { id, secret } = await aClient();
      expect(await isGood(id, secret)).toBe(true);
      const answers = await Promise.all(burst);
      const busy = answers.filter(({ status }) => status === 429);
      expect(answers.every(({ status }) => [200, 429].includes(status))).toBe(true);
      expect(busy.length).toBeGreaterThan(400);
      expect(busy[0]!.headers.get('retry-after')).toMatch(/^\d+$/);
      expectProblem(busy[0]!, 429);
    }, 60_000);

    describe('whatever text it is', () => {
      hashCheaply();

      it('a secret on record is good, whatever may be chosen today', async () => {
        for (const value of [' '.repeat(8), 'correct horse\n', 'correct\0horse', '********']) {
          const stored = await new SecretHasher(new Pepper('a pepper for tests')).store(value, null);
          await server.database.query(
            `update client_secrets set algorithm = $1, salt = $2, hash = $3 where client_id = 'chosen'`,
            [stored.algorithm, stored.salt, stored.hash],
          );
          expect([value, await isGood('chosen', value)]).toEqual([value, true]);
        }
      });

      it('what is no text is refused, not compared as if it were another: ill-formed Unicode is a 400 that names it', async () => {
        const body = { clientID: 'unread', grantTypes: ['client_credentials'], clientSecret: 'correct-horse' };
        expect((await server.call('POST', '/clients', { body })).status).toBe(201);
        for (const secret of ['"correct\\ud800horse"', '"\\udc00\\ud800"', '"cls_\\ud800"']) {
          for (const id of ['unread', 'nobody']) {
            const answer = await server.call('POST', path(id, '/secrets/verify'), { body: `{"secret":${secret}}` });
            expectViolations(answer, ['secret']);
          }
        }
      });
    });
  });

  it('each change is one audit entry, which knows no secret', async () => {
    const { id, secret } = await aClient();
    const { body } = await add(id);
    await server.call('DELETE', path(id, `/secrets/${body.id}`));
    const entries = await server.database.query<{ action: string }>(
      'select action, changes from audit_entries where client_id = $1 order by position',
      [id],
    );
    expect(entries.map(({ action }) => action)).toEqual([
      'client.created',
      'client.secret_added',
      'client.secret_removed',
    ]);
    for (const value of [secret, body.clientSecret]) expect(JSON.stringify(entries)).not.toContain(value);
  });
});
