import { Module } from '@nestjs/common';
import { CredentialsModule } from '#credentials';
import { DomainsModule } from '#domains';
import { ReplaysModule } from '#replays';
import { AuditController } from './audit.controller.js';
import { CredentialsController } from './credentials.controller.js';

@Module({
  imports: [CredentialsModule, DomainsModule, ReplaysModule],
  controllers: [AuditController, CredentialsController],
})
export class AdminModule {}
