import { generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { PatientDataSource } from '../../../libs/persistence/src/testing/index.js';
import { expectProblem } from '../../support/refusals.js';
import { type Answer, OPERATOR_KEY, startServer, type TestServer } from '../../support/test-server.js';

const CLIENT = {
  clientType: 'Public',
  grantType: 'AuthorizationCode',
  redirectUris: ['https://app.example.com/callback'],
};
const ALL = ['clients:read', 'clients:write', 'domains:read', 'domains:write'];

interface Issued {
  readonly id: string;
  readonly apiKey: string;
  readonly accessToken: string;
}

let server: TestServer;
/** A key of the subscription `tenant`, with every right on domains and clients. */
let tenant: Issued;

beforeAll(async () => {
  server = await startServer();
  for (const [domain, subscription] of [
    ['own', 'tenant'],
    ['second', 'tenant'],
    ['foreign', 'stranger'],
  ]) {
    await server.call('POST', '/v1/domain', { body: { domain, subscription } });
    await server.call('PUT', `/v1/domain/${domain}/client/app`, { body: CLIENT });
  }
  tenant = await server.issue({ subscription: 'tenant', permissions: ALL });
});

afterAll(async () => {
  await server.stop();
});

type Headers_ = Readonly<Record<string, string>>;
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const keyHeader = (key: string): Headers_ => ({ 'x-api-key': key });
const bearer = (token: string): Headers_ => ({ authorization: `Bearer ${token}` });
const send = (method: string, path: string, headers: Headers_, body?: unknown) =>
  server.call(method, path, { key: null, headers, body });

/** Everything of an answer that a caller can see, but for what is different in every answer. */
function visible(answer: Answer): object {
  const { date, ...headers } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers, text: answer.text };
}

/** The same request id makes answers byte-identical that differ in nothing else. */
const SAME_ID = { 'x-request-id': 'the-same-for-all' };

/** What is wrong with each caller, and which domain it asks for. */
const REFUSED: [string, () => Promise<{ headers: Headers_; domain?: string }>][] = [
  ['no key', async () => ({ headers: {} })],
  ['an empty key', async () => ({ headers: keyHeader('') })],
  ['a malformed key', async () => ({ headers: keyHeader('nonsense') })],
  ['a key of 5000 characters', async () => ({ headers: keyHeader('k'.repeat(5000)) })],
  ['a key with a wrong check sum', async () => ({ headers: keyHeader(`${tenant.apiKey.slice(0, -1)}!`) })],
  ['a key with another check sum', async () => ({ headers: keyHeader(`clk_${'A'.repeat(43)}aaaaaa`) })],
  ['a Bearer without a token', async () => ({ headers: { authorization: 'Bearer' } })],
  ['another scheme', async () => ({ headers: { authorization: `Basic ${tenant.apiKey}` } })],
  [
    'an unknown key',
    async () => {
      const { id, apiKey } = await server.issue({ subscription: 'tenant' });
      await server.database.query('delete from credentials where id = $1', [id]);
      return { headers: keyHeader(apiKey) };
    },
  ],
  [
    'an unknown token',
    async () => {
      const { id, accessToken } = await server.issue({ subscription: 'tenant' });
      await server.database.query('delete from credentials where id = $1', [id]);
      return { headers: bearer(accessToken) };
    },
  ],
  [
    'a token whose signature was changed',
    async () => {
      const [head, claims, signature] = tenant.accessToken.split('.') as [string, string, string];
      const changed = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
      return { headers: bearer([head, claims, changed].join('.')) };
    },
  ],
  [
    'a token whose claims were changed',
    async () => {
      const other = await server.issue({ subscription: 'tenant' });
      const [head, , signature] = tenant.accessToken.split('.');
      return { headers: bearer([head, base64url({ jti: other.id }), signature].join('.')) };
    },
  ],
  [
    'a token without a signature (alg none)',
    async () => ({ headers: bearer(`${base64url({ alg: 'none' })}.${base64url({ jti: tenant.id })}.`) }),
  ],
  [
    'a token signed by somebody else',
    async () => {
      const text = `${base64url({ alg: 'RS512', typ: 'JWT' })}.${base64url({ jti: tenant.id, exp: 4e9 })}`;
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return { headers: bearer(`${text}.${sign('sha512', Buffer.from(text), privateKey).toString('base64url')}`) };
    },
  ],
  [
    'a revoked key',
    async () => {
      const { id, apiKey } = await server.issue({ subscription: 'tenant' });
      await server.call('DELETE', `/admin/credentials/${id}`);
      return { headers: keyHeader(apiKey) };
    },
  ],
  [
    'an expired key',
    async () => {
      const { id, apiKey } = await server.issue({ subscription: 'tenant' });
      await server.database.query(`update credentials set expires_at = now() - interval '1 second' where id = $1`, [
        id,
      ]);
      return { headers: keyHeader(apiKey) };
    },
  ],
  [
    'an expired token',
    async () => {
      const { id, accessToken } = await server.issue({ subscription: 'tenant' });
      await server.database.query(`update credentials set expires_at = now() - interval '1 second' where id = $1`, [
        id,
      ]);
      return { headers: bearer(accessToken) };
    },
  ],
  [
    'a key without the right',
    async () => ({
      headers: keyHeader((await server.issue({ subscription: 'tenant', permissions: ['audit:read'] })).apiKey),
    }),
  ],
  [
    'a key without any right',
    async () => ({ headers: keyHeader((await server.issue({ subscription: 'tenant', permissions: [] })).apiKey) }),
  ],
  ['an unknown domain', async () => ({ headers: keyHeader(tenant.apiKey), domain: 'nobodys.example.com' })],
  ['a domain that cannot exist', async () => ({ headers: keyHeader(tenant.apiKey), domain: 'UPPER_case' })],
  ['a domain with NUL in its name', async () => ({ headers: keyHeader(tenant.apiKey), domain: 'own%00' })],
  ['a domain of another subscription', async () => ({ headers: keyHeader(tenant.apiKey), domain: 'foreign' })],
  [
    'a domain of another subscription, by an access token',
    async () => ({ headers: bearer(tenant.accessToken), domain: 'foreign' }),
  ],
  [
    'another domain than the one the key is bound to',
    async () => ({
      headers: keyHeader((await server.issue({ domain: 'own', permissions: ALL })).apiKey),
      domain: 'second',
    }),
  ],
  [
    'a deleted domain',
    async () => {
      await server.call('POST', '/v1/domain', { body: { domain: 'deleted', subscription: 'tenant' } });
      await server.call('DELETE', '/v1/domain/deleted');
      return { headers: keyHeader(tenant.apiKey), domain: 'deleted' };
    },
  ],
];

describe('the one 401', () => {
  let reference: object;

  beforeAll(async () => {
    const answer = await send('GET', '/v1/domain/own/client', SAME_ID);
    expectProblem(answer, 401);
    expect(answer.headers.get('www-authenticate')).toMatch(/\S/);
    expect(Object.keys(answer.body).sort()).toEqual(['status', 'title', 'traceId', 'type']);
    reference = visible(answer);
  });

  it.each(REFUSED)('%s: one body but for the request id, the same headers, on every call', async (_, caller) => {
    const { headers, domain = 'own' } = await caller();
    const calls: [string, string, unknown?][] = [
      ['GET', `/v1/domain/${domain}/client`],
      ['GET', `/v1/domain/${domain}/client?limit=0`],
      ['GET', `/v1/domain/${domain}/client/app`],
      ['GET', `/v1/domain/${domain}/client/not-there`],
      ['GET', `/v1/domain/${domain}/client/NOT-AN-ID`],
      ['PUT', `/v1/domain/${domain}/client/app`, CLIENT],
      ['PUT', `/v1/domain/${domain}/client/app`, '{ malformed'],
      ['PUT', `/v1/domain/${domain}/client/app`, {}],
      ['DELETE', `/v1/domain/${domain}/client/app`],
      ['DELETE', `/v1/domain/${domain}/client/not-there`],
      ['DELETE', `/v1/domain/${domain}`],
    ];
    for (const [method, path, body] of calls) {
      const answer = await send(method, path, { ...headers, ...SAME_ID }, body);
      expect({ method, path, ...visible(answer) }).toEqual({ method, path, ...reference });
    }
  });

  it('has a request id of its own in each answer, in the header and as traceId', async () => {
    const [one, two] = [await send('GET', '/v1/domain', {}), await send('GET', '/v1/domain', {})];
    expect(one.body.traceId).toBe(one.headers.get('x-request-id'));
    expect(one.body.traceId).not.toBe(two.body.traceId);
    expect({ ...one.body, traceId: '' }).toEqual({ ...two.body, traceId: '' });
  });

  it('is the same on the calls that name no domain', async () => {
    const keys = [
      await server.issue({ subscription: 'tenant', permissions: ['clients:read'] }),
      await server.issue({ domain: 'own', permissions: ['domains:write'] }),
    ];
    const answers = [
      await send('GET', '/v1/domain', SAME_ID),
      await send('GET', '/v1/domain', { ...keyHeader('nonsense'), ...SAME_ID }),
      await send('GET', '/v1/domain', { ...keyHeader(keys[0]!.apiKey), ...SAME_ID }),
      await send('POST', '/v1/domain', { ...keyHeader(keys[0]!.apiKey), ...SAME_ID }),
      await send('POST', '/v1/domain', { ...keyHeader(keys[1]!.apiKey), ...SAME_ID }),
    ];
    for (const answer of answers) expect(visible(answer)).toEqual(reference);
  });

  it('tells nothing of limits: there are no rate-limit headers', async () => {
    const { headers } = await send('GET', '/v1/domain/own/client', {});
    expect([...headers.keys()].filter((name) => /limit|retry/.test(name))).toEqual([]);
  });

  it('comes before the caller learns whether a domain exists, for a read-only key that may not write', async () => {
    const key = keyHeader((await server.issue({ subscription: 'tenant', permissions: ['clients:read'] })).apiKey);
    for (const domain of ['own', 'foreign', 'nobodys.example.com']) {
      const answer = await send('PUT', `/v1/domain/${domain}/client/app`, { ...key, ...SAME_ID }, CLIENT);
      expect(visible(answer)).toEqual(reference);
    }
    expect((await send('GET', '/v1/domain/own/client', key)).status).toBe(200);
  });

  it('changes nothing in the foreign domain', async () => {
    const { body } = await server.call('GET', '/v1/domain/foreign/client/app');
    expect(body).toMatchObject(CLIENT);
    expect(body.updatedAt).toBe(body.createdAt);
  });
});

describe('what the store is asked of a domain that a key does not reach', () => {
  const { query } = PatientDataSource.prototype;
  /** The look-ups of domains. */
  let asked: string[];
  beforeAll(() => {
    PatientDataSource.prototype.query = function (this: PatientDataSource, sql: string, ...rest: unknown[]) {
      if (sql.includes('where name = asked.key')) asked.push(sql);
      return query.call(this, sql, ...(rest as [unknown[]]));
    } as typeof query;
  });
  afterAll(() => {
    PatientDataSource.prototype.query = query;
  });

  const WAYS: [string, (domain: string, key: string) => Promise<Answer>][] = [
    ['in a path of v1', (domain, key) => send('GET', `/v1/domain/${domain}/client/app`, keyHeader(key))],
    ['in a path of admin', (domain, key) => send('GET', `/admin/domains/${domain}/export`, keyHeader(key))],
    ['in the query of the audit', (domain, key) => send('GET', `/admin/audit?domain=${domain}`, keyHeader(key))],
    ['in the query of the feed', (domain, key) => send('GET', `/admin/changes?domain=${domain}`, keyHeader(key))],
    [
      'for a new credential',
      (domain, key) => send('POST', '/admin/credentials', keyHeader(key), { name: 'x', domain }),
    ],
  ];

  it.each(WAYS)('%s: the same whether it is in use or not there', async (way, probe) => {
    const permissions = ['clients:read', 'audit:read', 'credentials:write'];
    const owner = await server.issue({ domain: 'foreign' });
    // One that has asked for neither before.
    const subscription = `tenant that asks ${way}`;
    for (const [grant, count] of [
      [{ subscription }, 1],
      [{ domain: 'own' }, 0],
    ] as const) {
      const { apiKey } = await server.issue({ ...grant, permissions });
      await send('GET', '/v1/domain/own/client/app', keyHeader(apiKey));
      for (const key of [owner.apiKey, OPERATOR_KEY])
        await send('GET', '/v1/domain/foreign/client/app', keyHeader(key));
      const counts = [];
      for (const domain of ['foreign', 'nobodys']) {
        asked = [];
        const { status } = await probe(domain, apiKey);
        counts.push({ status, count: asked.length });
      }
      expect(counts).toEqual([counts[0], counts[0]]);
      expect(counts[0]!.count).toBe(count);
    }
  });
});

describe('the operator', () => {
  it('gets 404 with a plain sentence for a domain that nobody registered', async () => {
    for (const [method, path] of [
      ['GET', '/v1/domain/nobodys.example.com/client'],
      ['GET', '/v1/domain/nobodys.example.com/client/app'],
      ['DELETE', '/v1/domain/nobodys.example.com/client/app'],
      ['DELETE', '/v1/domain/nobodys.example.com'],
      ['GET', '/v1/domain/UPPER_case/client'],
    ] as const) {
      const answer = await server.call(method, path);
      expectProblem(answer, 404);
      expect(answer.body.detail).toMatch(/domain/);
    }
  });

  it('reaches the domains of every subscription', async () => {
    for (const domain of ['default', 'own', 'second', 'foreign']) {
      expect((await server.call('GET', `/v1/domain/${domain}/client`)).status).toBe(200);
    }
  });
});

describe('who may', () => {
  it('a key of the subscription, in all of its domains', async () => {
    for (const domain of ['own', 'second']) {
      expect((await send('GET', `/v1/domain/${domain}/client/app`, keyHeader(tenant.apiKey))).status).toBe(200);
      const put = await send('PUT', `/v1/domain/${domain}/client/mine`, keyHeader(tenant.apiKey), CLIENT);
      expect(put.status).toBe(200);
      expect((await send('DELETE', `/v1/domain/${domain}/client/mine`, keyHeader(tenant.apiKey))).status).toBe(204);
    }
  });

  it('a key that is bound to a domain, in that domain', async () => {
    const { apiKey } = await server.issue({ domain: 'second' });
    expect((await send('PUT', '/v1/domain/second/client/bound', keyHeader(apiKey), CLIENT)).status).toBe(200);
    expect((await send('GET', '/v1/domain/second/client', keyHeader(apiKey))).body).toEqual([
      { clientId: 'app' },
      { clientId: 'bound' },
    ]);
    expect((await send('DELETE', '/v1/domain/second/client/bound', keyHeader(apiKey))).status).toBe(204);
  });
});

describe('one credential has two presentations', () => {
  const presentations: [string, (issued: Issued) => Headers_][] = [
    ['x-api-key with the API key', ({ apiKey }) => keyHeader(apiKey)],
    ['x-api-key with the access token', ({ accessToken }) => keyHeader(accessToken)],
    ['Authorization: Bearer with the access token', ({ accessToken }) => bearer(accessToken)],
    ['Authorization: Bearer with the API key', ({ apiKey }) => bearer(apiKey)],
    ['bearer in lower case', ({ accessToken }) => ({ authorization: `bearer ${accessToken}` })],
    ['both headers', ({ apiKey, accessToken }) => ({ ...keyHeader(apiKey), ...bearer(accessToken) })],
    ['both headers, exchanged', ({ apiKey, accessToken }) => ({ ...keyHeader(accessToken), ...bearer(apiKey) })],
    ['both headers with the same value', ({ apiKey }) => ({ ...keyHeader(apiKey), ...bearer(apiKey) })],
  ];

  it.each(presentations)('%s is let in on every API', async (_, headersOf) => {
    const permissions = [...ALL, 'credentials:write'];
    const issued = await server.issue({ domain: 'own', permissions });
    for (const path of ['/v1/domain/own/client', '/v1/domain', '/clients', '/admin/credentials']) {
      expect([path, (await send('GET', path, headersOf(issued))).status]).toEqual([path, 200]);
    }
  });

  it('and so has the operator’s', async () => {
    for (const value of [OPERATOR_KEY, server.operatorToken]) {
      for (const headers of [keyHeader(value), bearer(value)]) {
        expect((await send('GET', '/v1/domain/foreign/client', headers)).status).toBe(200);
      }
    }
  });

  it('two headers that name different credentials are a 400, whichever is which', async () => {
    const other = await server.issue({ subscription: 'tenant', permissions: ALL });
    for (const headers of [
      { ...keyHeader(tenant.apiKey), ...bearer(other.accessToken) },
      { ...keyHeader(tenant.apiKey), ...bearer(other.apiKey) },
      { ...keyHeader(other.accessToken), ...bearer(tenant.accessToken) },
      { ...keyHeader(OPERATOR_KEY), ...bearer(tenant.accessToken) },
    ]) {
      expectProblem(await send('GET', '/v1/domain/own/client', headers), 400);
      expectProblem(await send('GET', '/admin/credentials', headers), 400);
      const put = await send('PUT', '/v1/domain/own/client/two-keys', headers, CLIENT);
      expectProblem(put, 400);
    }
    expect((await server.call('GET', '/v1/domain/own/client/two-keys')).status).toBe(404);
  });

  it('a good credential beside a bad one is not let in', async () => {
    for (const headers of [
      { ...keyHeader(tenant.apiKey), ...bearer('nonsense') },
      { ...keyHeader('nonsense'), ...bearer(tenant.accessToken) },
    ]) {
      expect([400, 401]).toContain((await send('GET', '/v1/domain/own/client', headers)).status);
    }
  });
});

describe('revocation', () => {
  it('is effective within 1 s, for both presentations, however often they were used before', async () => {
    const issued = await server.issue({ subscription: 'tenant', permissions: ALL });
    const statuses = () =>
      Promise.all(
        [issued.apiKey, issued.accessToken].map(
          async (key) => (await send('GET', '/v1/domain/own/client', keyHeader(key))).status,
        ),
      );
    expect(await statuses()).toEqual([200, 200]);
    expect(await statuses()).toEqual([200, 200]);
    expect((await server.call('DELETE', `/admin/credentials/${issued.id}`)).status).toBe(204);
    const deadline = Date.now() + 1000;
    let seen = await statuses();
    while (seen.includes(200) && Date.now() < deadline) {
      await wait(20);
      seen = await statuses();
    }
    expect(seen).toEqual([401, 401]);
    await wait(20);
    expect(await statuses()).toEqual([401, 401]);
  });

  it('done beside this server, straight in the database, is seen within 1 s, too', async () => {
    const issued = await server.issue({ subscription: 'tenant', permissions: ALL });
    const status = async () => (await send('GET', '/v1/domain/own/client', keyHeader(issued.apiKey))).status;
    expect(await status()).toBe(200);
    await server.database.query('update credentials set revoked_at = now() where id = $1', [issued.id]);
    const deadline = Date.now() + 1000;
    let seen = await status();
    while (seen === 200 && Date.now() < deadline) {
      await wait(20);
      seen = await status();
    }
    expect(seen).toBe(401);
  });
});
