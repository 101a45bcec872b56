import { Module } from '@nestjs/common';
import { ClientsModule } from '#clients';
import { CredentialsModule } from '#credentials';
import { DomainsModule } from '#domains';
import { IdempotencyModule } from '#idempotency';
import { AboutController } from './about.controller.js';
import { AuditController } from './audit.controller.js';
import { BulkController } from './bulk.controller.js';
import { ChangesController } from './changes.controller.js';
import { ClientsController } from './clients.controller.js';
import { CredentialsController } from './credentials.controller.js';
import { DeletedController } from './deleted.controller.js';
import { ExpiringController } from './expiring.controller.js';
import { FindingsController } from './findings.controller.js';
import { OpenStreams } from './open-streams.js';
import { PolicyController } from './policy.controller.js';
import { SuspensionsController } from './suspensions.controller.js';
import { VersionsController } from './versions.controller.js';

@Module({
  imports: [ClientsModule, CredentialsModule, DomainsModule, IdempotencyModule],
  controllers: [
    AboutController,
    AuditController,
    BulkController,
    ChangesController,
    ClientsController,
    CredentialsController,
    DeletedController,
    ExpiringController,
    FindingsController,
    PolicyController,
    SuspensionsController,
    VersionsController,
  ],
  providers: [OpenStreams],
})
export class AdminModule {}
