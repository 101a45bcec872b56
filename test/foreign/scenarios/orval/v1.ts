import assert from 'node:assert/strict';
import { type Client, getClient, listClients, type ProblemDetails, putClient } from './generated/v1.js';

export async function scenario(_url: string, apiKey: string, prefix: string): Promise<void> {
  const headers = { 'x-api-key': apiKey };

  for (const clientId of [`${prefix}-one`, `${prefix}-two`]) {
    const body = { clientType: 'Confidential', grantType: 'ClientCredentials' } as const;
    const created = await putClient('default', clientId, body, {}, { headers });
    assert.ok(created.status === 200 && !('dryRun' in created.data));
    const secret: string | null = created.data.clientSecret;
    assert.match(secret ?? '', /^cls_/);
  }

  const page = { limit: 1, search: `${prefix}-` };
  const first = await listClients('default', page, { headers });
  assert.ok(first.status === 200);
  assert.match(first.headers.get('link') ?? '', /rel="next"/);
  const second = await listClients('default', { ...page, after: first.data[0]?.clientId ?? '' }, { headers });
  assert.ok(second.status === 200);
  assert.deepEqual([...first.data, ...second.data], [{ clientId: `${prefix}-one` }, { clientId: `${prefix}-two` }]);

  const read = await getClient('default', `${prefix}-one`, { headers });
  assert.ok(read.status === 200);
  const found: Client = read.data;
  const minutes: number = found.accessTokenExpiry;
  const conditional = { headers: { ...headers, 'If-Match': read.headers.get('etag') ?? '' } };
  const body = { ...found, accessTokenExpiry: minutes - 30 };
  const changed = await putClient('default', `${prefix}-one`, body, {}, conditional);
  assert.ok(changed.status === 200);

  const outdated = await putClient('default', `${prefix}-one`, found, {}, conditional);
  assert.ok(outdated.status === 412);
  const mistaken = { clientType: 'Public', grantType: 'ClientCredentials' } as const;
  const wrong = await putClient('default', `${prefix}-one`, mistaken, {}, { headers });
  assert.ok(wrong.status === 400);
  const problem: ProblemDetails = wrong.data;
  assert.deepEqual(Object.keys(problem.errors ?? {}), ['grantType']);
}
