import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { admin } from '../../src/admin/index.js';
import { dialects } from '../../src/dialects/index.js';
import { startServer, type TestServer } from '../support/test-server.js';

const apis = [...dialects, admin];

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

  interface Documented {
    readonly responses: Record<string, { readonly content?: object; readonly headers?: object }>;
    readonly parameters?: readonly { readonly name: string }[];
  }

  /** Every operation, such as `get /v1/domain`. */
  async function operations(): Promise<[name: string, operation: Documented][]> {
    const documents = await Promise.all(
      apis.map(async ({ name }) => (await server.call('GET', `/openapi/${name}.json`, { key: null })).body),
    );
    return documents.flatMap(({ paths }) =>
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
    const conflicts = await having(({ responses }) => '409' in responses);
    expect(conflicts.filter((name) => !/^(post|put) /.test(name))).toEqual([
      'delete /admin/credentials/{id}',
      'delete /v1/domain/{domain}',
      'delete /v1/domain/{domain}/client/{clientId}/secrets/{secretId}',
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
          const isPublic = security?.some((each) => Object.keys(each).length === 0);
          const expected = isPublic ? ['500'] : ['401', '500', '503'];
          expect([`${method} ${route}`, Object.keys(responses)]).toEqual([
            `${method} ${route}`,
            expect.arrayContaining(expected),
          ]);
        }
      }
    },
  );

  it('name every route of the server that is not a page for people', async () => {
    const documents = await Promise.all(
      apis.map(async ({ name }) => (await server.call('GET', `/openapi/${name}.json`, { key: null })).body),
    );
    const documented = documents.flatMap(({ paths }) => Object.keys(paths)).sort();
    expect(documented).toEqual(
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

  it.each(['', ...apis.map(({ name }) => `/${name}`)])(
    'has a page at /docs%s, all of whose parts are there',
    async (page) => {
      const { status, text } = await server.call('GET', `/docs${page}`, { key: null });
      expect(status).toBe(200);
      const parts = [...text.matchAll(/(?:src|href)="(\.[^"]+)"/g)].map(
        ([, part]) => new URL(part!, `${server.url}/docs${page}`),
      );
      expect(parts.length).toBeGreaterThan(3);
      for (const { pathname } of parts) {
        expect([pathname, (await server.call('GET', pathname, { key: null })).status]).toEqual([pathname, 200]);
      }
    },
  );
});
