// The calls of better-auth's OAuth provider plugin, as a signed-in user. Its list has no pages.
const CLIENTS = 1000;
const REDIRECT_URI = 'https://app.example.com/callback';
const BASE = '/api/auth';
const metadata = (redirectUri) => ({
  client_name: 'An app',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: ['https://app.example.com/goodbye'],
  scope: 'openid profile email',
});

export const prepare = async (server, { inParallel, apiKey }) => {
  const send = (path, body) => ({
    method: 'POST',
    path: BASE + path,
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(body),
  });
  const ask = async ({ path, headers, ...request }) => {
    const answer = await fetch(server.url + path, { ...request, headers: { ...server.headers, ...headers } });
    if (!answer.ok) throw new Error(`better-auth: ${path} ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const user = { name: 'An operator', email: 'operator@example.com', password: apiKey };
  const signedUp = await ask(send('/sign-up/email', user));
  server.headers.cookie = signedUp.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
  const create = () => send('/oauth2/create-client', metadata(REDIRECT_URI));
  const clients = await inParallel(CLIENTS, async () => (await (await ask(create())).json()).client_id);
  const idOf = (n) => clients[n % CLIENTS];
  const read = (n) => ({ method: 'GET', path: `${BASE}/oauth2/get-client?client_id=${idOf(n)}` });
  const put = (n, redirectUri) =>
    send('/oauth2/update-client', { client_id: idOf(n), update: { redirect_uris: [redirectUri] } });
  const putChanged = (n) => put(n, `${REDIRECT_URI}/${n}`);
  return {
    requests: {
      read,
      putUnchanged: (n) => put(n, REDIRECT_URI),
      putChanged,
      create,
      mixed: (n) => (n % 20 === 0 ? putChanged(n) : read(n)),
    },
  };
};
