// The core: what a client is, which rules it keeps, what can be done with it. Knows no dialect, no HTTP and no SQL.
// Dialects and admin call Clients with a Proposal; persistence implements ClientRepository. Leans on #audit for the
// vocabulary of change, on #secrets for tokens and hashing, on #shares for what callers share, on TypeORM's decorators
// in *.entity.ts and on Nest's; nothing else.

export type { JsonObject, JsonValue } from './additional-config.js';
export { Client, type ClientRef } from './client.entity.js';
export {
  type AboutPage,
  type AboutQuery,
  CLIENTS_LOOKED_AT,
  ClientRepository,
  type ClientWrite,
  type Decide,
  type DueClient,
  type DueDate,
  type Put,
  type SecretsToVerify,
} from './client.repository.js';
export {
  ABOUT_FIELDS,
  ABOUT_LENGTHS,
  type AboutPatch,
  aboutViolations,
  type ClientAbout,
  isLabelKey,
  isLabelValue,
  isManager,
  LABEL_KEY_RULE,
  LABEL_VALUE_RULE,
  labelsOf,
  MANAGER_RULE,
  MANAGER_SCHEMA,
  MAX_LABELS,
  NOTHING_SAID,
  patched,
} from './client-about.js';
export { ClientAbouts } from './client-abouts.js';
export {
  ClientDraft,
  type DraftAction,
  type DraftCounts,
  type DraftEntry,
  type DraftedClient,
  type DraftLook,
  type DraftOutcome,
  entryActionOf,
} from './client-draft.js';
export { ClientError, type ClientProblem, type LockedClient } from './client-errors.js';
export { ClientExpiry } from './client-expiry.js';
export {
  ClientFactsReader,
  ClientFindings,
  type FactsQuery,
  type FindingsPage,
  type FindingsQuery,
} from './client-findings.js';
export {
  ClientImport,
  ClientImports,
  type ImportedClient,
  type ImportedRecord,
  type ImportLine,
  type LineSecret,
} from './client-imports.js';
export {
  type ClientLife,
  DEFAULT_LIFE,
  isBare,
  LIFE_FIELDS,
  type LifeField,
  lifeChanges,
  MAX_REASON_LENGTH,
  NOT_SUSPENDED,
  type SuspensionTerms,
  suspended,
} from './client-life.js';
export {
  type ClientMetadata,
  type ClientType,
  DEFAULT_LIFETIMES,
  DEFAULT_METADATA,
  GRANT_TYPES,
  type GrantType,
  METADATA_FIELDS,
  type MetadataField,
  STRATEGIES,
  type Strategy,
  TOKEN_METHODS,
  type TokenMethod,
} from './client-metadata.js';
export {
  type ClientFilter,
  type ClientPage,
  type ClientPosition,
  type ClientQuery,
  type ClientSort,
  type IdQuery,
  idsLookThroughMuch,
  looksThroughMuch,
  type PageStart,
  type PropertyValue,
  positionOf,
  type QueryProperty,
  type SortProperty,
  TYPES_AND_GRANTS,
  type TypeAndGrants,
  typeAndGrantsOf,
} from './client-query.js';
export type { ClientRight } from './client-right.js';
export {
  CLIENT_ID,
  CLIENT_ID_RULE,
  CORE_RULES,
  LIST_LIMITS,
  MAX_CLIENT_NAME_LENGTH,
} from './client-rules.js';
export { ClientSecret } from './client-secret.entity.js';
export { type ImportedSecret, importedSecretViolations, SecretHasher, type StoredSecret } from './client-secret.js';
export { ClientSecrets, MAX_LIVE_SECRETS, type NewSecret, type SecretVerdict } from './client-secrets.js';
export { ClientSightings } from './client-sightings.js';
export { ClientSuspensions } from './client-suspensions.js';
export { type ClientVersion, ClientVersions, type DeletedClient } from './client-versions.js';
export {
  CLIENTS_OPTIONS,
  Clients,
  type ClientsOptions,
  type Plan,
  type Precondition,
  type Proposal,
  type WriteResult,
} from './clients.js';
export { ClientsModule } from './clients.module.js';
export {
  type ClientFacts,
  FINDING_CODES,
  FINDING_KINDS,
  type Finding,
  type FindingCode,
  type SecretFacts,
} from './findings.js';
export {
  MAX_VIOLATIONS,
  type MetadataRule,
  type RuleName,
  type RuleOptions,
  type RuleViolation,
  rule,
  type Violation,
} from './metadata-rule.js';
export { MAX_URI_LENGTH, redirectUriViolation, type UriViolation } from './redirect-uri.js';
export {
  HASH_ALGORITHMS,
  type HashAlgorithm,
  type HashFields,
  secretHashOf,
} from './secret-hash.js';
