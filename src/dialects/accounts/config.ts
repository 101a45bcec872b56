import { type Client, type ClientMetadata, DEFAULT_METADATA, type Strategy, type TokenMethod } from '#clients';
import type { ClientDto, ConfigDto } from './accounts.dto.js';

export type ClientConfig = Pick<
  ClientMetadata,
  'tokenMethods' | 'tokenMethodsAsList' | 'disabledStrategies' | 'additionalConfig'
>;

export function shownConfig(client: Client): ClientDto['config'] {
  return {
    tokenMethod: client.tokenMethodsAsList ? client.tokenMethods : client.tokenMethods[0]!,
    disableStrategies: client.disabledStrategies,
    ...client.additionalConfig,
  };
}

/**
 * Merges `config`, which callers see as one object, key by key (head of spec/accounts-dialect.md, item 12). null = the
 * default, for one key or for all.
 */
export function mergedConfig(given: ConfigDto | null | undefined, onRecord: ClientConfig): ClientConfig {
  const { tokenMethods, tokenMethodsAsList, disabledStrategies, additionalConfig } =
    given === null ? DEFAULT_METADATA : onRecord;
  const { tokenMethod, disableStrategies, others = {} } = given ?? {};
  return {
    ...tokenMethodsOf(tokenMethod, { tokenMethods, tokenMethodsAsList }),
    disabledStrategies: disableStrategies === undefined ? disabledStrategies : (disableStrategies as Strategy[] | null),
    additionalConfig: Object.keys(others).length === 0 ? additionalConfig : { ...additionalConfig, ...others },
  };
}

type TokenMethods = Pick<ClientMetadata, 'tokenMethods' | 'tokenMethodsAsList'>;

function tokenMethodsOf(given: ConfigDto['tokenMethod'], onRecord: TokenMethods): TokenMethods {
  if (given === undefined) return onRecord;
  const { tokenMethods, tokenMethodsAsList } = DEFAULT_METADATA;
  if (given === null) return { tokenMethods, tokenMethodsAsList };
  return { tokenMethods: [given].flat() as TokenMethod[], tokenMethodsAsList: Array.isArray(given) };
}
