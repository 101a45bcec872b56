import { admin } from '../../src/admin/index.js';
import { dialects } from '../../src/dialects/index.js';
import { PRIVATE_CLIENT } from '../support/accounts.js';
import { Documents } from '../support/documents.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';

type Json = Record<string, unknown>;

/** With a secret that is made for it: one that is chosen takes long to hash. */
const { clientSecret: _, ...PRIVATE } = PRIVATE_CLIENT;
const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const CALLBACK = 'https://app.example.com/callback';
const WEB = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [CALLBACK] };
const PUT = 'put /v1/domain/{domain}/client/{clientId}';
const SECRETS = 'post /v1/domain/{domain}/client/{clientId}/secrets';
const ABOUT = 'put /admin/domains/{domain}/clients/{clientId}/about';
const SUSPENSION = 'put /admin/domains/{domain}/clients/{clientId}/suspension';
const POLICY = '/admin/domains/{domain}/policy';
const IMPORT = 'post /admin/domains/{domain}/import';

let server: TestServer;
let documents: Documents;
/** What the server made. */
let ids: Readonly<Record<string, string>>;
let made = 0;
/** An id that is free. */
const free = () => {
  made += 1;
  return `client-${made}`;
};

beforeAll(async () => {
  server = await startServer();
  const names = [...dialects, admin].map(({ name }) => name);
  documents = await Documents.of(server, names);
});
afterAll(() => server.stop());

const ndjson = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const linesOf = (text: string): Json[] => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
const v1 = (method: string, id: string, body?: unknown, rest = '', headers = {}) =>
  server.call(method, `/v1/domain/default/client/${id}${rest}`, { body, headers });
/** All that is on record of a client but for its id and dates. */
async function recordOf(id: string): Promise<Json> {
  const { text } = await server.call('GET', '/admin/domains/default/export');
  const { clientId, createdAt, updatedAt, ...record } = linesOf(text).find((line) => line.clientId === id)!;
  return record;
}

interface Sending {
  readonly operation: string;
  /** Some that say little, as the document has it: lines are an array. */
  readonly bodies: (id: string) => readonly (Json | [Json])[];
  readonly send: (body: Json | [Json], id: string, headers?: Record<string, string>) => Promise<Answer>;
  /** What it comes to. */
  readonly outcome?: (id: string, answer: Answer) => Promise<unknown>;
}

/** Every operation that takes a body, tried on a client or a domain that is new. */
const SENDINGS: readonly Sending[] = [
  ...['/client', '/clients'].flatMap((path): Sending[] => [
    {
      operation: `post ${path}`,
      bodies: (clientID) => [{ clientID }, { clientID, callbackURL: CALLBACK }, { clientID, config: {} }],
      send: (body, _, headers) => server.call('POST', path, { body, headers }),
      outcome: recordOf,
    },
    {
      operation: `put ${path}`,
      bodies: () => [
        {},
        { clientName: 'Renamed' },
        { config: { signup: true } },
        { grantTypes: ['authorization_code'] },
      ],
      send: async (body, clientID, headers) => {
        await server.call('POST', '/client', { body: { ...PRIVATE, clientID } });
        return server.call('PUT', `${path}?clientID=${clientID}`, { body, headers });
      },
      outcome: recordOf,
    },
    {
      operation: `delete ${path}`,
      bodies: (clientID) => [{ clientID }],
      send: async (body, id, headers) => {
        await v1('PUT', id, MACHINE);
        return server.call('DELETE', path, { body, headers });
      },
    },
  ]),
  {
    operation: PUT,
    bodies: () => [
      MACHINE,
      WEB,
      { ...MACHINE, redirect_uris: [CALLBACK] },
      { ...MACHINE, redirectUris: null, redirect_uris: [CALLBACK] },
    ],
    send: (body, id, headers) => v1('PUT', id, body, '', headers),
    outcome: recordOf,
  },
  {
    operation: IMPORT,
    bodies: (clientId) => [
      [{ clientId, ...MACHINE, grantTypes: ['client_credentials'] }],
      [{ clientId, ...MACHINE }],
      [{ clientId, clientType: 'Public', grantTypes: [] }],
    ],
    send: (body, _, headers) => server.call('POST', `${ADMIN}/import`, { body: ndjson(body as [Json]), headers }),
    outcome: recordOf,
  },
  {
    operation: 'post /admin/credentials',
    bodies: () => [{ name: 'ci' }],
    send: (body, _, headers) => server.call('POST', '/admin/credentials', { body, headers }),
    outcome: async (_, { body: { permissions, subscription, domain } }) => ({ permissions, subscription, domain }),
  },
  {
    operation: 'post /admin/credentials/self/rotation',
    bodies: () => [{}, { previousExpiresInSeconds: 0 }],
    send: async (body, _, headers) => {
      const { apiKey: key } = await server.issue({ permissions: [] });
      return server.call('POST', '/admin/credentials/self/rotation', { key, body, headers });
    },
    outcome: async (_, { body: { previousExpiresAt } }) => previousExpiresAt?.slice(0, 10),
  },
  {
    operation: SUSPENSION,
    bodies: () => [{}, { reason: 'leaked' }],
    send: async (body, id, headers) => {
      await v1('PUT', id, MACHINE);
      return server.call('PUT', `${ADMIN}/clients/${id}/suspension`, { body, headers });
    },
    outcome: async (_, { body: { reason, until } }) => ({ reason, until }),
  },
  {
    operation: ABOUT,
    bodies: () => [{}, { owner: 'Team Shop', labels: { team: 'shop', tier: null } }],
    send: async (body, id, headers) => {
      await v1('PUT', id, MACHINE);
      return server.call('PUT', `${ADMIN}/clients/${id}/about`, { body, headers });
    },
    outcome: async (_, { body }) => body,
  },
  {
    operation: 'post /v1/domain',
    bodies: (id) => [{ domain: `${id}.example.com` }, {}],
    send: (body, _, headers) => server.call('POST', '/v1/domain', { body, headers }),
  },
  {
    operation: `put ${POLICY}`,
    bodies: () => [{ maxSecretAgeDays: 90 }],
    send: async (body, id, headers) => {
      const domain = `${id}.example.com`;
      await server.call('POST', '/v1/domain', { body: { domain } });
      return server.call('PUT', POLICY.replace('{domain}', domain), { body, headers });
    },
    outcome: async (_, { body }) => body,
  },
  {
    operation: SECRETS,
    bodies: () => [{}, { name: 'rotated' }],
    send: async (body, id, headers) => {
      await v1('PUT', id, MACHINE);
      return v1('POST', id, body, '/secrets', headers);
    },
    outcome: async (id) => {
      const secrets: Record<string, string>[] = (await v1('GET', id, undefined, '/secrets')).body;
      const day = (date: string | undefined) => date && Math.round(Date.parse(date) / 86_400_000);
      return secrets.map(({ name, expiresAt }) => [name, day(expiresAt)]);
    },
  },
  {
    operation: `${SECRETS}/verify`,
    bodies: () => [{ secret: 'nonsense' }],
    send: (body, id, headers) => v1('POST', id, body, '/secrets/verify', headers),
    outcome: async (_, { body }) => body,
  },
];

/** The names in a schema of an object, or of such objects one a line. */
function propertiesOf({ properties = {}, allOf = [], items }: Json & { allOf?: Json[]; items?: Json }): string[] {
  return [
    ...new Set([
      ...Object.keys(properties as Json),
      ...allOf.flatMap(propertiesOf),
      ...(items ? propertiesOf(items) : []),
    ]),
  ];
}

describe('what goes in', () => {
  it('is tried here for every operation that takes a body', () => {
    const taking = documents.operations.flatMap(({ name, requestBody }) => (requestBody ? [name] : []));
    expect(SENDINGS.map(({ operation }) => operation).sort()).toEqual(taking.sort());
  });

  it.each(SENDINGS)('$operation: who fills in the defaults in the document changes nothing by it', async (sending) => {
    const { operation, bodies, send, outcome = async () => undefined } = sending;
    for (let index = 0; index < bodies('').length; index += 1) {
      const [id, other] = [free(), free()];
      const bare = await send(bodies(id)[index]!, id);
      const filled = await send(documents.filledIn(operation, bodies(other)[index]!), other);
      expect([filled.text.slice(0, 300), filled.status]).toEqual([expect.anything(), bare.status]);
      expect(bare.status).toBeLessThan(300);
      expect(await outcome(other, filled)).toEqual(await outcome(id, bare));
    }
  });

  it.each(['put /client', 'put /clients'])('%s: merges, so nothing has a default, and nothing is required', (name) => {
    const schema = JSON.stringify(documents.schema([name, 'body']));
    expect(schema).not.toContain('"default":');
    expect(schema).not.toContain('"required":');
  });

  it('patterns are such that every engine reads them the same', () => {
    const patterns = [...documents.text.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, text]) =>
      JSON.parse(text!),
    );
    expect(patterns).toContain('^[a-z0-9-]+$');
    expect(patterns.filter((pattern) => /\\[pPuk]/.test(pattern))).toEqual([]);
  });

  it('the JSON Schemas that the SDK checks by have no defaults either', async () => {
    for (const path of ['/schema-acc/client', '/schema-acc/clients']) {
      expect((await server.call('GET', path, { key: null })).text).not.toContain('"default":');
    }
  });

  it.each(SENDINGS)('$operation: null is accepted where the document says so, and nowhere else', async (sending) => {
    const { operation, bodies, send } = sending;
    const properties = propertiesOf(documents.schema([operation, 'body']));
    expect(properties).not.toEqual([]);
    for (const property of properties) {
      const id = free();
      const [body] = bodies(id);
      const sent: Json | [Json] = Array.isArray(body)
        ? [{ ...body[0], [property]: null }]
        : { ...body, [property]: null };
      const { status } = await send(sent, id);
      const isDocumented = documents.faults([operation, 'body'], sent).length === 0;
      expect([property, status < 300 ? 'accepted' : status]).toEqual([property, isDocumented ? 'accepted' : 400]);
    }
  });

  it.each(SENDINGS)('$operation: under each content type in the document a body is the same JSON', async (sending) => {
    const { operation, bodies, send } = sending;
    const types = documents.contentTypes(operation);
    expect(types).toEqual(expect.arrayContaining(['text/plain', 'application/x-www-form-urlencoded']));
    for (const type of types) {
      const id = free();
      expect([type, (await send(bodies(id)[0]!, id, { 'content-type': type })).status < 300]).toEqual([type, true]);
    }
  });
});

interface Asking {
  readonly operation: string;
  /** Ids that the server makes stand in braces. */
  readonly path: string;
  readonly body?: () => unknown;
  /** Whose key is sent; absent = the operator's. */
  readonly as?: 'apiKey';
  /** Which of the shapes in the document is answered, where there are several. */
  readonly shape?: number;
}

const asking = (operation: string, path: string, body?: Asking['body'], shape?: number): Asking => ({
  operation,
  path,
  body,
  shape,
});

const ADMIN = '/admin/domains/default';
const CLIENT = '/v1/domain/default/client/app';
const VERSIONS = '/admin/domains/{domain}/clients/{clientId}/versions';
const ASKINGS: readonly Asking[] = [
  ...['/', '/schema-acc/client', '/schema/client', '/schema-acc/clients', '/schema/clients'].map((path) =>
    asking(`get ${path}`, path),
  ),
  ...['/client', '/clients'].flatMap((path): Asking[] => [
    asking(`get ${path}`, path, undefined, 0),
    asking(`get ${path}`, `${path}?clientID=nobody&_list=true`, undefined, 0),
    asking(`get ${path}`, `${path}?clientID=app`, undefined, 1),
    // With what the document gives for defaults.
    asking(`get ${path}`, `${path}?clientID=app&page=1&size=10`, undefined, 1),
    asking(`post ${path}`, path, () => ({ clientID: free(), grantTypes: ['client_credentials'] })),
    asking(`put ${path}`, `${path}?clientID=app`, () => ({ clientName: 'My App' })),
  ]),
  asking('get /v1/domain', '/v1/domain'),
  asking('post /v1/domain', '/v1/domain', () => ({})),
  asking('get /v1/domain/{domain}/client', '/v1/domain/default/client?limit=1'),
  asking('get /v1/domain/{domain}/client/{clientId}', CLIENT),
  asking(PUT, '/v1/domain/default/client/made', () => MACHINE, 1),
  asking(PUT, '/v1/domain/default/client/made', () => MACHINE, 1),
  asking(
    PUT,
    `${CLIENT}?dryRun=true`,
    () => ({ ...MACHINE, scope: 'openid', allowLocalLogin: false, idTokenExpiry: 5 }),
    0,
  ),
  asking(PUT, '/v1/domain/default/client/to-be?dryRun=true', () => WEB, 0),
  asking('get /v1/domain/{domain}/client/{clientId}/secrets', `${CLIENT}/secrets`),
  asking(SECRETS, `${CLIENT}/secrets`, () => ({ expiresAt: '2999-01-01T00:00:00Z' })),
  asking(`${SECRETS}/verify`, `${CLIENT}/secrets/verify`, () => ({ secret: ids.secret })),
  asking(`${SECRETS}/verify`, `${CLIENT}/secrets/verify`, () => ({ secret: 'nonsense' })),
  asking(`${SECRETS}/verify`, '/v1/domain/default/client/held/secrets/verify', () => ({ secret: ids.held })),
  asking('get /admin/audit', '/admin/audit?limit=1'),
  asking('get /admin/expiring', '/admin/expiring?within=366d&limit=1'),
  asking(`get ${POLICY}`, `${ADMIN}/policy`),
  asking(`put ${POLICY}`, `${ADMIN}/policy`, () => ({ maxSecretAgeDays: null })),
  asking('post /admin/credentials', '/admin/credentials', () => ({ name: 'ci', domain: 'default' })),
  {
    ...asking('post /admin/credentials/self/rotation', '/admin/credentials/self/rotation', () => ({})),
    as: 'apiKey',
  },
  asking('get /admin/credentials', '/admin/credentials?limit=1'),
  asking('get /admin/credentials/{id}', '/admin/credentials/{credential}'),
  asking('get /admin/domains/{domain}/deleted', `${ADMIN}/deleted?limit=1`),
  asking('get /admin/domains/{domain}/export', `${ADMIN}/export`),
  asking('get /admin/domains/{domain}/findings', `${ADMIN}/findings?policies=none&limit=1`),
  asking('get /admin/domains/{domain}/clients/{clientId}', `${ADMIN}/clients/app`),
  asking('get /admin/domains/{domain}/clients/{clientId}', `${ADMIN}/clients/held`),
  asking(ABOUT, `${ADMIN}/clients/held/about`, () => ({ owner: 'Team Shop', labels: { team: 'shop' } })),
  asking('get /admin/domains/{domain}/clients', `${ADMIN}/clients?limit=1`),
  asking(SUSPENSION, `${ADMIN}/clients/held/suspension`, () => ({ until: '2999-01-01T00:00:00Z' })),
  asking(SUSPENSION.replace('put', 'get'), `${ADMIN}/clients/held/suspension`),
  asking('get /admin/domains/{domain}/suspensions', `${ADMIN}/suspensions?limit=1`),
  asking(IMPORT, `${ADMIN}/import?dryRun=true`, () =>
    ndjson([{ clientId: 'app', ...MACHINE, additionalConfig: { a: [1] } }]),
  ),
  asking(IMPORT, `${ADMIN}/import`, () => ndjson([{ clientId: free(), ...MACHINE }])),
  asking(`get ${VERSIONS}`, `${ADMIN}/clients/app/versions?limit=1`),
  asking(`get ${VERSIONS}/{version}`, `${ADMIN}/clients/app/versions/{version}`),
  asking(`get ${VERSIONS}/{version}/diff/{other}`, `${ADMIN}/clients/app/versions/{version}/diff/{version}`),
  asking(`post ${VERSIONS}/{version}/restore`, `${ADMIN}/clients/app/versions/{version}/restore`),
  asking('post /admin/domains/{domain}/clients/{clientId}/restore', `${ADMIN}/clients/gone/restore`),
];
/** Neither JSON nor lines of it. */
const OTHERS = ['get /admin/changes', 'get /auth/public-key.pem'];
/** Of transport, of browsers, and what a document says in other places. */
const UNNAMED =
  /^(date|connection|keep-alive|transfer-encoding|content-.*|cache-control|vary|allow|access-control-.*|x-content-type-options|x-frame-options|referrer-policy)$/;

describe('what comes out', () => {
  beforeAll(async () => {
    const config = { tokenMethod: ['cookie', 'body'], signup: true };
    const { body } = await server.call('POST', '/client', { body: { ...PRIVATE, clientID: 'app', config } });
    await v1('PUT', 'app', { ...WEB, clientType: 'Confidential', policies: ['a', 'b'] });
    await v1('PUT', 'gone', MACHINE);
    await v1('DELETE', 'gone');
    const { body: held } = await v1('PUT', 'held', MACHINE);
    await server.call('PUT', `${ADMIN}/clients/held/suspension`, { body: { reason: 'leaked' } });
    const [{ id: version }] = (await server.call('GET', `${ADMIN}/clients/app/versions`)).body;
    const { id: credential, apiKey } = await server.issue({ domain: 'default' });
    ids = { version, credential, apiKey, secret: body.clientSecret, held: held.clientSecret };
  });

  const ask = ({ operation, path, body, as }: Asking, headers = {}, key: null | string | undefined = as && ids[as]) =>
    server.call(
      operation.split(' ')[0]!.toUpperCase(),
      path.replace(/\{(\w+)\}/g, (_, name) => ids[name]!),
      {
        body: body?.(),
        headers,
        key,
      },
    );
  /** A secret that was added for it. */
  const removed = async (id: string) => {
    const { body } = await v1('POST', id, { previousExpiresInSeconds: 3600 }, '/secrets');
    return v1('DELETE', id, undefined, `/secrets/${body.id}`);
  };
  const undocumented = (operation: string, { status, headers }: Answer) => {
    const documented = Object.keys(documents.response(operation, status).headers).map((name) => name.toLowerCase());
    return [...headers.keys()].filter((name) => !UNNAMED.test(name) && !documented.includes(name));
  };

  it('is tried here for every operation that answers with JSON', () => {
    const answering = documents.operations
      .filter(({ name, responses }) => !OTHERS.includes(name) && (responses[200] ?? responses[201])?.content)
      .map(({ name }) => name);
    expect([...new Set(ASKINGS.map(({ operation }) => operation))].sort()).toEqual(answering.sort());
  });

  it.each(ASKINGS)('$operation: is what the document says, and of several shapes one ($path)', async (question) => {
    const { operation, shape } = question;
    const answer = await ask(question);
    expect([answer.text, [200, 201].includes(answer.status)]).toEqual([answer.text, true]);
    const isLines = answer.headers.get('content-type') === 'application/x-ndjson';
    const value = isLines ? linesOf(answer.text) : answer.body;
    const place = [operation, answer.status] as const;
    expect(documents.faults(place, value)).toEqual([]);
    const shapes: unknown[] = documents.schema(place).oneOf ?? [];
    const fitting = shapes.flatMap((_, index) => (documents.faults(place, value, index).length === 0 ? [index] : []));
    expect(fitting).toEqual(shape === undefined ? [] : [shape]);
    expect(undocumented(operation, answer)).toEqual([]);
  });

  it.each(ASKINGS)('$operation: without a credential ($path)', async (question) => {
    const answer = await ask(question, {}, null);
    if (answer.status === 200) return expect(documents.response(question.operation, 401)).toBeUndefined();
    const place = [question.operation, 401] as const;
    expect(documents.faults(place, answer.body)).toEqual([]);
    expect(Object.keys(documents.response(...place).headers)).toContain('WWW-Authenticate');
    expect(undocumented(question.operation, answer)).toEqual([]);
  });

  describe('a list with a limit', () => {
    const LISTS = ASKINGS.filter(({ path }) => path.includes('limit=1'));
    const LONGEST = 100;
    const limitOf = ({ parameters = [] }: { readonly [more: string]: Json[] | unknown }) =>
      (parameters as Json[]).find(({ name }) => name === 'limit');

    beforeAll(async () => {
      const lines = Array.from({ length: LONGEST + 1 }, (_, index) => ({
        ...{ clientId: `many-${index}`, clientType: 'Public', grantTypes: [] },
        suspension: { reason: 'many', until: null },
      }));
      expect((await server.call('POST', `${ADMIN}/import`, { body: ndjson(lines) })).status).toBe(200);
    });

    it('is tried here for every one that there is', () => {
      const lists = documents.operations.filter((operation) => limitOf(operation)).map(({ name }) => name);
      expect(LISTS.map(({ operation }) => operation).sort()).toEqual(lists.sort());
    });

    it.each(LISTS)('$operation: takes a limit of more than 100 for 100, and refuses one below 1', async (list) => {
      const { schema, description } = limitOf(documents.operations.find(({ name }) => name === list.operation)!) as {
        schema: Json;
        description: string;
      };
      expect([schema.minimum, schema.maximum]).toEqual([1, undefined]);
      expect(description).toMatch(/More than 100 counts as 100\.$/);
      const pages = ['100', '101', '1001', '99999999999999999999'].map(async (limit) => {
        const { status, body } = await ask({ ...list, path: list.path.replace('limit=1', `limit=${limit}`) });
        return [status, body.length];
      });
      const [longest, ...longer] = await Promise.all(pages);
      expect(longer).toEqual([longest, longest, longest]);
      if (/audit|clients?$|suspensions/.test(list.operation)) expect(longest).toEqual([200, LONGEST]);
      const refused = await ask({ ...list, path: list.path.replace('limit=1', 'limit=0') });
      expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('limit must be a whole number')]);
    });
  });

  it('every answer has the id of its request, and says when to try again if that helps', () => {
    for (const { name, responses } of documents.operations) {
      for (const status of Object.keys(responses)) {
        const named = Object.keys(documents.response(name, Number(status)).headers ?? {});
        const expected = ['X-Request-Id', ...(['429', '503'].includes(status) ? ['Retry-After'] : [])];
        expect([name, status, named]).toEqual([name, status, expect.arrayContaining(expected)]);
      }
    }
  });

  it.each([
    ['get /client', '/client?clientID=app'],
    ['get /clients', '/clients?clientID=app'],
    ['get /v1/domain/{domain}/client/{clientId}', CLIENT],
    ['get /admin/domains/{domain}/clients/{clientId}', `${ADMIN}/clients/app`],
  ])(
    '%s: what the caller has already (304) comes with its ETag, and without a content type',
    async (operation, path) => {
      const etag = (await server.call('GET', path)).headers.get('etag')!;
      const answer = await server.call('GET', path, { headers: { 'if-none-match': etag } });
      const { status, text, headers } = answer;
      expect([status, text, headers.get('etag'), headers.get('content-type')]).toEqual([304, '', etag, null]);
      expect(documents.response(operation, 304).content).toBeUndefined();
      expect(undocumented(operation, answer)).toEqual([]);
    },
  );

  it.each([
    ['delete /v1/domain/{domain}/client/{clientId}/secrets/{secretId}', () => removed('app')],
    [SUSPENSION.replace('put', 'delete'), () => server.call('DELETE', `${ADMIN}/clients/held/suspension`)],
    ['delete /client', () => server.call('DELETE', '/client?clientID=app')],
    ['delete /v1/domain/{domain}/client/{clientId}', () => v1('DELETE', 'made')],
    ['delete /admin/credentials/{id}', () => server.call('DELETE', `/admin/credentials/${ids.credential}`)],
  ])('%s: nothing (204), without a content type', async (operation, remove) => {
    const answer = await remove();
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([204, '', null]);
    expect(undocumented(operation, answer)).toEqual([]);
  });
});
