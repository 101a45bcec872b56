// The APIs as a typed client, for programs that talk to a server: the command
// line, and whoever embeds one. Its types are made from the OpenAPI documents
// (`npm run generate`; a test fails when they are stale).
// Leans on openapi-fetch, and on nothing of ours.
import createClient, { type Client } from 'openapi-fetch';
import type { paths as AccountsPaths } from './generated/accounts.js';
import type { components as AdminComponents, paths as AdminPaths } from './generated/admin.js';
import type { components as V1Components, paths as V1Paths } from './generated/v1.js';

/** All three APIs; their paths do not meet. */
export type ApiClient = Client<AccountsPaths & AdminPaths & V1Paths>;

/** What goes over the wire, by the names in the OpenAPI documents. */
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
 * an answer like any other and is not followed: fetch would take the key along, to whomever it leads.
 */
export function apiClient({ url, key, fetch }: ApiClientOptions): ApiClient {
  const headers: Record<string, string> = key === undefined ? {} : { 'x-api-key': key };
  return createClient({ baseUrl: url, fetch, headers, redirect: 'manual' });
}
