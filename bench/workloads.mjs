// The operations, each with what the floor does instead. Every request is made from a number that never comes twice.
import { DOMAIN, doomedId, LOADED, loadedId } from './data.mjs';
import { settings } from './settings.mjs';

/** Spreads consecutive numbers over the clients, the same way in every run. */
const STRIDE = 7919;
const half = Math.floor(settings.clients / 2);
const anyOf = (n) => loadedId(1 + ((n * STRIDE) % settings.clients));
/** Half of the clients stay as they were loaded, the other half may change. */
const stableOf = (n) => loadedId(1 + ((n * STRIDE) % half));
const changingOf = (n) => loadedId(1 + half + ((n * STRIDE) % half));
const madeId = (n) => `made-${n}`;

const get = (path) => ({ method: 'GET', path });
const remove = (path) => ({ method: 'DELETE', path });
const send = (method, path, body) => ({
  method,
  path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const uriNumber = (n) => `${LOADED.redirectUri}/${n}`;
const accountsBody = (callbackURL) => ({
  clientName: LOADED.clientName,
  callbackURL,
  config: { tokenMethod: 'cookie' },
});
const v1Body = (redirectUri) => ({
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

const accounts = (id) => `/client?clientID=${id}`;
const v1 = (id = '') => `/v1/domain/${DOMAIN}/client${id && `/${id}`}`;
const floor = (id) => `/clients/${id}`;

const floorRead = (n) => get(floor(anyOf(n)));
const floorList = () => get('/clients?limit=10');
/** There is no upsert that leaves an unchanged row alone: the floor writes, whatever it is sent. */
const floorUpsert = (n) => send('PUT', floor(changingOf(n)), floorBody(uriNumber(n)));
const floorInsert = (n) => send('POST', '/clients', { client_id: madeId(n), ...floorBody(LOADED.redirectUri) });
const floorRemove = (n) => remove(floor(doomedId(n)));

/**
 * `subject` is measured against `floor`; `on` is the server of the subject, the product unless said otherwise.
 * `writes`: whether the product must have noted changes afterwards, or must not. `dooms`: whether clients are to be
 * added first that the requests can delete.
 */
export const workloads = [
  { name: 'accounts read one', subject: (n) => get(accounts(anyOf(n))), floor: floorRead },
  { name: 'v1 read one', subject: (n) => get(v1(anyOf(n))), floor: floorRead },
  { name: 'accounts list of 10', subject: () => get('/clients?page=1&size=10'), floor: floorList },
  { name: 'v1 list of 10', subject: () => get(`${v1()}?limit=10`), floor: floorList },
  {
    name: 'accounts PUT unchanged',
    subject: (n) => send('PUT', accounts(stableOf(n)), accountsBody(LOADED.redirectUri)),
    floor: floorUpsert,
  },
  {
    name: 'v1 PUT unchanged',
    subject: (n) => send('PUT', v1(stableOf(n)), v1Body(LOADED.redirectUri)),
    floor: floorUpsert,
  },
  {
    name: 'accounts PUT changed',
    subject: (n) => send('PUT', accounts(changingOf(n)), accountsBody(uriNumber(n))),
    floor: floorUpsert,
    writes: true,
  },
  {
    name: 'v1 PUT changed',
    subject: (n) => send('PUT', v1(changingOf(n)), v1Body(uriNumber(n))),
    floor: floorUpsert,
    writes: true,
  },
  {
    name: 'accounts create (POST)',
    subject: (n) => send('POST', '/clients', { clientID: madeId(n), ...accountsBody(LOADED.redirectUri) }),
    floor: floorInsert,
    writes: true,
  },
  {
    name: 'v1 create (PUT)',
    subject: (n) => send('PUT', v1(madeId(n)), v1Body(LOADED.redirectUri)),
    floor: floorInsert,
    writes: true,
  },
  {
    name: 'accounts delete',
    subject: (n) => remove(accounts(doomedId(n))),
    floor: floorRemove,
    writes: true,
    dooms: true,
  },
  { name: 'v1 delete', subject: (n) => remove(v1(doomedId(n))), floor: floorRemove, writes: true, dooms: true },
  { name: 'f-static: a constant', on: 'static', subject: () => get('/'), floor: floorRead },
];
