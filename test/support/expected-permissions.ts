import type { Permission } from '#credentials';

/** Something to lay hands on: a domain with the client `app`, a secret of that client, and a credential bound to the domain. */
export interface Target {
  readonly domain: string;
  readonly subscription: string;
  readonly secret: string;
  readonly credential: string;
  /** The one version of `app`. */
  readonly version: string;
}

/**
 * What a call is about: the domain or the thing that its path names, the domain that a new credential is to have, the
 * domain that the credential sees, whatever the caller reaches, the subscription as a whole, what is the operator's alone, or
 * the credential itself.
 */
type Subject = 'operator' | 'domain' | 'thing' | 'grant' | 'seen' | 'reached' | 'subscription' | 'self';

export interface Row {
  readonly needs: Permission | typeof NOTHING;
  readonly alsoNeeds?: Permission;
  /** What is enough in its place. */
  readonly orOnly?: Row['needs'];
  readonly about: Subject;
  /** What to send, so that a caller who should be refused and is not does damage. */
  readonly body?: (target: Target) => unknown;
  readonly query?: string;
}

/** Of a route for every caller. */
export const NOTHING = 'any credential';

const may = (needs: Row['needs'], about: Subject, body?: Row['body'], query = ''): Row => ({
  needs,
  about,
  body,
  query,
});

export const CLIENT = {
  clientType: 'Public',
  grantType: 'AuthorizationCode',
  redirectUris: ['https://changed.example.com/callback'],
};
const onClients = (path: string): Record<string, Row> => ({
  [`GET ${path}`]: may('clients:read', 'seen'),
  [`POST ${path}`]: {
    ...may('clients:write', 'seen', () => ({ clientID: 'app', callbackURL: 'https://x.example.com' })),
    orOnly: 'clients:propose',
  },
  // clients:propose is enough for a client that the caller proposed, which `app` is not.
  [`PUT ${path}`]: may('clients:write', 'seen', () => ({ clientName: 'Changed' }), '?clientID=app'),
  [`DELETE ${path}`]: may('clients:write', 'seen', undefined, '?clientID=app'),
});
const onClient = (path: string, body: Row['body']): Record<string, Row> => ({
  [`GET ${path}`]: may('clients:read', 'domain'),
  // As above.
  [`PUT ${path}`]: may('clients:write', 'domain', body),
  [`DELETE ${path}`]: may('clients:write', 'domain'),
});
const HISTORY = '/admin/domains/{domain}/clients/{client-id}/versions';
const SUSPENSION = '/admin/domains/{domain}/clients/{client-id}/suspension';
const ABOUT = '/admin/domains/{domain}/clients/{client-id}/about';
const V1_CLIENT = '/v1/domain/{domain}/client/{client-id}';

/** Whatever the parameters of its path are called. */
export const rowKey = (route: string): string => route.replace(/\{.*?\}/g, '{}').replace(/^HEAD /, 'GET ');

/** Which permission each route needs (spec/admin.md, Credentials); HEAD needs what GET needs. */
export const EXPECTED: Readonly<Record<string, Row | 'nothing'>> = {
  'GET /v1/domain': may('domains:read', 'reached'),
  'POST /v1/domain': may('domains:write', 'subscription', ({ subscription }) => ({ subscription })),
  'DELETE /v1/domain/{domain}': may('domains:write', 'domain'),
  'GET /v1/domain/{domain}/client': may('clients:read', 'domain'),
  ...onClient(V1_CLIENT, () => CLIENT),
  [`GET ${V1_CLIENT}/secrets`]: may('clients:read', 'domain'),
  [`POST ${V1_CLIENT}/secrets`]: may('clients:write', 'domain', () => ({ previousExpiresInSeconds: 0 })),
  [`DELETE ${V1_CLIENT}/secrets/{id}`]: may('clients:write', 'domain'),
  [`POST ${V1_CLIENT}/secrets/verify`]: may('secrets:verify', 'domain', () => ({ secret: 'not the secret' })),
  ...onClients('/client'),
  ...onClients('/clients'),
  ...onClient('/registrations/{domain}/{client-id}', () => ({ client_name: 'Changed' })),
  'POST /admin/credentials': may('credentials:write', 'grant', ({ domain }) => ({
    name: 'x',
    domain,
    permissions: [],
  })),
  // The key has to be good for what is asked next.
  'POST /admin/credentials/self/rotation': may(NOTHING, 'self', () => ({ previousExpiresInSeconds: 86_400 })),
  'GET /admin/credentials': may('credentials:write', 'reached'),
  'GET /admin/credentials/{id}': may('credentials:write', 'thing'),
  'DELETE /admin/credentials/{id}': may('credentials:write', 'thing'),
  'GET /admin/audit': may('audit:read', 'reached'),
  'GET /admin/changes': may('audit:read', 'reached'),
  'GET /admin/domains/{domain}/deleted': may('audit:read', 'domain'),
  'GET /admin/expiring': {
    ...may('clients:read', 'reached', undefined, '?within=366d'),
    orOnly: 'credentials:write',
  },
  'GET /admin/domains/{domain}/policy': may('domains:read', 'domain'),
  'PUT /admin/domains/{domain}/policy': may('domains:write', 'domain', () => ({ maxSecretAgeDays: 1 })),
  'GET /admin/domains/{domain}/export': may('clients:read', 'domain'),
  'GET /admin/domains/{domain}/findings': may('clients:read', 'domain'),
  'POST /admin/domains/{domain}/import': may('clients:write', 'domain', () => ({ clientId: 'imported', ...CLIENT })),
  'GET /admin/domains/{domain}/clients': may('clients:read', 'domain'),
  [`PUT ${ABOUT}`]: may('clients:write', 'domain', () => ({ owner: 'Changed' })),
  'GET /admin/domains/{domain}/clients/{client-id}': may('clients:read', 'domain'),
  'GET /admin/domains/{domain}/suspensions': may('clients:read', 'domain'),
  [`GET ${SUSPENSION}`]: may('clients:read', 'domain'),
  [`PUT ${SUSPENSION}`]: may('clients:write', 'domain', () => ({ reason: 'Changed' })),
  [`DELETE ${SUSPENSION}`]: may('clients:write', 'domain'),
  [`GET ${HISTORY}`]: may('audit:read', 'domain'),
  [`GET ${HISTORY}/{version}`]: may('audit:read', 'domain'),
  [`GET ${HISTORY}/{version}/diff/{other}`]: may('audit:read', 'domain'),
  [`POST ${HISTORY}/{version}/restore`]: { ...may('clients:write', 'domain'), alsoNeeds: 'audit:read' },
  'POST /admin/domains/{domain}/clients/{client-id}/restore': may('clients:write', 'operator'),
  'GET /': 'nothing',
  'GET /schema-acc/client': 'nothing',
  'GET /schema-acc/clients': 'nothing',
  'GET /schema/client': 'nothing',
  'GET /schema/clients': 'nothing',
  'GET /auth/public-key.pem': 'nothing',
  'GET /.well-known/jwks.json': 'nothing',
  'GET /health/live': 'nothing',
  'GET /health/ready': 'nothing',
  'GET /metrics': 'nothing',
  'GET /doc': 'nothing',
  'GET /doc/*': 'nothing',
  'GET /doc/errors': 'nothing',
  'GET /doc/errors/*': 'nothing',
  'GET /doc/rel': 'nothing',
  'GET /favicon.ico': 'nothing',
  'GET /doc/rel/*': 'nothing',
  'GET /doc/redirect-uris': 'nothing',
  'OPTIONS *': 'nothing',
};
