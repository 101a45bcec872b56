import { readFileSync } from 'node:fs';
import { APIS, fileOf, PUBLIC_URL, typesOf } from '../../scripts/api-types.mjs';
import { admin } from '../../src/admin/index.js';
import { dialects } from '../../src/dialects/index.js';
import { startServer, type TestServer } from '../support/test-server.js';

describe('the typed client', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('covers every API', () => {
    expect([...APIS].sort()).toEqual([...dialects, admin].map(({ name }) => name).sort());
  });

  it.each(APIS)('%s: has the types of the OpenAPI document; `npm run generate` renews them', async (name) => {
    const { text } = await server.call('GET', `/openapi/${name}.json`, { key: null });
    const document = JSON.parse(text.replaceAll(server.url, PUBLIC_URL));
    expect(readFileSync(fileOf(name), 'utf8') === (await typesOf(document))).toBe(true);
  });
});
