// The calls of better-auth's OAuth provider plugin, as a signed-in user. Its list has no pages.
import type { PeerTools } from '../../peers.js';
import type { Request } from '../../requests.js';
import type { Server } from '../../server.js';

const CLIENTS = 1000;
const REDIRECT_URI = 'https://app.example.com/callback';
const BASE = '/api/auth';
const metadata = (redirectUri: string) => ({
  client_name: 'An app',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: ['https://app.example.com/goodbye'],
  scope: 'openid profile email',
});

export const prepare = async (server: Server, { inParallel, apiKey }: PeerTools) => {
  const send = (path: string, body: object): Request => ({
    method: 'POST',
    path: BASE + path,
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(body),
  });
  const ask = async ({ path, headers, ...request }: Request) => {
    const answer = await fetch(server.url + path, { ...request, headers: { ...server.headers, ...headers } });
    if (!answer.ok) throw new Error(`better-auth: ${path} ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const user = { name: 'An operator', email: 'operator@example.com', password: apiKey };
  const signedUp = await ask(send('/sign-up/email', user));
  const cookies = signedUp.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  server.headers = { ...server.headers, cookie: cookies.join('; ') };
  const create = () => send('/oauth2/create-client', metadata(REDIRECT_URI));
  const clients = await inParallel(CLIENTS, async () => {
    const { client_id: id } = (await (await ask(create())).json()) as { client_id: string };
    return id;
  });
  const idOf = (n: number) => clients[n % CLIENTS];
  const read = (n: number) => ({ method: 'GET', path: `${BASE}/oauth2/get-client?client_id=${idOf(n)}` });
  const put = (n: number, redirectUri: string) =>
    send('/oauth2/update-client', { client_id: idOf(n), update: { redirect_uris: [redirectUri] } });
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
