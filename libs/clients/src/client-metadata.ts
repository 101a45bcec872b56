import type { JsonObject } from './additional-config.js';

/** RFC 6749 §2.1: can the client keep a secret? */
export type ClientType = 'public' | 'confidential';

/** The grant types (RFC 7591 §2, `grant_types`) that a client may be registered for. */
export const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials'] as const;
export type GrantType = (typeof GRANT_TYPES)[number];

/** Ways in which a client receives its user's token after a login (`config.tokenMethod` of seed 1). */
export const TOKEN_METHODS = ['query', 'cookie', 'body'] as const;
export type TokenMethod = (typeof TOKEN_METHODS)[number];

/** Ways to log in that a client can switch off. */
export const STRATEGIES = ['facebook', 'google', 'password'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Token lifetimes in minutes of a client that sets none of its own (seed 2). */
export const DEFAULT_LIFETIMES = {
  accessTokenLifetime: 90,
  idTokenLifetime: 90,
  refreshTokenLifetime: 1440,
} as const;

/**
 * Everything that can be set on a client, in the words of RFC 6749, RFC 7591 and OpenID Connect.
 * The record's identity, versions and secrets are not metadata. Source: spec/core.md.
 */
export interface ClientMetadata {
  readonly clientName: string | null;
  readonly clientType: ClientType;
  /** Empty for a legacy client, registered before grants were recorded. */
  readonly grantTypes: readonly GrantType[];
  /** The first one is used for a client that knows a single redirect URI. */
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Space-separated scope tokens, RFC 6749 §3.3. */
  readonly scope: string;
  readonly audiences: readonly string[];
  readonly identityProviders: readonly string[];
  readonly policies: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly allowLocalLogin: boolean | null;
  /** Minutes; null = the default. */
  readonly accessTokenLifetime: number | null;
  /** Minutes; null = the default. */
  readonly idTokenLifetime: number | null;
  /** Minutes; null = the default. */
  readonly refreshTokenLifetime: number | null;
  readonly tokenMethods: readonly TokenMethod[];
  /** Whether the token methods were given as a list or as a single word. They are returned in that form. */
  readonly tokenMethodsAsList: boolean;
  readonly disabledStrategies: readonly Strategy[] | null;
  /** Values that the client's owner keeps here for others. The registry does not interpret them. */
  readonly additionalConfig: JsonObject | null;
  readonly authUiOrigin: string | null;
  readonly logoUri: string | null;
}

export type MetadataField = keyof ClientMetadata;

/** The metadata of a client that sets nothing. */
export const DEFAULT_METADATA: ClientMetadata = {
  clientName: null,
  clientType: 'public',
  grantTypes: [],
  redirectUris: [],
  postLogoutRedirectUris: [],
  scope: '',
  audiences: [],
  identityProviders: [],
  policies: [],
  allowedOrigins: [],
  allowLocalLogin: null,
  accessTokenLifetime: null,
  idTokenLifetime: null,
  refreshTokenLifetime: null,
  tokenMethods: ['query'],
  tokenMethodsAsList: false,
  disabledStrategies: null,
  additionalConfig: null,
  authUiOrigin: null,
  logoUri: null,
};

export const METADATA_FIELDS = Object.keys(DEFAULT_METADATA) as MetadataField[];
