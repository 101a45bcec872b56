// RFC 7591 and 7592: every client has a registration access token of its own. There are no lists, ids are the server's.
import type { PeerTools } from '../../peers.js';
import type { Request } from '../../requests.js';
import type { Server } from '../../server.js';

const CLIENTS = 1000;
const metadata = (redirectUri: string) => ({
  client_name: 'An app',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: ['https://app.example.com/goodbye'],
  scope: 'openid',
});
const REDIRECT_URI = 'https://app.example.com/callback';

export const prepare = async (server: Server, { inParallel, apiKey }: PeerTools) => {
  const json = { 'content-type': 'application/json' };
  const create = (): Request => ({
    method: 'POST',
    path: '/reg',
    headers: { ...json, authorization: `Bearer ${apiKey}` },
    body: JSON.stringify(metadata(REDIRECT_URI)),
  });
  const clients = await inParallel(CLIENTS, async () => {
    const { path, ...request } = create();
    const answer = await fetch(server.url + path, request);
    if (!answer.ok) throw new Error(`oidc-provider: ${answer.status} ${await answer.text()}`);
    const { client_id: id, registration_access_token: token } = (await answer.json()) as Record<string, string>;
    return { id, headers: { authorization: `Bearer ${token}` } };
  });
  const read = (n: number): Request => {
    const { id, headers } = clients[n % CLIENTS]!;
    return { method: 'GET', path: `/reg/${id}`, headers };
  };
  const put = (n: number, redirectUri: string): Request => {
    const { id, headers } = clients[n % CLIENTS]!;
    const body = JSON.stringify({ ...metadata(redirectUri), client_id: id });
    return { method: 'PUT', path: `/reg/${id}`, headers: { ...json, ...headers }, body };
  };
  const putChanged = (n: number) => put(n, `${REDIRECT_URI}/${n}`);
  return {
    requests: {
      read,
      putUnchanged: (n: number) => put(n, REDIRECT_URI),
      putChanged,
      create,
      mixed: (n: number) => (n % 20 === 0 ? putChanged(n) : read(n)),
    },
  };
};
