import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, type Request, startServer, type TestServer } from './test-server.js';

export const URI = 'https://app.example.com/callback';
export const PUBLIC = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [URI] };
export const CONFIDENTIAL = { ...PUBLIC, clientType: 'Confidential' };
export const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
/** What a client is, as far as this dialect can say it, when only what is required is given. */
export const DEFAULTS = {
  scope: '',
  audiences: [],
  redirectUris: [],
  postSignOutRedirectUris: [],
  allowLocalLogin: null,
  providers: [],
  policies: [],
  allowedOrigins: [],
  accessTokenExpiry: 90,
  idTokenExpiry: 90,
  refreshTokenExpiry: 1440,
};
export const SECRET = /^cls_[\w-]{40,}$/;

interface AuditRow {
  readonly action: string;
  readonly dialect: string;
  readonly request_id: string;
  readonly credential_name: string;
  readonly changes: Record<string, { before: unknown; after: unknown }>;
}

export const etagOf = ({ headers }: Answer) => headers.get('etag')!;

/** Long enough for two times to differ in milliseconds. */
export const aMoment = () => wait(5);

/** A server for the tests of a file, and what they ask of it in v1’s words, each for clients of its own. */
export function v1Clients() {
  let server: TestServer;
  let counter = 0;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const path = (id: string) => `/v1/domain/default/client/${id}`;
  const get = (id: string, request?: Request) => server.call('GET', path(id), request);
  return {
    call: (...request: Parameters<TestServer['call']>) => server.call(...request),
    query: <T extends object>(sql: string, values?: unknown[]) => server.database.query<T>(sql, values),
    newId: () => `client-${++counter}`,
    path,
    put: (id: string, body: unknown, request: Omit<Request, 'body'> = {}) =>
      server.call('PUT', path(id), { ...request, body }),
    get,
    remove: (id: string, request?: Request) => server.call('DELETE', path(id), request),
    audit: (id: string) =>
      server.database.query<AuditRow>(
        'select action, dialect, request_id, credential_name, changes from audit_entries where client_id = $1 order by position',
        [id],
      ),
    /** Through the accounts dialect, as the two that follow. */
    register: (body: object) => server.call('POST', '/clients', { body }),
    inAccounts: async (id: string) => (await server.call('GET', `/client?clientID=${id}`)).body,
    /** Whether a secret is in force: that dialect takes a live one back and refuses any other that looks generated. */
    isLive: async (id: string, clientSecret: string) =>
      (await server.call('PUT', `/client?clientID=${id}`, { body: { clientSecret } })).status === 200,
    /** The client holds what the body said and, where it said nothing, the defaults. */
    expectOnRecord: async (id: string, state: object): Promise<void> => {
      const { status, body } = await get(id);
      expect([status, body]).toEqual([
        200,
        { ...DEFAULTS, ...state, clientId: id, createdAt: expect.any(String), updatedAt: expect.any(String) },
      ]);
    },
  };
}
