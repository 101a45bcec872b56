import { Module } from '@nestjs/common';
import { ClientsModule } from '#clients';
import { CredentialsModule } from '#credentials';
import { DomainsModule } from '#domains';
import { IdempotencyModule } from '#idempotency';
import { AuditController } from './audit.controller.js';
import { BulkController } from './bulk.controller.js';
import { ChangesController } from './changes.controller.js';
import { ClientsController } from './clients.controller.js';
import { CredentialsController } from './credentials.controller.js';
import { ExpiringController } from './expiring.controller.js';
import { OpenStreams } from './open-streams.js';
import { PolicyController } from './policy.controller.js';
import { SuspensionsController } from './suspensions.controller.js';
import { VersionsController } from './versions.controller.js';

@Module({
  imports: [ClientsModule, CredentialsModule, DomainsModule, IdempotencyModule],
  controllers: [
    AuditController,
    BulkController,
    ChangesController,
    ClientsController,
    CredentialsController,
    ExpiringController,
    PolicyController,
    SuspensionsController,
    VersionsController,
  ],
  providers: [OpenStreams],
})
export class AdminModule {}
