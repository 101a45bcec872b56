import type { Issued } from '#credentials';
import type { Config } from './config.js';

const VARIABLE = '$BOOTSTRAP_API_KEY';

/** The client of README's first success, written as there, so that doing both, in any order, makes one client. */
const CLIENT = `{
    "clientType": "Confidential",
    "grantType": "AuthorizationCode",
    "redirectUris": ["https://my-app.example.com/callback"],
    "policies": ["policy.employees"]
  }`;

/**
 * What a newcomer needs after the very first start: the operator's credential, shown this once, and one call in each
 * dialect. Shows nothing of a chosen key: standard output may be kept, and a token with it for ever.
 */
export function firstSuccess(config: Config, { apiKey, accessToken }: Issued): string {
  const chosen = config.bootstrapApiKey !== undefined;
  const [key, bearer] = chosen ? [VARIABLE, VARIABLE] : [apiKey, accessToken];
  const shown = chosen
    ? 'The operator’s API key is the one in BOOTSTRAP_API_KEY.'
    : `The operator’s API key, shown this once:

  ${apiKey}

The same as an access token, shown this once:

  ${accessToken}`;
  const client = `${config.publicUrl}/v1/domain/${config.defaultDomain}/client/my-app`;
  // A shell fills in variables only between double quotes.
  const quote = chosen ? '"' : "'";
  return `
${shown}

A first client, through the v1 API:

  curl -X PUT '${client}' \\
  -H ${quote}x-api-key: ${key}${quote} \\
  -d '${CLIENT}'

The same client, through the accounts API:

  curl '${config.publicUrl}/client?clientID=my-app' -H ${quote}Authorization: Bearer ${bearer}${quote}

`;
}
