import { PRIVATE_CLIENT } from '../support/accounts.js';
import { expectProblem } from '../support/refusals.js';
import { startServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.call('POST', '/v1/domain', { body: { domain: 'second' } });
});
afterAll(() => server.stop());

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const whole = (id: string, headers = {}, key?: string) =>
  server.call('GET', `/admin/domains/default/clients/${id}`, { headers, key });
const v1 = (method: string, id: string, body?: unknown) =>
  server.call(method, `/v1/domain/default/client/${id}`, { body });

describe('GET /admin/domains/{domain}/clients/{clientId}', () => {
  it('is the line of the export: what v1 says of the client, and what only the accounts API names', async () => {
    const { clientSecret, ...fields } = PRIVATE_CLIENT;
    const config = { tokenMethod: ['cookie'], disableStrategies: ['facebook'], signup: true };
    await server.call('POST', '/client', { body: { ...fields, clientID: 'app', config } });
    const { body: shown } = await v1('GET', 'app');
    await v1('PUT', 'app', { ...shown, scope: 'openid', policies: ['policy.employees'], accessTokenExpiry: 5 });
    const answer = await whole('app');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { text: lines } = await server.call('GET', '/admin/domains/default/export');
    expect(lines).toBe(`${answer.text}\n`);
    expect(answer.body).toMatchObject({
      ...(await v1('GET', 'app')).body,
      scope: 'openid',
      clientName: fields.clientName,
      grantTypes: fields.grantTypes,
      tokenMethod: ['cookie'],
      disableStrategies: ['facebook'],
      additionalConfig: { signup: true },
      authUIOrigin: fields.authUIOrigin,
      logoURI: fields.logoURI,
    });
    expect(answer.text).not.toContain('cls_');
  });

  it('has the ETag of the client in either dialect, and 304 while that is the same', async () => {
    await v1('PUT', 'tagged', MACHINE);
    const etag = (await whole('tagged')).headers.get('etag')!;
    expect(etag).toBe((await v1('GET', 'tagged')).headers.get('etag'));
    expect(etag).toBe((await server.call('GET', '/client?clientID=tagged')).headers.get('etag'));
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const { status, text } = await whole('tagged', { 'if-none-match': known });
      expect([status, text]).toEqual([304, '']);
    }
    await v1('PUT', 'tagged', { ...MACHINE, scope: 'openid' });
    const { status, body } = await whole('tagged', { 'if-none-match': etag });
    expect([status, body.scope]).toEqual([200, 'openid']);
  });

  it.each(['nobody', 'NOBODY', 'no body', 'x'.repeat(200)])('a client that there is not (%s) → 404', async (id) => {
    const answer = await whole(encodeURIComponent(id));
    expectProblem(answer, 404);
    expect(answer.body.detail).toBe('There is no such client.');
  });

  it('that was deleted → 404', async () => {
    await v1('PUT', 'gone', MACHINE);
    await v1('DELETE', 'gone');
    expectProblem(await whole('gone'), 404);
  });

  it('in a domain that there is not → 404 for the operator, 403 for everyone else', async () => {
    const { apiKey: key } = await server.issue({ domain: 'default' });
    const path = '/admin/domains/nowhere/clients/app';
    expectProblem(await server.call('GET', path), 404);
    expectProblem(await server.call('GET', path, { key }), 403);
  });

  it('only with clients:read, and only in a domain that the caller reaches', async () => {
    await v1('PUT', 'guarded', MACHINE);
    const writer = await server.issue({ domain: 'default', permissions: ['clients:write'] });
    const foreign = await server.issue({ domain: 'second', permissions: ['clients:read'] });
    const reader = await server.issue({ domain: 'default', permissions: ['clients:read'] });
    expectProblem(await whole('guarded', {}, writer.apiKey), 403);
    expectProblem(await whole('guarded', {}, foreign.apiKey), 403);
    expect((await whole('guarded', {}, reader.apiKey)).status).toBe(200);
  });
});
