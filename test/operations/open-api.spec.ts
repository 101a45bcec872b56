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

  it('name a conflict (409) where there can be one, and nowhere else', async () => {
    const conflicts: string[] = [];
    for (const { name } of apis) {
      const { body } = await server.call('GET', `/openapi/${name}.json`, { key: null });
      for (const [path, item] of Object.entries<Record<string, { responses?: object }>>(body.paths)) {
        for (const [method, { responses = {} }] of Object.entries(item)) {
          if ('409' in responses && !['post', 'put'].includes(method)) conflicts.push(`${method} ${path}`);
        }
      }
    }
    expect(conflicts.sort()).toEqual([
      'delete /admin/credentials/{id}',
      'delete /v1/domain/{domain}',
      'delete /v1/domain/{domain}/client/{clientId}/secrets/{secretId}',
    ]);
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
