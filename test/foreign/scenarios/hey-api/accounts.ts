import assert from 'node:assert/strict';
import { client } from './generated/accounts/client.gen.js';
import {
  type ClientList,
  type ClientResource,
  createClient,
  type HalProblem,
  listClients,
  updateClient,
} from './generated/accounts/index.js';

export async function scenario(url: string, apiKey: string, prefix: string): Promise<void> {
  client.setConfig({ baseUrl: url, auth: apiKey });

  for (const clientID of [`${prefix}-one`, `${prefix}-two`]) {
    const { data } = await createClient({
      body: { clientID, callbackURL: 'https://my-app.example.com/callback', config: { tokenMethod: 'cookie' } },
    });
    assert.equal(data?.clientType, 'Legacy Client');
  }

  const ids: string[] = [];
  for (let page = 1; ids.length < 2; page += 1) {
    const { data } = await listClients({ query: { size: 1, page } });
    ids.push(...listed(data).map(({ clientID }) => clientID));
  }
  assert.equal(new Set(ids).size, 2);

  const { data: renamed } = await updateClient({
    query: { clientID: `${prefix}-one` },
    body: { clientName: 'My App' },
  });
  const name: string | null | undefined = renamed?.clientName;
  assert.equal(name, 'My App');

  const { error, response } = await createClient({ body: { clientID: `${prefix}-one` } });
  assert.equal(response?.status, 409);
  const problem: HalProblem | undefined = error;
  assert.equal(problem?.code, 1359);
}

function listed(answer: ClientList | ClientResource | undefined): ClientResource[] {
  assert.ok(answer && 'total' in answer);
  return answer._embedded?.['ec:acc/client'] ?? [];
}
