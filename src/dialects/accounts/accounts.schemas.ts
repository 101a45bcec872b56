import { GRANT_TYPES, STRATEGIES, TOKEN_METHODS } from '#clients';
import { AUTH_METHODS } from './type-words.js';

// JSON Schemas, draft-04 and self-contained, as the SDK downloads them (spec/accounts-dialect.md §5). One schema must accept
// a POST with few keys and a PUT of all that was read, so only clientID is required and null is allowed everywhere.

const DRAFT = 'http://json-schema.org/draft-04/schema#';
/** A type test comes first, so that the SDK can say what is wrong. */
const nullable = (type: string, more: object = {}) => ({ type: [type, 'null'], ...more });
const listOf = (items: object) => nullable('array', { items });

function clientProperties(): object {
  return {
    clientID: { type: 'string', pattern: '^[a-z0-9-]+$', maxLength: 128, description: 'Only writable on creation.' },
    callbackURL: nullable('string', { maxLength: 2048, description: 'Where users are sent after login.' }),
    config: nullable('object', {
      properties: {
        tokenMethod: {
          oneOf: [
            { type: 'string', enum: [...TOKEN_METHODS] },
            { type: 'array', minItems: 1, items: { type: 'string', enum: [...TOKEN_METHODS] } },
            { type: 'null' },
          ],
        },
        disableStrategies: listOf({ type: 'string', enum: [...STRATEGIES] }),
      },
      additionalProperties: true,
    }),
    clientName: nullable('string', { maxLength: 1000 }),
    clientType: nullable('string', { description: 'Computed; ignored when sent.' }),
    grantTypes: listOf({ type: 'string', enum: [...GRANT_TYPES] }),
    tokenEndpointAuthMethod: nullable('string', { enum: [...AUTH_METHODS, null] }),
    clientSecret: nullable('string'),
    redirectURIs: listOf({ type: 'string', maxLength: 2048 }),
    postLogoutRedirectURIs: listOf({ type: 'string', maxLength: 2048 }),
    authUIOrigin: nullable('string'),
    logoURI: nullable('string', { maxLength: 2048 }),
    created: nullable('string', { description: 'Set by the server; ignored when sent.' }),
    modified: nullable('string', { description: 'Set by the server.' }),
    _links: { type: 'object' },
    _embedded: { type: 'object' },
  };
}

/** The schema of one client. `id` must be exactly its own address, else the SDK downloads it again each time. */
export function clientSchema(id: string): object {
  return {
    id,
    $schema: DRAFT,
    title: 'Client',
    description: 'An application that signs users in or acts on their behalf.',
    type: 'object',
    properties: clientProperties(),
    required: ['clientID'],
  };
}

/** The schema of the list of clients. */
export function clientListSchema(id: string): object {
  const items = { type: 'array', items: { type: 'object', properties: clientProperties(), required: ['clientID'] } };
  return {
    id,
    $schema: DRAFT,
    title: 'Clients',
    description: 'A page of clients.',
    type: 'object',
    properties: {
      count: { type: 'integer', minimum: 0 },
      total: { type: 'integer', minimum: 0 },
      _links: { type: 'object' },
      _embedded: { type: 'object', properties: { 'ec:acc/client': items, 'ec:client': items } },
    },
    required: ['count', 'total'],
  };
}
