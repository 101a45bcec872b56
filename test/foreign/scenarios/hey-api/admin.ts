import assert from 'node:assert/strict';
import { client } from './generated/admin/client.gen.js';
import { type Credential, createCredential, listCredentials, type ProblemDetails } from './generated/admin/index.js';

export async function scenario(url: string, apiKey: string, prefix: string): Promise<void> {
  client.setConfig({ baseUrl: url, auth: apiKey });

  const { data: issued } = await createCredential({
    body: { name: prefix, domain: 'default', permissions: ['clients:read'] },
  });
  assert.match(issued?.apiKey ?? '', /^clk_/);

  const { data: found = [] } = await listCredentials({ query: { limit: 100 } });
  const listed: Credential | undefined = found.find(({ id }) => id === issued?.id);
  assert.deepEqual(listed?.permissions, ['clients:read']);

  const refused = await listCredentials({ auth: issued?.apiKey ?? '' });
  assert.equal(refused.response?.status, 403);
  const problem: ProblemDetails | undefined = refused.error;
  assert.equal(problem?.status, 403);
}
