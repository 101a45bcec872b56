import assert from 'node:assert/strict';
import {
  type ClientList,
  type ClientResource,
  createClient,
  type HalProblem,
  listClients,
  updateClient,
} from './generated/accounts.js';

export async function scenario(_url: string, apiKey: string, prefix: string): Promise<void> {
  const options = { headers: { Authorization: `Bearer ${apiKey}` } };

  for (const clientID of [`${prefix}-one`, `${prefix}-two`]) {
    const created = await createClient(
      { clientID, callbackURL: 'https://my-app.example.com/callback', config: { tokenMethod: 'cookie' } },
      options,
    );
    assert.ok(created.status === 201);
    assert.equal(created.data.clientType, 'Legacy Client');
  }

  const ids: string[] = [];
  for (let page = 1; ids.length < 2; page += 1) {
    const answer = await listClients({ size: 1, page }, options);
    assert.ok(answer.status === 200);
    ids.push(...listed(answer.data).map(({ clientID }) => clientID));
  }
  assert.equal(new Set(ids).size, 2);

  const renamed = await updateClient({ clientName: 'My App' }, { clientID: `${prefix}-one` }, options);
  assert.ok(renamed.status === 200);
  const name: string | null = renamed.data.clientName;
  assert.equal(name, 'My App');

  const again = await createClient({ clientID: `${prefix}-one` }, options);
  assert.ok(again.status === 409);
  const problem: HalProblem = again.data;
  assert.equal(problem.code, 1359);
}

function listed(answer: ClientList | ClientResource): ClientResource[] {
  assert.ok('total' in answer);
  return answer._embedded?.['ec:acc/client'] ?? [];
}
