import { v1Domain } from '../../../src/dialects/v1-domain/index.js';
import type { DialectContract } from '../../support/api-contract.js';
import { PROBLEM_FAILURES, problemWords } from '../../support/problem-details.js';
import { door } from './door.js';

const CLIENT = '/v1/domain/{domain}/client/{clientId}';

export const contract: DialectContract = {
  api: v1Domain,
  errorType: 'application/problem+json',
  failures: { ...PROBLEM_FAILURES, permission_missing: [401, 'unauthorized'] },
  wordsOf: problemWords,
  // So that nobody learns which domains there are.
  refusal: () => '401 as without a key',
  operations: {
    'get /v1/domain': [],
    'post /v1/domain': ['conflict'],
    'delete /v1/domain/{domain}': ['conflict'],
    'get /v1/domain/{domain}/client': [],
    [`get ${CLIENT}`]: ['ETag'],
    [`put ${CLIENT}`]: ['conflict', 'conditional', 'repeatable', 'ETag'],
    [`delete ${CLIENT}`]: ['conflict', 'conditional'],
    [`get ${CLIENT}/secrets`]: [],
    [`post ${CLIENT}/secrets`]: ['conflict', 'repeatable'],
    [`delete ${CLIENT}/secrets/{secretId}`]: ['conflict'],
    [`post ${CLIENT}/secrets/verify`]: [],
  },
  examples: [
    ['get /v1/domain/{domain}/client', 'GET', '/v1/domain/default/client?limit=0'],
    [
      `put ${CLIENT}`,
      'PUT',
      '/v1/domain/default/client/x',
      { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: 'https://x.example.com' },
    ],
    ['post /v1/domain', 'POST', '/v1/domain', { colour: 'red' }],
    ['get /v1/domain', 'GET', '/v1/domain?%zz'],
    [`get ${CLIENT}`, 'GET', '/v1/domain/default/client/nobody'],
    [`put ${CLIENT}`, 'PUT', '/v1/domain/nowhere/client/x', {}],
    [`post ${CLIENT}/secrets/verify`, 'POST', '/v1/domain/nowhere/client/x/secrets/verify', { secret: 'x' }],
    ['delete /v1/domain/{domain}', 'DELETE', '/v1/domain/nowhere'],
    ['delete /v1/domain/{domain}', 'DELETE', '/v1/domain/default'],
  ],
  door,
};
