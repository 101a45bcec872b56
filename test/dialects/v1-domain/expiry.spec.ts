import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import pg from 'pg';
import { FeedReader } from '../../support/feed-reader.js';
import { until } from '../../support/processes.js';
import { expectProblem, expectViolations } from '../../support/refusals.js';
import { type Answer, OPERATOR_KEY, startServer, type TestServer } from '../../support/test-server.js';
import { etagOf, MACHINE, PUBLIC } from '../../support/v1-clients.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

let server: TestServer;
let made = 0;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const newId = () => `for-a-while-${++made}`;
const path = (id: string) => `/v1/domain/default/client/${id}`;
const get = (id: string, headers = {}) => server.call('GET', path(id), { headers });
const put = (id: string, expiresInSeconds?: number | string, body: object = MACHINE, headers = {}) => {
  const query = expiresInSeconds === undefined ? '' : `?expiresInSeconds=${expiresInSeconds}`;
  return server.call('PUT', `${path(id)}${query}`, { body, headers });
};
const verify = async (id: string, secret: string) =>
  (await server.call('POST', `${path(id)}/secrets/verify`, { body: { secret } })).body.valid;
const auditOf = async (id: string) => (await server.call('GET', `/admin/audit?domain=default&clientId=${id}`)).body;
const actionsOn = async (id: string) => (await auditOf(id)).map(({ action }: { action: string }) => action);
const expiresAt = ({ headers }: Answer) => headers.get('expires-at');
/** Whether a client ends so many seconds from now, give or take what a busy machine needs. */
function expectToEndIn(seconds: number, answer: Answer): void {
  const left = Date.parse(expiresAt(answer)!) / 1000 - Date.now() / 1000;
  expect(left).toBeGreaterThan(seconds - 60);
  expect(left).toBeLessThan(seconds + 60);
}
const gone = (id: string) => until(`${id} is gone`, async () => (await get(id)).status === 404);

describe('PUT …?expiresInSeconds=', () => {
  it('registers a client for a while; GET, HEAD, 304 and the answer say until when, as an HTTP date, and no body does', async () => {
    const id = newId();
    const written = await put(id, HOUR);
    expect(written.status).toBe(200);
    const read = await get(id);
    const unchanged = await get(id, { 'if-none-match': etagOf(read) });
    const head = await server.call('HEAD', path(id));
    expect([read, unchanged, head].map(({ status }) => status)).toEqual([200, 304, 200]);
    for (const answer of [written, read, unchanged, head]) {
      expectToEndIn(HOUR, answer);
      expect(expiresAt(answer)).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
      expect(expiresAt(answer)).toBe(expiresAt(written));
    }
    expect(Object.keys(read.body).filter((name) => /expires/i.test(name))).toEqual([]);
    expect(Object.keys(written.body)).toEqual(['clientSecret']);
  });

  it('lets pages of other origins read the header', async () => {
    const { headers } = await get(newId(), { origin: 'https://app.example.com' });
    expect(headers.get('access-control-expose-headers')?.split(/, */)).toContain('Expires-At');
  });

  it('absent: a new client stays for good, and another one ends when it was to end', async () => {
    const [forGood, forAWhile] = [newId(), newId()];
    expect(expiresAt(await put(forGood))).toBeNull();
    expect(expiresAt(await get(forGood))).toBeNull();
    const before = expiresAt(await put(forAWhile, DAY));
    expect(expiresAt(await put(forAWhile))).toBe(before);
    expect(expiresAt(await put(forAWhile, undefined, { ...MACHINE, scope: 'a' }))).toBe(before);
    expect(expiresAt(await get(forAWhile))).toBe(before);
  });

  it('a repeat renews, 0 is for good; neither touches ETag, updatedAt, versions or secrets', async () => {
    const id = newId();
    const { clientSecret } = (await put(id, HOUR)).body;
    const before = await get(id);
    const renewed = await put(id, DAY);
    expectToEndIn(DAY, renewed);
    expectToEndIn(DAY, await get(id));
    const kept = await put(id, 0);
    expect([expiresAt(kept), expiresAt(await get(id))]).toEqual([null, null]);
    for (const answer of [renewed, kept]) {
      expect([answer.status, answer.body, etagOf(answer)]).toEqual([200, { clientSecret: null }, etagOf(before)]);
    }
    expect((await get(id)).text).toBe(before.text);
    expect(await verify(id, clientSecret)).toBe(true);
    const versions = await server.call('GET', `/admin/domains/default/clients/${id}/versions`);
    expect(versions.body).toHaveLength(1);
  });

  it('is told in the audit as a renewal with both times, by who asked for it', async () => {
    const id = newId();
    const { apiKey: key } = await server.issue({ name: 'ci', domain: 'default' });
    await put(id);
    await server.call('PUT', `${path(id)}?expiresInSeconds=60`, { body: MACHINE, key });
    await put(id, 0);
    await put(id, 0);
    await put(id, HOUR, { ...MACHINE, scope: 'a' });
    const entries = await auditOf(id);
    expect(
      entries.map(({ action, credential }: Record<string, { name: string }>) => [action, credential!.name]),
    ).toEqual([
      ['client.created', 'operator'],
      ['client.renewed', 'ci'],
      ['client.renewed', 'operator'],
      ['client.changed', 'operator'],
    ]);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(entries.slice(1).map(({ changes }: { changes: object }) => changes)).toEqual([
      { expiresAt: { before: null, after: time } },
      { expiresAt: { before: time, after: null } },
      { scope: { before: '', after: 'a' }, expiresAt: { before: null, after: time } },
    ]);
  });

  it.each(['-1', '1.5', '1e3', 'tomorrow', '', '%201', String(YEAR + 1), '9'.repeat(30), '1&expiresInSeconds=2'])(
    'is a whole number from 0 to a year: %j is refused, and nothing is written',
    async (value) => {
      const id = newId();
      const refusal = await put(id, value);
      expectViolations(refusal, ['expiresInSeconds']);
      expect(refusal.body.errors.expiresInSeconds).toEqual([
        `expiresInSeconds must be a whole number from 0 to ${YEAR}.`,
      ]);
      expectProblem(await get(id), 404);
    },
  );

  it('takes a year', async () => {
    expectToEndIn(YEAR, await put(newId(), YEAR));
  });

  it('a dry run says what would become of it, and writes nothing', async () => {
    const [absent, id] = [newId(), newId()];
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const plan = async (of: string, seconds: number) =>
      (await server.call('PUT', `${path(of)}?dryRun=true&expiresInSeconds=${seconds}`, { body: MACHINE })).body;
    expect((await plan(absent, HOUR)).changes).toContainEqual({ field: 'expiresAt', before: null, after: time });
    expectProblem(await get(absent), 404);
    await put(id, HOUR);
    const before = await get(id);
    expect((await plan(id, DAY)).changes).toEqual([{ field: 'expiresAt', before: time, after: time }]);
    expect((await plan(id, 0)).changes).toEqual([{ field: 'expiresAt', before: time, after: null }]);
    expect(expiresAt(await get(id))).toBe(expiresAt(before));
    expect(await actionsOn(id)).toEqual(['client.created']);
  });

  it('the same Idempotency-Key gets the same answer and renews nothing; with another time it is another request', async () => {
    const id = newId();
    const headers = { 'idempotency-key': `a-key-of-the-tests-${id}` };
    const first = await put(id, HOUR, MACHINE, headers);
    const again = await put(id, HOUR, MACHINE, headers);
    expect([again.status, again.text, expiresAt(again)]).toEqual([200, first.text, expiresAt(first)]);
    expect(first.body.clientSecret).toMatch(/^cls_/);
    expectProblem(await put(id, DAY, MACHINE, headers), 422);
    expect(await actionsOn(id)).toEqual(['client.created']);
  });

  it('obeys conditions, which a renewal does not break', async () => {
    const id = newId();
    const { headers } = await put(id, HOUR, MACHINE, { 'if-none-match': '*' });
    const condition = { 'if-match': headers.get('etag')! };
    expect((await put(id, DAY, MACHINE, condition)).status).toBe(200);
    expect((await put(id, DAY, { ...MACHINE, scope: 'a' }, condition)).status).toBe(200);
    expectProblem(await put(id, HOUR, MACHINE, condition), 412);
    expectProblem(await put(id, HOUR, MACHINE, { 'if-none-match': '*' }), 412);
    expectToEndIn(DAY, await get(id));
  });

  it('by 16 callers beside 16 who change the client: nothing is lost', async () => {
    const id = newId();
    await server.call('POST', '/clients', { body: { clientID: id } });
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, caller) =>
        caller % 2 === 0
          ? put(id, HOUR + caller, PUBLIC)
          : server.call('PUT', `/client?clientID=${id}`, { body: { clientName: `caller ${caller}` } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(32).fill(200));
    expectToEndIn(HOUR, await get(id));
    expect((await server.call('GET', `/client?clientID=${id}`)).body).toMatchObject({
      clientName: expect.stringMatching(/^caller \d+$/),
      redirectURIs: PUBLIC.redirectUris,
    });
    expect((await actionsOn(id)).filter((action: string) => action === 'client.created')).toHaveLength(1);
  });

  it('the accounts API says nothing of it, and leaves it as it is', async () => {
    const [forAWhile, forGood] = [newId(), newId()];
    const before = expiresAt(await put(forAWhile, DAY));
    await put(forGood);
    const accounts = (id: string, method = 'GET', body?: object) =>
      server.call(method, `/client?clientID=${id}`, { body });
    const [one, other] = [await accounts(forAWhile), await accounts(forGood)];
    expect(one.text.replaceAll(forAWhile, forGood).replaceAll(/"\d{4}-[^"]+Z"/g, '')).toBe(
      other.text.replaceAll(/"\d{4}-[^"]+Z"/g, ''),
    );
    expect([...one.headers.keys()].sort()).toEqual([...other.headers.keys()].sort());
    const edited = await accounts(forAWhile, 'PUT', { clientName: 'Renamed' });
    expect([edited.status, expiresAt(edited), expiresAt(await get(forAWhile))]).toEqual([200, null, before]);
    expect((await accounts(forAWhile, 'DELETE')).status).toBe(204);
    expect(expiresAt(await put(forAWhile))).toBeNull();
  });

  it('the whole client says it, under an ETag that a renewal changes and that still names the record', async () => {
    const id = newId();
    const whole = (headers = {}) => server.call('GET', `/admin/domains/default/clients/${id}`, { headers });
    await put(id);
    const forGood = await whole();
    expect(forGood.body.expiresAt).toBeNull();
    await put(id, DAY);
    const before = await whole();
    expect(Date.parse(before.body.expiresAt)).toBeGreaterThan(Date.now() + HOUR * 1000);
    await put(id, HOUR);
    const renewed = await whole({ 'if-none-match': `${etagOf(forGood)}, ${etagOf(before)}` });
    expect(renewed.status).toBe(200);
    expect(renewed.body).toEqual({ ...before.body, expiresAt: expect.any(String) });
    expect((await whole({ 'if-none-match': etagOf(renewed) })).status).toBe(304);
    expect((await put(id, 0, MACHINE, { 'if-match': etagOf(renewed) })).status).toBe(200);
    expect(etagOf(await whole())).toBe(etagOf(forGood));
  });
});

describe('a client whose time has come', () => {
  it('is gone by itself as after a DELETE, which audit and feed tell once, and say why', async () => {
    const id = newId();
    const feed = await FeedReader.open(server, { query: '?domain=default' });
    const { clientSecret } = (await put(id, 1)).body;
    await gone(id);
    expect((await server.call('GET', `/client?clientID=${id}`)).status).toBe(404);
    expect(await verify(id, clientSecret)).toBe(false);
    const list = await server.call('GET', `/clients?clientID=${id}&_list=true`);
    expect(list.body).toMatchObject({ count: 0, total: 0 });
    expect(await server.database.query('select from client_secrets where client_id = $1', [id])).toEqual([]);
    const [created, ...others] = await auditOf(id);
    expect(others).toEqual([
      expect.objectContaining({
        action: 'client.deleted',
        credential: { id: null, name: 'server' },
        dialect: 'expiry',
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        changes: expect.objectContaining({
          clientType: { before: 'confidential', after: null },
          expiresAt: { before: created.changes.expiresAt.after, after: null },
        }),
      }),
    ]);
    const told = () => feed.changes().filter(({ data }) => data.clientId === id);
    await until('the feed has told its end', () => told().length === 2);
    expect(told().map(({ data }) => data)).toEqual([created, ...others]);
    feed.close();
    const [counted] = await server.database.query(
      `select (select clients from domain_logs where domain_id = id)::int as counted,
              (select count(*) from clients where domain_id = id)::int as there from domains where name = 'default'`,
    );
    expect(counted).toEqual({ counted: expect.any(Number), there: (counted as { counted: number }).counted });
  });

  it('has no secret that verifies from then on, even while it is still there', async () => {
    const id = newId();
    const connection = new pg.Client({ connectionString: server.database.url });
    await connection.connect();
    try {
      const { clientSecret } = (await put(id, 2)).body;
      expect(await verify(id, clientSecret)).toBe(true);
      // Nobody can remove what somebody else has locked.
      await connection.query('begin');
      await connection.query('select from clients where client_id = $1 for update', [id]);
      await until('its time has come', async () => {
        const [{ over }] = (await server.database.query<{ over: boolean }>(
          'select expires_at <= now() as over from clients where client_id = $1',
          [id],
        )) as [{ over: boolean }];
        return over;
      });
      expect([(await get(id)).status, await verify(id, clientSecret)]).toEqual([200, false]);
      await connection.query('rollback');
      await gone(id);
      expect(await actionsOn(id)).toEqual(['client.created', 'client.deleted']);
    } finally {
      await connection.end();
    }
  });

  it('stays if it was renewed before, and is a new one if it was not: a PUT at that moment is never lost', async () => {
    const ids = Array.from({ length: 60 }, newId);
    // Spread over the second in which it may be removed, and a little around that.
    const aroundTheEnd = (index: number) => new Promise((done) => setTimeout(done, 900 + index * 20));
    const all = await Promise.all(
      ids.map(async (id, index) => {
        const answers = [await put(id, 1)];
        await aroundTheEnd(index);
        answers.push(await put(id, HOUR, { ...MACHINE, scope: 'second' }));
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        return { id, secrets: answers.flatMap(({ body: { clientSecret } }) => clientSecret ?? []) };
      }),
    );
    for (const { id, secrets } of all) {
      const read = await get(id);
      expect([read.status, read.body.scope]).toEqual([200, 'second']);
      expectToEndIn(HOUR, read);
      expect(await verify(id, secrets.at(-1))).toBe(true);
      const actions = await actionsOn(id);
      // Each life began with a secret that was told, and each end with an entry.
      expect(actions.filter((action: string) => action === 'client.created')).toHaveLength(secrets.length);
      expect(actions.filter((action: string) => action === 'client.deleted')).toHaveLength(secrets.length - 1);
    }
  });

  it('comes back for good when the operator restores it; one that was deleted before comes back with its time', async () => {
    const [ended, deleted] = [newId(), newId()];
    await put(ended, 1, PUBLIC);
    const before = expiresAt(await put(deleted, DAY, PUBLIC));
    await server.call('DELETE', path(deleted));
    await gone(ended);
    for (const [id, time] of [
      [ended, null],
      [deleted, before],
    ] as const) {
      const restored = await server.call('POST', `/admin/domains/default/clients/${id}/restore`);
      expect([restored.status, expiresAt(restored)]).toEqual([201, time]);
      expect(expiresAt(await get(id))).toBe(time);
    }
  });

  it('ends within its domain alone, and not at all when the domain is deleted before', async () => {
    for (const domain of ['previews.example.com', 'doomed.example.com']) {
      await server.call('POST', '/v1/domain', { body: { domain } });
      await server.call('PUT', `/v1/domain/${domain}/client/same?expiresInSeconds=1`, { body: PUBLIC });
    }
    await put('same', HOUR, PUBLIC);
    expect((await server.call('DELETE', '/v1/domain/doomed.example.com')).status).toBe(202);
    await until('it is gone', async () => {
      return (await server.call('GET', '/v1/domain/previews.example.com/client/same')).status === 404;
    });
    expect((await get('same')).status).toBe(200);
    const ends = await server.database.query(
      `select name from audit_entries join domains on domains.id = domain_id
        where client_id = 'same' and action = 'client.deleted'`,
    );
    expect(ends).toEqual([{ name: 'previews.example.com' }]);
  });
});

describe('the preview of a pull request, as docs/infrastructure-code.md shows it', () => {
  const document = readFileSync('docs/infrastructure-code.md', 'utf8');
  const [, script] = /^```sh\n(# preview\.sh[\s\S]*?)^```$/m.exec(document)!;

  it('registers its client for three days, renews it at each push, and keeps its secret', async () => {
    await server.call('POST', '/v1/domain', { body: { domain: 'previews' } });
    const { apiKey } = await server.issue({ domain: 'previews', permissions: ['clients:write'] });
    const env = { PATH: process.env.PATH, CLIENTELE_URL: server.url, CLIENTELE_API_KEY: apiKey, PULL_REQUEST: '17' };
    const run = async (...args: string[]) =>
      (await promisify(execFile)('bash', ['-ec', script!, 'preview.sh', ...args], { env })).stdout;
    const preview = () => server.call('GET', '/v1/domain/previews/client/my-app-pr-17');
    expect(apiKey).not.toBe(OPERATOR_KEY);
    expect(await run()).toMatch(/"clientSecret":"cls_/);
    const first = await preview();
    expectToEndIn(3 * DAY, first);
    expect(first.body.redirectUris).toEqual(['https://pr-17.preview.example.com/callback']);
    expect(await run()).toContain('"clientSecret":null');
    expect(etagOf(await preview())).toBe(etagOf(first));
    await run('closed');
    expectProblem(await preview(), 404);
  });
});
