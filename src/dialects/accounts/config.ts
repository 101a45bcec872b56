import {
  type Client,
  type ClientMetadata,
  DEFAULT_METADATA,
  type JsonObject,
  type JsonValue,
  type Strategy,
  type TokenMethod,
} from '#clients';
import type { ClientDto, ConfigDto } from './accounts.dto.js';

/** `config` is one object to its callers (head of spec/accounts-dialect.md, item 12); the registry knows two of its keys. */
const KNOWN: readonly string[] = ['tokenMethod', 'disableStrategies'] satisfies (keyof ConfigDto)[];

export type ClientConfig = Pick<
  ClientMetadata,
  'tokenMethods' | 'tokenMethodsAsList' | 'disabledStrategies' | 'additionalConfig'
>;

/** The keys of a body's `config` that the registry does not know. */
export function otherKeysOf(config: unknown): JsonObject {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return {};
  const entries: [string, JsonValue][] = Object.entries(config);
  return Object.fromEntries(entries.filter(([key]) => !KNOWN.includes(key)));
}

export function shownConfig(client: Client): ClientDto['config'] {
  return {
    tokenMethod: client.tokenMethodsAsList ? client.tokenMethods : client.tokenMethods[0]!,
    disableStrategies: client.disabledStrategies,
    ...client.additionalConfig,
  };
}

/** Merges key by key; null = the default, for each key and for all. */
export function mergedConfig(
  given: ConfigDto | null | undefined,
  otherKeys: JsonObject,
  onRecord: ClientConfig,
): ClientConfig {
  const { tokenMethods, tokenMethodsAsList, disabledStrategies, additionalConfig } =
    given === null ? DEFAULT_METADATA : onRecord;
  const { tokenMethod, disableStrategies } = given ?? {};
  return {
    ...tokenMethodsOf(tokenMethod, { tokenMethods, tokenMethodsAsList }),
    disabledStrategies: disableStrategies === undefined ? disabledStrategies : (disableStrategies as Strategy[] | null),
    additionalConfig: Object.keys(otherKeys).length === 0 ? additionalConfig : { ...additionalConfig, ...otherKeys },
  };
}

type TokenMethods = Pick<ClientMetadata, 'tokenMethods' | 'tokenMethodsAsList'>;

function tokenMethodsOf(given: ConfigDto['tokenMethod'], onRecord: TokenMethods): TokenMethods {
  if (given === undefined) return onRecord;
  const { tokenMethods, tokenMethodsAsList } = DEFAULT_METADATA;
  if (given === null) return { tokenMethods, tokenMethodsAsList };
  return { tokenMethods: [given].flat() as TokenMethod[], tokenMethodsAsList: Array.isArray(given) };
}
