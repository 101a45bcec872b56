import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Origin } from '#audit';
import type { Domain, DomainPolicy } from './domain.entity.js';
import { DomainRepository } from './domain.repository.js';
import { DomainError } from './domain-errors.js';

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const LABELS = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const MAX_NAME_LENGTH = 253;
const NAMES_PER_READ = 1000;

/** The subscription of a domain or credential when neither the request nor its caller names one. */
export const DEFAULT_SUBSCRIPTION = 'default';

/** Injection token of the operator's choices. */
export const DOMAINS_OPTIONS = Symbol('DomainsOptions');

export interface DomainsOptions {
  /** The domain that exists from the first start and cannot be deleted. */
  readonly defaultDomain: string;
  /** Generated names are `<random>.sandbox.<this>`. */
  readonly sandboxHost: string;
}

/** What a caller reaches: one domain, else all of a subscription, else (null, null) all. */
export interface Reach {
  readonly subscription: string | null;
  readonly domainId: string | null;
}

/** The use cases for domains. Refusals are DomainErrors. */
@Injectable()
export class Domains {
  constructor(
    private readonly repository: DomainRepository,
    @Inject(DOMAINS_OPTIONS) private readonly options: DomainsOptions,
  ) {}

  /** A domain of any subscription. Only for callers that may know all domains. */
  find(name: string): Promise<Domain | undefined> {
    return this.findWithin(name, null);
  }

  /** The domain of that name if it is within reach. Looks at nothing out of reach, so nothing of it can be learned. */
  async findReached(name: string, { subscription, domainId }: Reach): Promise<Domain | undefined> {
    if (domainId === null) return this.findWithin(name, subscription);
    const own = await this.findById(domainId);
    return own?.name === name && own.subscription === subscription ? own : undefined;
  }

  findById(id: string): Promise<Domain | undefined> {
    return this.repository.findById(id);
  }

  /** The domain for a credential that is bound to none. */
  async default(): Promise<Domain | undefined> {
    return this.find(this.options.defaultDomain);
  }

  /** All names within reach in order, in bounded memory however many there are. */
  async *everyName({ subscription, domainId }: Reach): AsyncGenerator<string[], void> {
    if (domainId !== null) {
      const own = await this.findById(domainId);
      if (own?.subscription === subscription) yield [own.name];
      return;
    }
    let after: string | undefined;
    do {
      const names = await this.repository.names(subscription, { after, limit: NAMES_PER_READ });
      if (names.length > 0) yield names;
      after = names.length < NAMES_PER_READ ? undefined : names.at(-1);
    } while (after !== undefined);
  }

  /** If no name is given, one is generated. */
  async create(name: string | undefined, subscription: string, origin: Origin): Promise<Domain> {
    const violation = name === undefined ? undefined : domainNameViolation(name);
    if (violation) throw new DomainError({ code: 'invalid_domain_name', message: violation });
    const domain = await this.repository.insert(name ?? this.sandboxName(), subscription, origin);
    if (!domain) throw new DomainError({ code: 'domain_taken' });
    return domain;
  }

  async changePolicy(domain: Domain, policy: DomainPolicy, origin: Origin): Promise<void> {
    if (!(await this.repository.changePolicy(domain, policy, origin))) throw new DomainError({ code: 'domain_gone' });
  }

  async remove(domain: Domain, origin: Origin): Promise<void> {
    if (domain.name === this.options.defaultDomain) throw new DomainError({ code: 'default_domain_kept' });
    if (!(await this.repository.remove(domain, origin))) throw new DomainError({ code: 'domain_not_found' });
  }

  /** Makes sure that the default domain exists. Safe if several instances start at once. */
  async ensureDefault(subscription: string, origin: Origin): Promise<void> {
    if (!(await this.default())) await this.repository.insert(this.options.defaultDomain, subscription, origin);
  }

  /** Does not look up a name that no domain can have. */
  private async findWithin(name: string, subscription: string | null): Promise<Domain | undefined> {
    return domainNameViolation(name) ? undefined : this.repository.findByName(name, subscription);
  }

  private sandboxName(): string {
    return `${randomBytes(8).toString('hex')}.sandbox.${this.options.sandboxHost}`;
  }
}

/** What is wrong with a domain name (spec/v1-dialect.md, Domains); undefined when it may be registered. */
export function domainNameViolation(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return `must be at most ${MAX_NAME_LENGTH} characters`;
  if (!LABELS.test(name)) {
    return 'must be labels of 1 to 63 lower-case letters, digits and inner hyphens, separated by dots';
  }
  return undefined;
}
