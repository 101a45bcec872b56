// The APIs as a typed client, for programs that talk to a server: the command
// line, and programs of others. Its types are made from the OpenAPI documents
// (`npm run generate`; a test fails when they are stale).
// Leans on openapi-fetch, and on nothing of ours.
import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { requireJson } from './foreign-answer.js';
import type { components as AccountsComponents, paths as AccountsPaths } from './generated/accounts.js';
import type { components as AdminComponents, paths as AdminPaths } from './generated/admin.js';
import type { components as V1Components, paths as V1Paths } from './generated/v1.js';

export { ForeignAnswer, isJson, mediaTypeOf } from './foreign-answer.js';

/** All three APIs; their paths do not meet. */
export type ApiClient = Client<AccountsPaths & AdminPaths & V1Paths>;

/** What goes over the wire, by the names in the OpenAPI documents. */
export type AccountsSchemas = AccountsComponents['schemas'];
export type AdminSchemas = AdminComponents['schemas'];
export type V1Schemas = V1Components['schemas'];

export interface ApiClientOptions {
  /** Where the server is, as its PUBLIC_URL. */
  readonly url: string;
  /** An API key or an access token. */
  readonly key?: string;
  readonly fetch?: (request: Request) => Promise<Response>;
}

/**
 * Answers come as `{ data, error, response }`; `error` is what the API's own kind of error document says. A redirect is
 * an answer like any other and is not followed: fetch would take the key along, to whomever it leads. A success that is
 * no JSON, such as the page of a login, fails with `ForeignAnswer`; use `parseAs` to get text.
 */
export function apiClient({ url, key, fetch }: ApiClientOptions): ApiClient {
  const headers: Record<string, string> = key === undefined ? {} : { 'x-api-key': key };
  const client: ApiClient = createClient({ baseUrl: url, fetch, headers, redirect: 'manual' });
  client.use(JSON_WHERE_JSON_IS_WANTED);
  return client;
}

const JSON_WHERE_JSON_IS_WANTED: Middleware = {
  async onResponse({ response, options }) {
    if (response.ok && options.parseAs === 'json') await requireJson(response);
  },
};
