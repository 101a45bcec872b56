import assert from 'node:assert/strict';
import { type Credential, createCredential, listCredentials, type ProblemDetails } from './generated/admin.js';

export async function scenario(_url: string, apiKey: string, prefix: string): Promise<void> {
  const headers = { 'x-api-key': apiKey };

  const issued = await createCredential(
    { name: prefix, domain: 'default', permissions: ['clients:read'] },
    { headers },
  );
  assert.ok(issued.status === 201);
  assert.match(issued.data.apiKey, /^clk_/);

  const found = await listCredentials({ limit: 100 }, { headers });
  assert.ok(found.status === 200);
  const listed: Credential | undefined = found.data.find(({ id }) => id === issued.data.id);
  assert.deepEqual(listed?.permissions, ['clients:read']);

  const refused = await listCredentials({}, { headers: { 'x-api-key': issued.data.apiKey } });
  assert.ok(refused.status === 403);
  const problem: ProblemDetails = refused.data;
  assert.equal(problem.status, 403);
}
