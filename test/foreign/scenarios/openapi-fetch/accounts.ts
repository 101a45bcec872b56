import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './generated/accounts.js';

type Client = components['schemas']['ClientResource'];
type ClientList = components['schemas']['ClientList'];
type Problem = components['schemas']['HalProblem'];

export async function scenario(url: string, apiKey: string, prefix: string): Promise<void> {
  const accounts = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${apiKey}` } });

  for (const clientID of [`${prefix}-one`, `${prefix}-two`]) {
    const { data } = await accounts.POST('/client', {
      body: { clientID, callbackURL: 'https://my-app.example.com/callback', config: { tokenMethod: 'cookie' } },
    });
    assert.equal(data?.clientType, 'Legacy Client');
  }

  const ids: string[] = [];
  for (let page = 1; ids.length < 2; page += 1) {
    const { data } = await accounts.GET('/clients', { params: { query: { size: 1, page } } });
    ids.push(...listed(data).map(({ clientID }) => clientID));
  }
  assert.equal(new Set(ids).size, 2);

  const { data: renamed } = await accounts.PUT('/client', {
    params: { query: { clientID: `${prefix}-one` } },
    body: { clientName: 'My App' },
  });
  const name: string | null | undefined = renamed?.clientName;
  assert.equal(name, 'My App');

  const { error, response } = await accounts.POST('/client', { body: { clientID: `${prefix}-one` } });
  assert.equal(response.status, 409);
  const problem: Problem | undefined = error;
  assert.equal(problem?.code, 1359);
}

function listed(answer: ClientList | Client | undefined): Client[] {
  assert.ok(answer && 'total' in answer);
  return answer._embedded?.['ec:acc/client'] ?? [];
}
