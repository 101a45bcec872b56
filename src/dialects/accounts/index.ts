// The accounts dialect (entrecode style): HAL, `/client` and `/clients`, Bearer
// tokens, four-digit problem codes. Owns everything its readers see: DTOs,
// mapping, links, list rules, schemas, codes. Uses the cores and src/http.
import type { Dialect } from '../../http/index.js';
import { errorPages, PROBLEM_NAME, problemSchema, render } from './accounts.errors.js';
import { RELATIONS } from './accounts.hal.js';
import { AccountsModule } from './accounts.module.js';

export const accounts: Dialect = {
  name: 'accounts',
  title: 'Clientele: accounts API',
  basePath: '/',
  description:
    'Clients as HAL resources, for programs that use ec.sdk or follow links. Authorise with an access token (`Authorization: Bearer`) or an API key (`x-api-key`); either header takes either.',
  tags: [
    {
      name: 'Entry point',
      description: 'What is here, for everybody: links, JSON Schemas and the key of access tokens.',
    },
    {
      name: 'Clients',
      description:
        'The clients of the credential’s domain. `/client` and `/clients` are two names of one resource: a list, or with `clientID` a single client.',
    },
  ],
  operationIds: {
    'get /': 'getEntryPoint',
    'get /schema-acc/client': 'getAccountsClientSchema',
    'get /schema-acc/clients': 'getAccountsClientListSchema',
    'get /schema/client': 'getClientSchema',
    'get /schema/clients': 'getClientListSchema',
    'get /auth/public-key.pem': 'getPublicKey',
    'get /client': 'getClient',
    'post /client': 'createClient',
    'put /client': 'updateClient',
    'delete /client': 'deleteClient',
    'get /clients': 'listClients',
    'post /clients': 'createClientInList',
    'put /clients': 'updateClientInList',
    'delete /clients': 'deleteClientFromList',
  },
  module: AccountsModule,
  takesTokenQuery: true,
  things: { '?clientID': 'client' },
  exampleViolations: [{ property: 'redirectURIs', rule: 'format', message: 'must be an array of strings' }],
  render,
  problemSchema,
  problemName: PROBLEM_NAME,
  errorPages,
  relations: RELATIONS,
};
