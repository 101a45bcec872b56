import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './generated/admin.js';

type Credential = components['schemas']['Credential'];
type Problem = components['schemas']['ProblemDetails'];

export async function scenario(url: string, apiKey: string, prefix: string): Promise<void> {
  const admin = createClient<paths>({ baseUrl: url, headers: { 'x-api-key': apiKey } });

  const { data: issued } = await admin.POST('/admin/credentials', {
    body: { name: prefix, domain: 'default', permissions: ['clients:read'] },
  });
  assert.match(issued?.apiKey ?? '', /^clk_/);

  const { data: found = [] } = await admin.GET('/admin/credentials', { params: { query: { limit: 100 } } });
  const listed: Credential | undefined = found.find(({ id }) => id === issued?.id);
  assert.deepEqual(listed?.permissions, ['clients:read']);

  const weak = createClient<paths>({ baseUrl: url, headers: { 'x-api-key': issued?.apiKey ?? '' } });
  const refused = await weak.GET('/admin/credentials');
  assert.equal(refused.response.status, 403);
  const problem: Problem | undefined = refused.error;
  assert.equal(problem?.status, 403);
}
