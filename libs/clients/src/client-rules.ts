import { isLongerThan } from '#visible';
import { additionalConfigViolation } from './additional-config.js';
import { type ClientMetadata, GRANT_TYPES, type MetadataField, STRATEGIES, TOKEN_METHODS } from './client-metadata.js';
import { type MetadataRule, type RuleName, type RuleViolation, rule } from './metadata-rule.js';
import { MAX_URI_LENGTH, originViolation, redirectUriViolation, type UriViolation } from './redirect-uri.js';

export const CLIENT_ID = /^[a-z0-9-]{1,128}$/;
export const CLIENT_ID_RULE = 'must be 1 to 128 lower-case letters, digits and hyphens';

const REFERENCES = { most: 50, length: 256 };
const URIS = { most: 100, length: MAX_URI_LENGTH };
/** How many entries a list has at most, and how many characters each of them. */
export const LIST_LIMITS = {
  audiences: { most: 50, length: 128 },
  identityProviders: REFERENCES,
  policies: REFERENCES,
  redirectUris: URIS,
  postLogoutRedirectUris: URIS,
  allowedOrigins: URIS,
};

export const MAX_CLIENT_NAME_LENGTH = 1000;
const MAX_SCOPE_LENGTH = 1000;
const MAX_LIST_BYTES = 16 * 1024;
/** RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}$/;

const ruleOf = (violation: UriViolation): RuleName => (violation.kind === 'malformed' ? 'format' : 'value');

/** One violation for each entry in which `violationOf` finds one. */
function eachEntry(
  metadata: ClientMetadata,
  field: MetadataField,
  violationOf: (entry: string) => { rule: RuleName; message: string } | undefined,
): RuleViolation[] {
  const violations: RuleViolation[] = [];
  (metadata[field] as readonly string[]).forEach((entry, index) => {
    const violation = violationOf(entry);
    if (violation) violations.push({ field, index, ...violation });
  });
  return violations;
}

const uris = (
  field: 'redirectUris' | 'postLogoutRedirectUris' | 'allowedOrigins',
  violationOf: typeof redirectUriViolation,
) =>
  rule([field], (metadata, options) =>
    eachEntry(metadata, field, (entry) => {
      const violation = violationOf(entry, options);
      return violation && { rule: ruleOf(violation), message: violation.message };
    }),
  );

const singleUri = (field: 'authUiOrigin' | 'logoUri') =>
  rule([field], (metadata, options) => {
    const uri = metadata[field];
    const violation = uri === null ? undefined : redirectUriViolation(uri, options);
    return violation ? [{ field, rule: ruleOf(violation), message: violation.message }] : [];
  });

const matching = (field: 'audiences' | 'identityProviders' | 'policies', pattern: RegExp, message: string) =>
  rule([field], (metadata) =>
    eachEntry(metadata, field, (entry) => (pattern.test(entry) ? undefined : { rule: 'format', message })),
  );

const words = (field: 'grantTypes' | 'tokenMethods' | 'disabledStrategies', known: readonly string[]) =>
  rule([field], (metadata) =>
    metadata[field] === null
      ? []
      : eachEntry(metadata, field, (entry) =>
          known.includes(entry) ? undefined : { rule: 'format', message: `must be one of ${known.join(', ')}` },
        ),
  );

/** At most `most` entries, 16 KiB in all, no duplicates. Comes before the rules for the entries of its field. */
const list = (field: MetadataField, most: number) =>
  rule([field], (metadata) => {
    const entries = metadata[field] as readonly string[] | null;
    if (entries === null || entries.length === 0) return [];
    if (entries.length > most) return [{ field, rule: 'limit', message: `must have at most ${most} entries` }];
    if (entries.reduce((bytes, entry) => bytes + Buffer.byteLength(entry), 0) > MAX_LIST_BYTES) {
      return [{ field, rule: 'limit', message: 'must be at most 16 KiB in all' }];
    }
    const violations: RuleViolation[] = [];
    if (entries.length === 1) return violations;
    const seen = new Set<string>();
    entries.forEach((entry, index) => {
      if (seen.has(entry))
        violations.push({ field, index, rule: 'duplicate', message: 'must not repeat an earlier entry' });
      seen.add(entry);
    });
    return violations;
  });

const lifetime = (field: 'accessTokenLifetime' | 'idTokenLifetime' | 'refreshTokenLifetime', most: number) =>
  rule([field], (metadata) => {
    const minutes = metadata[field];
    if (minutes === null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= most)) return [];
    return [{ field, rule: 'limit', message: `must be whole minutes between 1 and ${most}` }];
  });

const scope = rule(['scope'], ({ scope }) => {
  if (scope === '') return [];
  if (scope.length > MAX_SCOPE_LENGTH) {
    return [{ field: 'scope', rule: 'limit', message: `must be at most ${MAX_SCOPE_LENGTH} characters` }];
  }
  const tokens = scope.split(' ');
  if (!tokens.every((token) => SCOPE_TOKEN.test(token))) {
    return [
      { field: 'scope', rule: 'format', message: 'must be scope tokens separated by single spaces (RFC 6749 §3.3)' },
    ];
  }
  if (new Set(tokens).size < tokens.length) {
    return [{ field: 'scope', rule: 'duplicate', message: 'must not name a scope twice' }];
  }
  return [];
});

const clientName = rule(['clientName'], ({ clientName }) => {
  if (clientName === null) return [];
  if (isLongerThan(clientName, MAX_CLIENT_NAME_LENGTH)) {
    return [{ field: 'clientName', rule: 'limit', message: `must be at most ${MAX_CLIENT_NAME_LENGTH} characters` }];
  }
  if (clientName.includes('\0') || !clientName.isWellFormed()) {
    return [{ field: 'clientName', rule: 'format', message: 'must be well-formed Unicode without NUL characters' }];
  }
  return [];
});

const tokenMethodsNotEmpty = rule(['tokenMethods'], ({ tokenMethods }) =>
  tokenMethods.length > 0
    ? []
    : [{ field: 'tokenMethods', rule: 'format', message: `must name at least one of ${TOKEN_METHODS.join(', ')}` }],
);

const additionalConfig = rule(['additionalConfig'], ({ additionalConfig }) => {
  const violation = additionalConfig === null ? undefined : additionalConfigViolation(additionalConfig);
  return violation ? [{ field: 'additionalConfig', ...violation }] : [];
});

/** RFC 6749 §4.4: "The client credentials grant type MUST only be used by confidential clients." */
const clientCredentialsNeedASecret = rule(['clientType', 'grantTypes'], ({ clientType, grantTypes }) =>
  clientType === 'public' && grantTypes.includes('client_credentials')
    ? [
        {
          field: 'grantTypes',
          rule: 'value',
          message: 'must not include client credentials for a client without a secret (RFC 6749 §4.4)',
          together: ['clientType', 'grantTypes'],
        },
      ]
    : [],
);

/** The rules for every client, however it was registered (spec/core.md). */
export const CORE_RULES: readonly MetadataRule[] = [
  clientName,
  list('grantTypes', GRANT_TYPES.length),
  words('grantTypes', GRANT_TYPES),
  clientCredentialsNeedASecret,
  list('redirectUris', LIST_LIMITS.redirectUris.most),
  uris('redirectUris', redirectUriViolation),
  list('postLogoutRedirectUris', LIST_LIMITS.postLogoutRedirectUris.most),
  uris('postLogoutRedirectUris', redirectUriViolation),
  scope,
  list('audiences', LIST_LIMITS.audiences.most),
  matching('audiences', CLIENT_ID, `must be a client id: ${CLIENT_ID_RULE}`),
  list('identityProviders', LIST_LIMITS.identityProviders.most),
  matching('identityProviders', REFERENCE, 'must be an id or an authority URL of at most 256 characters'),
  list('policies', LIST_LIMITS.policies.most),
  matching('policies', REFERENCE, 'must be a policy id of at most 256 characters'),
  list('allowedOrigins', LIST_LIMITS.allowedOrigins.most),
  uris('allowedOrigins', originViolation),
  lifetime('accessTokenLifetime', 1440),
  lifetime('idTokenLifetime', 1440),
  lifetime('refreshTokenLifetime', 525_600),
  tokenMethodsNotEmpty,
  list('tokenMethods', TOKEN_METHODS.length),
  words('tokenMethods', TOKEN_METHODS),
  list('disabledStrategies', STRATEGIES.length),
  words('disabledStrategies', STRATEGIES),
  additionalConfig,
  singleUri('authUiOrigin'),
  singleUri('logoUri'),
];
