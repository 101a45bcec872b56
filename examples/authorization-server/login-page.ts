import { text } from 'node:stream/consumers';
import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { extrasOf } from './provider.js';
import { passwordMatches } from './users.js';

/** The page to which oidc-provider sends whoever has to log in, as a middleware of it. */
export function loginPage(provider: Provider) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (!/^\/login\/[\w-]+$/.test(ctx.path)) return next();
    const { prompt, params } = await provider.interactionDetails(ctx.req, ctx.res);
    const client = await provider.Client.find(String(params.client_id));
    if (!client || !extrasOf(client).allow_local_login)
      return show(ctx, 403, '<p>This application does not take logins with a password.</p>');
    if (ctx.method !== 'POST') return show(ctx, 200, form(client, prompt.name));
    const fields = new URLSearchParams(await text(ctx.req));
    const username = fields.get('username');
    const mayEnter = passwordMatches(username, fields.get('password'));
    if (prompt.name === 'login' && !mayEnter) {
      return show(ctx, 403, `<p role="alert">Wrong user name or password.</p>${form(client, prompt.name)}`);
    }
    const result = prompt.name === 'login' ? { login: { accountId: username! } } : { [prompt.name]: {} };
    ctx.status = 303;
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  };
}

/** Where nobody has to log in but to agree, there is only the button. */
function form(client: Client, prompt: string): string {
  const fields = `
    <label>User name <input name="username" autocomplete="username" required></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>`;
  return `
  <h1>Log in to ${escaped(client.clientName ?? client.clientId)}</h1>
  <form method="post">${prompt === 'login' ? fields : ''}
    <button>Continue</button>
  </form>`;
}

function show(ctx: KoaContextWithOIDC, status: number, content: string): void {
  ctx.status = status;
  ctx.set('cache-control', 'no-store');
  ctx.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  ctx.type = 'html';
  ctx.body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Log in</title>${content}</html>`;
}

function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
