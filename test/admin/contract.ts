import { admin } from '../../src/admin/index.js';
import type { ApiContract } from '../support/api-contract.js';
import { PROBLEM_FAILURES, problemWords } from '../support/problem-details.js';

const CLIENT = '/admin/domains/{domain}/clients/{clientId}';

export const contract: ApiContract = {
  api: admin,
  errorType: 'application/problem+json',
  failures: PROBLEM_FAILURES,
  wordsOf: problemWords,
  refusal: ({ about }, why) => (why === 'place' && about === 'thing' ? '404 not-found' : '403 forbidden'),
  operations: {
    'get /admin/audit': [],
    'get /admin/changes': [],
    'get /admin/domains/{domain}/clients': [],
    [`get ${CLIENT}`]: ['ETag'],
    [`post ${CLIENT}/restore`]: ['conflict', 'repeatable', 'ETag'],
    [`get ${CLIENT}/suspension`]: ['ETag'],
    [`put ${CLIENT}/about`]: ['conflict', 'conditional', 'ETag'],
    [`put ${CLIENT}/suspension`]: ['conflict', 'conditional', 'ETag'],
    [`delete ${CLIENT}/suspension`]: ['conflict', 'conditional'],
    'get /admin/domains/{domain}/suspensions': [],
    [`get ${CLIENT}/versions`]: [],
    [`get ${CLIENT}/versions/{version}`]: [],
    [`get ${CLIENT}/versions/{version}/diff/{other}`]: [],
    [`post ${CLIENT}/versions/{version}/restore`]: ['conflict', 'conditional', 'repeatable', 'ETag'],
    'get /admin/credentials': [],
    'post /admin/credentials': ['conflict', 'repeatable'],
    'post /admin/credentials/self/rotation': ['conflict', 'repeatable'],
    'get /admin/credentials/{id}': [],
    'delete /admin/credentials/{id}': ['conflict'],
    'get /admin/domains/{domain}/deleted': [],
    'get /admin/expiring': [],
    'get /admin/domains/{domain}/policy': [],
    'put /admin/domains/{domain}/policy': [],
    'get /admin/domains/{domain}/export': [],
    'get /admin/domains/{domain}/findings': [],
    'post /admin/domains/{domain}/import': ['conflict'],
  },
  examples: [
    ['get /admin/audit', 'GET', '/admin/audit?limit=x'],
    ['get /admin/audit', 'GET', '/admin/audit?domain=nowhere'],
    ['get /admin/changes', 'GET', '/admin/changes?domain=nowhere'],
    ['get /admin/expiring', 'GET', '/admin/expiring?limit=x'],
    ['get /admin/expiring', 'GET', '/admin/expiring?domain=nowhere'],
    [
      'put /admin/domains/{domain}/policy',
      'PUT',
      '/admin/domains/default/policy',
      { maxSecretAgeDays: 90, colour: 'red' },
    ],
    ['post /admin/credentials', 'POST', '/admin/credentials', { name: 'x', colour: 'red' }],
    ['get /admin/credentials/{id}', 'GET', '/admin/credentials/none'],
    [`get ${CLIENT}/versions/{version}`, 'GET', '/admin/domains/default/clients/nobody/versions/1'],
  ],
};
