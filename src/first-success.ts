import type { Issued } from '#credentials';
import type { Config } from './config.js';

/** What a newcomer needs after the very first start: the operator's credential, shown this once, and one call in each dialect. */
export function firstSuccess(config: Config, { apiKey, accessToken }: Issued): string {
  const chosen = config.bootstrapApiKey !== undefined;
  const key = chosen ? '"$BOOTSTRAP_API_KEY"' : apiKey;
  const shown = chosen
    ? 'The operator’s API key is the one in BOOTSTRAP_API_KEY.'
    : `The operator’s API key, shown this once:\n\n  ${apiKey}`;
  const client = `${config.publicUrl}/v1/domain/${config.defaultDomain}/client/my-app`;
  return `
${shown}

The same as an access token, shown this once:

  ${accessToken}

A first client, through the v1 API:

  curl -X PUT '${client}' -H ${quoted(`x-api-key: ${key}`, chosen)} -d '{ "clientType": "Public", "grantType": "AuthorizationCode", "redirectUris": ["https://my-app.example.com/callback"] }'

The same client, through the accounts API:

  curl '${config.publicUrl}/client?clientID=my-app' -H ${quoted(`Authorization: Bearer ${chosen ? '"$BOOTSTRAP_API_KEY"' : accessToken}`, chosen)}

`;
}

/** In single quotes; a variable has to stand outside of them, or the shell would not fill it in. */
function quoted(header: string, hasVariable: boolean): string {
  return hasVariable ? `"${header.replaceAll('"', '')}"` : `'${header}'`;
}
