// What is sent to the product and to f-pg. Every request is made from a number.
import { coldId, DOMAIN, doomedId, LOADED, loadedId, madeId } from './data.js';
import type { Headers } from './server.js';
import { settings } from './settings.js';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: string;
}

/** Makes the request of a number. */
export type RequestOf = (n: number) => Request;

/** Clients, each by the number of a request. */
interface Clients {
  number(n: number): number;
  id(number: number): string;
}

/** A domain, and the key that leads there, unless it is the operator's. */
export interface Home {
  readonly name: string;
  readonly headers?: Headers;
}

/** What can be asked of the product in either dialect, and of f-pg. */
export interface Requests {
  readonly read: RequestOf;
  readonly readCold: RequestOf;
  readonly list: (size: number) => RequestOf;
  readonly putUnchanged: RequestOf;
  readonly putChanged: RequestOf;
  readonly create: RequestOf;
  readonly delete: RequestOf;
}

/** Spreads consecutive numbers over the clients, the same way in every run. */
const STRIDE = 7919;
const half = Math.floor(settings.clients / 2);
const any: Clients = { number: (n) => 1 + ((n * STRIDE) % settings.clients), id: loadedId };
/** Half of the clients stay as they were loaded, the other half may change. */
const stable: Clients = { number: (n) => 1 + ((n * STRIDE) % half), id: loadedId };
const changing: Clients = { number: (n) => 1 + half + ((n * STRIDE) % half), id: loadedId };
/** Numbers that follow each other are never the same client twice. */
const cold: Clients = { number: (n) => 1 + ((n * STRIDE) % settings.coldClients), id: coldId };
const made: Clients = { number: (n) => n, id: madeId };
const doomed: Clients = { number: (n) => n, id: doomedId };
const idOf = (which: Clients, n: number) => which.id(which.number(n));

export const get = (path: string): Request => ({ method: 'GET', path });
export const remove = (path: string): Request => ({ method: 'DELETE', path });
export const send = (method: string, path: string, body: object): Request => ({
  method,
  path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
export const uriNumber = (n: number): string => `${LOADED.redirectUri}/${n}`;

const accountsBody = (callbackURL: string) => ({
  clientName: LOADED.clientName,
  callbackURL,
  config: { tokenMethod: 'cookie' },
});
export const v1Body = (redirectUri: string) => ({
  clientType: 'Public',
  grantType: 'AuthorizationCode',
  scope: LOADED.scope,
  audiences: [],
  redirectUris: [redirectUri],
  postSignOutRedirectUris: [LOADED.goodbyeUri],
  allowLocalLogin: true,
  providers: [],
  policies: [],
  allowedOrigins: [LOADED.origin],
  accessTokenExpiry: 90,
  idTokenExpiry: 90,
  refreshTokenExpiry: 1440,
});
const floorBody = (redirectUri: string) => ({
  client_name: LOADED.clientName,
  client_type: 'public',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: [LOADED.goodbyeUri],
  allowed_origins: [LOADED.origin],
  scope: LOADED.scope,
});

const accountsPath = (id: string) => `/client?clientID=${id}`;
export const v1Path = (id: string, domain = DOMAIN): string => `/v1/domain/${domain}/client/${id}`;
const floorPath = (id: string) => `/clients/${id}`;

/** Both dialects' requests. `homeOf`: the domain of the client with a number. */
export function requestsIn(homeOf: (number: number) => Home): Record<'accounts' | 'v1', Requests> {
  type Ask = (id: string, domain: string, n: number) => Request;
  const on = (which: Clients, request: Ask) => (n: number) => {
    const number = which.number(n);
    const { name, headers } = homeOf(number);
    const asked = request(which.id(number), name, n);
    return { ...asked, headers: { ...headers, ...asked.headers } };
  };
  const accounts: Requests = {
    read: on(any, (id) => get(accountsPath(id))),
    readCold: on(cold, (id) => get(accountsPath(id))),
    list: (size) => on(any, () => get(`/clients?page=1&size=${size}`)),
    putUnchanged: on(stable, (id) => send('PUT', accountsPath(id), accountsBody(LOADED.redirectUri))),
    putChanged: on(changing, (id, _domain, n) => send('PUT', accountsPath(id), accountsBody(uriNumber(n)))),
    create: on(made, (id) => send('POST', '/clients', { clientID: id, ...accountsBody(LOADED.redirectUri) })),
    delete: on(doomed, (id) => remove(accountsPath(id))),
  };
  const v1: Requests = {
    read: on(any, (id, domain) => get(v1Path(id, domain))),
    readCold: on(cold, (id, domain) => get(v1Path(id, domain))),
    list: (size) => on(any, (_id, domain) => get(`/v1/domain/${domain}/client?limit=${size}`)),
    putUnchanged: on(stable, (id, domain) => send('PUT', v1Path(id, domain), v1Body(LOADED.redirectUri))),
    putChanged: on(changing, (id, domain, n) => send('PUT', v1Path(id, domain), v1Body(uriNumber(n)))),
    create: on(made, (id, domain) => send('PUT', v1Path(id, domain), v1Body(LOADED.redirectUri))),
    delete: on(doomed, (id, domain) => remove(v1Path(id, domain))),
  };
  return { accounts, v1 };
}

export const { accounts, v1 } = requestsIn(() => ({ name: DOMAIN }));
/** A confidential client, and its secret. */
export interface Confidential {
  readonly id: string;
  readonly secret: string;
}

export const verify =
  (secrets: readonly Confidential[]): RequestOf =>
  (n) => {
    const { id, secret } = secrets[n % secrets.length]!;
    return send('POST', `${v1Path(id)}/secrets/verify`, { secret });
  };
const upsert: RequestOf = (n) => send('PUT', floorPath(idOf(changing, n)), floorBody(uriNumber(n)));
export const floor: Requests = {
  read: (n) => get(floorPath(idOf(any, n))),
  readCold: (n) => get(floorPath(idOf(cold, n))),
  list: (size) => () => get(`/clients?limit=${size}`),
  /** There is no upsert that leaves an unchanged row alone: the floor writes, whatever it is sent. */
  putUnchanged: upsert,
  putChanged: upsert,
  create: (n) => send('POST', '/clients', { client_id: idOf(made, n), ...floorBody(LOADED.redirectUri) }),
  delete: (n) => remove(floorPath(idOf(doomed, n))),
};
