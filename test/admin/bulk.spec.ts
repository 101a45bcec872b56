import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { publishedDialects } from '../dialects/index.js';
import { about } from '../support/arbitraries.js';
import { breakable } from '../support/breakable-database.js';
import { through } from '../support/door.js';
import { until } from '../support/processes.js';
import { expectProblem, expectViolations } from '../support/refusals.js';
import { createTestDatabase } from '../support/test-database.js';
import { startServer, type TestServer } from '../support/test-server.js';
import { upload } from '../support/upload.js';

type Line = Record<string, unknown>;

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const line = (clientId: string, fields: Line = {}): Line => ({ clientId, ...MACHINE, ...fields });
const ndjson = (lines: readonly Line[]) => lines.map((each) => `${JSON.stringify(each)}\n`).join('');
const linesOf = (text: string): Line[] => text.split('\n').flatMap((each) => (each === '' ? [] : [JSON.parse(each)]));
const datesAside = ({ createdAt, updatedAt, ...others }: Line) => others;
const many = (count: number, fields: Line = {}) =>
  Array.from({ length: count }, (_, index) => line(`client-${String(index).padStart(6, '0')}`, fields));

/** What an export says of a client of which an import says this. */
const shownOf = (said: Line | null | undefined) => {
  const all = { owner: null, contact: null, description: null, managedBy: null, locked: false, ...said };
  const labels = (all as { labels?: object }).labels ?? {};
  const { locked, ...others } = all;
  const isNothing =
    Object.keys(labels).length === 0 &&
    Object.entries(others).every(([name, value]) => name === 'labels' || value === null);
  return isNothing ? null : { ...all, labels };
};

const births = through(publishedDialects.map(({ door }) => door));

/** LAWS_RUNS=500 is the long form. */
const numRuns = Number(process.env.LAWS_RUNS ?? 3);

let server: TestServer;
/** Another instance over the same database. */
let other: TestServer;
let domains = 0;
let domain: string;

beforeAll(async () => {
  server = await startServer();
  other = await startServer({ STRICT_AUDIENCES: 'true', ALLOW_HTTP_CALLBACKS: 'true' }, { database: server.database });
});
afterAll(async () => {
  await other.stop();
  await server.stop();
});
beforeEach(async () => {
  domain = await newDomain();
});

async function newDomain(): Promise<string> {
  domains += 1;
  const name = `bulk-${domains}.example.com`;
  await server.call('POST', '/v1/domain', { body: { domain: name } });
  return name;
}

const exported = async (of = domain) => (await server.call('GET', `/admin/domains/${of}/export`)).text;
const send = (lines: readonly Line[] | string, query = '', into = domain) =>
  server.call('POST', `/admin/domains/${into}/import${query}`, {
    body: typeof lines === 'string' ? lines : ndjson(lines),
    headers: { 'content-type': 'application/x-ndjson' },
  });
const idsIn = async (of = domain) => linesOf(await exported(of)).map(({ clientId }) => clientId);
const put = (id: string, body: Line) => server.call('PUT', `/v1/domain/${domain}/client/${id}`, { body });
const verify = async (id: string, secret: unknown) =>
  (await server.call('POST', `/v1/domain/${domain}/client/${id}/secrets/verify`, { body: { secret } })).body.valid;
const auditOf = async (id?: string): Promise<Line[]> =>
  (await server.call('GET', `/admin/audit?domain=${domain}${id ? `&clientId=${id}` : ''}`)).body;
/** Everything that there is of clients, secrets and audit. */
const everything = () =>
  Promise.all(
    ['clients', 'client_secrets', 'audit_entries', 'domain_logs', 'imports', 'import_lines'].map((table) =>
      server.database.query(`select t::text from ${table} t order by 1`),
    ),
  );

describe('GET /admin/domains/{domain}/export', () => {
  it('one line for each client, in the order of the ids, in the words of v1 and what only accounts can name', async () => {
    await put('b', { ...MACHINE, scope: 'openid', accessTokenExpiry: 60 });
    await put('a', { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com'] });
    const answer = await server.call('GET', `/admin/domains/${domain}/export`);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    const [a, b] = linesOf(answer.text);
    expect(a).toMatchObject({ clientId: 'a', redirectUris: ['https://a.example.com'] });
    expect(b).toEqual({
      clientId: 'b',
      clientName: null,
      clientType: 'Confidential',
      grantType: 'ClientCredentials',
      grantTypes: ['client_credentials'],
      scope: 'openid',
      audiences: [],
      redirectUris: [],
      postSignOutRedirectUris: [],
      allowLocalLogin: null,
      providers: [],
      policies: [],
      allowedOrigins: [],
      accessTokenExpiry: 60,
      idTokenExpiry: 90,
      refreshTokenExpiry: 1440,
      tokenMethod: 'query',
      disableStrategies: null,
      additionalConfig: null,
      authUIOrigin: null,
      logoURI: null,
      suspension: null,
      about: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      expiresAt: null,
    });
  });

  it('of a domain without clients → nothing', async () => {
    expect(await exported()).toBe('');
  });

  it('without parameters: a filter is refused, which would export what was not asked for', async () => {
    await put('b', MACHINE);
    const answer = await server.call('GET', `/admin/domains/${domain}/export?search=a&clientId=a`);
    expectViolations(answer, ['search', 'clientId']);
  });

  it('never a secret', async () => {
    const { clientSecret } = (await put('b', MACHINE)).body;
    expect(clientSecret).toMatch(/^cls_/);
    expect(await exported()).not.toContain('cls_');
  });

  it('only with clients:read, and of a domain that the caller reaches', async () => {
    const writer = await server.issue({ domain, permissions: ['clients:write'] });
    const foreign = await server.issue({ domain: await newDomain() });
    for (const [{ apiKey }, where] of [
      [writer, ''],
      [foreign, ' in this domain'],
    ] as const) {
      const refusal = await server.call('GET', `/admin/domains/${domain}/export`, { key: apiKey });
      expectProblem(refusal, 403);
      expect(refusal.body.detail).toBe(`The credential lacks the permission clients:read${where}.`);
    }
  });
});

describe('export → import', () => {
  it(
    'loses nothing: whatever came in through any dialect, an empty domain exports the same afterwards',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(births, { minLength: 1, maxLength: 8 }), async (born) => {
          const [from, to] = [await newDomain(), await newDomain()];
          const { apiKey } = await server.issue({ domain: from });
          for (const [index, { door, body }] of born.entries()) {
            const [method, path, given] = door.create(from, `client-${index}`, body);
            expect((await server.call(method, path, { key: apiKey, body: given })).status).toBeLessThan(300);
          }
          const before = await exported(from);
          expect(linesOf((await send(before, '', to)).text)[0]).toMatchObject({ created: born.length });
          expect(linesOf(await exported(to)).map(datesAside)).toEqual(linesOf(before).map(datesAside));
          expect(linesOf((await send(before, '?prune=true', from)).text)).toEqual([
            { dryRun: false, created: 0, changed: 0, removed: 0, unchanged: born.length },
          ]);
          expect(await exported(from)).toBe(before);
        }),
        { numRuns },
      );
    },
    30_000 + numRuns * 2000,
  );

  it('of the largest client that there can be', async () => {
    const uris = (count: number, path: string) =>
      Array.from({ length: count }, (_, i) => `https://${path}${i}.example.com/${'x'.repeat(16_000 / count - 30)}`);
    const references = Array.from({ length: 50 }, (_, i) => `p${i}${'x'.repeat(250)}`);
    const largest = line('largest', {
      clientName: '\u0001'.repeat(1000),
      redirectUris: uris(100, 'r'),
      postSignOutRedirectUris: uris(100, 'p'),
      allowedOrigins: Array.from({ length: 100 }, (_, i) => `https://${'x'.repeat(60)}.${'y'.repeat(60)}.e${i}.com`),
      policies: references,
      providers: references,
      audiences: Array.from({ length: 50 }, (_, i) => `a${i}${'x'.repeat(120)}`),
      additionalConfig: { a: 'x'.repeat(4088) },
      suspension: { reason: '"'.repeat(500), until: null },
      about: {
        ...Object.fromEntries(['owner', 'contact'].map((field) => [field, '"'.repeat(200)])),
        description: '🦉'.repeat(500),
        labels: Object.fromEntries(
          Array.from({ length: 32 }, (_, i) => [`l${i + 10}${'x'.repeat(60)}`, 'x'.repeat(63)]),
        ),
        managedBy: 'x'.repeat(100),
        locked: true,
      },
    });
    expect(linesOf((await send([largest])).text)[0]).toMatchObject({ created: 1 });
    const text = await exported();
    expect(text.length).toBeGreaterThan(64 * 1024);
    expect(linesOf((await send(text)).text)[0]).toMatchObject({ unchanged: 1 });
  });

  it('of what config has beside the keys that are known, in its order', async () => {
    const { apiKey } = await server.issue({ domain });
    const config = { tokenMethod: 'cookie', zeta: { b: [1e-7, null], a: '🦉' }, constructor: 1, alpha: true };
    await server.call('POST', '/clients', { key: apiKey, body: { clientID: 'app', config } });
    const { tokenMethod, ...additionalConfig } = config;
    const text = await exported();
    expect(linesOf(text)[0]).toMatchObject({ tokenMethod, additionalConfig });
    const reordered = { alpha: true, zeta: { a: '🦉', b: [1e-7, null] }, constructor: 1, nothing: null };
    const [summary] = linesOf((await send([{ ...linesOf(text)[0], additionalConfig: reordered }])).text);
    expect(summary).toMatchObject({ unchanged: 1 });
    const to = await newDomain();
    await send(text, '', to);
    expect(datesAside(linesOf(await exported(to))[0]!)).toEqual(datesAside(linesOf(text)[0]!));
    expect(JSON.stringify(linesOf(await exported(to))[0])).toContain(JSON.stringify(additionalConfig));
  });

  it(
    'nor whose each client is and who alone changes it',
    async () => {
      const life = fc.oneof(
        about.map((said) => ({ about: said })),
        fc.constantFrom({}, { about: null }, { about: { labels: {} } }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 8 }), async (lives) => {
          const [from, to] = [await newDomain(), await newDomain()];
          const lines = lives.map((fields, index) => line(`client-${index}`, fields));
          await send(lines, '', from);
          const before = await exported(from);
          for (const [index, { about: said }] of linesOf(before).entries()) {
            expect(said).toEqual(shownOf((lives[index] as { about?: Line | null }).about));
          }
          // Nobody’s name is needed for what stays as it is.
          expect(linesOf((await send(before, '?prune=true', from)).text)[0]).toMatchObject({ unchanged: lives.length });
          expect(await exported(from)).toBe(before);
          await send(many(lives.length, { about: { owner: 'somebody else' } }), '', to);
          await send(before, '?prune=true', to);
          expect(linesOf(await exported(to)).map(datesAside)).toEqual(linesOf(before).map(datesAside));
        }),
        { numRuns },
      );
    },
    30_000 + numRuns * 2000,
  );

  it(
    'nor when each client ends, whether that was said in seconds, as a time, or not at all',
    async () => {
      const time = fc
        .date({ min: new Date('2100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((date) => ({ expiresAt: date.toISOString() }));
      const seconds = fc.integer({ min: 3600, max: 31_536_000 }).map((expiresInSeconds) => ({ expiresInSeconds }));
      const expiry = fc.oneof(time, seconds, fc.constantFrom({}, { expiresAt: null }, { expiresInSeconds: 0 }));
      await fc.assert(
        fc.asyncProperty(fc.array(expiry, { minLength: 1, maxLength: 8 }), async (expiries) => {
          const [from, to] = [await newDomain(), await newDomain()];
          await send(
            expiries.map((fields, index) => line(`client-${index}`, fields)),
            '',
            from,
          );
          const before = linesOf(await exported(from));
          expect(before.map(({ expiresAt }) => expiresAt !== null)).toEqual(
            expiries.map((said) => Object.values(said).some(Boolean)),
          );
          // Where clients are that end at another time, the export has the last word as well.
          await send(many(expiries.length, { expiresInSeconds: 60 }), '', to);
          for (const target of [to, from]) {
            await send(await exported(from), '?prune=true', target);
            expect(linesOf(await exported(target)).map(datesAside)).toEqual(before.map(datesAside));
          }
          const [summary] = linesOf((await send(await exported(to), '', to)).text);
          expect(summary).toMatchObject({ changed: 0, unchanged: expiries.length });
        }),
        { numRuns },
      );
    },
    30_000 + numRuns * 2000,
  );

  it('an import that changes nothing writes nothing', async () => {
    await put('a', MACHINE);
    const before = await everything();
    await send(await exported());
    expect(await everything()).toEqual(before);
  });
});

describe('POST /admin/domains/{domain}/import', () => {
  it('answers what it created, changed and removed, and how many stayed as they were', async () => {
    await put('changed', { ...MACHINE, scope: 'openid', accessTokenExpiry: 60 });
    await put('gone', MACHINE);
    await put('same', MACHINE);
    const answer = await send(
      [line('changed', { scope: 'openid profile' }), line('made'), line('same')],
      '?prune=true',
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(linesOf(answer.text)).toEqual([
      { dryRun: false, created: 1, changed: 1, removed: 1, unchanged: 1 },
      {
        action: 'changed',
        clientId: 'changed',
        changes: [
          { field: 'scope', before: 'openid', after: 'openid profile' },
          { field: 'accessTokenExpiry', before: 60, after: 90 },
        ],
      },
      { action: 'removed', clientId: 'gone' },
      { action: 'created', clientId: 'made', secret: 'created', clientSecret: expect.stringMatching(/^cls_/) },
    ]);
    expect(await idsIn()).toEqual(['changed', 'made', 'same']);
  });

  it('without prune, clients that no line names stay', async () => {
    await put('other', MACHINE);
    await send([line('made')]);
    expect(await idsIn()).toEqual(['made', 'other']);
  });

  it('a Confidential client gets a secret when it is created, keeps it afterwards, and loses it when it becomes Public', async () => {
    const [, made] = linesOf((await send([line('app')])).text);
    expect(await verify('app', made!.clientSecret)).toBe(true);
    const [, changed] = linesOf((await send([line('app', { scope: 'openid' })])).text);
    expect(changed).not.toHaveProperty('clientSecret');
    expect(await verify('app', made!.clientSecret)).toBe(true);
    const open = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com'] };
    expect(linesOf((await send([line('app', open)])).text)[1]).toMatchObject({ secret: 'revoked' });
    expect(await verify('app', made!.clientSecret)).toBe(false);
    const [, again] = linesOf((await send([line('app')])).text);
    expect(await verify('app', made!.clientSecret)).toBe(false);
    expect(await verify('app', again!.clientSecret)).toBe(true);
  });

  it('leaves one entry in the audit for each client that changes, and is undone like any change', async () => {
    await put('app', { ...MACHINE, scope: 'before' });
    await send([line('app', { scope: 'after' }), line('made')]);
    const [, change] = await auditOf('app');
    expect(change).toMatchObject({ action: 'client.changed', dialect: 'admin', credential: { name: 'operator' } });
    expect(change!.changes).toEqual({ scope: { before: 'before', after: 'after' } });
    expect(await auditOf('made')).toHaveLength(1);
    const [first] = await auditOf('app');
    await server.call('POST', `/admin/domains/${domain}/clients/app/versions/${first!.id}/restore`);
    expect((await server.call('GET', `/v1/domain/${domain}/client/app`)).body.scope).toBe('before');
  });

  it('an import that only renews changes when clients end and no more: neither ETag, dates, versions nor secrets', async () => {
    const [, made] = linesOf((await send([line('app', { expiresInSeconds: 60 }), line('other')])).text);
    const read = () => server.call('GET', `/v1/domain/${domain}/client/app`);
    const before = await read();
    const renewal = await send([line('app', { expiresInSeconds: 3600 }), line('other')]);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(linesOf(renewal.text)).toEqual([
      { dryRun: false, created: 0, changed: 1, removed: 0, unchanged: 1 },
      { action: 'changed', clientId: 'app', changes: [{ field: 'expiresAt', before: time, after: time }] },
    ]);
    const after = await read();
    expect([after.text, after.headers.get('etag')]).toEqual([before.text, before.headers.get('etag')]);
    expect(Date.parse(after.headers.get('expires-at')!)).toBeGreaterThan(Date.parse(before.headers.get('expires-at')!));
    expect(await verify('app', made!.clientSecret)).toBe(true);
    expect(await auditOf('app')).toEqual([
      expect.objectContaining({ action: 'client.created' }),
      expect.objectContaining({ action: 'client.renewed', changes: { expiresAt: { before: time, after: time } } }),
    ]);
    expect((await server.call('GET', `/admin/domains/${domain}/clients/app/versions`)).body).toHaveLength(1);
  });

  it('a line that does not say when its client ends leaves that as it is, also where it changes the record', async () => {
    await send([line('app', { expiresInSeconds: 3600 })]);
    const endOf = async () => linesOf(await exported())[0]!.expiresAt;
    const before = await endOf();
    for (const fields of [{}, { scope: 'openid' }, { expiresInSeconds: null }]) await send([line('app', fields)]);
    expect(await endOf()).toBe(before);
    const [summary] = linesOf((await send([line('app', { expiresAt: before })])).text);
    expect(summary).toMatchObject({ unchanged: 1 });
    await send([line('app', { expiresInSeconds: 0 })]);
    expect(await endOf()).toBeNull();
  });

  it('a renewal that comes between the reading and the end of an import stops it, as any change does', async () => {
    await put('app', MACHINE);
    const sending = upload(`${server.url}/admin/domains/${domain}/import`);
    await sending.send(ndjson([line('app', { scope: 'theirs' }), ...many(250)]));
    await until('the lines are read', async () => (await server.database.query('select from import_lines')).length > 0);
    await server.call('PUT', `/v1/domain/${domain}/client/app?expiresInSeconds=3600`, { body: MACHINE });
    sending.end();
    expect((await sending.answer()).status).toBe(409);
    expect(linesOf(await exported())).toEqual([expect.objectContaining({ clientId: 'app', scope: '' })]);
  });

  it('takes clients back whose time has passed meanwhile: they never work, and end at once, each once', async () => {
    const expiresAt = '2026-01-31T12:00:00Z';
    const answer = await send([...many(300, { expiresAt }), line('stays')]);
    const [summary, ...told] = linesOf(answer.text);
    expect(summary).toMatchObject({ created: 301 });
    expect(await verify(told[0]!.clientId as string, told[0]!.clientSecret)).toBe(false);
    // Meanwhile others write into the same domain as ever.
    const writes: number[] = [];
    await until('they are gone', async () => {
      writes.push((await put('stays', { ...MACHINE, scope: `s${writes.length}` })).status);
      return (await idsIn()).length === 1;
    });
    expect(new Set(writes)).toEqual(new Set([200]));
    const { apiKey } = await server.issue({ domain });
    expect((await server.call('GET', '/clients', { key: apiKey })).body.total).toBe(1);
    const ends = await server.database.query(
      `select client_id from audit_entries where action = 'client.deleted' and dialect = 'expiry'
          and domain_id = (select id from domains where name = $1) order by client_id`,
      [domain],
    );
    expect(ends).toEqual(many(300).map(({ clientId }) => ({ client_id: clientId })));
  });

  it('what was read before is not answered from memory afterwards, and totals are exact', async () => {
    await put('app', { ...MACHINE, scope: 'before' });
    const scope = async () => (await server.call('GET', `/v1/domain/${domain}/client/app`)).body.scope;
    for (let times = 0; times < 3; times += 1) expect(await scope()).toBe('before');
    await send([line('app', { scope: 'after' }), ...many(250)]);
    expect(await scope()).toBe('after');
    const { apiKey } = await server.issue({ domain });
    expect((await server.call('GET', '/clients', { key: apiKey })).body.total).toBe(251);
  });

  it('a dry run tells the same, shows no secret and writes nothing', async () => {
    await put('app', { ...MACHINE, scope: 'openid' });
    await put('gone', MACHINE);
    const before = await everything();
    const { text } = await send([line('app'), line('made')], '?dryRun=true&prune=true');
    expect(linesOf(text)).toEqual([
      { dryRun: true, created: 1, changed: 1, removed: 1, unchanged: 0 },
      { action: 'changed', clientId: 'app', changes: [{ field: 'scope', before: 'openid', after: '' }] },
      { action: 'removed', clientId: 'gone' },
      { action: 'created', clientId: 'made', secret: 'created' },
    ]);
    expect(await everything()).toEqual(before);
  });

  it('all or nothing: a last line that is broken', async () => {
    await put('gone', MACHINE);
    const before = await everything();
    expectViolations(await send(`${ndjson(many(500))}{"clientId":`, '?prune=true'), ['line 501']);
    expect(await everything()).toEqual(before);
  });

  it('everything that is wrong at once, by line and field, also what is wrong with two lines together', async () => {
    await put('known', MACHINE);
    const answer = await send(
      [
        ndjson([line('fine'), line('UPPER'), line('app', { scope: 1, nope: true, clientSecret: 'x' })]),
        '\n',
        'nonsense\n[]\n',
        ndjson([line('fine'), line('known', { clientType: 'Public', redirectUris: ['https://a.example.com/#x'] })]),
        ndjson([{ clientId: 'a' }, line('b', { grantTypes: [], tokenMethod: 7 })]),
        ndjson([line('c', { grantTypes: ['client_credentials', 'x'], redirectUris: ['https://a.example.com', 1] })]),
        `{"clientId":"long","scope":"${'x'.repeat(200_000)}"}`,
      ].join(''),
    );
    expectViolations(answer, [
      'line 2: clientId',
      'line 3: scope',
      'line 3: nope',
      'line 3: clientSecret',
      'line 5',
      'line 6',
      'line 7: clientId',
      'line 8: grantType',
      'line 8: redirectUris[0]',
      'line 9: clientType',
      'line 9: grantType',
      'line 10: grantType',
      'line 10: tokenMethod',
      'line 11: grantTypes[1]',
      'line 11: redirectUris[1]',
      'line 12',
    ]);
    expect(answer.body.errors['line 7: clientId']).toEqual([
      'line 7: clientId must not be that of an earlier line (1).',
    ]);
    expect(answer.body.errors['line 12']).toEqual(['line 12 must have at most 128 KiB.']);
    expect(await idsIn()).toEqual(['known']);
  });

  it('when a client ends is said in one way, and as v1 and exports say it', async () => {
    const wrong = [
      { expiresInSeconds: 60, expiresAt: null },
      { expiresInSeconds: 60, expiresAt: '2100-01-31T12:00:00Z' },
      { expiresInSeconds: -1 },
      { expiresInSeconds: '60' },
      { expiresInSeconds: 31_536_001 },
      { expiresAt: '2100-01-31' },
      { expiresAt: 4_102_444_800 },
    ];
    const answer = await send(wrong.map((fields, index) => line(`client-${index}`, fields)));
    expectViolations(
      answer,
      wrong.map((fields, index) => `line ${index + 1}: ${Object.keys(fields)[0]}`),
    );
    expect(answer.body.errors['line 1: expiresInSeconds']).toEqual([
      'line 1: expiresInSeconds must not stand beside expiresAt.',
    ]);
    expect(await idsIn()).toEqual([]);
  });

  it('what config cannot have beside the keys that are known, or what stands beside it', async () => {
    const wrong = [
      [],
      'text',
      { a: 'x'.repeat(4089) },
      { a: [[[[[[[[]]]]]]]] },
      { a: '\0' },
      { tokenMethod: 'cookie', a: 1, disableStrategies: null },
    ];
    const answer = await send(wrong.map((additionalConfig, index) => line(`client-${index}`, { additionalConfig })));
    expectViolations(answer, [
      ...[1, 2, 3, 4, 5].map((number) => `line ${number}: additionalConfig`),
      'line 6: additionalConfig.tokenMethod',
      'line 6: additionalConfig.disableStrategies',
    ]);
    expect(await idsIn()).toEqual([]);
  });

  it('an id that comes twice, a thousand lines apart', async () => {
    expectViolations(await send([...many(1000), line('client-000007')]), ['line 1001: clientId']);
  });

  it('the first hundred violations, and that there are more', async () => {
    const answer = await send(many(300, { clientType: 'secret' }));
    expectProblem(answer, 400);
    expect(Object.keys(answer.body.errors)).toHaveLength(100);
    expect(answer.body.detail).toBe('There are more violations than these first 100.');
  });

  it('is answered when there are more, though much is still to come, and the connection goes on', async () => {
    const path = `${server.url}/admin/domains/${domain}/import`;
    const wrong = upload(path);
    await wrong.send(ndjson(many(1000, { clientType: 'secret' })));
    const { status, text } = await wrong.answer();
    expect({ status, text }).toEqual({ status: 400, text: expect.stringMatching(/There are more violations/) });
    await wrong.send(ndjson(many(1000)));
    wrong.end();
    const right = upload(path);
    await right.send(ndjson(many(3)));
    right.end();
    expect((await right.answer()).status).toBe(200);
    const large = await send(many(100_000, { clientType: 'secret' }));
    expect([large.status, Object.keys(large.body.errors).length]).toEqual([400, 100]);
  });

  it('what is on record is not refused, as in any dialect', async () => {
    const { apiKey } = await server.issue({ domain });
    const body = { clientID: 'old', callbackURL: 'http://old.example.com' };
    expect((await other.call('POST', '/client', { key: apiKey, body })).status).toBe(201);
    expect((await send(await exported())).status).toBe(200);
    expectViolations(await send([{ ...linesOf(await exported())[0]!, clientId: 'new' }]), ['line 1: redirectUris[0]']);
  });

  it('a line that is no JSON object → 400 with one sentence', async () => {
    const { body } = await send('[]\n');
    expect(JSON.stringify(body)).toContain('line 1 must be a JSON object."');
  });

  it.each(['', '\n\n \n'])('an empty body (%j) → 400, so that prune cannot remove everything', async (body) => {
    await put('app', MACHINE);
    for (const query of ['', '?prune=true', '?prune=true&empty=false']) {
      const answer = await send(body, query);
      expectProblem(answer, 400);
      expect(answer.body.detail).toContain('empty=true');
    }
    expect(await idsIn()).toEqual(['app']);
  });

  it.each(['', '\n\n \n'])('an empty body (%j) with empty=true is a domain without clients', async (body) => {
    await put('app', MACHINE);
    const summary = { created: 0, changed: 0, removed: 0, unchanged: 0 };
    expect(linesOf((await send(body, '?empty=true')).text)).toEqual([{ dryRun: false, ...summary }]);
    expect(await idsIn()).toEqual(['app']);
    const removal = { action: 'removed', clientId: 'app' };
    const planned = linesOf((await send(body, '?empty=true&prune=true&dryRun=true')).text);
    expect(planned).toEqual([{ dryRun: true, ...summary, removed: 1 }, removal]);
    expect(await idsIn()).toEqual(['app']);
    const done = linesOf((await send(body, '?empty=true&prune=true')).text);
    expect(done).toEqual([{ dryRun: false, ...summary, removed: 1 }, removal]);
    expect(await idsIn()).toEqual([]);
  });

  it('with empty=true, a body that has lines is what it is', async () => {
    await put('app', MACHINE);
    await send([line('other')], '?empty=true&prune=true');
    expect(await idsIn()).toEqual(['other']);
  });

  it('an export and import of every domain restores those without clients, too', async () => {
    const texts = new Map<string, string>();
    const without = await newDomain();
    await put('app', MACHINE);
    for (const each of [domain, without]) texts.set(each, await exported(each));
    await put('later', MACHINE);
    await server.call('PUT', `/v1/domain/${without}/client/later`, { body: MACHINE });
    for (const [each, text] of texts) {
      expect((await send(text, '?prune=true&empty=true', each)).status).toBe(200);
      expect(await exported(each)).toBe(text);
    }
  });

  it.each(['?dryRun=maybe', '?prune=1', '?prune=true&prune=true', '?empty=1'])(
    'a bad query (%s) → 400',
    async (query) => {
      expectProblem(await send([line('app')], query), 400);
    },
  );

  it('whatever the content type, as long as it is not compressed', async () => {
    const path = `/admin/domains/${domain}/import`;
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
      const answer = await server.call('POST', path, {
        body: ndjson([line('app')]),
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(200);
    }
    expectProblem(await server.call('POST', path, { body: 'x', headers: { 'content-encoding': 'gzip' } }), 415);
    const elsewhere = { body: '{}', headers: { 'content-type': 'application/x-ndjson' } };
    expectProblem(await server.call('PUT', `/v1/domain/${domain}/client/app`, elsewhere), 415);
  });

  it('only with clients:write, and into a domain that the caller reaches', async () => {
    const reader = await server.issue({ domain, permissions: ['clients:read'] });
    const foreign = await server.issue({ domain: await newDomain() });
    for (const { apiKey: key } of [reader, foreign]) {
      const body = ndjson([line('theirs')]);
      expectProblem(await server.call('POST', `/admin/domains/${domain}/import`, { key, body }), 403);
    }
    expect(await idsIn()).toEqual([]);
  });

  it('STRICT_AUDIENCES: an audience has to be there when all is done', async () => {
    await put('known', MACHINE);
    const into = (lines: Line[], query = '') =>
      other.call('POST', `/admin/domains/${domain}/import${query}`, { body: ndjson(lines) });
    const pair = [line('a', { audiences: ['b', 'a', 'known'] }), line('b', { audiences: ['a'] })];
    const pruned = await into(pair, '?prune=true');
    expectProblem(pruned, 409);
    expect(pruned.body.detail).toMatch(/: known\.$/);
    expect((await into(pair)).status).toBe(200);
    expectProblem(await into([line('c', { audiences: ['nobody'] })]), 409);
  });
});

describe('while an import is on its way', () => {
  const path = () => `${server.url}/admin/domains/${domain}/import`;
  /** So many lines are taken up at once. */
  const batch = () => ndjson(many(200));
  const ofDomain = (table: string) =>
    server.database.query(
      `select 1 from ${table} where domain_id = (select id from domains where name = $1 order by id desc limit 1)`,
      [domain],
    );
  const isTakenUp = async () => (await ofDomain('import_lines')).length > 0;
  const isOver = async () => (await ofDomain('imports')).length === 0;
  const expire = () => server.database.query(`update imports set expires_at = now() - interval '1 second'`);

  it('a second one into the same domain → 409, into another one not', async () => {
    const first = upload(path());
    await first.send(batch());
    await until('the lines are taken up', isTakenUp);
    expectProblem(await send([line('app')]), 409);
    expect((await send([line('app')], '', await newDomain())).status).toBe(200);
    first.end();
    expect((await first.answer()).status).toBe(200);
    await until('it is over', isOver);
    expect((await send([line('app')])).status).toBe(200);
  });

  it('also on another instance', async () => {
    const first = upload(path());
    await first.send(batch());
    await until('the lines are taken up', isTakenUp);
    const second = () => other.call('POST', `/admin/domains/${domain}/import`, { body: ndjson([line('app')]) });
    expectProblem(await second(), 409);
    first.end();
    expect((await first.answer()).status).toBe(200);
    expect((await second()).status).toBe(200);
  });

  it('one that was stopped for so long that another came in its place → 409, and it has written nothing', async () => {
    const first = upload(path());
    await first.send(batch());
    await until('the lines are taken up', isTakenUp);
    await until('its time is over and another one is done', async () => {
      await expire();
      const second = await other.call('POST', `/admin/domains/${domain}/import`, { body: ndjson([line('app')]) });
      return second.status === 200;
    });
    const third = upload(`${other.url}/admin/domains/${domain}/import`);
    await third.send(batch());
    await until('a third one has begun', isTakenUp);
    first.end();
    const { status, text } = await first.answer();
    expect([status, text]).toEqual([409, expect.stringContaining('under way')]);
    expect(await idsIn()).toEqual(['app']);
    third.end();
    expect((await third.answer()).status).toBe(200);
    expect(await idsIn()).toHaveLength(201);
  });

  it('one whose process was killed is nowhere to be seen; when its time is over, another can come, or it is swept', async () => {
    const left = async () => {
      const [found] = await server.database.query<{ id: string }>('select id from domains where name = $1', [domain]);
      const values = [found!.id];
      await server.database.query(
        `insert into imports values ($1, gen_random_uuid(), now(), now() + interval '1 minute')`,
        values,
      );
      await server.database.query(
        `insert into import_lines (domain_id, import_id, client_id, line, action, ends_secrets, changes, needs)
         select domain_id, import_id, 'left-' || number, number, 'created', false, '{}', '{}'
           from imports, generate_series(1, 6000) number where domain_id = $1`,
        values,
      );
    };
    const isGone = async () => (await ofDomain('import_lines')).length === 0 && (await isOver());
    await left();
    expect(await idsIn()).toEqual([]);
    expectProblem(await send([line('app')]), 409);
    await expire();
    expect(linesOf((await send([line('app')])).text)[0]).toMatchObject({ created: 1, unchanged: 0 });
    expect(await idsIn()).toEqual(['app']);
    expect(await isGone()).toBe(true);
    await left();
    await expire();
    const sweeper = await startServer({}, { database: server.database });
    await until('it is swept', isGone);
    await sweeper.stop();
  });

  it('one whose lines the database has lost → 503, and nothing was written', async () => {
    const first = upload(path());
    await first.send(batch());
    await until('the lines are taken up', isTakenUp);
    await server.database.query(`delete from import_lines where client_id = 'client-000007'`);
    first.end();
    expect((await first.answer()).status).toBe(503);
    expect(await idsIn()).toEqual([]);
  });

  it('it keeps nothing in a session: whatever connection it had may be gone', async () => {
    const sessions = `from pg_stat_activity where application_name = 'clientele import' and datname = current_database()`;
    const hasNone = async () => {
      await server.database.query(`select pg_terminate_backend(pid) ${sessions} and state = 'idle'`);
      return (await server.database.query(`select 1 ${sessions}`)).length === 0;
    };
    await put('other', MACHINE);
    const first = upload(`${path()}?prune=true`);
    for (const lines of [many(200), many(400).slice(200)]) {
      await first.send(ndjson(lines));
      await until(
        'the lines are taken up',
        async () => (await ofDomain('import_lines')).length === (lines[0]!.clientId === 'client-000000' ? 200 : 400),
      );
      await until('all its sessions have ended', hasNone);
    }
    first.end();
    const { text } = await first.answer();
    expect(linesOf(text!)[0]).toMatchObject({ created: 400, removed: 1 });
    expect(linesOf(text!)).toHaveLength(402);
  });

  it('nobody sees or waits for any of it; who changes a client meanwhile is not overwritten → 409', async () => {
    await put('client-000007', MACHINE);
    const first = upload(path());
    await first.send(batch());
    await until('the lines are taken up', isTakenUp);
    expect(await idsIn()).toEqual(['client-000007']);
    await put('client-000007', { ...MACHINE, scope: 'theirs' });
    first.end();
    expect((await first.answer()).status).toBe(409);
    expect(linesOf(await exported())).toEqual([
      expect.objectContaining({ clientId: 'client-000007', scope: 'theirs' }),
    ]);
  });

  it('a connection that is cut writes nothing and leaves nothing behind', async () => {
    const first = upload(path());
    await first.send(batch());
    await until('the lines are taken up', isTakenUp);
    first.cut();
    await until('it is over', isOver);
    expect(await isTakenUp()).toBe(false);
    expect(await idsIn()).toEqual([]);
    expect((await send([line('app')])).status).toBe(200);
  });

  it('a credential that is revoked meanwhile writes nothing', async () => {
    const { id, apiKey } = await server.issue({ domain });
    const first = upload(path(), apiKey);
    await first.send(batch());
    await until('the lines are taken up', isTakenUp);
    await server.call('DELETE', `/admin/credentials/${id}`);
    first.end();
    expect((await first.answer()).status).toBe(401);
    expect(await idsIn()).toEqual([]);
  });

  it('a domain that is deleted meanwhile takes nothing any more', async () => {
    const first = upload(path());
    await first.send(batch());
    await until('the lines are taken up', isTakenUp);
    expect((await server.call('DELETE', `/v1/domain/${domain}`)).status).toBe(202);
    first.end();
    expect((await first.answer()).status).toBe(404);
    await until('nothing of it is left', async () => (await isOver()) && !(await isTakenUp()));
  });

  it('nor when it is deleted after all that was asked before', async () => {
    const [found] = await server.database.query<{ id: string }>('select id from domains where name = $1', [domain]);
    const other = new pg.Client(server.database.url);
    await other.connect();
    await other.query('begin; lock table client_secrets in share mode');
    const answer = send(many(3));
    const waiting = `select 1 from pg_stat_activity where application_name = 'clientele import' and wait_event_type = 'Lock'`;
    await until('it writes', async () => (await server.database.query(waiting)).length > 0);
    expect((await server.call('DELETE', `/v1/domain/${domain}`)).status).toBe(202);
    await other.query('commit');
    await other.end();
    expectProblem(await answer, 404);
    expect(await server.database.query('select 1 from clients where domain_id = $1', [found!.id])).toEqual([]);
    const told = 'select action from audit_entries where domain_id = $1 and client_id is not null';
    expect(await server.database.query(told, [found!.id])).toEqual([]);
  });
});

describe('a database that goes away', () => {
  let broken: TestServer;
  let way: Awaited<ReturnType<typeof breakable>>;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    database = await createTestDatabase();
    way = await breakable(database.url);
    broken = await startServer({}, { database: { ...database, url: way.url } });
  });
  afterEach(() => way.mend());
  afterAll(async () => {
    await broken.stop();
    way.close();
    await database.drop();
  });

  it('in the middle of an import → 503, and nothing was written', async () => {
    const sending = upload(`${broken.url}/admin/domains/default/import`);
    await sending.send(ndjson(many(300)));
    await sleep(200);
    way.cut();
    await sending.send(ndjson(many(300)));
    sending.end();
    expect((await sending.answer()).status).toBe(503);
    way.mend();
    expect(await database.query('select 1 from clients')).toEqual([]);
  });

  it('before an export → 503; in the middle of one, the connection is cut before its end', async () => {
    const path = '/admin/domains/default';
    expect((await broken.call('POST', `${path}/import`, { body: ndjson(many(1)) })).status).toBe(200);
    // More than the buffers on the way hold.
    await database.query(
      `insert into clients select (json_populate_record(clients, json_build_object(
         'client_id', 'copy-' || n, 'redirect_uris', array_fill(repeat('x', 1000), array[16])))).*
         from clients, generate_series(1, 1500) n`,
    );
    const response = await fetch(`${broken.url}${path}/export`, { headers: { 'x-api-key': broken.operatorToken } });
    const reader = response.body!.getReader();
    await reader.read();
    way.cut();
    const rest = async () => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toThrow('terminated');
    expectProblem(await broken.call('GET', `${path}/export`), 503);
  });
});
