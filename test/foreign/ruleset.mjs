// The rules that Spectral applies to the OpenAPI documents: its own for OpenAPI and those for OWASP's API Security Top 10,
// all of them but for what stands below, each with its reason.

import { schema } from '@stoplight/spectral-functions';
import owasp from '@stoplight/spectral-owasp-ruleset';
import { oas } from '@stoplight/spectral-rulesets';

/** Schemas of a type, nullable or not, in what callers send as a body. */
const inBodies = (type) =>
  ['@.type == "*"', '@.type && @.type.constructor.name == "Array" && @.type.includes("*")'].map(
    // Of the lines of an import, the limit is that of their text.
    (condition) =>
      `$.paths[*][*].requestBody..[?(@ && @property != "contentSchema" && ${condition.replaceAll('*', type)})]`,
  );

/** The rule about the size of such values, for bodies alone. */
const limit = (type) => ({ ...owasp.rules[`owasp:api4:2023-${type}-limit`], given: inBodies(type) });

const hasALimit = {
  function: schema,
  functionOptions: {
    schema: {
      anyOf: [
        { required: ['maxLength'] },
        { required: ['enum'] },
        { required: ['format'], properties: { format: { enum: ['date-time', 'uuid'] } } },
      ],
    },
  },
};

/** Operations that need a credential: of the others `security` is empty. */
const NEEDING_A_CREDENTIAL = '$.paths[*][?(@ && (!@.security || @.security.length > 0))].responses';

export default {
  extends: [oas, owasp],
  rules: {
    // Limits are there so that nobody can send too much. Answers are the server's own, and a URL and the headers have at most
    // 16 KiB in all, whatever a document says of one parameter.
    'owasp:api4:2023-array-limit': limit('array'),
    'owasp:api4:2023-integer-limit': limit('integer'),
    // A date with its time and an id have their length.
    // biome-ignore lint/suspicious/noThenProperty: Spectral calls it so
    'owasp:api4:2023-string-limit': { ...limit('string'), then: [hasALimit] },
    // These sound like a secret, but are none: a filter by the method of authentication, and the id of a secret.
    'owasp:api2:2023-no-credentials-in-url': {
      ...owasp.rules['owasp:api2:2023-no-credentials-in-url'],
      given:
        '$..parameters[?(@ && @.in && @.in.match(/query|path/) && @.name != "tokenEndpointAuthMethod" && @.name != "secretId")].name',
    },
    // Not every text has a pattern: the names of people's things, URLs, secrets. What each has to be, its description says.
    'owasp:api4:2023-string-restricted': 'off',
    // Public operations do not know who calls, so nobody is refused (401) and nobody's requests are counted (429).
    'owasp:api8:2023-define-error-responses-401': {
      ...owasp.rules['owasp:api8:2023-define-error-responses-401'],
      given: NEEDING_A_CREDENTIAL,
    },
    'owasp:api4:2023-rate-limit-responses-429': {
      ...owasp.rules['owasp:api4:2023-rate-limit-responses-429'],
      given: NEEDING_A_CREDENTIAL,
    },
    // `RateLimit` is documented where a request was refused for it (decision 57): the feature is optional, and three hundred
    // answers would become longer.
    'owasp:api4:2023-rate-limit': 'off',
    // Headers for browsers are not documented (decision 57). test/http/cors.spec.ts looks at them.
    'owasp:api8:2023-define-cors-origin': 'off',
    // Where a server stands and who may call it, whoever runs it knows; all of them serve the same document.
    'owasp:api9:2023-inventory-access': 'off',
    'owasp:api9:2023-inventory-environment': 'off',
  },
  overrides: [
    {
      // The entry point, the schemas of the accounts API and its public key are for everybody, as seed 1 has them.
      files: [
        '',
        'schema-acc~1client',
        'schema~1client',
        'schema-acc~1clients',
        'schema~1clients',
        'auth~1public-key.pem',
      ].map((path) => `**#/paths/~1${path}/get`),
      rules: { 'owasp:api2:2023-read-restricted': 'off' },
    },
  ],
};
