// What is sent to the product and to f-pg. Every request is made from a number.
import { coldId, DOMAIN, doomedId, LOADED, loadedId } from './data.mjs';
import { settings } from './settings.mjs';

/** Spreads consecutive numbers over the clients, the same way in every run. */
const STRIDE = 7919;
const half = Math.floor(settings.clients / 2);
export const anyOf = (n) => loadedId(1 + ((n * STRIDE) % settings.clients));
/** Half of the clients stay as they were loaded, the other half may change. */
const stableOf = (n) => loadedId(1 + ((n * STRIDE) % half));
const changingOf = (n) => loadedId(1 + half + ((n * STRIDE) % half));
/** Numbers that follow each other are never the same client twice. */
const coldOf = (n) => coldId(1 + ((n * STRIDE) % settings.coldClients));
const madeId = (n) => `made-${n}`;

export const get = (path) => ({ method: 'GET', path });
export const remove = (path) => ({ method: 'DELETE', path });
export const send = (method, path, body) => ({
  method,
  path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
export const uriNumber = (n) => `${LOADED.redirectUri}/${n}`;

const accountsBody = (callbackURL) => ({
  clientName: LOADED.clientName,
  callbackURL,
  config: { tokenMethod: 'cookie' },
});
export const v1Body = (redirectUri) => ({
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
const floorBody = (redirectUri) => ({
  client_name: LOADED.clientName,
  client_type: 'public',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: [LOADED.goodbyeUri],
  allowed_origins: [LOADED.origin],
  scope: LOADED.scope,
});

const accountsPath = (id) => `/client?clientID=${id}`;
export const v1Path = (id, domain = DOMAIN) => `/v1/domain/${domain}/client/${id}`;
const floorPath = (id) => `/clients/${id}`;

export const accounts = {
  read: (n) => get(accountsPath(anyOf(n))),
  readCold: (n) => get(accountsPath(coldOf(n))),
  list: (size) => () => get(`/clients?page=1&size=${size}`),
  putUnchanged: (n) => send('PUT', accountsPath(stableOf(n)), accountsBody(LOADED.redirectUri)),
  putChanged: (n) => send('PUT', accountsPath(changingOf(n)), accountsBody(uriNumber(n))),
  create: (n) => send('POST', '/clients', { clientID: madeId(n), ...accountsBody(LOADED.redirectUri) }),
  delete: (n) => remove(accountsPath(doomedId(n))),
};
export const v1 = {
  read: (n) => get(v1Path(anyOf(n))),
  readCold: (n) => get(v1Path(coldOf(n))),
  list: (size) => () => get(`/v1/domain/${DOMAIN}/client?limit=${size}`),
  putUnchanged: (n) => send('PUT', v1Path(stableOf(n)), v1Body(LOADED.redirectUri)),
  putChanged: (n) => send('PUT', v1Path(changingOf(n)), v1Body(uriNumber(n))),
  create: (n) => send('PUT', v1Path(madeId(n)), v1Body(LOADED.redirectUri)),
  delete: (n) => remove(v1Path(doomedId(n))),
  verify: (secrets) => (n) => {
    const { id, secret } = secrets[n % secrets.length];
    return send('POST', `${v1Path(id)}/secrets/verify`, { secret });
  },
};
const upsert = (n) => send('PUT', floorPath(changingOf(n)), floorBody(uriNumber(n)));
export const floor = {
  read: (n) => get(floorPath(anyOf(n))),
  readCold: (n) => get(floorPath(coldOf(n))),
  list: (size) => () => get(`/clients?limit=${size}`),
  /** There is no upsert that leaves an unchanged row alone: the floor writes, whatever it is sent. */
  putUnchanged: upsert,
  putChanged: upsert,
  create: (n) => send('POST', '/clients', { client_id: madeId(n), ...floorBody(LOADED.redirectUri) }),
  delete: (n) => remove(floorPath(doomedId(n))),
};
