import { Module } from '@nestjs/common';
import { CredentialsModule } from '#credentials';
import { DomainsModule } from '#domains';
import { ReplaysModule } from '#replays';
import { AuditController } from './audit.controller.js';
import { ChangesController } from './changes.controller.js';
import { CredentialsController } from './credentials.controller.js';
import { OpenStreams } from './open-streams.js';

@Module({
  imports: [CredentialsModule, DomainsModule, ReplaysModule],
  controllers: [AuditController, ChangesController, CredentialsController],
  providers: [OpenStreams],
})
export class AdminModule {}
