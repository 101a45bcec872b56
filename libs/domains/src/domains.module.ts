import { Module } from '@nestjs/common';
import { Domains } from './domains.js';

/** Repository and options are bound by the application. */
@Module({ providers: [Domains], exports: [Domains] })
export class DomainsModule {}
