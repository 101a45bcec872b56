import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { sendBytes, sendRequest } from '../support/raw-http.js';
import { expectAccountsError, expectProblem } from '../support/refusals.js';
import { type Answer, OPERATOR_KEY, type Request, startServer, type TestServer } from '../support/test-server.js';

const URI = 'https://app.example.com/callback';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const WITH_KEY = ['x-api-key', OPERATOR_KEY] as const;

let server: TestServer;
let readOnly: string;

beforeAll(async () => {
  server = await startServer();
  await server.call('POST', '/clients', { body: { clientID: 'known', callbackURL: URI } });
  readOnly = (await server.issue({ subscription: 'default', permissions: ['clients:read'] })).apiKey;
});

/** One way in for a body, with a body that it would accept and the form in which it refuses. */
interface Door {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly good: object;
  /** The strings that it stores, with what they are called here. */
  readonly strings: readonly string[];
  expectRefused(answer: Answer, status: number, code: number): void;
}

const DOORS: readonly Door[] = [
  {
    name: 'v1: PUT of a client',
    method: 'PUT',
    path: '/v1/domain/default/client/new',
    good: { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [URI] },
    strings: ['clientType', 'grantType', 'scope', 'clientId'],
    expectRefused: expectProblem,
  },
  {
    name: 'v1: POST of a domain',
    method: 'POST',
    path: '/v1/domain',
    good: { domain: 'new.example.com' },
    strings: ['domain', 'subscription'],
    expectRefused: expectProblem,
  },
  {
    name: 'accounts: POST of a client',
    method: 'POST',
    path: '/clients',
    good: { clientID: 'new', callbackURL: URI },
    strings: ['clientID', 'callbackURL', 'clientName', 'tokenEndpointAuthMethod', 'authUIOrigin', 'logoURI'],
    expectRefused: expectAccountsError,
  },
  {
    name: 'accounts: PUT of a client',
    method: 'PUT',
    path: '/client?clientID=known',
    good: { clientName: 'new' },
    strings: ['clientID', 'callbackURL', 'clientName', 'tokenEndpointAuthMethod', 'authUIOrigin', 'logoURI'],
    expectRefused: expectAccountsError,
  },
  {
    name: 'admin: POST of a credential',
    method: 'POST',
    path: '/admin/credentials',
    good: { name: 'new' },
    strings: ['name', 'subscription', 'domain', 'expiresAt'],
    expectRefused: expectProblem,
  },
];
const doors = DOORS.map((door) => [door.name, door] as const);

/** How far the log of each domain has come, and the one of all that is in none: every write of the product moves one of them. */
async function positions(): Promise<object[]> {
  return server.database.query('select domain_id, position, clients from domain_logs order by domain_id');
}

/** All that a request could have written, also past the logs. */
async function everything(): Promise<object> {
  const [row] = await server.database.query(
    `select (select jsonb_agg(c order by domain_id, client_id) from clients c) as clients,
            (select jsonb_agg(s order by id) from client_secrets s) as secrets,
            (select jsonb_agg(d order by id) from domains d) as domains,
            (select jsonb_agg(to_jsonb(c) - 'last_used_on' order by id) from credentials c) as credentials,
            (select count(*) from replays) as replays,
            (select count(*) from audit_entries) as audit`,
  );
  return row!;
}

// Nothing in this file may be written: every request is refused, or only reads. Each test shows it by the logs.
let reached: object[];
let before: object;
beforeAll(async () => {
  [reached, before] = [await positions(), await everything()];
});
afterEach(async () => {
  const [was, is] = [reached, await positions()];
  // A test that writes is not the next one's fault.
  reached = is;
  expect(is).toEqual(was);
});
afterAll(async () => {
  const after = await everything();
  await server.stop();
  expect(after).toEqual(before);
});

/** The refusal has the form of the API that owns the path, and is nobody's fault but the caller's. */
function expectForm(answer: Answer, path: string): void {
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  if (/^\/(v1|admin)(\/|$)/.test(path)) expectProblem(answer, answer.status);
  else expectAccountsError(answer, answer.status, answer.body.code);
}

describe.each(doors)('%s', (_, door) => {
  const send = (body: unknown, headers?: Record<string, string>, key?: string | null) =>
    server.call(door.method, door.path, { body, headers, key });
  /** Every one of these values for every string: refused with a 400 in the form of this API. What is not is listed. */
  const expectEachRefused = async (values: readonly string[]) => {
    const wrong: unknown[] = [];
    for (const name of door.strings) {
      for (const json of values) {
        const answer = await send(withMember(name, json));
        if (answer.status === 400) expectForm(answer, door.path);
        else wrong.push({ name, json: json.slice(0, 40), status: answer.status });
      }
    }
    expect(wrong).toEqual([]);
  };
  /** The good body with one more member, or another value for one that it has, as JSON that may hold anything. */
  const withMember = (name: string, json: string) => {
    const { [name]: _replaced, ...rest } = door.good as Record<string, unknown>;
    const members = Object.entries(rest).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    return `{${[...members, `${JSON.stringify(name)}:${json}`].join(',')}}`;
  };

  it.each([
    '{',
    '}',
    '{"a":}',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '{"a":1} x',
    '{"a":1}{"b":2}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":01}',
    '{"a":NaN}',
    '{"a":undefined}',
    '// {}',
    'undefined',
    'clientType=Public&grantType=AuthorizationCode',
    '<xml/>',
    '   ',
    '\u0000',
    '"',
  ])('refuses malformed JSON: %j', async (body) => {
    door.expectRefused(await send(body), 400, 1211);
  });

  it.each(['[]', 'null', '"text"', '""', '5', '-0', 'true', 'false', '[[]]', '[null]', '1e400'])(
    'refuses JSON that is no object: %s',
    async (body) => {
      door.expectRefused(await send(body), 400, 1211);
    },
  );

  it('refuses its own good body inside a list', async () => {
    door.expectRefused(await send([door.good]), 400, 1211);
  });

  it('refuses invalid UTF-8', async () => {
    const bytes = (...middle: number[]) => Buffer.from([0x7b, 0x22, ...middle, 0x22, 0x3a, 0x31, 0x7d]);
    for (const body of [
      bytes(0xff),
      bytes(0xc3),
      bytes(0xc0, 0xaf),
      bytes(0xed, 0xa0, 0x80),
      bytes(0xf5, 0x80, 0x80, 0x80),
      Buffer.from(JSON.stringify(door.good), 'utf16le'),
    ]) {
      door.expectRefused(await send(body), 400, 1211);
    }
  });

  it('refuses NUL in every string, at either end and inside', async () => {
    await expectEachRefused(['"\\u0000"', '"a\\u0000"', '"\\u0000b"', '"a\\u0000b"']);
  });

  it('refuses lone surrogates in every string, which could not be given back as they came', async () => {
    await expectEachRefused(['"\\ud800"', '"a\\udc00b"', '"\\udc00\\ud800"']);
  });

  it('refuses a value of the wrong type for every string', async () => {
    await expectEachRefused(['5', 'true', '[]', '["a"]', '{}', '{"a":"b"}', '1e400', '[[["a"]]]']);
  });

  it('refuses objects whose members are called like an object’s own: constructor, then, toJSON, length …', async () => {
    await expectEachRefused([
      '{"constructor":5}',
      '{"constructor":null}',
      '{"constructor":{"name":"Map"}}',
      '{"then":1}',
      '{"toString":1,"valueOf":1,"toJSON":1}',
      '{"length":-1}',
      '{"hasOwnProperty":1}',
      '[{"constructor":5}]',
    ]);
  });

  it('refuses what reaches for a prototype, wherever it stands', async () => {
    for (const body of [
      '{"__proto__":{"clientID":"new"}}',
      '{"__proto__":null}',
      withMember('__proto__', '{"x":1}'),
      withMember('\\u005f_proto__', '{"x":1}').replaceAll('\\\\', '\\'),
      withMember('constructor', '{"prototype":{"x":1}}'),
      withMember(door.strings[0]!, '{"__proto__":{"x":1}}'),
    ]) {
      const answer = await send(body);
      expect({ body, status: answer.status }).toEqual({ body, status: 400 });
      expectForm(answer, door.path);
    }
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('refuses deeply nested JSON, as the body and as the value of a field', async () => {
    const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
    const nested = [deep('[', ']', 30_000), deep('{"a":', '}', 10_000), deep('[{"a":', '}]', 7000)];
    for (const json of nested) door.expectRefused(await send(`[${json}]`), 400, 1211);
    await expectEachRefused(nested);
  });

  it('refuses 100 kB: 413', async () => {
    const body = withMember('x', JSON.stringify('x'.repeat(100_000)));
    door.expectRefused(await send(body), 413, 1211);
  });

  it('refuses more than 64 KiB, and reads 64 KiB', async () => {
    const exact = withMember(door.strings[0]!, '5');
    door.expectRefused(await send(exact.padEnd(65_537)), 413, 1211);
    expect((await send(exact.padEnd(65_536))).status).toBe(400);
  });

  it('refuses more than 64 KiB that come in chunks of unannounced length', async () => {
    const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
    const head = [
      `${door.method} ${door.path} HTTP/1.1`,
      'host: localhost',
      `x-api-key: ${OPERATOR_KEY}`,
      'transfer-encoding: chunked',
      'connection: close',
    ].join('\r\n');
    door.expectRefused(await sendBytes(server.url, `${head}\r\n\r\n${chunk.repeat(3)}0\r\n\r\n`), 413, 1211);
  });

  it('refuses a compressed body: 415', async () => {
    const body = gzipSync(JSON.stringify(door.good));
    for (const encoding of ['gzip', 'br', 'deflate', 'nonsense']) {
      door.expectRefused(await send(body, { 'content-encoding': encoding }), 415, 1211);
    }
  });

  it('refuses a body that bursts when it is unpacked like any other', async () => {
    const body = gzipSync(' '.repeat(10_000_000));
    door.expectRefused(await send(body, { 'content-encoding': 'gzip' }), 415, 1211);
  });

  it('a missing key wins over every bad body', async () => {
    for (const body of ['{', '[]', '', '{"__proto__":1}', ' '.repeat(100_000), Buffer.from([0xff])]) {
      door.expectRefused(await send(body, {}, null), 401, 1400);
    }
    door.expectRefused(await send(gzipSync('{}'), { 'content-encoding': 'gzip' }, null), 401, 1400);
    door.expectRefused(await server.call(door.method, door.path, { key: null }), 401, 1400);
  });

  it('a wrong key and a missing right win over a bad body', async () => {
    door.expectRefused(await send('{', {}, 'nonsense'), 401, 1401);
    const answer = await send('{', {}, readOnly);
    expect(answer.status).toBe(door.path.startsWith('/admin') ? 403 : 401);
    expectForm(answer, door.path);
    expect((await send(' '.repeat(100_000), {}, readOnly)).status).toBe(answer.status);
  });

  it('says nothing of files, lines or statements in a refusal', async () => {
    const bodies = ['{', '[]', '{"__proto__":1}', withMember(door.strings[0]!, '{"constructor":5}')];
    for (const body of bodies) {
      expect((await send(body)).text).not.toMatch(/node_modules|\.[jt]s:\d|\\n +at |select |insert /i);
    }
  });
});

describe('no body', () => {
  it.each(doors.filter(([, { path }]) => path !== '/v1/domain'))('%s needs one', async (_, door) => {
    door.expectRefused(await server.call(door.method, door.path), 400, 1200);
    door.expectRefused(await server.call(door.method, door.path, { body: '' }), 400, 1200);
    const headers = [WITH_KEY, ['content-type', 'application/json']] as const;
    door.expectRefused(
      await sendRequest(server.url, { method: door.method, target: door.path, headers, body: '' }),
      400,
      1200,
    );
  });
});

describe('unknown fields', () => {
  it('are refused by v1 and admin, which name them, whatever they are called', async () => {
    for (const door of DOORS.filter(({ path }) => /^\/(v1|admin)/.test(path))) {
      for (const name of [
        'unknown',
        'constructor',
        'toString',
        'hasOwnProperty',
        'length',
        'a\u0000b',
        '\ud800',
        '😀',
        '',
      ]) {
        const answer = await server.call(door.method, door.path, { body: { ...door.good, [name]: 1 } });
        expectProblem(answer, 400);
        expect(Object.keys(answer.body.errors)).toEqual([name]);
      }
    }
  });

  it('are ignored by the accounts dialect, which reads on past them', async () => {
    const strange = '"constructor":1,"toString":2,"":3,"a\\u0000b":4,"_links":{"self":[{}]}';
    const body = `{${strange},"clientName":5}`;
    const answer = await server.call('PUT', '/client?clientID=known', { body });
    expectAccountsError(answer, 400, 1211);
    expect(answer.body.detail).toBe('clientName');
    expect(answer.body._embedded).toBeUndefined();
  });

  it('inside config are ignored, too', async () => {
    const body = '{"config":{"constructor":5,"then":1,"x":{"constructor":5}},"clientName":5}';
    const answer = await server.call('PUT', '/client?clientID=known', { body });
    expectAccountsError(answer, 400, 1211);
    expect(answer.body.detail).toBe('clientName');
  });
});

describe('wrong types in lists and objects of the accounts dialect', () => {
  it.each([
    ['{"config":"cookie"}', 'config'],
    ['{"config":[]}', 'config'],
    ['{"config":5}', 'config'],
    ['{"config":{"tokenMethod":5}}', 'config/tokenMethod'],
    ['{"config":{"tokenMethod":{}}}', 'config/tokenMethod'],
    ['{"config":{"tokenMethod":{"constructor":5}}}', 'config/tokenMethod'],
    ['{"config":{"tokenMethod":[]}}', 'config/tokenMethod'],
    ['{"config":{"tokenMethod":"header"}}', 'config/tokenMethod'],
    ['{"config":{"disableStrategies":"google"}}', 'config/disableStrategies'],
    ['{"grantTypes":"authorization_code"}', 'grantTypes'],
    ['{"grantTypes":[null]}', 'grantTypes/0'],
    ['{"grantTypes":["implicit"]}', 'grantTypes/0'],
    ['{"redirectURIs":{}}', 'redirectURIs'],
    ['{"redirectURIs":[{"constructor":5}]}', 'redirectURIs/0'],
    ['{"postLogoutRedirectURIs":[5]}', 'postLogoutRedirectURIs/0'],
    ['{"clientSecret":5}', 'clientSecret'],
  ])('%s: 1211 with the path %s', async (body, detail) => {
    const answer = await server.call('PUT', '/client?clientID=known', { body });
    expectAccountsError(answer, 400, 1211);
    expect(answer.body.detail).toBe(detail);
  });
});

describe('wrong types in lists of v1 and admin', () => {
  it.each([
    'audiences',
    'redirectUris',
    'redirect_uris',
    'postSignOutRedirectUris',
    'providers',
    'policies',
    'allowedOrigins',
  ])('the list %s', async (field) => {
    for (const json of ['{"constructor":5}', '[{"constructor":5}]', '[[]]', '[true]', '"a"', '5', '{"length":1}']) {
      const body = `{"clientType":"Public","grantType":"AuthorizationCode","${field}":${json}}`;
      const answer = await server.call('PUT', '/v1/domain/default/client/new', { body });
      expectProblem(answer, 400);
      expect(Object.keys(answer.body.errors).some((place) => place.startsWith(field))).toBe(true);
    }
  });

  it('the list permissions', async () => {
    for (const json of ['{"constructor":5}', '[{"constructor":5}]', '[[]]', '[true]', '"a"', '5', '{"length":1}']) {
      const body = `{"name":"new","permissions":${json}}`;
      expectProblem(await server.call('POST', '/admin/credentials', { body }), 400);
    }
  });
});

describe('bad ids', () => {
  const BAD_IDS = [
    'Upper-Case',
    'x'.repeat(129),
    'x'.repeat(4000),
    'x'.repeat(15_000),
    'a_b',
    'a.b',
    'a%00b',
    '%00',
    'a%20b',
    'a%2Fb',
    '%2e%2e',
    'a%0ab',
    '%C3%A4',
    '%F0%9F%98%80',
    'a;b',
    "a'b",
    'a+b',
    '*',
  ];

  it.each(BAD_IDS)('%s is a 400 on v1, for every method, and names clientId', async (id) => {
    const good = DOORS[0]!.good;
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', JSON.stringify(good)],
      ['DELETE', undefined],
    ] as const) {
      const target = `/v1/domain/default/client/${id}`;
      const answer = await sendRequest(server.url, { method, target, headers: [WITH_KEY], body });
      expectProblem(answer, 400);
      expect(Object.keys(answer.body.errors)).toEqual(['clientId']);
    }
  });

  it.each(BAD_IDS.filter((id) => !/[;]/.test(id)))('%s is unknown to the accounts dialect: 404/1102', async (id) => {
    for (const method of ['GET', 'DELETE']) {
      const target = `/client?clientID=${id}`;
      const answer = await sendRequest(server.url, { method, target, headers: [WITH_KEY] });
      expectAccountsError(answer, 404, 1102);
      expect(answer.body.detail).toBe('clientID');
    }
  });

  it.each([...BAD_IDS, NOBODY.toUpperCase(), `${NOBODY}%00`])('%s is no credential: 404', async (id) => {
    for (const method of ['GET', 'DELETE']) {
      const target = `/admin/credentials/${id}`;
      expectProblem(await sendRequest(server.url, { method, target, headers: [WITH_KEY] }), 404);
    }
  });

  it.each(['Upper', '%00', 'a%2Fb', '%F0%9F%98%80', 'a..b', 'x'.repeat(254), "'%20or%201=1--"])(
    '%s is no domain: 404 for the operator',
    async (domain) => {
      for (const [method, rest] of [
        ['GET', '/client'],
        ['GET', '/client/x'],
        ['DELETE', ''],
      ] as const) {
        const target = `/v1/domain/${domain}${rest}`;
        expectProblem(await sendRequest(server.url, { method, target, headers: [WITH_KEY] }), 404);
      }
    },
  );
});

describe('bad % escapes', () => {
  it.each([
    '/v1/domain/%zz/client',
    '/v1/domain/default/client/%',
    '/v1/domain/default/client/%f',
    '/v1/domain/default/client/%E0%A4%A',
    '/v1/domain/default/client/%ff',
    '/v1/%zz',
    '/admin/credentials/%zz',
    '/admin/credentials/%ff',
    '/client/%zz',
    '/%',
    '/doc/errors/%zz',
  ])('in the path %s are a 400 in the form of that path', async (target) => {
    const answer = await sendRequest(server.url, { method: 'GET', target, headers: [WITH_KEY] });
    expect(answer.status).toBe(400);
    expectForm(answer, target);
  });

  it.each(['%zz', '%', '%f', '%ff', '%E0%A4%A', '%ED%A0%80', '%C0%AF'])(
    'in the query %s are never the server’s fault on v1 and admin',
    async (value) => {
      for (const path of ['/v1/domain/default/client', '/admin/credentials']) {
        for (const query of [`search=${value}`, `limit=${value}`, `after=${value}`, `${value}=1`, value]) {
          const target = `${path}?${query}`;
          const answer = await sendRequest(server.url, { method: 'GET', target, headers: [WITH_KEY] });
          expect({ target, ok: answer.status < 500 }).toEqual({ target, ok: true });
          if (answer.status >= 400) expectForm(answer, path);
        }
      }
    },
  );

  it.each(['clientName=%zz', 'clientID=%zz', 'clientID=%ff', 'page=%', '%zz=1', 'sort=%E0%A4%A'])(
    'in the query %s are a 400/1211 on accounts',
    async (query) => {
      const target = `/clients?${query}`;
      const answer = await sendRequest(server.url, { method: 'GET', target, headers: [WITH_KEY] });
      expectAccountsError(answer, 400, 1211);
    },
  );
});

describe('bad queries', () => {
  it.each([
    ['clientName=%00', 1212],
    ['clientName~=%00', 1212],
    ['clientID~=a%00b', 1212],
    ['redirectURIs=%00', 1212],
    ['created=%00', 1212],
    ['created=yesterday', 1212],
    ['createdFrom=2026-13-01', 1212],
    ['createdFrom=-000001-01-01T00:00:00Z', 1212],
    ['createdTo=%2B275760-09-13T00:00:00Z', 1212],
    ['createdTo=99999999999999999999', 1212],
    ['page=0', 1212],
    ['page=-1', 1212],
    ['page=x', 1212],
    ['page=1e3', 1212],
    ['page=99999999999999999999', 1212],
    ['page=1&page=2', 1212],
    ['size=-1', 1212],
    ['size=1001', 1212],
    ['size=99999999999999999999', 1212],
    ['size=5&size=6', 1212],
    ['sort=nope', 1215],
    ['sort=__proto__', 1215],
    ['sort=constructor', 1215],
    ['sort=clientName;drop', 1215],
    ['nope=1', 1216],
    ['constructor=1', 1216],
    ['toString=1', 1216],
    ['%00=1', 1216],
    ['clientNameFrom=a', 1217],
  ])('/clients?%s: 400/%i', async (query, code) => {
    expectAccountsError(await server.call('GET', `/clients?${query}`), 400, code);
  });

  it.each(['0000-01-01', '0000-01-01T00:00:00Z', '0000-06-15T12:00:00Z'])(
    'the year 0 (%s), which the database does not know, is a bad date',
    async (date) => {
      for (const name of ['created', 'createdFrom', 'modifiedTo', 'created!']) {
        expectAccountsError(await server.call('GET', `/clients?${name}=${date}`), 400, 1212);
      }
    },
  );

  it('the first and the last date that there are can be asked for', async () => {
    expect((await server.call('GET', '/clients?createdTo=0001-01-01T00:00:00Z')).body.total).toBe(0);
    expect((await server.call('GET', '/clients?createdTo=9999-12-31T23:59:59.999Z')).body.total).toBeGreaterThan(0);
  });

  it('a name that stands there twice is never the server’s fault', async () => {
    for (const target of [
      '/clients?clientID=a&clientID=b',
      '/clients?clientID=a&clientid=b',
      '/client?clientName=a&clientName=b',
      '/clients?sort=clientID&sort=-created',
      '/clients?createdFrom=2026-01-01&createdFrom=2027-01-01',
      '/clients?_list=1&_list=2',
      '/clients?__proto__=1&__proto__=2',
      '/clients?_token=a&_token=b',
      '/v1/domain/default/client?search=a&search=b',
      '/v1/domain/default/client?__proto__=1&constructor=2&toString=3',
      '/admin/credentials?limit=1&limit=2',
      '/admin/credentials?__proto__=1',
    ]) {
      const answer = await server.call('GET', target);
      expect({ target, ok: answer.status < 500 }).toEqual({ target, ok: true });
      if (answer.status >= 400) expectForm(answer, target.split('?')[0]!);
    }
  });

  it('DELETE and PUT with clientID twice touch neither', async () => {
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PUT', { clientName: 'x' }],
    ] as const) {
      for (const query of ['clientID=known&clientID=other', 'clientID=known&clientid=known']) {
        expectAccountsError(await server.call(method, `/client?${query}`, { body }), 400, 1202);
      }
    }
  });

  it('a huge query string is refused or read in the form of its path', async () => {
    const huge = 'x'.repeat(12_000);
    expectProblem(await server.call('GET', `/v1/domain/default/client?search=${huge}`), 400);
    expectProblem(await server.call('GET', `/admin/credentials?after=${huge}`), 400);
    expectAccountsError(await server.call('GET', `/client?clientID=${huge}`), 404, 1102);
    const filters = (count: number) => Array.from({ length: count }, (_, index) => `x${index}=1`).join('&');
    expectAccountsError(await server.call('GET', `/clients?${filters(100)}`), 400, 1216);
    expectAccountsError(await server.call('GET', `/clients?${filters(1000)}`), 400, 1211);
    expectAccountsError(await server.call('GET', `/clients?clientID=${Array(5000).fill('a').join(',')}`), 400, 1212);
  });
});

describe('numbers and dates that no clock and no column can hold', () => {
  const NUMBERS = ['1e999', '-1e999', '1e300', '9223372036854775808', '2147483648.5', '-1', '1.5', '"60"', 'true'];
  const DATES = [
    '+275760-09-13T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '-271821-04-20T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+00:01',
    '10000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-00:01',
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:01Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00+25:00',
  ].map((date) => JSON.stringify(date));
  const CLIENT = '/v1/domain/default/client';
  const REGISTERED = '{"clientType":"Public","grantType":"AuthorizationCode","redirectUris":["https://a.com/cb"]';

  it.each([
    ['accessTokenExpiry', 'PUT', `${CLIENT}/new`, REGISTERED, NUMBERS],
    ['idTokenExpiry', 'PUT', `${CLIENT}/new`, REGISTERED, NUMBERS],
    ['refreshTokenExpiry', 'PUT', `${CLIENT}/new`, REGISTERED, NUMBERS],
    ['previousExpiresInSeconds', 'POST', `${CLIENT}/known/secrets`, '{"name":"new"', NUMBERS],
    ['expiresAt', 'POST', `${CLIENT}/known/secrets`, '{"name":"new"', [...DATES, ...NUMBERS]],
    ['expiresAt', 'POST', '/admin/credentials', '{"name":"new"', [...DATES, ...NUMBERS]],
  ])('%s of %s %s', async (field, method, path, start, values) => {
    for (const value of values) {
      const answer = await server.call(method, path, { body: `${start},"${field}":${value}}` });
      expect([value, answer.status, Object.keys(answer.body.errors ?? {})]).toEqual([value, 400, [field]]);
    }
  });

  it('in an import', async () => {
    for (const value of NUMBERS) {
      const body = `${REGISTERED},"clientId":"new","accessTokenExpiry":${value}}\n`;
      expectProblem(await server.call('POST', '/admin/domains/default/import', { body }), 400);
    }
  });

  it.each(['created', 'createdFrom', 'createdTo', 'modifiedFrom', 'modified!'])('in the filter %s', async (filter) => {
    for (const date of DATES) {
      const value = encodeURIComponent(JSON.parse(date));
      expectAccountsError(await server.call('GET', `/clients?${filter}=${value}`), 400, 1212);
    }
  });

  it('in a link to another page that somebody wrote by hand', async () => {
    const parts = [...DATES, ...NUMBERS, '"\\ud800"', '["\\ud800"]', '"a\\u0000"', '{}', 'null'];
    for (const sort of ['created', 'modified', 'clientName', 'redirectURIs']) {
      for (const part of parts) {
        const position = Buffer.from(`[${part},"known"]`).toString('base64url');
        const { status } = await server.call('GET', `/clients?sort=${sort}&_after=${position}`);
        expect({ sort, part, ok: status < 500 }).toEqual({ sort, part, ok: true });
      }
    }
  });

  it.each([
    ['GET', '/admin/audit?after=ID', 400],
    ['GET', '/admin/changes?lastEventId=ID', 400],
    ['GET', `${CLIENT}/known/versions/ID`, 404],
    ['GET', `${CLIENT}/known/versions/ID/diff/1`, 404],
    ['POST', `${CLIENT}/known/versions/ID/restore`, 404],
  ])('as the id of an entry: %s %s', async (method, path, status) => {
    for (const id of ['9223372036854775808', '9'.repeat(19), '9'.repeat(400), '-1', '1e3', '1.5', '0x1', 'Infinity']) {
      const answer = await server.call(method, path.replace('ID', id));
      expect([id, answer.status]).toEqual([id, status]);
    }
    const atTheEnd = await server.call(method, path.replace('ID', '9'.repeat(18)));
    expect(atTheEnd.status).toBe(path.startsWith('/admin/audit') ? 200 : status);
  });

  it('in Last-Event-ID', async () => {
    for (const id of ['9223372036854775808', '9'.repeat(18), '-1', '1e3', '1, 2']) {
      expectProblem(await server.call('GET', '/admin/changes', { headers: { 'last-event-id': id } }), 400);
    }
  });

  it.each(['Fri, 31 Dec +275760 23:59:59 GMT', '99999999999999999999', 'Infinity', '-271822-01-01'])(
    'in If-Unmodified-Since: %s',
    async (date) => {
      const request = { body: '{"clientName":5}', headers: { 'if-unmodified-since': date } };
      expectAccountsError(await server.call('PUT', '/client?clientID=known', request), 400, 1211);
    },
  );
});

describe('unknown routes', () => {
  it.each([
    '/v1',
    '/v1/',
    '/v1/nope',
    '/v1/domain/default/clients',
    '/v1/domain/default/client/a/b',
    '/v1/domain/default/client/a/',
    '/v1/Domain',
    '/admin',
    '/admin/nope',
    '/admin/credentials/x/y',
    '/nope',
    '/client/known',
    '/clients/',
    '/Clients',
    '/v1x',
    '/v2/domain',
    '//v1/domain',
    '/doc/errors/nope',
    '/doc/rel/nope',
    '/openapi/nope.json',
    '/schema/nope',
  ])('GET %s is a 404 in the form of that path, with and without a key', async (path) => {
    for (const headers of [[WITH_KEY], []]) {
      const answer = await sendRequest(server.url, { method: 'GET', target: path, headers });
      expect([path, answer.status]).toEqual([path, 404]);
      expectForm(answer, path);
    }
  });

  it.each(['/v1/nope', '/admin/nope', '/nope'])(
    '%s is a 404 also with a bad key, a bad body, one that is too large or compressed, and any method',
    async (path) => {
      const bodies: [string, Record<string, string>][] = [
        ['{', {}],
        ['{'.repeat(70_000), {}],
        ['{}', { 'content-encoding': 'gzip' }],
      ];
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
        for (const [body, headers] of bodies) {
          const answer = await server.call(method, path, { key: 'nonsense', body, headers });
          expect([method, body.length, headers, answer.status]).toEqual([method, body.length, headers, 404]);
          expectForm(answer, path);
        }
      }
    },
  );
});

describe('wrong methods', () => {
  const ROUTES: [string, string[], string[]][] = [
    ['/v1/domain', ['GET', 'POST'], ['PUT', 'DELETE', 'PATCH']],
    ['/v1/domain/default', ['DELETE'], ['GET', 'POST', 'PUT', 'PATCH']],
    ['/v1/domain/default/client', ['GET'], ['POST', 'PUT', 'DELETE', 'PATCH']],
    ['/v1/domain/default/client/known', ['GET', 'PUT', 'DELETE'], ['POST', 'PATCH']],
    ['/admin/credentials', ['GET', 'POST'], ['PUT', 'DELETE', 'PATCH']],
    [`/admin/credentials/${NOBODY}`, ['GET', 'DELETE'], ['PUT', 'POST', 'PATCH']],
    ['/client', ['GET', 'POST', 'PUT', 'DELETE'], ['PATCH']],
    ['/clients', ['GET', 'POST', 'PUT', 'DELETE'], ['PATCH']],
    ['/', ['GET'], ['POST', 'PUT', 'DELETE', 'PATCH']],
  ];

  it.each(ROUTES)('%s: 405 with Allow, before any question of a key or a body', async (path, allowed, wrong) => {
    for (const method of wrong) {
      for (const key of [OPERATOR_KEY, 'nonsense', null]) {
        const answer = await server.call(method, path, { key, body: method === 'GET' ? undefined : '{' });
        expect([method, answer.status]).toEqual([method, 405]);
        expectForm(answer, path);
        const allow = (answer.headers.get('allow') ?? '').split(', ');
        expect(allow).toEqual(expect.arrayContaining(allowed));
        expect(allow.filter((each) => wrong.includes(each))).toEqual([]);
      }
    }
  });

  it('on accounts are a 1110 whose detail is the method', async () => {
    const answer = await server.call('PATCH', '/client');
    expectAccountsError(answer, 405, 1110);
    expect(answer.body.detail).toBe('PATCH');
  });

  it('that HTTP knows and this server does not are a 405, too', async () => {
    for (const method of ['PROPFIND', 'LOCK', 'TRACE', 'SEARCH']) {
      for (const path of ['/v1/domain', '/clients', '/admin/credentials']) {
        const answer = await sendRequest(server.url, { method, target: path, headers: [WITH_KEY] });
        expect([method, path, answer.status]).toEqual([method, path, 405]);
        expectForm(answer, path);
      }
    }
  });

  it('are recognised where the path needs decoding', async () => {
    for (const target of ['/v1/domain/a%2Fb', '/v1/domain/default/client/%C3%A4?x=1']) {
      const answer = await sendRequest(server.url, { method: 'PATCH', target, headers: [WITH_KEY] });
      expectProblem(answer, 405);
    }
  });
});

describe('the path that was meant decides the form of the answer', () => {
  it('also when it is written with escapes', async () => {
    for (const target of ['/v%31/domain', '/%76%31/domain/default/client', '/v1/%64omain']) {
      const answer = await sendRequest(server.url, { method: 'GET', target });
      // Either there is no such path, or it is v1's.
      if (answer.status !== 404) expectProblem(answer, 401);
    }
  });

  it.each([
    ['GET', '/v1/domain', 401],
    ['GET', '/v1/nope', 404],
    ['PATCH', '/v1/domain', 405],
    ['GET', '/admin/credentials', 401],
  ])('also when the request names the whole URL (RFC 9112 §3.2.2): %s %s: %i', async (method, path, status) => {
    expectProblem(await sendRequest(server.url, { method, target: `${server.url}${path}` }), status);
  });

  it('also for an empty query and for what looks like another path in the query', async () => {
    for (const target of ['/v1/domain?', '/v1/domain?/clients', '/v1/domain?x=/admin']) {
      expectProblem(await sendRequest(server.url, { method: 'GET', target }), 401);
    }
  });
});

describe('the order of refusals', () => {
  const oversized = '{'.repeat(70_000);
  const stale = { 'if-match': '"none"' };
  const client = '/v1/domain/default/client';
  const wrong = { clientName: 5 };

  // From the first to be looked at to the last; each request is wrong in every later way that it can be.
  it.each<[string, string, string, Request, number]>([
    ['an unknown route', 'PATCH', '/v1/nope', { key: null, body: oversized }, 404],
    ['a wrong method', 'PATCH', `${client}/BAD`, { key: null, body: oversized }, 405],
    ['no key', 'PUT', `${client}/BAD`, { key: null, body: oversized }, 401],
    ['a body that is too large', 'PUT', `${client}/BAD`, { body: oversized }, 413],
    ['an id that none can have', 'PUT', `${client}/BAD`, { body: '{', headers: stale }, 400],
    ['malformed JSON', 'PUT', `${client}/absent`, { body: '{', headers: stale }, 400],
    ['a broken rule', 'PUT', `${client}/absent`, { body: {}, headers: stale }, 400],
    ['a broken rule for a client that is there', 'PUT', `${client}/known`, { body: {}, headers: stale }, 400],
    ['a bad id to delete', 'DELETE', `${client}/BAD`, { headers: stale }, 400],
    ['a client that is not there', 'DELETE', `${client}/absent`, { headers: stale }, 404],
    ['a condition that does not hold', 'DELETE', `${client}/known`, { headers: stale }, 412],
  ])('v1: %s: %s %s', async (_, method, path, request, status) => {
    expectProblem(await server.call(method, path, request), status);
  });

  it.each<[string, string, string, Request, number, number]>([
    ['an unknown route', 'PATCH', '/nope', { key: null, body: oversized }, 404, 1100],
    ['a wrong method', 'PATCH', '/client', { key: null, body: oversized }, 405, 1110],
    ['no key', 'PUT', '/client', { key: null, body: oversized }, 401, 1400],
    ['a body that is too large', 'PUT', '/client?clientID=absent', { body: oversized }, 413, 1211],
    ['malformed JSON', 'PUT', '/client?clientID=absent', { body: '{', headers: stale }, 400, 1211],
    ['a broken rule', 'PUT', '/client?clientID=absent', { body: wrong, headers: stale }, 400, 1211],
    [
      'a broken rule for a client that is there',
      'PUT',
      '/client?clientID=known',
      { body: wrong, headers: stale },
      400,
      1211,
    ],
    ['a broken rule for an id that is taken', 'POST', '/client', { body: { clientID: 'known', ...wrong } }, 400, 1211],
    ['a client that is not there', 'PUT', '/client?clientID=absent', { body: {}, headers: stale }, 404, 1102],
    ['a client that is not there to delete', 'DELETE', '/client?clientID=absent', { headers: stale }, 404, 1102],
    ['an id that is taken', 'POST', '/client', { body: { clientID: 'known' } }, 409, 1359],
    ['a condition that does not hold', 'PUT', '/client?clientID=known', { body: {}, headers: stale }, 412, 1112],
    ['a condition that does not hold for DELETE', 'DELETE', '/client?clientID=known', { headers: stale }, 412, 1112],
  ])('accounts: %s: %s %s', async (_, method, path, request, status, code) => {
    expectAccountsError(await server.call(method, path, request), status, code);
  });

  it.each<[string, string, string, Request, number]>([
    ['an unknown route', 'PATCH', '/admin/nope', { key: null, body: oversized }, 404],
    ['a wrong method', 'PATCH', '/admin/credentials', { key: null, body: oversized }, 405],
    ['no key', 'POST', '/admin/credentials', { key: null, body: oversized }, 401],
    ['malformed JSON', 'POST', '/admin/credentials', { body: '{' }, 400],
    ['a body that is too large', 'POST', '/admin/credentials', { body: oversized }, 413],
    ['a credential that is not there', 'DELETE', `/admin/credentials/${NOBODY}`, {}, 404],
  ])('admin: %s: %s %s', async (_, method, path, request, status) => {
    expectProblem(await server.call(method, path, request), status);
  });

  it('admin: a missing right wins over the body', async () => {
    for (const body of ['{', oversized]) {
      expectProblem(await server.call('POST', '/admin/credentials', { key: readOnly, body }), 403);
    }
  });
});

describe('every refusal', () => {
  it('has a request id, the caller’s own where it is fit to be one', async () => {
    for (const path of ['/v1/nope', '/nope', '/admin/nope', '/v1/domain/%zz/client', '/client/%zz']) {
      const own = await sendRequest(server.url, {
        method: 'GET',
        target: path,
        headers: [['x-request-id', 'my-id-1']],
      });
      expect(own.headers.get('x-request-id')).toBe('my-id-1');
      for (const unfit of ['x'.repeat(129), 'a b', 'a"b', '<script>', '']) {
        const answer = await sendRequest(server.url, {
          method: 'GET',
          target: path,
          headers: [['x-request-id', unfit]],
        });
        expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
      }
    }
  });

  it.each<[string, string, string | undefined]>([
    ['GET', '/nope', undefined],
    ['PATCH', '/client', undefined],
    ['GET', '/client', undefined],
    ['POST', '/clients', '{'],
    ['POST', '/clients', ' '.repeat(70_000)],
    ['GET', '/client/%zz', undefined],
  ])('of accounts may be read by a browser, CORS headers included: %s %s', async (method, target, body) => {
    const headers = [['origin', 'https://app.example.com'], ...(body ? [WITH_KEY] : [])] as const;
    const answer = await sendRequest(server.url, { method, target, headers, body });
    expectForm(answer, target);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('what is not HTTP', () => {
  /** No path is known, so no API is: a bare problem document, and the connection is closed. */
  const expectBareProblem = (answer: Answer, status: number) => {
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.body).toMatchObject({ status, title: expect.stringMatching(/\S/) });
  };

  it.each([
    ['garbage', 'garbage\r\n\r\n'],
    ['binary', Buffer.from([0x16, 0x03, 0x01, 0x00, 0xa5, 0x01, 0x00, 0x00, 0x0d, 0x0a])],
    ['an unknown method', 'FOO /v1/domain HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['an unknown version', 'GET / HTTP/9.9\r\nhost: x\r\n\r\n'],
    ['a space in the path', 'GET /v1/do main HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['raw bytes beyond ASCII in the path', Buffer.from('GET /v1/domain/ä/client HTTP/1.1\r\nhost: x\r\n\r\n')],
    ['a header without a colon', 'GET / HTTP/1.1\r\nhost: x\r\nnonsense\r\n\r\n'],
    ['a header with NUL', 'GET / HTTP/1.1\r\nhost: x\r\na: b\u0000c\r\n\r\n'],
    ['a length in words', 'POST /clients HTTP/1.1\r\nhost: x\r\ncontent-length: ten\r\n\r\n'],
    ['a negative length', 'POST /clients HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n'],
    ['two lengths', 'POST /clients HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na'],
    [
      'a length and chunks (request smuggling)',
      'POST /clients HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
  ])('%s: 400', async (_, bytes) => {
    expectBareProblem(await sendBytes(server.url, bytes), 400);
  });

  it('headers of more than 16 KiB: 431', async () => {
    const line = `x-long: ${'x'.repeat(20_000)}`;
    expectBareProblem(await sendBytes(server.url, `GET /v1/domain HTTP/1.1\r\nhost: x\r\n${line}\r\n\r\n`), 431);
    const many = Array.from({ length: 3000 }, (_, index) => `x-${index}: y`).join('\r\n');
    expectBareProblem(await sendBytes(server.url, `GET / HTTP/1.1\r\nhost: x\r\n${many}\r\n\r\n`), 431);
    expectBareProblem(
      await sendBytes(server.url, `GET /v1/domain?search=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`),
      431,
    );
  });

  it('a request without Host: 400 with a problem document, as RFC 9112 §3.2 wants it', async () => {
    const answer = await sendBytes(server.url, 'GET /v1/domain HTTP/1.1\r\nconnection: close\r\n\r\n');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('a broken chunk of a body: refused, and the server goes on', async () => {
    const head = `POST /clients HTTP/1.1\r\nhost: x\r\nx-api-key: ${OPERATOR_KEY}\r\ntransfer-encoding: chunked`;
    const answer = await sendBytes(server.url, `${head}\r\n\r\nzz\r\nnonsense\r\n0\r\n\r\n`);
    expect(answer.status).toBe(400);
    expect((await server.call('GET', '/health/live', { key: null })).status).toBe(200);
  });

  it('a caller who hangs up in the middle of a body leaves nothing behind', async () => {
    const good = JSON.stringify(DOORS[0]!.good);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
        const head = `PUT /v1/domain/default/client/new HTTP/1.1\r\nhost: x\r\nx-api-key: ${OPERATOR_KEY}`;
        socket.write(`${head}\r\ncontent-length: ${good.length + 10}\r\n\r\n${good}`, () => socket.end());
      });
      socket.resume().on('close', () => resolve());
      socket.on('error', reject);
    });
    expectProblem(await server.call('GET', '/v1/domain/default/client/new'), 404);
  });
});
