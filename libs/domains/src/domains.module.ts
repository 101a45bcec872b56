import { Module } from '@nestjs/common';
import { DomainRepository } from './domain.repository.js';
import { Domains, type DomainsOptions } from './domains.js';

/** Injection token of the operator's choices. */
export const DOMAINS_OPTIONS = Symbol('DomainsOptions');

@Module({
  providers: [
    {
      provide: Domains,
      inject: [DomainRepository, DOMAINS_OPTIONS],
      useFactory: (repository: DomainRepository, options: DomainsOptions) => new Domains(repository, options),
    },
  ],
  exports: [Domains],
})
export class DomainsModule {}
