import { type Client, type ClientMetadata, type MetadataRule, type RuleViolation, rule } from '#clients';
import { grantTypeWordOf } from '../../http/index.js';

/** The part of rule R (spec/v1-dialect.md) that is stricter than the core's rule. */
function stricterUriViolations(uri: string): string[] {
  return [
    // Seed 2: "redirect URIs may not have query strings or framgements" – a bare `?` counts.
    ...(uri.includes('?') ? ['must not have a query string (?)'] : []),
    // Seed 2: "Must be URIs in the HTTPS schema or localhost", whatever the operator allows elsewhere.
    ...(isOfHttpsOrLocalhost(uri) ? [] : ['must use https, or http on localhost']),
  ];
}

/** What is no URI is for the core's rule to refuse. */
function isOfHttpsOrLocalhost(uri: string): boolean {
  if (uri.startsWith('https:') || !URL.canParse(uri)) return true;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

const strictUris = (field: 'redirectUris' | 'postLogoutRedirectUris' | 'allowedOrigins') =>
  rule([field], (metadata) =>
    metadata[field].flatMap((uri, index): RuleViolation[] =>
      stricterUriViolations(uri).map((message) => ({ field, index, rule: 'value', message })),
    ),
  );

const STRICT_URIS = [strictUris('redirectUris'), strictUris('postLogoutRedirectUris'), strictUris('allowedOrigins')];

function lacksARedirectUri({ grantTypes, redirectUris }: ClientMetadata): boolean {
  return grantTypeWordOf(grantTypes) === 'AuthorizationCode' && redirectUris.length === 0;
}

const authorizationCodeNeedsARedirectUri = rule(['grantTypes', 'redirectUris'], (metadata) =>
  lacksARedirectUri(metadata)
    ? [
        {
          field: 'redirectUris',
          rule: 'required',
          message: 'must have at least one entry for AuthorizationCode',
          together: ['grantTypes', 'redirectUris'],
        },
      ]
    : [],
);

/** The rules of this dialect in addition to the core's. */
export const V1_RULES: readonly MetadataRule[] = [...STRICT_URIS, authorizationCodeNeedsARedirectUri];

/**
 * The rules for a client on record. What this dialect shows of it is never refused: a client that is AuthorizationCode
 * without redirect URIs may stay so, even if grants that are not shown here change.
 */
export function rulesFor(current: Client | undefined): readonly MetadataRule[] {
  return current && lacksARedirectUri(current) ? STRICT_URIS : V1_RULES;
}
