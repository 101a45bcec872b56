import { FeedReader } from '../support/feed-reader.js';
import { until } from '../support/processes.js';
import { expectAccountsError, expectProblem, expectViolations } from '../support/refusals.js';
import { type Answer, OPERATOR_KEY, type Request, startServer, type TestServer } from '../support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const NOTHING = { owner: null, contact: null, description: null, labels: {}, managedBy: null, locked: false };
const TERRAFORM = { 'managed-by': 'terraform' };
const ANY = { 'managed-by': '*' };
const LOCKED = { managedBy: 'terraform', locked: true };
const NDJSON = { 'content-type': 'application/x-ndjson' };

let server: TestServer;
let clients = 0;
let id: string;
/** Of a credential that may do all that is no operator's. */
let key: string;
let domain: string;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  clients += 1;
  id = `app-${clients}`;
  domain = `about-${clients}.example.com`;
  await server.call('POST', '/v1/domain', { body: { domain } });
  key = (await server.issue({ domain, permissions: ['clients:read', 'clients:write', 'audit:read'] })).apiKey;
  await v1('PUT', MACHINE);
});

const call = (method: string, path: string, request: Request = {}) => server.call(method, path, { key, ...request });
const v1 = (method: string, body?: unknown, headers = {}, path = '') =>
  call(method, `/v1/domain/${domain}/client/${id}${path}`, { body, headers });
const ofClient = (path: string) => `/admin/domains/${domain}/clients/${id}${path}`;
const say = (body: unknown, headers = {}) => call('PUT', ofClient('/about'), { body, headers });
const whole = (headers = {}) => call('GET', ofClient(''), { headers });
const audit = async () =>
  (await call('GET', `/admin/audit?domain=${domain}&clientId=${id}`)).body as {
    id: string;
    action: string;
    // biome-ignore lint/suspicious/noExplicitAny: changes of whatever fields
    changes: any;
  }[];
const actions = async () => (await audit()).map(({ action }) => action);
const etagOf = ({ headers }: Answer) => headers.get('etag')!;
const importLines = (lines: readonly object[], query = '', headers = {}) =>
  call('POST', `/admin/domains/${domain}/import${query}`, {
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    headers: { ...NDJSON, ...headers },
  });

describe('PUT /admin/domains/{domain}/clients/{id}/about', () => {
  it('merges: what is absent stays, null empties, and labels each for themselves', async () => {
    expect((await whole()).body.about).toBeNull();
    const first = await say({ owner: 'Team Shop 🦉', contact: 'shop@example.com', labels: { team: 'shop', tier: '' } });
    expect([first.status, first.body]).toEqual([
      200,
      { ...NOTHING, owner: 'Team Shop 🦉', contact: 'shop@example.com', labels: { team: 'shop', tier: '' } },
    ]);
    const second = await say({
      description: 'The checkout',
      contact: null,
      labels: { tier: null, 'example.com/a': '1' },
    });
    expect(second.body).toEqual({
      ...NOTHING,
      owner: 'Team Shop 🦉',
      description: 'The checkout',
      labels: { team: 'shop', 'example.com/a': '1' },
    });
    expect((await whole()).body).toMatchObject({ clientId: id, about: second.body });
    const empty = await say({ owner: null, description: null, labels: null });
    expect([empty.body, (await whole()).body.about]).toEqual([NOTHING, null]);
  });

  it('changes nothing that either API shows: bodies, lists, dates and ETags are what they were', async () => {
    const seen = async () => {
      const answers = [
        await v1('GET'),
        await call('GET', `/client?clientID=${id}`),
        await call('GET', '/clients'),
        await v1('GET', undefined, {}, '/secrets'),
      ];
      return answers.map((answer) => [answer.status, etagOf(answer), answer.text]);
    };
    const before = await seen();
    await say({ owner: 'Team Shop', ...LOCKED }, TERRAFORM);
    expect(await seen()).toEqual(before);
    // What would change nothing is nobody's business.
    expect((await v1('PUT', MACHINE)).status).toBe(200);
    expect((await call('PUT', `/client?clientID=${id}`, { body: {} })).status).toBe(200);
    expect(await seen()).toEqual(before);
    expect(await actions()).toEqual(['client.created', 'client.described']);
  });

  it('has another ETag where it is shown, and takes conditions on it', async () => {
    const [before, read] = [etagOf(await v1('GET')), etagOf(await whole())];
    expect(read).toBe(before);
    const said = await say({ owner: 'a' }, { 'if-match': read });
    expect(etagOf(said)).toBe(etagOf(await whole()));
    expect(etagOf(said)).not.toBe(read);
    expect((await whole({ 'if-none-match': etagOf(said) })).status).toBe(304);
    expectProblem(await say({ owner: 'b' }, { 'if-match': read }), 412);
    expect((await v1('PUT', { ...MACHINE, scope: 'a' }, { 'if-match': before })).status).toBe(200);
    await say({ owner: null });
    expect(etagOf(await whole())).toBe(etagOf(await v1('GET')));
  });

  it('is told in the audit and to who follows the changes: which fields, and what they were', async () => {
    const reader = await FeedReader.open(server, { query: `?domain=${domain}`, key });
    await until('the stream has begun', () => reader.events.length > 0);
    await say({ owner: 'a', labels: { team: 'shop' } });
    await say({ owner: 'b', labels: { team: null } });
    await until('both are told', () => reader.changes().length === 2);
    reader.close();
    const told = [
      {
        action: 'client.described',
        changes: { owner: { before: null, after: 'a' }, labels: { before: null, after: { team: 'shop' } } },
      },
      {
        action: 'client.described',
        changes: { owner: { before: 'a', after: 'b' }, labels: { before: { team: 'shop' }, after: null } },
      },
    ];
    expect((await audit()).slice(1)).toMatchObject(told);
    expect(reader.changes().map(({ data }) => data)).toMatchObject(told);
    expect((await call('GET', ofClient('/versions'))).body).toHaveLength(1);
  });

  const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, 'x']));
  it.each<[string, object, string]>([
    ['an empty owner', { owner: '' }, 'owner'],
    ['an owner that is too long', { owner: 'x'.repeat(201) }, 'owner'],
    ['an owner of two lines', { owner: 'a\nb' }, 'owner'],
    ['a contact that is no text', { contact: 5 }, 'contact'],
    ['a contact that cannot be seen', { contact: 'a\u202eb' }, 'contact'],
    ['a description that is too long', { description: 'x'.repeat(1001) }, 'description'],
    ['labels that are a list', { labels: ['a'] }, 'labels'],
    ['labels that are text', { labels: 'team=shop' }, 'labels'],
    ['a label without a key', { labels: { '': 'x' } }, 'labels'],
    ['a label with a space in its key', { labels: { 'a b': 'x' } }, 'labels'],
    ['a label whose key ends with a dot', { labels: { 'a.': 'x' } }, 'labels'],
    ['a label whose key is too long', { labels: { ['x'.repeat(64)]: 'x' } }, 'labels'],
    ['a label with a space in its value', { labels: { a: 'x y' } }, 'labels'],
    ['a label whose value is no text', { labels: { a: true } }, 'labels'],
    ['a label whose value is too long', { labels: { a: 'x'.repeat(64) } }, 'labels'],
    ['more labels than a client may have', { labels: labels(33) }, 'labels'],
    ['more labels than may be named', { labels: labels(65) }, 'labels'],
    ['a manager with a space', { managedBy: 'my tool' }, 'managedBy'],
    ['a manager that stands for any', { managedBy: '*' }, 'managedBy'],
    ['a manager that is too long', { managedBy: 'x'.repeat(101) }, 'managedBy'],
    ['a lock without a manager', { locked: true }, 'locked'],
    ['a lock that is no flag', { managedBy: 'x', locked: 'yes' }, 'locked'],
    ['a field that does not exist', { colour: 'red' }, 'colour'],
  ])('refuses %s', async (_, body, property) => {
    expectViolations(await say(body), [property]);
    expect(await actions()).toEqual(['client.created']);
  });

  it('says which label is wrong, and how labels are to be', async () => {
    const { body } = await say({ labels: { team: 'shop', 'a b': 'x' } });
    expect(body.errors.labels).toEqual([
      `labels must have other keys than "a b": a key must be 1 to 63 letters, digits, '.', '_', '/' and '-', and begin and end with a letter or digit.`,
    ]);
  });

  it('takes as much as it says', async () => {
    const most = {
      owner: 'x'.repeat(200),
      contact: 'x'.repeat(200),
      description: 'x'.repeat(1000),
      labels: Object.fromEntries(Object.keys(labels(32)).map((name) => [name.padEnd(63, 'x'), 'x'.repeat(63)])),
      managedBy: 'x'.repeat(100),
      locked: true,
    };
    expect((await say(most)).body).toEqual(most);
    const anew = { 'managed-by': most.managedBy };
    const gone = Object.fromEntries(Object.keys(most.labels).map((name) => [name, null]));
    expect((await say({ labels: { ...gone, ...labels(32) } }, anew)).body.labels).toEqual(labels(32));
  });

  it('is about a client that exists', async () => {
    id = 'nobody';
    expectProblem(await say({ owner: 'x' }), 404);
  });
});

describe('GET /admin/domains/{domain}/clients', () => {
  const list = (query = '') => call('GET', `/admin/domains/${domain}/clients${query}`);
  const idsOf = ({ body }: Answer) => body.map(({ clientId }: { clientId: string }) => clientId).join(' ');
  beforeEach(async () => {
    await importLines([
      { clientId: 'a', ...MACHINE, about: { owner: 'Shop', labels: { team: 'shop' } } },
      {
        clientId: 'b',
        ...MACHINE,
        clientName: 'B',
        about: { owner: 'Shop', ...LOCKED, labels: { team: 'shop', tier: '' } },
      },
      { clientId: 'c', ...MACHINE, about: { managedBy: 'terraform', labels: { team: 'billing' } } },
    ]);
  });

  it('lists clients with what is said of them', async () => {
    const { body } = await list();
    expect(body).toEqual([
      { clientId: 'a', clientName: null, about: { ...NOTHING, owner: 'Shop', labels: { team: 'shop' } } },
      { clientId: id, clientName: null, about: null },
      {
        clientId: 'b',
        clientName: 'B',
        about: { ...NOTHING, owner: 'Shop', ...LOCKED, labels: { team: 'shop', tier: '' } },
      },
      { clientId: 'c', clientName: null, about: { ...NOTHING, managedBy: 'terraform', labels: { team: 'billing' } } },
    ]);
  });

  it.each([
    ['?owner=Shop', 'a b'],
    ['?owner=shop', ''],
    ['?managedBy=terraform', 'b c'],
    ['?label=team', 'a b c'],
    ['?label=team%3Dshop', 'a b'],
    ['?label=team=shop', 'a b'],
    ['?label=tier=', 'b'],
    ['?label=team=shop&managedBy=terraform', 'b'],
    ['?owner=Shop&after=a', 'b'],
  ])('chooses: %s', async (query, ids) => {
    expect(idsOf(await list(query))).toBe(ids);
  });

  it('page by page, with the same question', async () => {
    const first = await list('?label=team&limit=2');
    expect(idsOf(first)).toBe('a b');
    const [, next] = /<(.+)>; rel="next"/.exec(first.headers.get('link')!)!;
    const { pathname, search } = new URL(next!);
    const second = await call('GET', pathname + search);
    expect([idsOf(second), second.headers.get('link')]).toEqual(['c', null]);
  });

  it.each([
    ['?label=', 'label'],
    ['?label==x', 'label'],
    ['?label=a b', 'label'],
    ['?label=a=x y', 'label'],
    ['?limit=0', 'limit'],
    ['?team=shop', 'team'],
    ['?owner=a&owner=b', 'owner'],
    ['?owner=%00', 'owner'],
  ])('refuses %s', async (query, parameter) => {
    expectViolations(await list(query), [parameter]);
  });

  it('says that a label is given once', async () => {
    expect((await list('?label=team&label=tier')).body.errors.label).toEqual([expect.stringContaining('given once')]);
  });
});

interface Door {
  readonly name: string;
  /** What has to be there first; in the name of the manager. */
  readonly prepare?: () => Promise<unknown>;
  readonly write: (headers: Record<string, string>) => Promise<Answer>;
  readonly expectLocked?: (answer: Answer) => void;
}

function expectLocked(answer: Answer): void {
  expectProblem(answer, 409);
  expect(answer.body.type).toMatch(/\/doc\/errors\/conflict$/);
  expect(answer.body.detail).toBe(
    `Locked by who manages it, and changed only with that name in the header Managed-By: ${id} by terraform.`,
  );
}

function expectLockedInAccounts(answer: Answer): void {
  expectAccountsError(answer, 409, 1361);
  expect(answer.body.verbose).toBe(
    'the client is locked by terraform, which manages it: send this name in the header Managed-By',
  );
}

const secretIds = async () => (await v1('GET', undefined, {}, '/secrets')).body as { id: string }[];
const suspend = (headers: object) =>
  call('PUT', ofClient('/suspension'), { body: { reason: 'x' }, headers: { ...headers } });
const DOORS: readonly Door[] = [
  { name: 'v1 PUT', write: (headers) => v1('PUT', { ...MACHINE, scope: 'openid' }, headers) },
  {
    name: 'v1 PUT as a dry run',
    write: (headers) => v1('PUT', { ...MACHINE, scope: 'openid' }, headers, '?dryRun=true'),
  },
  { name: 'v1 PUT that only renews', write: (headers) => v1('PUT', MACHINE, headers, '?expiresInSeconds=3600') },
  { name: 'v1 DELETE', write: (headers) => v1('DELETE', undefined, headers) },
  { name: 'v1 POST secrets', write: (headers) => v1('POST', {}, headers, '/secrets') },
  {
    name: 'v1 DELETE secrets',
    prepare: () => v1('POST', {}, TERRAFORM, '/secrets'),
    write: async (headers) => v1('DELETE', undefined, headers, `/secrets/${(await secretIds())[0]!.id}`),
  },
  ...['/client', '/clients'].flatMap((path): Door[] => [
    {
      name: `accounts PUT ${path}`,
      write: (headers) => call('PUT', `${path}?clientID=${id}`, { body: { clientName: 'New' }, headers }),
      expectLocked: expectLockedInAccounts,
    },
    {
      name: `accounts DELETE ${path}`,
      write: (headers) => call('DELETE', `${path}?clientID=${id}`, { headers }),
      expectLocked: expectLockedInAccounts,
    },
  ]),
  { name: 'PUT suspension', write: suspend },
  {
    name: 'DELETE suspension',
    prepare: () => suspend(TERRAFORM),
    write: (headers) => call('DELETE', ofClient('/suspension'), { headers }),
  },
  { name: 'PUT about', write: (headers) => say({ owner: 'x' }, headers) },
  { name: 'PUT about, to unlock it', write: (headers) => say({ locked: false }, headers) },
  {
    name: 'POST import of another record',
    write: (headers) => importLines([{ clientId: id, ...MACHINE, scope: 'openid' }], '', headers),
  },
  {
    name: 'POST import as a dry run',
    write: (headers) => importLines([{ clientId: id, ...MACHINE, scope: 'openid' }], '?dryRun=true', headers),
  },
  {
    name: 'POST import that only says something of it',
    write: (headers) => importLines([{ clientId: id, ...MACHINE, about: null }], '', headers),
  },
  { name: 'POST import that prunes it', write: (headers) => importLines([], '?prune=true&empty=true', headers) },
  {
    name: 'POST restore of a version',
    prepare: () => v1('PUT', { ...MACHINE, scope: 'openid' }, TERRAFORM),
    write: async (headers) => call('POST', ofClient(`/versions/${(await audit())[0]!.id}/restore`), { headers }),
  },
];

describe.each(DOORS)('a locked client, by $name', ({ prepare, write, expectLocked: expectIt = expectLocked }) => {
  beforeEach(async () => {
    await say(LOCKED);
    await prepare?.();
  });

  it('is changed in the name of its manager alone', async () => {
    const { length } = await audit();
    for (const headers of [{}, { 'managed-by': 'pulumi' }, { 'managed-by': 'Terraform' }]) {
      expectIt(await write(headers as Record<string, string>));
    }
    expect(await audit()).toHaveLength(length);
    expect((await write(TERRAFORM)).status).toBeLessThan(300);
  });

  it('is changed in the name of any by the operator, and by nobody else', async () => {
    const refused = await write(ANY);
    expect([401, 403]).toContain(refused.status);
    expect(refused.text).toMatch(/nly the operator may do this/);
    [domain, key] = ['default', OPERATOR_KEY];
    await v1('PUT', MACHINE);
    await say(LOCKED);
    await prepare?.();
    expect((await write({})).status).toBe(409);
    expect((await write(ANY)).status).toBeLessThan(300);
  });
});

describe('the lock', () => {
  beforeEach(() => say(LOCKED));

  it.each(['*', '*x'])('does not concern who only reads, and names %s', async (name) => {
    expect((await v1('GET', undefined, { 'managed-by': name })).status).toBe(200);
    const { apiKey } = await server.issue({ domain, permissions: ['secrets:verify'] });
    const verdict = await v1(
      'POST',
      { secret: 'none of its secrets' },
      { 'x-api-key': apiKey, 'managed-by': name },
      '/secrets/verify',
    );
    expect([verdict.status, verdict.body.valid]).toEqual([200, false]);
  });

  it.each(['a b', '*x', '-a', 'a;', 'x'.repeat(101), 'a, b'])(
    'is opened by no name that no manager can have: %s',
    async (name) => {
      const answer = await v1('PUT', { ...MACHINE, scope: 'a' }, { 'managed-by': name });
      expectProblem(answer, 400);
      expect(answer.body.detail).toMatch(/^Managed-By must be 1 to 100 letters/);
    },
  );

  it('holds nobody up who only reads or verifies, nor who restores the client that its manager has deleted', async () => {
    for (const path of [`/v1/domain/${domain}/client/${id}`, `/client?clientID=${id}`, ofClient('')]) {
      expect((await call('GET', path)).status).toBe(200);
    }
    await v1('DELETE', undefined, TERRAFORM);
    const restored = await server.call('POST', ofClient('/restore'));
    expect(restored.status).toBe(201);
    expect((await whole()).body.about).toEqual({ ...NOTHING, ...LOCKED });
    const { apiKey } = await server.issue({ domain, permissions: ['secrets:verify'] });
    const verdict = await v1(
      'POST',
      { secret: restored.body.clientSecret },
      { 'x-api-key': apiKey },
      '/secrets/verify',
    );
    expect(verdict.body).toMatchObject({ valid: true });
  });

  it('is told after broken rules and before a condition that does not hold', async () => {
    expectViolations(await v1('PUT', { ...MACHINE, colour: 'red' }), ['colour']);
    expectLocked(await v1('PUT', { ...MACHINE, scope: 'a' }, { 'if-match': '"x"' }));
    expectLocked(await v1('DELETE', undefined, { 'if-match': '"x"' }));
    expectProblem(await v1('PUT', { ...MACHINE, scope: 'a' }, { ...TERRAFORM, 'if-match': '"x"' }), 412);
  });

  it('names every client that stops an import, with its manager', async () => {
    const line = { clientId: 'other', ...MACHINE };
    await importLines([{ ...line, about: { managedBy: 'pulumi', locked: true } }]);
    const { body } = await importLines([
      { ...line, scope: 'a' },
      { ...line, clientId: id, scope: 'a' },
      { ...line, clientId: 'new' },
    ]);
    expect(body.detail).toMatch(new RegExp(`: other by pulumi, ${id} by terraform\\.$`));
    expectProblem(await v1('GET', undefined, {}, '/../new'), 404);
  });

  it('can be set by an import as it can be exported, which needs nobody’s name where nothing is locked yet', async () => {
    const line = { clientId: 'other', ...MACHINE, about: { ...LOCKED } };
    expect((await importLines([line])).status).toBe(200);
    expect((await importLines([line])).status).toBe(200);
    expectViolations(await importLines([{ ...line, about: { locked: true, colour: 'red' } }]), [
      'line 1: about.colour',
    ]);
    expectViolations(
      await importLines([
        { ...line, about: { locked: true } },
        { ...line, clientId: 'x', about: { labels: { a: null } } },
        { ...line, clientId: 'y', about: 'terraform' },
      ]),
      ['line 1: about.locked', 'line 2: about.labels', 'line 3: about'],
    );
  });

  it('tells an import what it changes: what was said, and what is', async () => {
    const { text } = await importLines([{ clientId: id, ...MACHINE, about: { owner: 'Shop' } }], '', TERRAFORM);
    const [, changed] = text.trim().split('\n');
    expect(JSON.parse(changed!)).toEqual({
      action: 'changed',
      clientId: id,
      changes: [{ field: 'about', before: { ...NOTHING, ...LOCKED }, after: { ...NOTHING, owner: 'Shop' } }],
    });
    expect((await audit()).at(-1)).toMatchObject({
      action: 'client.described',
      changes: { locked: { before: true, after: false } },
    });
  });

  it('is part of what an Idempotency-Key stands for', async () => {
    const headers = { 'idempotency-key': 'a-key-of-sixteen-or-more' };
    const write = (more: object) => v1('PUT', { ...MACHINE, scope: 'a' }, { ...headers, ...more });
    expectLocked(await write({}));
    expect((await write(TERRAFORM)).status).toBe(200);
    expect((await write(TERRAFORM)).status).toBe(200);
    expectProblem(await write({}), 422);
  });
});
