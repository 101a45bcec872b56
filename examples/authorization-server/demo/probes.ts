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
  const basic = [clientId, clientSecret].map(encodeURIComponent).join(':');
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { error } = (await answer.json()) as { error?: string };
  if (answer.status >= 500) throw new Error(`The token endpoint answered ${answer.status}.`);
  return error !== 'invalid_client';
}

/** Whether the access token of whoever has logged in is still good. */
export async function takesToken(issuer: string, app: App): Promise<boolean> {
  const headers = { authorization: `Bearer ${app.tokens.access_token}` };
  const answer = await fetch(`${issuer}/me`, { headers });
  await answer.arrayBuffer();
  return answer.ok;
}
