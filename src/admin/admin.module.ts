import { Module } from '@nestjs/common';
import { CredentialsModule } from '#credentials';
import { DomainsModule } from '#domains';
import { CredentialsController } from './credentials.controller.js';

@Module({ imports: [CredentialsModule, DomainsModule], controllers: [CredentialsController] })
export class AdminModule {}
