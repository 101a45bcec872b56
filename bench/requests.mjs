// What is sent to the product and to f-pg. Every request is made from a number.
import { coldId, DOMAIN, doomedId, LOADED, loadedId, madeId } from './data.mjs';
import { settings } from './settings.mjs';

/** Spreads consecutive numbers over the clients, the same way in every run. */
const STRIDE = 7919;
const half = Math.floor(settings.clients / 2);
const any = { number: (n) => 1 + ((n * STRIDE) % settings.clients), id: loadedId };
/** Half of the clients stay as they were loaded, the other half may change. */
const stable = { number: (n) => 1 + ((n * STRIDE) % half), id: loadedId };
const changing = { number: (n) => 1 + half + ((n * STRIDE) % half), id: loadedId };
/** Numbers that follow each other are never the same client twice. */
const cold = { number: (n) => 1 + ((n * STRIDE) % settings.coldClients), id: coldId };
const made = { number: (n) => n, id: madeId };
const doomed = { number: (n) => n, id: doomedId };
const idOf = (which, n) => which.id(which.number(n));

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

/** Both dialects' requests. `homeOf`: the domain of the client with a number, `{ name, headers }` (the key that leads there). */
export function requestsIn(homeOf) {
  const on = (which, request) => (n) => {
    const number = which.number(n);
    const { name, headers } = homeOf(number);
    const asked = request(which.id(number), name, n);
    return { ...asked, headers: { ...headers, ...asked.headers } };
  };
  const accounts = {
    read: on(any, (id) => get(accountsPath(id))),
    readCold: on(cold, (id) => get(accountsPath(id))),
    list: (size) => on(any, () => get(`/clients?page=1&size=${size}`)),
    putUnchanged: on(stable, (id) => send('PUT', accountsPath(id), accountsBody(LOADED.redirectUri))),
    putChanged: on(changing, (id, _domain, n) => send('PUT', accountsPath(id), accountsBody(uriNumber(n)))),
    create: on(made, (id) => send('POST', '/clients', { clientID: id, ...accountsBody(LOADED.redirectUri) })),
    delete: on(doomed, (id) => remove(accountsPath(id))),
  };
  const v1 = {
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
export const verify = (secrets) => (n) => {
  const { id, secret } = secrets[n % secrets.length];
  return send('POST', `${v1Path(id)}/secrets/verify`, { secret });
};
const upsert = (n) => send('PUT', floorPath(idOf(changing, n)), floorBody(uriNumber(n)));
export const floor = {
  read: (n) => get(floorPath(idOf(any, n))),
  readCold: (n) => get(floorPath(idOf(cold, n))),
  list: (size) => () => get(`/clients?limit=${size}`),
  /** There is no upsert that leaves an unchanged row alone: the floor writes, whatever it is sent. */
  putUnchanged: upsert,
  putChanged: upsert,
  create: (n) => send('POST', '/clients', { client_id: idOf(made, n), ...floorBody(LOADED.redirectUri) }),
  delete: (n) => remove(floorPath(idOf(doomed, n))),
};
