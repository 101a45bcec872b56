import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './generated/v1.js';

type Client = components['schemas']['Client'];
type Plan = components['schemas']['Plan'];
type ProvisionedClient = components['schemas']['ProvisionedClient'];
type Problem = components['schemas']['ProblemDetails'];

const CLIENT = '/v1/domain/{domain}/client/{clientId}';

export async function scenario(url: string, apiKey: string, prefix: string): Promise<void> {
  const v1 = createClient<paths>({ baseUrl: url, headers: { 'x-api-key': apiKey } });
  const one = { domain: 'default', clientId: `${prefix}-one` };

  for (const clientId of [`${prefix}-one`, `${prefix}-two`]) {
    const { data } = await v1.PUT(CLIENT, {
      params: { path: { domain: 'default', clientId } },
      body: { clientType: 'Confidential', grantType: 'ClientCredentials' },
    });
    assert.match(secretOf(data) ?? '', /^cls_/);
  }

  const page = { limit: 1, search: `${prefix}-` };
  const { data: first, response } = await v1.GET('/v1/domain/{domain}/client', {
    params: { path: { domain: 'default' }, query: page },
  });
  assert.match(response.headers.get('link') ?? '', /rel="next"/);
  const { data: second } = await v1.GET('/v1/domain/{domain}/client', {
    params: { path: { domain: 'default' }, query: { ...page, after: first?.[0]?.clientId ?? '' } },
  });
  assert.deepEqual(
    [...(first ?? []), ...(second ?? [])],
    [{ clientId: `${prefix}-one` }, { clientId: `${prefix}-two` }],
  );

  const { data: read, response: answer } = await v1.GET(CLIENT, { params: { path: one } });
  assert.ok(read);
  const client: Client = read;
  const minutes: number = client.accessTokenExpiry;
  const etag = answer.headers.get('etag') ?? '';
  const changed = await v1.PUT(CLIENT, {
    params: { path: one, header: { 'If-Match': etag } },
    body: { ...client, accessTokenExpiry: minutes - 30 },
  });
  assert.equal(changed.response.status, 200);

  const outdated = await v1.PUT(CLIENT, { params: { path: one, header: { 'If-Match': etag } }, body: client });
  assert.equal(outdated.response.status, 412);
  const wrong = await v1.PUT(CLIENT, {
    params: { path: one },
    body: { clientType: 'Public', grantType: 'ClientCredentials' },
  });
  const problem: Problem | undefined = wrong.error;
  assert.deepEqual(Object.keys(problem?.errors ?? {}), ['grantType']);
}

function secretOf(answer: Plan | ProvisionedClient | undefined): string | null {
  assert.ok(answer && !('dryRun' in answer));
  return answer.clientSecret;
}
