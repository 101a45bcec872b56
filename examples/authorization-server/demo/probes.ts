// What the authorization server says at this moment, asked without a library between.
import type { App } from './app.js';

/** What becomes of a login at this app: 303 = it begins, 400 = it is refused, 500 = nobody can tell. */
export async function loginStatus(app: App): Promise<number> {
  const answer = await fetch(await app.loginUrl(), { redirect: 'manual' });
  await answer.arrayBuffer();
  return answer.status;
}

/** Whether it takes this secret for the client's. What the client may do with it is another question. */
export async function takesSecret(issuer: string, clientId: string, clientSecret: string): Promise<boolean> {
  const answer = await askForToken(issuer, clientId, clientSecret, { grant_type: 'client_credentials' });
  return answer.error !== 'invalid_client';
}

/** Whether it gives the client new tokens for the refresh token of whoever has logged in. */
export async function takesRefreshToken(issuer: string, app: App): Promise<boolean> {
  const answer = await askForToken(issuer, app.clientId, app.clientSecret, {
    grant_type: 'refresh_token',
    refresh_token: app.tokens.refresh_token!,
  });
  return answer.error === undefined;
}

/** Whether the access token of whoever has logged in is still good. */
export async function takesToken(issuer: string, app: App): Promise<boolean> {
  const headers = { authorization: `Bearer ${app.tokens.access_token}` };
  const answer = await fetch(`${issuer}/me`, { headers });
  await answer.arrayBuffer();
  return answer.ok;
}

async function askForToken(issuer: string, clientId: string, clientSecret: string, grant: Record<string, string>) {
  const basic = [clientId, clientSecret].map(encodeURIComponent).join(':');
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    body: new URLSearchParams(grant),
  });
  const body = (await answer.json()) as { error?: string };
  if (answer.status >= 500) throw new Error(`The token endpoint answered ${answer.status}.`);
  return body;
}
