// The v1 dialect (Entrypage style): domains and their clients under `/v1`,
// `x-api-key`, idempotent PUT, secrets shown once, RFC 9457 problems. Owns
// everything its readers see. Uses the cores and src/http.
import { type Dialect, exampleViolations, PROBLEM_NAME, problemPages, problemSchema } from '../../http/index.js';
import { render } from './v1-domain.errors.js';
import { V1DomainModule } from './v1-domain.module.js';

export const v1Domain: Dialect = {
  name: 'v1',
  title: 'Clientele: v1 API',
  basePath: '/v1',
  description:
    'Domains and their clients, for curl, CI jobs and infrastructure code. Authorise with an API key (`x-api-key`) or an access token (`Authorization: Bearer`); either header takes either.',
  tags: [
    { name: 'Domains', description: 'The realms of a subscription; each client belongs to one.' },
    { name: 'Clients', description: 'Programs that sign users in, or ask for tokens of their own.' },
    { name: 'Secrets', description: 'What Confidential clients prove themselves with; up to five are live at once.' },
  ],
  module: V1DomainModule,
  things: { '{secretId}': 'secret', '{clientId}': 'client', '{domain}': 'domain' },
  exampleViolations,
  render,
  problemSchema,
  problemName: PROBLEM_NAME,
  errorPages: problemPages,
};
