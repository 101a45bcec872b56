import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { apis, contracts, operationsWith } from '../dialects/index.js';
import { Documents } from '../support/documents.js';
import { EXPECTED, rowKey } from '../support/expected-permissions.js';
import { KINDS, rendered, SAMPLES } from '../support/failures.js';
import { startServer, type TestServer } from '../support/test-server.js';

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

interface Schema {
  readonly $ref?: string;
  readonly contentSchema?: Schema;
  readonly items?: Schema;
  readonly properties?: object;
}

/** Whether a schema is one of the named ones, or lines of such. */
function namesType({ $ref, contentSchema, items }: Schema = {}): boolean {
  const inside = contentSchema ?? items;
  return $ref !== undefined || (inside !== undefined && namesType(inside));
}

describe('the OpenAPI documents', () => {
  let server: TestServer;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-openapi-'));
  beforeAll(async () => {
    server = await startServer({}, { apis });
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
    readonly schema?: Schema;
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
    readonly parameters?: readonly {
      readonly name: string;
      readonly in: string;
      readonly schema: { readonly type?: unknown };
    }[];
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

  it('name every operation, and nothing else', async () => {
    expect((await operations()).map(([name]) => name).sort()).toEqual(
      contracts.flatMap(({ operations: promised }) => Object.keys(promised)).sort(),
    );
  });

  it('give generators names for operations and types that read well, and no word of the code', async () => {
    const ids = (await operations()).map(([, { operationId }]) => operationId);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)+$/.test(id))).toEqual([]);
    const types = (await documents()).flatMap(({ components }) => Object.keys(components.schemas));
    expect(types.filter((type) => !/^([A-Z][a-z]+)+$/.test(type) || /Dto/.test(type))).toEqual([]);
    expect(JSON.stringify(await documents())).not.toContain('Dto');
  });

  it('give no type two properties that generators would name alike, such as redirectUris and redirect_uris', async () => {
    const schemas = (await documents()).flatMap(({ components }) => Object.entries<Schema>(components.schemas));
    const alike = schemas.filter(([, { properties = {} }]) => {
      const names = Object.keys(properties).map((name) => name.replaceAll(/[^a-z\d]/gi, '').toLowerCase());
      return new Set(names).size < names.length;
    });
    expect(alike.map(([type]) => type)).toEqual([]);
  });

  it('name the type of every body in JSON, so that none gets a made-up name', async () => {
    const unnamed = await having(({ requestBody }) =>
      Object.entries(requestBody?.content ?? {}).some(([type, { schema }]) => /json$/.test(type) && !namesType(schema)),
    );
    expect(unnamed).toEqual([]);
  });

  it('name a conflict (409) where there can be one, and nowhere else', async () => {
    expect(await having(({ responses }) => '409' in responses)).toEqual(operationsWith('conflict'));
  });

  it('name the conditions that a write may set, and what comes when they do not hold (412), and nowhere else', async () => {
    const conditional = operationsWith('conditional');
    expect(await taking('If-Match')).toEqual(conditional);
    expect(await taking('If-Unmodified-Since')).toEqual(conditional);
    expect(await having(({ responses }) => '412' in responses)).toEqual(conditional);
  });

  it('name the key of what may be repeated, and what comes when it was another request’s (422), and nowhere else', async () => {
    const repeatable = operationsWith('repeatable');
    expect(await taking('Idempotency-Key')).toEqual(repeatable);
    expect(await having(({ responses }) => '422' in responses)).toEqual(repeatable);
  });

  it('name the ETag wherever a client is answered', async () => {
    expect(
      await having(({ responses }) => Object.values(responses).some(({ headers }) => headers && 'ETag' in headers)),
    ).toEqual(operationsWith('ETag'));
  });

  it.each(contracts.map(({ api, errorType }) => [api.name, errorType, api] as const))(
    '%s: every failure that there is, as %s, has the shape that is described',
    async (name, type, api) => {
      const described = await Documents.of(server, [name]);
      for (const { name: operation } of described.operations) {
        expect(Object.keys(described.response(operation, 500).content)).toEqual([type]);
        for (const kind of KINDS) {
          expect([kind, described.faults([operation, 500], rendered(api, SAMPLES[kind]).body)]).toEqual([kind, []]);
        }
      }
    },
  );

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
    for (const [index, { servers }] of (await documents()).entries()) {
      const [first, second] = servers.map(({ url }: { url: string }) => url);
      const { name } = apis[index]!;
      expect(new URL(first, `${server.url}/openapi/${name}.json`).href).toBe(`${server.url}/`);
      expect(new URL(first, `https://proxy.example.com/registry/openapi/${name}.yaml`).href).toBe(
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
    expect(await having(({ security }) => security !== undefined)).toEqual(operationsWith('public'));
    expect(await having(({ security }) => security?.length === 0)).toEqual(operationsWith('public'));
    for (const { security } of await documents()) expect(security).toEqual([{ apiKey: [] }, { accessToken: [] }]);
  });

  it('name parameters in the order of the path, then of the query: what says which one comes first', async () => {
    for (const [name, { parameters = [] }] of await operations()) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect([name, ...parameters.slice(0, inPath.length).map((each) => each.name)]).toEqual([name, ...inPath]);
      const places = parameters.map((each) => PLACES.indexOf(each.in));
      expect([name, places]).toEqual([name, places.toSorted()]);
    }
  });

  it('name first of a query what says which thing is meant', async () => {
    for (const { things } of apis) {
      const names = Object.keys(things).flatMap((place) => (place.startsWith('?') ? [place.slice(1)] : []));
      for (const [name, { parameters = [] }] of await operations()) {
        const [first, ...others] = parameters.filter((each) => each.in === 'query').map((each) => each.name);
        if (others.some((each) => names.includes(each))) expect([name, names]).toEqual([name, [first]]);
      }
    }
  });

  it('have one shape of failures each, under a name by which programs that speak several tell them apart', async () => {
    const shapes = new Map<string, object>();
    for (const [index, { components, paths }] of (await documents()).entries()) {
      const { problemName } = apis[index]!;
      const referred = JSON.stringify(paths).match(/(?<=#\/components\/schemas\/)\w*(Problem|Error)\w*/g);
      expect(new Set(referred)).toEqual(new Set([problemName]));
      const shape = components.schemas[problemName];
      expect(shapes.get(problemName) ?? shape).toEqual(shape);
      shapes.set(problemName, shape);
    }
  });

  it('propose no existing thing to callers who change or remove something', async () => {
    const changing = (await operations()).filter(([name]) => !name.startsWith('get '));
    const proposed = changing.flatMap(([name, { parameters = [] }]) =>
      parameters
        // One that says yes or no names nothing.
        .filter(({ schema, ...parameter }) => 'example' in { ...schema, ...parameter } && schema.type !== 'boolean')
        .map((each) => [name, each.name]),
    );
    expect(proposed).toEqual([]);
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

  it.each(
    contracts
      .flatMap(({ examples }) => examples)
      .map(([operation, method, path, body]) => ({ operation, method, path, body })),
  )('show for $operation what the server says to $method $path', async ({ operation, method, path, body }) => {
    const answer = await server.call(method, path, { body });
    const example = await exampleOf(operation, answer.status);
    const id = answer.headers.get('x-request-id');
    const said = Object.entries<unknown>(answer.body).filter(([, value]) => value !== id);
    expect(example).toMatchObject(Object.fromEntries(said));
    expect(answer.text).toContain(id);
  });

  it('show with each refusal (403) the permission that is wanted there', async () => {
    const rows = new Map(Object.entries(EXPECTED).map(([route, row]) => [rowKey(route), row]));
    const refusing = (await operations()).filter(([, { responses }]) => '403' in responses);
    expect(refusing.length).toBeGreaterThan(0);
    for (const [operation] of refusing) {
      const [method, path] = operation.split(' ') as [string, string];
      const { needs } = rows.get(rowKey(`${method.toUpperCase()} ${path}`)) as { needs: string };
      // v1 answers 401 to who lacks a permission, and 403 only to who would write as any manager.
      const wanted = path.startsWith('/v1/') ? 'Only the operator' : needs;
      expect([operation, JSON.stringify(await exampleOf(operation, 403))]).toEqual([
        operation,
        expect.stringContaining(wanted),
      ]);
    }
  });
});

describe('Swagger UI', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({}, { apis });
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
