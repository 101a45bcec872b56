// Administration: thin controllers over the same cores as the dialects. Its
// errors have the form of RFC 9457. A known caller without the permission gets
// 403.
import {
  type Dialect,
  exampleViolations,
  PROBLEM_NAME,
  problemPages,
  problemSchema,
  problemTable,
  renderProblem,
} from '../http/index.js';
import { AdminModule } from './admin.module.js';

export const admin: Dialect = {
  name: 'admin',
  title: 'Clientele: admin API',
  basePath: '/admin',
  description:
    'Credentials, what expires soon, audit, history, whole clients, suspensions, findings, export and import, for those who run the registry. Authorise with an API key (`x-api-key`) or an access token (`Authorization: Bearer`); either header takes either.',
  tags: [
    {
      name: 'Credentials',
      description: 'The keys of people and programs: API keys and access tokens, and what they may do.',
    },
    { name: 'Clients', description: 'Everything that the registry has of a client, in one read.' },
    { name: 'Suspensions', description: 'Clients whose secrets do not verify until they are resumed.' },
    {
      name: 'Expiring',
      description: 'Which secrets, credentials and clients expire soon, and who made them.',
    },
    { name: 'Domains', description: 'Rules for everything in a domain.' },
    { name: 'Audit', description: 'Who changed what, read page by page or followed.' },
    { name: 'History', description: 'What a client was, and how to make it so again; which were deleted lately.' },
    {
      name: 'Findings',
      description: 'What somebody should look at among the clients of a domain, why, and what to do.',
    },
    { name: 'Bulk', description: 'All clients of a domain at once, as lines of JSON, in v1’s words where v1 has one.' },
  ],
  module: AdminModule,
  things: {
    '{version}': 'version',
    '{clientId}': 'client',
    '{domain}': 'domain',
    '{id}': 'credential',
    '?domain': 'domain',
  },
  exampleViolations,
  render: (failure, request) => renderProblem(problemTable, failure, request),
  problemSchema,
  problemName: PROBLEM_NAME,
  errorPages: problemPages,
};
