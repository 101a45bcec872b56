// What is promised of each API. Whatever holds for all of them is tried on all
// of these; another one is its folder, a line here, and its row of permissions.
import { contract as admin } from '../admin/contract.js';
import type { ApiContract, DialectContract } from '../support/api-contract.js';
import { contract as accounts } from './accounts/contract.js';
import { contract as registrations } from './registrations/contract.js';
import { contract as v1 } from './v1-domain/contract.js';

export const publishedDialects: readonly DialectContract[] = [accounts, v1];
/** Also one that nobody publishes. */
export const dialects: readonly DialectContract[] = [...publishedDialects, registrations];

export const contracts: readonly ApiContract[] = [...dialects, admin];
export const apis = contracts.map(({ api }) => api);

/** What the APIs promise of all that is said of one operation, such as `409`. */
export const operationsWith = (trait: ApiContract['operations'][string][number]): string[] =>
  contracts
    .flatMap(({ operations }) => Object.entries(operations))
    .flatMap(([operation, traits]) => (traits.includes(trait) ? [operation] : []))
    .sort();
