import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileOf, PUBLIC_URL, typesOf } from '../../scripts/api-types.js';
import { apis as published } from '../../src/app.js';
import { apis } from '../dialects/index.js';
import { startServer, type TestServer } from '../support/test-server.js';

describe('the typed client', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({}, { apis });
  });
  afterAll(() => server.stop());

  async function documentOf(name: string) {
    const { text } = await server.call('GET', `/openapi/${name}.json`, { key: null });
    return JSON.parse(text.replaceAll(server.url, PUBLIC_URL));
  }

  it('covers every API that is published, and no other', () => {
    const files = readdirSync(path.dirname(fileOf('any')));
    expect(files.sort()).toEqual(published.map(({ name }) => path.basename(fileOf(name))).sort());
  });

  it.each(published.map(({ name }) => name))(
    '%s: has the types of the OpenAPI document; `npm run generate` renews them',
    async (name) => {
      expect(readFileSync(fileOf(name), 'utf8') === (await typesOf(await documentOf(name)))).toBe(true);
    },
  );

  it.each(apis.map(({ name }) => name))(
    '%s: can be typed: every operation and every schema has its type',
    async (name) => {
      const document = await documentOf(name);
      const types = await typesOf(document);
      const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap(Object.values);
      const names = [...operations.map(({ operationId }) => operationId), ...Object.keys(document.components.schemas)];
      expect(names.filter((each) => !new RegExp(`^ +${each}: `, 'm').test(types))).toEqual([]);
    },
  );
});
