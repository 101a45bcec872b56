import { randomBytes } from 'node:crypto';
import type { Origin } from '#audit';
import type { Domain } from './domain.entity.js';
import type { DomainRepository } from './domain.repository.js';
import { DomainError } from './domain-errors.js';
import { domainNameFault } from './domain-name.js';

export interface DomainsOptions {
  /** The domain that exists from the first start on and cannot be deleted. */
  readonly defaultDomain: string;
  /** Generated names are `<random>.sandbox.<this>`. */
  readonly sandboxHost: string;
}

/** The use cases around domains. Refusals are DomainErrors. */
export class Domains {
  constructor(
    private readonly repository: DomainRepository,
    private readonly options: DomainsOptions,
  ) {}

  /** A name that no domain can have is not looked up. */
  async find(name: string): Promise<Domain | undefined> {
    return domainNameFault(name) ? undefined : this.repository.findByName(name);
  }

  findById(id: string): Promise<Domain | undefined> {
    return this.repository.findById(id);
  }

  /** The domain that a credential without one of its own sees. */
  async default(): Promise<Domain | undefined> {
    return this.find(this.options.defaultDomain);
  }

  list(subscription: string | null): Promise<Domain[]> {
    return this.repository.list(subscription);
  }

  /** Without a name one is made up. */
  async create(name: string | undefined, subscription: string, origin: Origin): Promise<Domain> {
    const fault = name === undefined ? undefined : domainNameFault(name);
    if (fault) throw new DomainError({ code: 'invalid_domain_name', message: fault });
    const domain = await this.repository.insert(name ?? this.sandboxName(), subscription, origin);
    if (!domain) throw new DomainError({ code: 'domain_taken' });
    return domain;
  }

  async remove(domain: Domain, origin: Origin): Promise<void> {
    if (domain.name === this.options.defaultDomain) throw new DomainError({ code: 'default_domain_kept' });
    if (!(await this.repository.remove(domain, origin))) throw new DomainError({ code: 'domain_not_found' });
  }

  /** Makes sure that the default domain exists; safe when several instances start at once. */
  async ensureDefault(subscription: string, origin: Origin): Promise<void> {
    if (!(await this.default())) await this.repository.insert(this.options.defaultDomain, subscription, origin);
  }

  private sandboxName(): string {
    return `${randomBytes(8).toString('hex')}.sandbox.${this.options.sandboxHost}`;
  }
}
