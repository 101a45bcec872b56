import { accounts } from '../../../src/dialects/accounts/index.js';
import type { ApiContract, DialectContract } from '../../support/api-contract.js';
import { door } from './door.js';

const onClients = (path: string): ApiContract['operations'] => ({
  [`get ${path}`]: ['ETag'],
  [`post ${path}`]: ['conflict', 'ETag'],
  [`put ${path}`]: ['conflict', 'conditional', 'ETag'],
  [`delete ${path}`]: ['conflict', 'conditional'],
});

export const contract: DialectContract = {
  api: accounts,
  errorType: 'application/problem+json',
  failures: {
    route_not_found: [404, '1100'],
    method_not_allowed: [405, '1110'],
    malformed_request: [400, '1211'],
    credential_missing: [401, '1400'],
    credential_invalid: [401, '1401'],
    credential_expired: [401, '1402'],
    permission_missing: [401, '1410'],
    operator_only: [401, '1410'],
    grant_exceeds_own_rights: [401, '1410'],
    body_too_large: [413, '1211'],
    body_late: [408, '1211'],
    body_missing: [400, '1200'],
    body_malformed: [400, '1211'],
    media_type_unsupported: [415, '1211'],
    invalid: [400, '1211'],
    invalid_query: [400, '1212'],
    not_found: [404, '1102'],
    conflict: [409, '1359'],
    precondition_failed: [412, '1112'],
    idempotency_key_reused: [422, '1311'],
    rate_limited: [429, '1451'],
    busy: [429, '1451'],
    unavailable: [503, '1003'],
    internal: [500, '1000'],
  },
  wordsOf: ({ code, detail }) => `${code} ${detail}`,
  refusal: ({ needs }) => `401 1410 ${needs}`,
  operations: {
    'get /': ['public'],
    'get /auth/public-key.pem': ['public'],
    'get /schema-acc/client': ['public'],
    'get /schema-acc/clients': ['public'],
    'get /schema/client': ['public'],
    'get /schema/clients': ['public'],
    ...onClients('/client'),
    ...onClients('/clients'),
  },
  examples: [
    ['get /clients', 'GET', '/clients?size=x'],
    ['delete /client', 'DELETE', '/client'],
    ['post /client', 'POST', '/client', { clientID: 'x', redirectURIs: 'https://x.example.com' }],
    ['delete /client', 'DELETE', '/client?clientID=nobody'],
  ],
  door,
};
