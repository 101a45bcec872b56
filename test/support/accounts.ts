import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Answer, TestServer } from './test-server.js';

/** The properties of a client in the accounts dialect; every representation has them all. */
export const PROPERTIES = [
  'clientID',
  'callbackURL',
  'config',
  'clientName',
  'clientType',
  'grantTypes',
  'tokenEndpointAuthMethod',
  'clientSecret',
  'redirectURIs',
  'postLogoutRedirectURIs',
  'authUIOrigin',
  'logoURI',
  'created',
  'modified',
];

/** A client without grants, as they were all registered once. */
export const LEGACY_CLIENT = {
  clientID: 'my-app',
  callbackURL: 'https://my-app.com/callback',
  config: { tokenMethod: 'cookie' },
};

/** The three examples in the documentation of the SDK. */
export const PUBLIC_CLIENT = {
  clientID: 'my-public-client',
  clientName: 'A public client for web applications',
  grantTypes: ['authorization_code', 'refresh_token'],
  tokenEndpointAuthMethod: 'none',
  redirectURIs: ['https://my.app.com/redirect'],
  postLogoutRedirectURIs: ['https://my.app.com/logout'],
  authUIOrigin: 'https://login.entrecode.de',
  logoURI: 'https://entrecode.de/de/assets/ec-logo.svg',
};
export const PRIVATE_CLIENT = {
  ...PUBLIC_CLIENT,
  clientID: 'my-private-client',
  clientName: 'A confidential client for server side applications',
  tokenEndpointAuthMethod: 'client_secret_basic',
  clientSecret: 'my-secret',
};
export const API_CLIENT = {
  clientID: 'my-api-client',
  clientName: 'A client for API access',
  grantTypes: ['client_credentials'],
  tokenEndpointAuthMethod: 'client_secret_basic',
  clientSecret: 'my-secret',
};

/** A representation as the SDK puts it back: with every link in an array, and `templated` added. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
export function asTheSdkPutsIt(representation: any): any {
  const links = Object.entries<object>(representation._links).map(([relation, link]) => [
    relation,
    [{ templated: false, ...link }],
  ]);
  return { ...representation, _links: Object.fromEntries(links), _embedded: {} };
}

/** Expects the answer to be a problem document, complete, and this one. */
export function expectProblem(answer: Answer, status: number, code: number, detail?: string): void {
  const { body } = answer;
  expect({ status: answer.status, code: body.code, detail: detail === undefined ? undefined : body.detail }).toEqual({
    status,
    code,
    detail,
  });
  expect(body).toMatchObject({
    status,
    title: expect.stringMatching(/./),
    type: expect.stringMatching(new RegExp(`^http.*/doc/errors/${code}$`)),
    detail: expect.any(String),
    verbose: expect.any(String),
    _links: { up: { href: expect.stringMatching(/^http/) }, describedby: { href: body.type } },
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
}

/** The errors of a problem document, the main one first, as `code detail`. */
export function faultsOf({ body }: Answer): string[] {
  return [body, ...(body._embedded?.error ?? [])].map(({ code, detail }) => `${code} ${detail}`);
}

/** A request as `fetch` would not send it: a GET with a body, a query that is not escaped. */
export async function rawRequest(
  server: TestServer,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = httpRequest({ hostname, port, family: 4, method, path, headers: { ...headers, ...length } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const answered = await text(response);
  const pairs = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    status: response.statusCode!,
    headers: new Headers(pairs),
    text: answered,
    get body() {
      return JSON.parse(answered);
    },
  };
}

/** How many changes of a client the audit knows. */
export async function auditRowsOf(server: TestServer, clientID: string): Promise<number> {
  const rows = await server.database.query('select position from audit_entries where client_id = $1', [clientID]);
  return rows.length;
}

/** The ids of a client's secrets in the database. */
export async function secretsOf(server: TestServer, clientID: string): Promise<string[]> {
  const rows = await server.database.query<{ id: string }>(
    'select id from client_secrets where client_id = $1 order by id',
    [clientID],
  );
  return rows.map(({ id }) => id);
}
