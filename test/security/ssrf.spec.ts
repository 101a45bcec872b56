import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type TestServer } from '../support/test-server.js';

describe('a server that callers would like this one to call', () => {
  let server: TestServer;
  let bait: Server;
  let visits = 0;
  let url: string;

  beforeAll(async () => {
    bait = createServer((_, response) => {
      visits += 1;
      response.end('{}');
    });
    await once(bait.listen(0, '127.0.0.1'), 'listening');
    url = `http://localhost:${(bait.address() as AddressInfo).port}`;
    server = await startServer();
  });
  afterAll(async () => {
    await server.stop();
    bait.close();
  });

  const jwt = (header: object, claims: object) =>
    [header, claims, {}].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

  it('is never called: not for what a client is registered with, nor for what a token or a header names', async () => {
    const v1 = await server.call('PUT', '/v1/domain/default/client/one', {
      body: {
        clientType: 'Confidential',
        grantType: 'AuthorizationCode',
        redirectUris: [`${url}/cb`],
        postSignOutRedirectUris: [`${url}/out`],
        allowedOrigins: [url],
      },
    });
    expect(v1.status).toBe(200);
    const links = { redirectURIs: [`${url}/cb`], callbackURL: `${url}/cb`, config: { tokenMethod: ['query'] } };
    expect((await server.call('POST', '/clients', { body: { clientID: 'two', ...links } })).status).toBe(201);
    await server.call('PUT', '/client?clientID=two', { body: { logoURI: `${url}/logo`, authUIOrigin: url } });
    for (const path of ['/v1/domain/default/client/one', '/client?clientID=two', `/docs?url=${url}/x.json`]) {
      expect((await server.call('GET', path)).status).toBe(200);
    }
    const token = jwt(
      { alg: 'RS256', kid: '1', jku: `${url}/keys`, x5u: `${url}/cert` },
      { iss: url, sub: 'x', aud: server.url, exp: 9_999_999_999 },
    );
    const headers = {
      authorization: `Bearer ${token}`,
      referer: url,
      origin: url,
      'x-forwarded-host': new URL(url).host,
    };
    expect((await server.call('GET', '/clients', { key: null, headers })).status).toBe(401);
    await sleep(200);
    expect(visits).toBe(0);
  });
});
