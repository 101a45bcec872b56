// The realms: which domains exist and who owns them. A domain has an internal id
// that is never reused; clients and credentials refer to that. Persistence
// implements DomainRepository. Leans on #audit, on TypeORM's decorators in
// *.entity.ts and on Nest’s; nothing else.

export { Domain, type DomainPolicy, POLICY_FIELDS, policyOf } from './domain.entity.js';
export { DomainRepository } from './domain.repository.js';
export { DomainError, type DomainProblem } from './domain-errors.js';
export {
  DEFAULT_SUBSCRIPTION,
  DOMAINS_OPTIONS,
  Domains,
  type DomainsOptions,
  domainNameFault,
  type Reach,
} from './domains.js';
export { DomainsModule } from './domains.module.js';
