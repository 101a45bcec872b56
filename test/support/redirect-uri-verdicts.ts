import { DEFAULT_METADATA } from '#clients';
import { CORE_RULES } from '../../libs/clients/src/client-rules.js';
import { ruleViolations } from '../../libs/clients/src/metadata-rule.js';
import { V1_RULES } from '../../src/dialects/v1-domain/v1-domain.rules.js';

const RULES = { v1: [...CORE_RULES, ...V1_RULES], accounts: CORE_RULES };

export type DialectName = keyof typeof RULES;

/** Whether a new client may have this redirect URI, by all the rules that the dialect holds against a client. */
export function isAccepted(uri: string, dialect: DialectName, { allowPlainHttp = false } = {}): boolean {
  const metadata = { ...DEFAULT_METADATA, redirectUris: [uri] };
  return ruleViolations(metadata, undefined, RULES[dialect], { allowPlainHttp }).length === 0;
}
