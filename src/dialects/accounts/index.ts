// The accounts dialect (entrecode style): HAL, `/client` and `/clients`, Bearer
// tokens, four-digit problem codes. Owns everything its readers see: DTOs,
// mapping, links, list rules, schemas, codes. Leans on the cores and src/http.
import type { Dialect } from '../../http/index.js';
import { errorPages, problemSchema, render } from './accounts.errors.js';
import { RELATIONS } from './accounts.hal.js';
import { AccountsModule } from './accounts.module.js';

export const accounts: Dialect = {
  name: 'accounts',
  title: 'Clientele: accounts API',
  basePath: '/',
  description:
    'Clients as HAL resources, for programs that use ec.sdk or follow links. Authorise with an access token (`Authorization: Bearer`) or an API key (`x-api-key`); either header takes either.',
  module: AccountsModule,
  takesTokenQuery: true,
  render,
  problemSchema,
  errorPages,
  relations: RELATIONS,
};
