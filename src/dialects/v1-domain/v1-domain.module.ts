import { Module } from '@nestjs/common';
import { ClientsModule } from '#clients';
import { DomainsModule } from '#domains';
import { IdempotencyModule } from '#idempotency';
import { DomainsController } from './domains.controller.js';
import { SecretsController } from './secrets.controller.js';
import { V1DomainController } from './v1-domain.controller.js';

@Module({
  imports: [ClientsModule, DomainsModule, IdempotencyModule],
  controllers: [DomainsController, V1DomainController, SecretsController],
})
export class V1DomainModule {}
