import assert from 'node:assert/strict';
import { client } from './generated/v1/client.gen.js';
import {
  type Client,
  getClient,
  listClients,
  type Plan,
  type ProblemDetails,
  type ProvisionedClient,
  putClient,
} from './generated/v1/index.js';

export async function scenario(url: string, apiKey: string, prefix: string): Promise<void> {
  client.setConfig({ baseUrl: url, auth: apiKey });
  const one = { domain: 'default', clientId: `${prefix}-one` };

  for (const clientId of [`${prefix}-one`, `${prefix}-two`]) {
    const { data } = await putClient({
      path: { domain: 'default', clientId },
      body: { clientType: 'Confidential', grantType: 'ClientCredentials' },
    });
    assert.match(secretOf(data) ?? '', /^cls_/);
  }

  const page = { limit: 1, search: `${prefix}-` };
  const { data: first, response } = await listClients({ path: { domain: 'default' }, query: page });
  assert.match(response?.headers.get('link') ?? '', /rel="next"/);
  const after = first?.[0]?.clientId ?? '';
  const { data: second } = await listClients({ path: { domain: 'default' }, query: { ...page, after } });
  assert.deepEqual(
    [...(first ?? []), ...(second ?? [])],
    [{ clientId: `${prefix}-one` }, { clientId: `${prefix}-two` }],
  );

  const { data: read, response: answer } = await getClient({ path: one });
  assert.ok(read);
  const found: Client = read;
  const minutes: number = found.accessTokenExpiry;
  const headers = { 'If-Match': answer?.headers.get('etag') ?? '' };
  const changed = await putClient({ path: one, headers, body: { ...found, accessTokenExpiry: minutes - 30 } });
  assert.equal(changed.response?.status, 200);

  const outdated = await putClient({ path: one, headers, body: found });
  assert.equal(outdated.response?.status, 412);
  const wrong = await putClient({ path: one, body: { clientType: 'Public', grantType: 'ClientCredentials' } });
  const problem: ProblemDetails | undefined = wrong.error;
  assert.deepEqual(Object.keys(problem?.errors ?? {}), ['grantType']);
}

function secretOf(answer: Plan | ProvisionedClient | undefined): string | null {
  assert.ok(answer && !('dryRun' in answer));
  return answer.clientSecret;
}
