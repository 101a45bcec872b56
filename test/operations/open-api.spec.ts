import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { DEFAULT_METADATA } from '../../libs/clients/src/index.js';
import { admin } from '../../src/admin/index.js';
import { dialects } from '../../src/dialects/index.js';
import { startServer, type TestServer } from '../support/test-server.js';

const apis = [...dialects, admin];
const PLACES = ['path', 'query', 'header'];

/** Redocly's recommended rules, warnings counted as errors; the exit code and what it has to say. */
function lint(file: string): Promise<{ code: number; report: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [
        'node_modules/@redocly/cli/bin/cli.js',
        'lint',
        '--extends=recommended-strict',
        // The server under test is on localhost.
        '--skip-rule=no-server-example.com',
        '--format=stylish',
        file,
      ],
      { env: { ...process.env, REDOCLY_TELEMETRY: 'off' } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, report: `${stdout}${stderr}` }),
    );
  });
}

describe('the OpenAPI documents', () => {
  let server: TestServer;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-openapi-'));
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  it.each(apis.map(({ name }) => name))(
    '%s: passes the linter',
    async (name) => {
      const { text, status } = await server.call('GET', `/openapi/${name}.json`, { key: null });
      expect(status).toBe(200);
      const file = path.join(folder, `${name}.json`);
      writeFileSync(file, text);
      const { code, report } = await lint(file);
      expect(code === 0 ? '' : report).toBe('');
    },
    60_000,
  );

  interface Media {
    readonly schema?: object;
    // biome-ignore lint/suspicious/noExplicitAny: examples are of every shape
    readonly example?: any;
    readonly examples?: Record<string, { readonly value: unknown }>;
  }

  interface Documented {
    readonly operationId: string;
    readonly tags: readonly string[];
    readonly security?: readonly object[];
    readonly requestBody?: { readonly content: Record<string, Media> };
    readonly responses: Record<string, { readonly content?: Record<string, Media>; readonly headers?: object }>;
    readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  }

  const documents = () =>
    Promise.all(apis.map(async ({ name }) => (await server.call('GET', `/openapi/${name}.json`, { key: null })).body));

  /** Every operation, such as `get /v1/domain`. */
  async function operations(): Promise<[name: string, operation: Documented][]> {
    return (await documents()).flatMap(({ paths }) =>
      Object.entries<Record<string, Documented>>(paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]): [string, Documented] => [`${method} ${path}`, operation]),
      ),
    );
  }

  const having = async (has: (operation: Documented) => boolean) =>
    (await operations())
      .filter(([, operation]) => has(operation))
      .map(([name]) => name)
      .sort();
  const taking = (header: string) => having(({ parameters = [] }) => parameters.some(({ name }) => name === header));

  it('name a conflict (409) where there can be one, and nowhere else', async () => {
    expect(await having(({ responses }) => '409' in responses)).toEqual([
      'delete /admin/credentials/{id}',
      'delete /v1/domain/{domain}',
      'delete /v1/domain/{domain}/client/{clientId}/secrets/{secretId}',
      'post /admin/credentials',
      'post /admin/domains/{domain}/clients/{clientId}/restore',
      'post /admin/domains/{domain}/clients/{clientId}/versions/{version}/restore',
      'post /admin/domains/{domain}/import',
      ...['post /client', 'post /clients'],
      'post /v1/domain',
      'post /v1/domain/{domain}/client/{clientId}/secrets',
      'put /v1/domain/{domain}/client/{clientId}',
    ]);
  });

  it('name the conditions that a write may set, and what comes when they do not hold (412), and nowhere else', async () => {
    const conditional = [
      'delete /client',
      'delete /clients',
      'delete /v1/domain/{domain}/client/{clientId}',
      'post /admin/domains/{domain}/clients/{clientId}/versions/{version}/restore',
      'put /client',
      'put /clients',
      'put /v1/domain/{domain}/client/{clientId}',
    ];
    expect(await taking('If-Match')).toEqual(conditional);
    expect(await taking('If-Unmodified-Since')).toEqual(conditional);
    expect(await having(({ responses }) => '412' in responses)).toEqual(conditional);
  });

  it('name the key of what may be repeated, and what comes when it was another request’s (422), and nowhere else', async () => {
    const repeatable = [
      'post /admin/credentials',
      'post /admin/domains/{domain}/clients/{clientId}/restore',
      'post /admin/domains/{domain}/clients/{clientId}/versions/{version}/restore',
      'post /v1/domain/{domain}/client/{clientId}/secrets',
      'put /v1/domain/{domain}/client/{clientId}',
    ];
    expect(await taking('Idempotency-Key')).toEqual(repeatable);
    expect(await having(({ responses }) => '422' in responses)).toEqual(repeatable);
  });

  it('say that clients come as HAL from the accounts API, as they do', async () => {
    const hal = await having(({ responses }) =>
      ['200', '201'].some((status) => 'application/hal+json' in (responses[status]?.content ?? {})),
    );
    expect(hal).toEqual([
      'get /',
      ...['get /client', 'get /clients'],
      ...['post /client', 'post /clients'],
      ...['put /client', 'put /clients'],
    ]);
    const { headers } = await server.call('GET', '/clients');
    expect(headers.get('content-type')).toMatch(/^application\/hal\+json/);
  });

  it('name the ETag wherever a client is answered', async () => {
    expect(
      await having(({ responses }) => Object.values(responses).some(({ headers }) => headers && 'ETag' in headers)),
    ).toEqual([
      'get /admin/domains/{domain}/clients/{clientId}',
      ...['get /client', 'get /clients', 'get /v1/domain/{domain}/client/{clientId}'],
      'post /admin/domains/{domain}/clients/{clientId}/restore',
      'post /admin/domains/{domain}/clients/{clientId}/versions/{version}/restore',
      ...['post /client', 'post /clients'],
      ...['put /client', 'put /clients', 'put /v1/domain/{domain}/client/{clientId}'],
    ]);
  });

  it('name an unknown domain (404) also where it stands in the query', async () => {
    const { status } = await server.call('GET', '/admin/audit?domain=nowhere');
    expect(status).toBe(404);
    const missing = await having(({ responses }) => '404' in responses);
    expect(missing).toEqual(expect.arrayContaining(['get /admin/audit', 'get /admin/changes']));
  });

  it.each(apis.map(({ name }) => name))('%s: is OpenAPI 3.1, in JSON and in YAML', async (name) => {
    const json = await server.call('GET', `/openapi/${name}.json`, { key: null });
    const yaml = await server.call('GET', `/openapi/${name}.yaml`, { key: null });
    expect(json.body.openapi).toMatch(/^3\.1\./);
    expect(parse(yaml.text)).toEqual(json.body);
    expect(yaml.headers.get('content-type')).toBe('text/yaml; charset=utf-8');
    expect(json.text).not.toContain('"nullable"');
  });

  it.each(apis.map(({ name }) => name))(
    '%s: describes the errors of every operation that needs a credential',
    async (name) => {
      const { body } = await server.call('GET', `/openapi/${name}.json`, { key: null });
      for (const [route, operations] of Object.entries<Record<string, { responses: object; security?: object[] }>>(
        body.paths,
      )) {
        for (const [method, { responses, security }] of Object.entries(operations)) {
          const expected = security?.length === 0 ? ['500'] : ['401', '500', '503'];
          expect([`${method} ${route}`, Object.keys(responses)]).toEqual([
            `${method} ${route}`,
            expect.arrayContaining(expected),
          ]);
        }
      }
    },
  );

  it('offer first the server that the document came from, by whatever name and prefix, then the public one', async () => {
    for (const { servers } of await documents()) {
      const [first, second] = servers.map(({ url }: { url: string }) => url);
      expect(new URL(first, `${server.url}/openapi/v1.json`).href).toBe(`${server.url}/`);
      expect(new URL(first, 'https://proxy.example.com/registry/openapi/v1.yaml').href).toBe(
        'https://proxy.example.com/registry/',
      );
      expect(second).toBe(server.url);
    }
  });

  it('call each operation by a name that programs can have, of its own', async () => {
    for (const { paths } of await documents()) {
      const ids = Object.values<Record<string, Documented>>(paths)
        .flatMap((item) => Object.values(item))
        .map(({ operationId }) => operationId);
      expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)*$/.test(id))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('say of each group of operations what it is, and of no other', async () => {
    for (const { paths, tags } of await documents()) {
      const used = Object.values<Record<string, Documented>>(paths)
        .flatMap((item) => Object.values(item))
        .flatMap((operation) => operation.tags);
      expect(tags.map(({ name }: { name: string }) => name).sort()).toEqual([...new Set(used)].sort());
      expect(tags.filter(({ description }: { description?: string }) => !description)).toEqual([]);
    }
  });

  it('want no credential for what is open to everybody, and one of two for everything else', async () => {
    expect(await having(({ security }) => security !== undefined)).toEqual([
      'get /',
      'get /auth/public-key.pem',
      ...['get /schema-acc/client', 'get /schema-acc/clients', 'get /schema/client', 'get /schema/clients'],
    ]);
    expect(await having(({ security }) => security?.length === 0)).toHaveLength(6);
    for (const { security } of await documents()) expect(security).toEqual([{ apiKey: [] }, { accessToken: [] }]);
  });

  it('name parameters in the order of the path, then of the query: what says which one comes first', async () => {
    for (const [name, { parameters = [] }] of await operations()) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect([name, ...parameters.slice(0, inPath.length).map((each) => each.name)]).toEqual([name, ...inPath]);
      const places = parameters.map((each) => PLACES.indexOf(each.in));
      expect([name, places]).toEqual([name, places.toSorted()]);
    }
    const firstOf = async (operation: string) =>
      (await operations()).find(([name]) => name === operation)![1].parameters![0]!.name;
    for (const method of ['get', 'put', 'delete']) expect(await firstOf(`${method} /client`)).toBe('clientID');
  });

  it('have two shapes of problems, each under a name of its own', async () => {
    const named = (await documents()).map(({ components }) =>
      Object.keys(components.schemas).filter((name) => name.includes('Problem')),
    );
    expect(named).toEqual([['HalProblem'], ['ProblemDetails'], ['ProblemDetails']]);
  });

  it('propose nothing that is there already to whoever changes or removes something', async () => {
    const changing = (await operations()).filter(([name]) => !name.startsWith('get '));
    const proposed = changing.flatMap(([name, { parameters = [] }]) =>
      parameters
        .filter(({ schema, ...parameter }) => 'example' in { ...schema, ...parameter })
        .map((each) => [name, each.name]),
    );
    expect(proposed).toEqual([['post /admin/domains/{domain}/import', 'dryRun']]);
    const bodies = changing
      .filter(([name]) => /^(put|delete) /.test(name))
      .flatMap(([, { requestBody }]) => Object.values(requestBody?.content ?? {}))
      .flatMap(({ examples = {}, example, schema }) =>
        example || Object.keys(examples).length > 0 ? [example, examples] : [schema],
      );
    expect(bodies.length).toBeGreaterThan(0);
    expect(JSON.stringify(bodies)).not.toMatch(/client_?id/i);
  });

  it('propose nothing that ends one day', async () => {
    for (const document of await documents()) {
      expect(JSON.stringify(document).match(/"20(2[7-9]|[3-9]\d)-\d\d-\d\dT[^"]*"/g)).toBeNull();
    }
  });

  /** The example of an error; of several, the first. */
  const exampleOf = async (operation: string, status: number) => {
    const { responses } = (await operations()).find(([name]) => name === operation)![1];
    const { example, examples } = Object.values(responses[status]!.content!)[0]!;
    return example ?? Object.values(examples!)[0]!.value;
  };

  it.each<[operation: string, method: string, path: string, body?: object]>([
    ['get /clients', 'GET', '/clients?size=x'],
    ['get /v1/domain/{domain}/client', 'GET', '/v1/domain/default/client?limit=0'],
    ['get /admin/audit', 'GET', '/admin/audit?limit=x'],
    ['delete /client', 'DELETE', '/client'],
    ['post /client', 'POST', '/client', { clientID: 'x', redirectURIs: 'https://x.example.com' }],
    [
      'put /v1/domain/{domain}/client/{clientId}',
      'PUT',
      '/v1/domain/default/client/x',
      { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: 'https://x.example.com' },
    ],
    ['post /v1/domain', 'POST', '/v1/domain', { colour: 'red' }],
    ['post /admin/credentials', 'POST', '/admin/credentials', { name: 'x', colour: 'red' }],
    ['get /v1/domain', 'GET', '/v1/domain?%zz'],
    ['get /v1/domain/{domain}/client/{clientId}', 'GET', '/v1/domain/default/client/nobody'],
    ['put /v1/domain/{domain}/client/{clientId}', 'PUT', '/v1/domain/nowhere/client/x', {}],
    [
      'post /v1/domain/{domain}/client/{clientId}/secrets/verify',
      'POST',
      '/v1/domain/nowhere/client/x/secrets/verify',
      { secret: 'x' },
    ],
    ['delete /v1/domain/{domain}', 'DELETE', '/v1/domain/nowhere'],
    ['delete /v1/domain/{domain}', 'DELETE', '/v1/domain/default'],
    ['get /admin/credentials/{id}', 'GET', '/admin/credentials/none'],
    ['delete /client', 'DELETE', '/client?clientID=nobody'],
  ])('show for %s what the server says to %s %s', async (operation, method, path, body) => {
    const answer = await server.call(method, path, { body });
    const { traceId, requestID, ...said } = answer.body;
    expect(await exampleOf(operation, answer.status)).toMatchObject(said);
  });

  it('show with each refusal the permission that is wanted there', async () => {
    for (const [operation, permission] of [
      ['get /admin/audit', 'audit:read'],
      ['post /admin/domains/{domain}/import', 'clients:write'],
      ['get /admin/credentials', 'credentials:write'],
    ] as const) {
      expect((await exampleOf(operation, 403)).detail).toBe(`The credential lacks the permission ${permission}.`);
    }
  });

  it('translate the registry’s own names of fields into words that the APIs have', async () => {
    const [accounts, v1, admin] = await documents();
    const { description } = admin.paths['/admin/audit'].get;
    const rows: string[][] = [...description.matchAll(/^\| `(\w+)` \| (.+) \| (.+) \|$/gm)].map(([, ...row]) => row);
    expect(rows.map(([field]) => field).sort()).toEqual(Object.keys(DEFAULT_METADATA).sort());
    const words = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word);
    const { config, ...accountsFields } = accounts.components.schemas.ClientResourceDto.properties;
    const known = [v1.components.schemas.ClientDto.properties, { config, ...config.properties, ...accountsFields }];
    for (const [, ...cells] of rows) {
      for (const [api, cell] of cells.entries()) {
        for (const word of words(cell)) expect(Object.keys(known[api])).toContain(word);
      }
    }
  });

  it('name every route of the server that is not a page for people', async () => {
    const documented = (await documents()).flatMap(({ paths }) => Object.keys(paths));
    expect(documented.sort()).toEqual(
      [
        '/',
        '/auth/public-key.pem',
        '/client',
        '/clients',
        '/schema-acc/client',
        '/schema-acc/clients',
        '/schema/client',
        '/schema/clients',
        '/v1/domain',
        '/v1/domain/{domain}',
        '/v1/domain/{domain}/client',
        '/v1/domain/{domain}/client/{clientId}',
        '/v1/domain/{domain}/client/{clientId}/secrets',
        '/v1/domain/{domain}/client/{clientId}/secrets/{secretId}',
        '/v1/domain/{domain}/client/{clientId}/secrets/verify',
        '/admin/audit',
        '/admin/changes',
        '/admin/domains/{domain}/clients/{clientId}',
        '/admin/domains/{domain}/clients/{clientId}/restore',
        '/admin/domains/{domain}/clients/{clientId}/versions',
        '/admin/domains/{domain}/clients/{clientId}/versions/{version}',
        '/admin/domains/{domain}/clients/{clientId}/versions/{version}/diff/{other}',
        '/admin/domains/{domain}/clients/{clientId}/versions/{version}/restore',
        '/admin/credentials',
        '/admin/domains/{domain}/export',
        '/admin/domains/{domain}/import',
        '/admin/credentials/{id}',
      ].sort(),
    );
  });
});

describe('Swagger UI', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it.each(['', '/', ...apis.flatMap(({ name }) => [`/${name}`, `/${name}/`])])(
    'has a page at /docs%s, all of whose parts are there',
    async (page) => {
      const { status, text } = await server.call('GET', `/docs${page}`, { key: null });
      expect(status).toBe(200);
      const parts = [...text.matchAll(/(?:src|href)="(\.[^"]+)"/g)].map(
        ([, part]) => new URL(part!, `${server.url}/docs${page}`),
      );
      expect(parts.length).toBeGreaterThan(3);
      // Phones would show it as small as a desktop's.
      expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
      for (const { pathname } of parts) {
        expect([pathname, (await server.call('GET', pathname, { key: null })).status]).toEqual([pathname, 200]);
      }
    },
  );
});
