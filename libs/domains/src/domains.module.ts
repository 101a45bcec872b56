import { Module } from '@nestjs/common';
import { Domains } from './domains.js';

/** The application binds repository and options. */
@Module({ providers: [Domains], exports: [Domains] })
export class DomainsModule {}
