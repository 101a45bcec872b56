// Administration: thin controllers over the same cores as the dialects. Its
// errors have the form of RFC 9457, with 403 where a known caller lacks the
// right.
import { type Dialect, problemPages, problemSchema, problemTable, renderProblem } from '../http/index.js';
import { AdminModule } from './admin.module.js';

export const admin: Dialect = {
  name: 'admin',
  title: 'Clientele: admin API',
  basePath: '/admin',
  description:
    'Credentials, audit, history, whole clients, export and import, for whoever runs the registry. Authorise with an API key (`x-api-key`) or an access token (`Authorization: Bearer`); either header takes either.',
  module: AdminModule,
  render: (failure, request) => renderProblem(problemTable, failure, request),
  problemSchema,
  errorPages: problemPages,
};
